"""When an entry of the directory was last confirmed to be true, and by whom."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# After so long an entry is marked, and after so long a report goes to it only when the CP lead
# says that they have confirmed it (policy, section 4).
MARKED_AFTER = timedelta(days=90)
UNUSABLE_AFTER = timedelta(days=180)


def today() -> date:
    return timezone.now().date()


class Assured(models.Model):
    """An entry that somebody must confirm from time to time (HSDS: assured_date, assurer)."""

    assured_on = models.DateField(_("confirmed on"), default=today)
    assured_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("confirmed by"),
    )

    class Meta:
        abstract = True

    def is_marked(self, on: date) -> bool:
        """Not confirmed for 90 days: still used, and shown as doubtful."""
        return on - self.assured_on > MARKED_AFTER

    def is_unusable(self, on: date) -> bool:
        """Not confirmed for 180 days: nothing new goes there without the CP lead's word."""
        return on - self.assured_on > UNUSABLE_AFTER

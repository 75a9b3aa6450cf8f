"""What people keep of their own desk: filters, and runs over many reports at once."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from actors.models import Mission
from referrals.models.referrals import Referral
from referrals.models.reports import Report


class SavedFilter(models.Model):
    """A filter of the desk under a name, as its address has it. It opens no door: who follows a
    shared one sees what they may see.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="filters")
    mission = models.ForeignKey(Mission, models.CASCADE, null=True, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("filter"), max_length=500)
    is_shared = models.BooleanField(_("shared with the mission"), default=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="filter_name_once_per_owner")
        ]

    def __str__(self) -> str:
        return self.name


class BulkRun(models.Model):
    """One verb on many rows. `done` of `total` is its progress; a worker goes on with it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    verb = models.CharField(max_length=24)
    given = models.JSONField(default=dict)
    requested_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-requested_at", "-pk"]
        verbose_name = _("bulk action")
        verbose_name_plural = _("bulk actions")

    def __str__(self) -> str:
        return str(self.uuid)


class BulkLine(models.Model):
    """One row of a run: `outcome` is empty until it is done, then `ok` or the kind of refusal."""

    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="lines")
    report = models.ForeignKey(Report, models.CASCADE, related_name="+")
    referral = models.ForeignKey(Referral, models.CASCADE, null=True, related_name="+")
    outcome = models.CharField(max_length=24, blank=True)
    said = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("row of a bulk action")
        verbose_name_plural = _("rows of bulk actions")
        indexes = [
            models.Index(fields=["run", "id"], condition=models.Q(outcome=""), name="bulk_open")
        ]

    def __str__(self) -> str:
        return f"{self.run}: {self.report}"

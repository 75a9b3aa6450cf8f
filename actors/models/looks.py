"""Who looked at contact data of people who help children, and who has read "My contacts"."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from actors.models.contacts import Contact
from actors.models.places import Mission


class LookedAt(models.TextChoices):
    """Where contact data was shown."""

    MY_CONTACTS = "my_contacts", _("My contacts")
    SEARCH = "search", _("Directory search")
    ADMIN = "admin", _("Directory tables")
    EXPORT = "export", _("Export")
    API = "api", _("API")


class ContactLook(models.Model):
    """One look at one contact. The database refuses to change or delete it."""

    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Kept in words too: the contact itself may be deleted.
    contact = models.ForeignKey(
        Contact, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    whose = models.CharField(_("of whom"), max_length=300)
    where = models.CharField(_("where"), max_length=12, choices=LookedAt)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("look at contact data")
        verbose_name_plural = _("looks at contact data")
        indexes = [models.Index(fields=["viewer", "-at"], name="look_of_viewer")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.viewer}: {self.whose}"


class ContactsRead(models.Model):
    """Somebody confirmed that they have read whom to call and how reporting works here."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    mission = models.ForeignKey(Mission, models.PROTECT, related_name="+")
    # What was read, as a digest: when it changes, the page asks again.
    digest = models.CharField(max_length=64)
    read_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-read_at"]
        verbose_name = _("contacts read")
        verbose_name_plural = _("contacts read")
        constraints = [
            models.UniqueConstraint(fields=["user", "mission", "digest"], name="contacts_read_once")
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.read_at:%Y-%m-%d}"

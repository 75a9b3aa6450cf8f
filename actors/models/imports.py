"""Files brought into the directory: checked first, then applied whole or not at all."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from actors.models.places import Mission


class ImportKind(models.TextChoices):
    AREAS = "areas", _("Areas (P-codes)")
    ORGANIZATIONS = "organizations", _("Organizations")
    SERVICES = "services", _("Services")
    CONTACTS = "contacts", _("Contacts")
    ACTIVITIES = "activities", _("Activities (4W)")
    HSDS = "hsds", _("Organizations and services (HSDS 3.0 JSON)")


class ImportStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting to be checked")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked: nothing is changed yet")
    REFUSED = "refused", _("Refused: nothing was changed")
    APPROVED = "approved", _("Waiting to be applied")
    APPLYING = "applying", _("Being applied")
    APPLIED = "applied", _("Applied")
    ABANDONED = "abandoned", _("Discarded")


class ImportRun(models.Model):
    """One file on its way. The file itself is forgotten when it ends."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mission = models.ForeignKey(Mission, models.PROTECT, related_name="imports")
    kind = models.CharField(_("what it holds"), max_length=16, choices=ImportKind)
    file_name = models.CharField(_("file"), max_length=200)
    content = models.BinaryField(null=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    status = models.CharField(max_length=12, choices=ImportStatus, default=ImportStatus.WAITING)
    worked_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    # [{"line": 7, "key": "QM0201", "is_new": false, "fields": [["name", "old", "new"], ...]}, ...]
    differences = models.JSONField(default=list)
    # [{"line": 7, "field": "parent", "message": "..."}, ...]; line 0 is the file as a whole
    problems = models.JSONField(default=list)
    # Likely duplicates and other things to look at, which do not stop it; as `problems`
    warnings = models.JSONField(default=list)

    class Meta:
        ordering = ["-started_at"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.started_at:%Y-%m-%d %H:%M}"

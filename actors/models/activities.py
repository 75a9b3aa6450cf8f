"""Who does what, where, when and for whom: the rows of a 4W matrix."""

import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from actors.models.identity import Identified
from actors.models.organizations import Organization
from actors.models.places import Area
from actors.models.services import ServiceKind


class ActivityStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    ONGOING = "ongoing", _("Under way")
    COMPLETED = "completed", _("Completed")
    SUSPENDED = "suspended", _("Suspended")


class Activity(Identified):
    """One row. `key` is the row's own in the source file, by which an import finds it again."""

    key = models.CharField(_("key"), max_length=64, default=uuid.uuid4)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="activities", verbose_name=_("who")
    )
    kind = models.CharField(_("what"), max_length=24, choices=ServiceKind)
    description = models.CharField(_("in words"), max_length=300, blank=True)
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="activities", verbose_name=_("where")
    )
    begins_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    status = models.CharField(
        _("status"), max_length=12, choices=ActivityStatus, default=ActivityStatus.ONGOING
    )
    girls = models.PositiveIntegerField(_("girls"), null=True, blank=True)
    boys = models.PositiveIntegerField(_("boys"), null=True, blank=True)

    class Meta:
        ordering = ["organization__name", "area__name", "begins_on"]
        verbose_name = _("activity")
        verbose_name_plural = _("activities (4W)")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "key"],
                name="activity_key_once_per_organization",
                violation_error_message=_("This organization has an activity with this key."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("begins_on")),
                name="activity_ends_after_it_begins",
                violation_error_message=_("The end must come after the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization}: {self.get_kind_display()}, {self.area.name}"

    def clean(self) -> None:
        """Refuse an end before the beginning, and an area of another mission."""
        if self.begins_on and self.ends_on and self.ends_on < self.begins_on:
            raise ValidationError({"ends_on": _("The end must come after the beginning.")})
        if None in (self.area_id, self.organization_id):
            return
        if self.area.mission_id != self.organization.mission_id:
            raise ValidationError({"area": _("The area belongs to another mission.")})

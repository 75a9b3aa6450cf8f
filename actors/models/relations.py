"""How actors relate to each other: the lines of the actor map (CP staff module, activity 6.1)."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from actors.models.identity import Identified
from actors.models.organizations import Organization


class RelationKind(models.TextChoices):
    REFERS_TO = "refers_to", _("refers children to")
    SHARES_WITH = "shares_with", _("shares information with")
    COORDINATES_IN = "coordinates_in", _("coordinates in")
    REPORTS_TO = "reports_to", _("reports to")
    CONFLICT = "conflict", _("is in conflict with")


class Relation(Identified):
    """One line from an actor to another."""

    origin = models.ForeignKey(
        Organization, models.CASCADE, related_name="relations", verbose_name=_("from")
    )
    kind = models.CharField(_("relation"), max_length=16, choices=RelationKind)
    target = models.ForeignKey(
        Organization, models.CASCADE, related_name="relations_in", verbose_name=_("to")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        ordering = ["origin__name", "kind", "target__name"]
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        constraints = [
            models.UniqueConstraint(
                fields=["origin", "kind", "target"],
                name="relation_once",
                violation_error_message=_("This relation is there already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(origin=models.F("target")),
                name="relation_between_two",
                violation_error_message=_("Choose two different organizations."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.origin} {self.get_kind_display()} {self.target}"

    def clean(self) -> None:
        """Refuse a line to itself or into another mission."""
        if self.origin_id is None or self.target_id is None:
            return
        if self.origin_id == self.target_id:
            raise ValidationError({"target": _("Choose two different organizations.")})
        if self.origin.mission_id != self.target.mission_id:
            raise ValidationError({"target": _("The organization belongs to another mission.")})

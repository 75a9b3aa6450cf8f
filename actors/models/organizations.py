"""Organizations and how they hang together."""

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from actors.models.places import Mission
from actors.querysets import OrganizationQuerySet


class OrganizationKind(models.TextChoices):
    """What sort of actor it is (policy, section 4)."""

    MISSION_COMPONENT = "mission_component", _("Mission component")
    CONTINGENT = "contingent", _("Contingent")
    UN_ENTITY = "un_entity", _("UN entity")
    NGO_INTERNATIONAL = "ngo_international", _("International NGO")
    NGO_NATIONAL = "ngo_national", _("National NGO")
    RED_CROSS = "red_cross", _("Red Cross or Red Crescent")
    GOVERNMENT = "government", _("Government body")
    HOST_STATE_POLICE = "host_state_police", _("Host-State police")
    HOST_STATE_ARMY = "host_state_army", _("Host-State armed forces")
    COMMUNITY = "community", _("Community")
    COORDINATION_BODY = "coordination_body", _("Coordination body")
    ARMED_GROUP = "armed_group", _("Armed group (party to the conflict, never a recipient)")


class HrddpStatus(models.TextChoices):
    """Human rights due diligence on a host-State unit (POC by UN Police, slides 7 and 30)."""

    CLEARED = "cleared", _("Cleared")
    CONDITIONAL = "conditional", _("Cleared with conditions")
    PENDING = "pending", _("Pending")
    NOT_CLEARED = "not_cleared", _("Not cleared")


class SecurityRating(models.IntegerChoices):
    """How much an actor can keep safe: the levels of the sharing protocol (policy, section 3.7)."""

    NUMBERS = 1, _("1: numbers only")
    SUMMARY = 2, _("2: a de-identified summary")
    CASE = 3, _("3: a case without a name")
    IDENTITY = 4, _("4: identity")


class Organization(models.Model):
    """An actor. Retired, never deleted: reports point to it."""

    mission = models.ForeignKey(
        Mission, models.PROTECT, related_name="organizations", verbose_name=_("mission")
    )
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=24, choices=OrganizationKind)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    affiliates = models.ManyToManyField(
        "self",
        blank=True,
        verbose_name=_("declared affiliates"),
        help_text=_("When one of them is implicated, none of them is told."),
    )
    hrddp_status = models.CharField(
        _("human rights due diligence"),
        max_length=12,
        choices=HrddpStatus,
        blank=True,
        help_text=_("Host-State units only."),
    )
    security_rating = models.PositiveSmallIntegerField(
        _("information security"),
        choices=SecurityRating,
        null=True,
        blank=True,
        help_text=_(
            "How much it can keep safe. Below 3 it is not told of strictly confidential reports, "
            "below 2 it learns numbers only. Empty: not assessed yet, nothing is kept from it."
        ),
    )
    security_assessed_on = models.DateField(_("assessed on"), null=True, blank=True)
    security_assessor = models.CharField(_("assessed by"), max_length=200, blank=True)
    group = models.OneToOneField(
        Group, models.PROTECT, editable=False, verbose_name=_("group for explicit shares")
    )
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        constraints = [
            models.UniqueConstraint(
                fields=["mission", "name"],
                name="organization_name_once_per_mission",
                violation_error_message=_("This mission already has an organization of this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        """Store it, and with it the group that an explicit share is given to."""
        if self.group_id is None:
            self.group = Group.objects.create(name=f"{self.mission.code}: {self.name}"[:150])
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuse an organization inside itself or inside one of another mission."""
        if self.parent is None:
            return
        if self.parent.mission_id != self.mission_id:
            raise ValidationError({"parent": _("The parent belongs to another mission.")})
        if self.pk and self.pk in Organization.objects.line_of(self.parent_id):
            raise ValidationError({"parent": _("An organization cannot be part of itself.")})

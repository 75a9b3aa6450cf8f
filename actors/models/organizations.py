"""Organizations and how they hang together."""

import uuid
from datetime import date

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from actors.models.assessments import HrddpStatus, SecurityRating
from actors.models.assurance import Assured, today
from actors.models.identity import Identified
from actors.models.places import Mission
from actors.querysets import OrganizationQuerySet

WEB = URLValidator(["https", "http"], message=_("Begin with https:// and name the page."))


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


HOST_STATE_KINDS = frozenset({OrganizationKind.HOST_STATE_POLICE, OrganizationKind.HOST_STATE_ARMY})
PARTY_KINDS = HOST_STATE_KINDS | {OrganizationKind.ARMED_GROUP}


class Organization(Identified, Assured):
    """An actor. Retired, never deleted: reports point to it."""

    mission = models.ForeignKey(
        Mission, models.PROTECT, related_name="organizations", verbose_name=_("mission")
    )
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("acronym"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=24, choices=OrganizationKind)
    description = models.TextField(_("what it does"), max_length=2000, blank=True)
    website = models.CharField(_("website"), max_length=200, blank=True, validators=[WEB])
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
    party_link = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="linked",
        verbose_name=_("linked to a party to the conflict"),
        help_text=_("It is never told of a report that names this party or a part of it."),
    )

    hrddp_status = models.CharField(
        _("human rights due diligence"),
        max_length=12,
        choices=HrddpStatus,
        blank=True,
        help_text=_("Host-State units only. When the assessment expires it counts as pending."),
    )
    hrddp_assessed_on = models.DateField(_("assessed on"), null=True, blank=True)
    hrddp_expires_on = models.DateField(_("expires on"), null=True, blank=True)
    hrddp_conditions = models.TextField(_("conditions"), max_length=2000, blank=True)
    hrddp_assessor = models.CharField(_("assessed by"), max_length=200, blank=True)
    specialised_in_children = models.BooleanField(_("specialised in children"), default=False)
    must_report_by_law = models.BooleanField(_("authority for mandatory reporting"), default=False)

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

    sharing_signed_on = models.DateField(_("sharing agreement signed on"), null=True, blank=True)
    sharing_expires_on = models.DateField(_("sharing agreement expires on"), null=True, blank=True)
    do_not_attribute = models.BooleanField(
        _("do not attribute"),
        default=False,
        help_text=_("Never name it as the source of information outside the mission."),
    )
    perception_note = models.TextField(
        _("how it is perceived"),
        max_length=2000,
        blank=True,
        help_text=_("Whom the population takes it to side with. Shown to advisers only."),
    )

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
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("id")),
                name="organization_not_its_own_parent",
                violation_error_message=_("An organization cannot be part of itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        """Store it, and with it the group that an explicit share is given to."""
        if self.group_id is None:
            self.group = self.new_group()
            self.group.save()
        super().save(*args, **kwargs)

    def new_group(self) -> Group:
        """An unsaved group for it. Names are changed and given again; no two groups share one."""
        name = f"{self.mission.code}: {self.name}"[:110]
        return Group(name=f"{name} {uuid.uuid4()}")

    @property
    def serves_host_state(self) -> bool:
        return self.kind in HOST_STATE_KINDS

    def hrddp_on(self, day: date) -> str:
        """The due-diligence status that counts on a day; empty for others than host-State units.

        An expired assessment counts as pending: nobody vouches for the unit any more.
        """
        expired = self.hrddp_expires_on is not None and self.hrddp_expires_on < day
        return HrddpStatus.PENDING if self.hrddp_status and expired else self.hrddp_status

    def has_agreement_on(self, day: date) -> bool:
        """Whether a signed agreement on sharing information is in force (policy, section 3.7)."""
        signed, expires = self.sharing_signed_on, self.sharing_expires_on
        return signed is not None and signed <= day and (expires is None or day <= expires)

    def clean(self) -> None:
        """Refuse impossible ties, and assessments that nobody stands behind."""
        problems = {**self._ties(), **self._due_diligence(), **self._security(), **self._sharing()}
        if problems:
            raise ValidationError(problems)

    def _ties(self) -> dict[str, object]:
        problems = {}
        if self.parent is not None:
            if self.parent.mission_id != self.mission_id:
                problems["parent"] = _("The parent belongs to another mission.")
            elif self.pk and self.pk in Organization.objects.line_of(self.parent_id):
                problems["parent"] = _("An organization cannot be part of itself.")
        if self.party_link is not None:
            if self.party_link.mission_id != self.mission_id:
                problems["party_link"] = _("The party belongs to another mission.")
            elif self.party_link.kind not in PARTY_KINDS or self.party_link_id == self.pk:
                problems["party_link"] = _(
                    "Choose an armed group, or a force or police of the host State."
                )
        return problems

    def _due_diligence(self) -> dict[str, object]:
        if not self.hrddp_status:
            return {}
        if not self.serves_host_state:
            return {"hrddp_status": _("Only units of the host State are assessed so.")}
        problems = {}
        if self.hrddp_status != HrddpStatus.PENDING:
            problems |= self._missing("hrddp_assessed_on", "hrddp_assessor")
        if self.hrddp_status in (HrddpStatus.CLEARED, HrddpStatus.CONDITIONAL):
            problems |= self._missing("hrddp_expires_on")
        if self.hrddp_status == HrddpStatus.CONDITIONAL and not self.hrddp_conditions.strip():
            problems["hrddp_conditions"] = _("Say the conditions.")
        return problems | self._dated("hrddp_assessed_on", "hrddp_expires_on")

    def _security(self) -> dict[str, object]:
        if self.security_rating is None:
            return {}
        missing = self._missing("security_assessed_on", "security_assessor")
        return missing | self._dated("security_assessed_on")

    def _sharing(self) -> dict[str, object]:
        if self.sharing_expires_on and not self.sharing_signed_on:
            return {"sharing_signed_on": _("Say when it was signed.")}
        return self._dated("sharing_signed_on", "sharing_expires_on")

    def _missing(self, *fields: str) -> dict[str, object]:
        said = _("Say when it was assessed and by whom, and until when that holds.")
        return {field: said for field in fields if not getattr(self, field)}

    def _dated(self, past: str, later: str | None = None) -> dict[str, object]:
        """Refuse a day of the past that is still to come, and an end before the beginning."""
        begun, ends = getattr(self, past), getattr(self, later) if later else None
        problems = {}
        if begun and begun > today():
            problems[past] = _("This day is still to come.")
        if begun and ends and ends < begun:
            problems[later] = _("The end must come after the beginning.")
        return problems

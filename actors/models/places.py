"""Missions and the areas they work in."""

from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from actors.models.deadlines import check_deadlines
from actors.querysets import AreaQuerySet, MissionQuerySet
from actors.roles import Role


def check_time_zone(name: str) -> None:
    """Refuse a name the time-zone database does not know."""
    if name not in available_timezones():
        raise ValidationError(_("No such time zone. Write it as Africa/Bangui."), code="time_zone")


class ReportingLine(models.TextChoices):
    """Who informs the Child Protection Adviser (UNPOL module 5, key messages 5.2)."""

    FOCAL_POINT = "focal_point", _("The UNPOL focal point")
    OFFICER = "officer", _("The officer, directly")
    BOTH = "both", _("Both")


class Mission(models.Model):
    """One peace operation and the settings that the routing policy reads (policy 2.1)."""

    code = models.CharField(
        _("code"),
        max_length=12,
        unique=True,
        validators=[RegexValidator(r"^[A-Z][A-Z0-9]+$", _("Capital letters and digits only."))],
        help_text=_("Begins every reference, such as UNMIX-2026-00042."),
    )
    name = models.CharField(_("name"), max_length=200)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[check_time_zone]
    )
    is_fictional = models.BooleanField(_("fictional (training or demonstration)"), default=False)
    reporting_line_words = models.TextField(
        _("how reporting works here"),
        blank=True,
        max_length=2000,
        help_text=_("Plain words for newcomers; everybody reads them under “My contacts”."),
    )

    has_cpa = models.BooleanField(_("has Child Protection Advisers"), default=True)
    reporting_line = models.CharField(
        _("who informs the adviser"),
        max_length=12,
        choices=ReportingLine,
        default=ReportingLine.FOCAL_POINT,
    )
    emergency_bypass = models.BooleanField(
        _("an emergency goes to the adviser directly"), default=True
    )
    executive_mandate = models.BooleanField(_("executive mandate"), default=False)
    evidence_mandate = models.BooleanField(_("evidence mandate"), default=False)
    poc_mandate = models.BooleanField(_("protection of civilians mandate"), default=True)
    mrm_activated = models.BooleanField(
        _("monitoring and reporting mechanism active"), default=True
    )
    cp_subcluster = models.BooleanField(_("child protection sub-cluster active"), default=True)
    gbv_subcluster = models.BooleanField(_("GBV sub-cluster active"), default=True)
    mandatory_reporting_law = models.BooleanField(_("mandatory reporting law"), default=False)
    mass_threshold = models.PositiveSmallIntegerField(
        _("mass incident, from how many children"),
        default=5,
        validators=[MinValueValidator(2), MaxValueValidator(1000)],
    )
    most_children = models.PositiveSmallIntegerField(
        _("most children one report may name"),
        default=2000,
        validators=[MinValueValidator(10), MaxValueValidator(9999)],
        help_text=_("A larger number is asked back: it is more often a slip than true."),
    )
    reach_km = models.PositiveSmallIntegerField(
        _("how far from its areas the mission works, in km"),
        default=150,
        validators=[MinValueValidator(10), MaxValueValidator(2000)],
        help_text=_("A point farther from every area's centre is asked back."),
    )
    conduct_contact = models.TextField(
        _("Conduct and Discipline Team"),
        blank=True,
        max_length=1000,
        help_text=_("How to reach it in confidence; shown to who reports misconduct."),
    )
    oios_contact = models.TextField(
        _("OIOS"),
        blank=True,
        max_length=1000,
        help_text=_("How to reach the Office of Internal Oversight Services directly."),
    )
    # {deadline: {priority: minutes}}; what is not here is as the policy says.
    deadlines = models.JSONField(
        _("deadlines"), default=dict, blank=True, validators=[check_deadlines]
    )
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)

    objects = MissionQuerySet.as_manager()

    POLICY_SETTINGS = (
        "has_cpa",
        "reporting_line",
        "emergency_bypass",
        "executive_mandate",
        "evidence_mandate",
        "poc_mandate",
        "mrm_activated",
        "cp_subcluster",
        "gbv_subcluster",
        "mandatory_reporting_law",
        "mass_threshold",
    )

    class Meta:
        ordering = ["code"]
        verbose_name = _("mission")
        verbose_name_plural = _("missions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(mass_threshold__gte=2),
                name="mission_mass_is_more_than_one",
                violation_error_message=_("A mass incident has at least 2 children."),
            )
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def lead_role(self) -> str:
        """The role that leads on child protection: Human Rights where there is no adviser
        (policy 2.1; MRM factsheet, footnote 4).
        """
        return Role.CPA if self.has_cpa else Role.HUMAN_RIGHTS

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which its people work."""
        return ZoneInfo(self.time_zone)

    def policy_settings(self) -> dict[str, object]:
        """The settings under the names the routing policy uses."""
        return {name: getattr(self, name) for name in self.POLICY_SETTINGS}

    def own_minutes(self, deadline: str | None, priority: str) -> int | None:
        """The time this mission gives for a deadline of the policy; None: as the policy says."""
        return self.deadlines.get(deadline, {}).get(priority)


DISTRICT = 2  # the level of an area (adm2) for which reports are filed; a region says too little


class Area(models.Model):
    """A place of the mission's tree: region (adm1), district (adm2) and below, by P-code.

    The parent is stored, never parsed from the code: P-codes are not always nested
    (policy 3.4).
    """

    mission = models.ForeignKey(
        Mission, models.PROTECT, related_name="areas", verbose_name=_("mission")
    )
    code = models.CharField(_("P-code"), max_length=20)
    name = models.CharField(_("name"), max_length=120)
    level = models.PositiveSmallIntegerField(
        _("level"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(4)],
        help_text=_("1 for a region, 2 for a district."),
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("in")
    )
    latitude = models.DecimalField(
        _("latitude of the centre"), max_digits=8, decimal_places=5, null=True, blank=True
    )
    longitude = models.DecimalField(
        _("longitude of the centre"), max_digits=8, decimal_places=5, null=True, blank=True
    )
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        ordering = ["mission", "code"]
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        constraints = [
            models.UniqueConstraint(
                fields=["mission", "code"],
                name="area_code_once_per_mission",
                violation_error_message=_("This mission already has an area with this P-code."),
            ),
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True) | models.Q(latitude__range=(-90, 90)),
                name="area_latitude_on_earth",
                violation_error_message=_("A latitude lies between -90 and 90."),
            ),
            models.CheckConstraint(
                condition=models.Q(longitude__isnull=True) | models.Q(longitude__range=(-180, 180)),
                name="area_longitude_on_earth",
                violation_error_message=_("A longitude lies between -180 and 180."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    def path(self) -> list["Area"]:
        """This area and those above it, nearest first. No query after `with_path()`."""
        path, area = [], self
        while area is not None:
            path.append(area)
            area = area.parent
        return path

    def clean(self) -> None:
        """Refuse a place in the tree that is in another mission, in itself or out of level.

        Levels rise strictly from each area to those inside it, so the tree has no circle.
        """
        if self.parent is not None:
            self._check_parent(self.parent)
        if self.pk and self.children.filter(level__lte=self.level).exists():
            raise ValidationError({"level": _("Areas inside this one have this level or higher.")})

    def _check_parent(self, parent: "Area") -> None:
        if self._is_above(parent):
            raise ValidationError({"parent": _("An area cannot lie inside itself.")})
        if parent.mission_id != self.mission_id:
            raise ValidationError({"parent": _("The parent belongs to another mission.")})
        if parent.level >= self.level:
            raise ValidationError({"parent": _("The parent must be of a higher level.")})

    def _is_above(self, area: "Area | None") -> bool:
        while area is not None and area.pk != self.pk:
            area = area.parent
        return area is not None

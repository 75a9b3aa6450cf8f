"""Where actors come together: clusters, task forces, working groups, and their meetings."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from actors.models.assurance import Assured
from actors.models.identity import Identified
from actors.models.organizations import Organization, OrganizationKind
from actors.models.places import Area


class BodyKind(models.TextChoices):
    CP_SUBCLUSTER = "cp_subcluster", _("Child protection sub-cluster or working group")
    GBV_SUBCLUSTER = "gbv_subcluster", _("Gender-based violence sub-cluster")
    CTFMR = "ctfmr", _("Country task force on monitoring and reporting")
    HCT = "hct", _("Humanitarian country team or protection cluster")
    POC_GROUP = "poc_group", _("Protection of civilians group")
    PSEA_NETWORK = "psea_network", _("Network on sexual exploitation and abuse")
    OTHER = "other", _("Other")


class CoordinationBody(Identified, Assured):
    """A standing group. It is an organization of its own kind: a report can be meant for it."""

    organization = models.OneToOneField(
        Organization, models.PROTECT, related_name="body", verbose_name=_("organization")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=BodyKind)
    area = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bodies",
        verbose_name=_("area"),
        help_text=_("None: the whole mission."),
    )
    chairs = models.ManyToManyField(
        Organization, blank=True, related_name="chaired", verbose_name=_("chaired by")
    )
    members = models.ManyToManyField(
        Organization, blank=True, related_name="bodies", verbose_name=_("members")
    )
    rhythm = models.CharField(
        _("when it meets"), max_length=200, blank=True, help_text=_("Such as: Tuesdays, 10:00.")
    )
    aggregate_only = models.BooleanField(_("takes numbers only, never a case"), default=True)

    class Meta:
        ordering = ["organization__name"]
        verbose_name = _("coordination body")
        verbose_name_plural = _("coordination bodies")

    def __str__(self) -> str:
        return str(self.organization)

    def clean(self) -> None:
        """Refuse an organization of another kind, and an area of another mission."""
        if self.organization_id is None:
            return
        if self.organization.kind != OrganizationKind.COORDINATION_BODY:
            raise ValidationError(
                {"organization": _("Choose an organization of the kind “Coordination body”.")}
            )
        if self.area_id and self.area.mission_id != self.organization.mission_id:
            raise ValidationError({"area": _("The area belongs to another mission.")})


class Meeting(Identified):
    """One meeting of a body. No case is ever written here."""

    body = models.ForeignKey(
        CoordinationBody, models.CASCADE, related_name="meetings", verbose_name=_("body")
    )
    begins_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    agenda = models.TextField(
        _("agenda"), max_length=2000, blank=True, help_text=_("Subjects only, never a case.")
    )

    class Meta:
        ordering = ["begins_at"]
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")

    def __str__(self) -> str:
        return f"{self.body}, {self.begins_at:%Y-%m-%d}"

    def clean(self) -> None:
        """Refuse an end before the beginning."""
        if self.begins_at and self.ends_at and self.ends_at <= self.begins_at:
            raise ValidationError({"ends_at": _("The end must come after the beginning.")})

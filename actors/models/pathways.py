"""Referral pathways: which services follow on one another for a concern in an area.

Agreed by a sub-cluster, valid for a time (field policy, section 4).
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from actors.harms import HARMS
from actors.models.coordination import CoordinationBody
from actors.models.identity import Identified
from actors.models.places import Area
from actors.models.ranges import days_overlap, same, same_text
from actors.models.services import Service


class Pathway(Identified):
    """One version of the pathway for one concern in one area."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="pathways", verbose_name=_("area"))
    concern = models.CharField(_("concern"), max_length=32, choices=HARMS)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("last day"), null=True, blank=True)
    endorsed_by = models.ForeignKey(
        CoordinationBody,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="pathways",
        verbose_name=_("endorsed by"),
    )
    endorsed_on = models.DateField(_("endorsed on"), null=True, blank=True)
    note = models.TextField(_("note"), max_length=1000, blank=True)

    class Meta:
        ordering = ["area__name", "concern", "-version"]
        verbose_name = _("referral pathway")
        verbose_name_plural = _("referral pathways")
        constraints = [
            models.UniqueConstraint(
                fields=["area", "concern", "version"],
                name="pathway_version_once",
                violation_error_message=_("This version is there already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=models.F("valid_from")),
                name="pathway_ends_after_it_begins",
                violation_error_message=_("The end must come after the beginning."),
            ),
            ExclusionConstraint(
                name="pathway_one_at_a_time",
                expressions=[
                    same("area"),
                    same_text("concern"),
                    days_overlap("valid_from", "valid_until"),
                ],
                violation_error_message=_(
                    "Another version for this area and concern is valid in these days."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area.name}: {self.get_concern_display()} ({self.version})"

    def clean(self) -> None:
        """Refuse an end before the beginning and an endorsement by nobody."""
        problems = {}
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            problems["valid_until"] = _("The end must come after the beginning.")
        if self.endorsed_on and not self.endorsed_by_id:
            problems["endorsed_by"] = _("Say who endorsed it.")
        if problems:
            raise ValidationError(problems)


class StepRank(models.TextChoices):
    PRIMARY = "primary", _("First choice")
    BACKUP = "backup", _("If that cannot help")


class PathwayStep(models.Model):
    """One service on the way; several of one position are first choice and backups."""

    pathway = models.ForeignKey(Pathway, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(_("step"))
    rank = models.CharField(_("rank"), max_length=8, choices=StepRank, default=StepRank.PRIMARY)
    service = models.ForeignKey(
        Service, models.PROTECT, related_name="steps", verbose_name=_("service")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["pathway", "position", "-rank"]
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [
            models.UniqueConstraint(
                fields=["pathway", "position", "service"],
                name="pathway_service_once_per_step",
                violation_error_message=_("This service is in this step already."),
            ),
            models.UniqueConstraint(
                fields=["pathway", "position"],
                condition=Q(rank="primary"),
                name="pathway_one_first_choice_per_step",
                violation_error_message=_("This step has a first choice already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.service}"

    def clean(self) -> None:
        """Refuse a service of another mission."""
        if None in (self.service_id, self.pathway_id):
            return
        if self.service.organization.mission_id != self.pathway.area.mission_id:
            raise ValidationError({"service": _("The service belongs to another mission.")})

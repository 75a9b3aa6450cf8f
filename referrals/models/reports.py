"""The report, its typed acts, and the officer's unsent draft."""

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from actors.models import Area, Mission, Organization, Post
from referrals.models.choices import CONFIDED, Concern, Perpetrator, Priority, Track, Violation
from referrals.models.policies import PolicyVersion
from referrals.querysets import ReportQuerySet
from referrals.statuses import OPEN, ReportStatus


class Report(models.Model):
    """One officer's message about an incident, with what the rules decided about it.

    `facts` are as filed, in the policy's words, and never change; columns beside it are those
    that lists, counts and deny rules ask for, and follow the corrections (`Correction`). Read
    reports only through `visible_to(user)`.
    """

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    # Empty only inside the filing transaction, which gives the number last.
    reference = models.CharField(  # noqa: DJ001 - unique, and two empty texts would clash
        _("reference"), max_length=32, unique=True, null=True
    )
    mission = models.ForeignKey(Mission, models.PROTECT, related_name="reports")
    area = models.ForeignKey(Area, models.PROTECT, related_name="reports")
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reports")
    reporter_post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    filed_at = models.DateTimeField(_("filed at"))
    occurred_on = models.DateField(_("day of the incident"), null=True, blank=True)
    occurred_until = models.DateField(_("last day of the incident"), null=True, blank=True)
    learned_on = models.DateField(_("day the patrol learned of it"), null=True, blank=True)
    # Exact points are for the CP lead and the record alone (policy 3.4).
    latitude = models.DecimalField(
        _("latitude"), max_digits=8, decimal_places=5, null=True, blank=True
    )
    longitude = models.DecimalField(
        _("longitude"), max_digits=8, decimal_places=5, null=True, blank=True
    )
    boys = models.PositiveSmallIntegerField(
        _("boys"), default=0, validators=[MaxValueValidator(9999)]
    )
    girls = models.PositiveSmallIntegerField(
        _("girls"), default=0, validators=[MaxValueValidator(9999)]
    )
    children_unknown = models.PositiveSmallIntegerField(
        _("children, sex not known"), default=0, validators=[MaxValueValidator(9999)]
    )
    perpetrator = models.CharField(
        _("alleged perpetrator"),
        max_length=32,
        choices=Perpetrator,
        default=Perpetrator.UNKNOWN,
    )
    perpetrator_org = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+"
    )
    facts = models.JSONField(_("facts as filed"), default=dict)
    # What the rules do not look at, by the names of `workflow.filings.DETAIL_DEFAULTS`.
    details = models.JSONField(_("details as filed"), default=dict)
    adds_to = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="additions",
        verbose_name=_("adds to"),
    )
    # The report whose story goes on, where this one tells of the same (status `merged`).
    master = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="duplicates",
        verbose_name=_("linked to"),
    )
    narrative = models.TextField(_("what happened"), blank=True)
    content_hash = models.CharField(max_length=64, editable=False)

    status = models.CharField(
        _("status"), max_length=24, choices=ReportStatus, default=ReportStatus.SUBMITTED
    )
    track = models.CharField(max_length=12, choices=Track, default=Track.STANDARD)
    priority = models.CharField(_("priority"), max_length=12, choices=Priority, blank=True)
    classification = models.CharField(max_length=24, blank=True)
    flash = models.BooleanField(default=False)
    poc_phase = models.CharField(max_length=16, blank=True)
    # All facts the rules looked at, those of the mission and the directory included: with the
    # policy version they give the decision again, years later.
    routed_facts = models.JSONField(default=dict)
    decision = models.JSONField(_("decision"), default=dict)
    policy = models.ForeignKey(PolicyVersion, models.PROTECT, null=True, related_name="+")
    routed_at = models.DateTimeField(_("routed at"), null=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-filed_at", "-pk"]
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(fields=["reporter", "uuid"], name="report_sent_once"),
        ]
        indexes = [
            models.Index(fields=["-filed_at", "-id"], name="report_newest"),
            models.Index(fields=["reporter", "-filed_at"], name="report_of_officer"),
            models.Index(fields=["id"], condition=Q(routed_at=None), name="report_unrouted"),
            models.Index(
                fields=["-filed_at"],
                condition=Q(flash=True, status__in=sorted(OPEN)),
                name="report_alarms",
            ),
            models.Index(
                fields=["-filed_at"],
                condition=Q(status=ReportStatus.RETURNED_FOR_INFO),
                name="report_asked",
            ),
            GinIndex(SearchVector("narrative", config="simple"), name="report_words"),
        ]

    def __str__(self) -> str:
        return self.reference or str(self.uuid)

    @property
    def is_confided(self) -> bool:
        """Filed in confidence: nobody but its own track's recipients may read it (policy 2.7)."""
        return self.track == Track.MISCONDUCT or self.perpetrator in CONFIDED

    @property
    def current_facts(self) -> dict[str, object]:
        """The facts as known now: as filed, and as the CP lead has corrected them since.

        The rules have looked at each correction, so what they looked at last says it without a
        statement. What the lead states beside a hold (policy 2.6) is an assessment and corrects
        nothing: of the perpetrator the column counts.
        """
        if not self.routed_facts:
            return self.facts
        known = {name: self.routed_facts.get(name, value) for name, value in self.facts.items()}
        return known | {"perpetrator": self.perpetrator}

    @property
    def children(self) -> int:
        """Children known to be affected."""
        return self.boys + self.girls + self.children_unknown

    @property
    def restricted(self) -> "Annex | None":
        """What only the CP lead and its reporter may read; no query after `with_places()`."""
        return getattr(self, "annex", None)

    def decided(self, guard: str) -> bool:
        """Whether this guard fired in the decision."""
        return any(fired["id"] == guard for fired in self.decision.get("guards", ()))


class Annex(models.Model):
    """The restricted part of a report, apart from it, so that no list can show it by mistake.

    A narrative in which somebody can be recognised stands here and nowhere else; so does the way
    to a trusted adult (policy 2.6 IDENTITY_REDACTION, 3.5). RD0 only.
    """

    report = models.OneToOneField(Report, models.PROTECT, related_name="annex")
    narrative = models.TextField(_("what happened"), blank=True)
    safe_contact = models.TextField(_("how to reach a trusted adult"), blank=True)

    class Meta:
        verbose_name = _("restricted annex")
        verbose_name_plural = _("restricted annexes")
        indexes = [GinIndex(SearchVector("narrative", config="simple"), name="annex_words")]

    def __str__(self) -> str:
        return str(self.report_id)


class ReportedViolation(models.Model):
    """One typed act inside a report: a grave violation or a concern."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="violations")
    code = models.CharField(
        _("kind"), max_length=32, choices=[*Violation.choices, *Concern.choices]
    )

    class Meta:
        verbose_name = _("violation or concern")
        verbose_name_plural = _("violations and concerns")
        constraints = [
            models.UniqueConstraint(fields=["report", "code"], name="violation_once_per_report")
        ]
        indexes = [models.Index(fields=["code", "report"], name="violation_by_code")]

    def __str__(self) -> str:
        return self.get_code_display()


class ReportNumber(models.Model):
    """The last number given out in a mission's year. One row is locked for two statements."""

    mission = models.ForeignKey(Mission, models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mission", "year"], name="numbers_once_per_year")
        ]

    def __str__(self) -> str:
        return f"{self.mission}-{self.year}-{self.last:05d}"


class Draft(models.Model):
    """What an officer typed and has not sent. Only its owner can open it.

    `version` rises with each change: a device that saves on an older one is told, so that of two
    devices none overwrites the other. `form` names the questions as they were then.
    """

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    typed = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    form = models.CharField(max_length=16, blank=True)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.UniqueConstraint(fields=["owner", "uuid"], name="draft_once_per_owner")
        ]

    def __str__(self) -> str:
        return str(self.uuid)

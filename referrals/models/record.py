"""What people at the desk add to a report. The report as filed stays; none of this is changed."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from referrals.models.reasons import Interviewer, VerificationStage, VerificationStatus
from referrals.models.referrals import Referral
from referrals.models.reports import Report, ReportedViolation


def _kept(name: str) -> list[pgtrigger.Trigger]:
    return [pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)]


class Correction(models.Model):
    """What the CP lead found to be otherwise than filed, in the policy's words.

    `facts` are the new values, `was` those before; what is not named stays as it was. The newest
    correction of a fact counts.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="corrections")
    facts = models.JSONField(default=dict)
    was = models.JSONField(default=dict)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        triggers = _kept("keep_correction")

    def __str__(self) -> str:
        return f"{self.report}: {', '.join(self.facts)}"


class Interview(models.Model):
    """Somebody has already spoken to the child, so that nobody asks again (policy 2.6)."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="interviews")
    interviewer = models.CharField(_("who spoke to the child"), max_length=16, choices=Interviewer)
    held_on = models.DateField(_("day"), null=True, blank=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        ordering = ["noted_at", "pk"]
        verbose_name = _("interview")
        verbose_name_plural = _("interviews")
        triggers = _kept("keep_interview")

    def __str__(self) -> str:
        return f"{self.report}: {self.get_interviewer_display()}"


class Verification(models.Model):
    """One decision on one violation at one of the three stages (policy 3.3).

    Of a stage the newest counts; of the stages the last one decided.
    """

    violation = models.ForeignKey(ReportedViolation, models.PROTECT, related_name="verifications")
    stage = models.CharField(_("stage"), max_length=16, choices=VerificationStage)
    status = models.CharField(_("finding"), max_length=32, choices=VerificationStatus)
    decided_on = models.DateField(_("day of the decision"))
    note = models.TextField(_("note"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        triggers = _kept("keep_verification")

    def __str__(self) -> str:
        return f"{self.violation}: {self.get_status_display()}"


class ConsentRecord(models.Model):
    """On whose agreement one recipient was let in, and exactly what they were shown (policy 3.6).

    `scope` lists the needs agreed to, or `all`; `shared` the names of the facts in the packet.
    """

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="consents")
    ground = models.CharField(_("basis"), max_length=32)
    given_by = models.CharField(_("given by"), max_length=24, blank=True)
    scope = models.JSONField(_("agreed to"), default=list)
    shared = models.JSONField(_("what was shared"), default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        triggers = _kept("keep_consent")

    def __str__(self) -> str:
        return str(self.referral)

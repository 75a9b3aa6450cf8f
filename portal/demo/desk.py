"""What the advisers of the fictional mission did at their desk since the reports came in."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from actors.models import User
from referrals.models import Referral, Report
from referrals.models.reasons import (
    CloseReason,
    HoldReason,
    Interviewer,
    VerificationStage,
    VerificationStatus,
)
from referrals.statuses import ReportStatus
from referrals.workflow.closing import begin_follow_up, close_report
from referrals.workflow.escalating import escalate_overdue
from referrals.workflow.recording import note_interview, set_verification
from referrals.workflow.release import hold_referral

FOLLOWED_UP_AFTER, CLOSED_AFTER = timedelta(days=8), timedelta(days=21)


def carry_on_at_the_desk(adviser: User, *, now: datetime) -> None:
    """Follow up and close what is old, verify, hold one proposal; tell whom deadlines tell."""
    decided = Report.objects.filter(status=ReportStatus.ROUTED).select_related("mission")
    for report in decided.filter(filed_at__lt=now - FOLLOWED_UP_AFTER).order_by("filed_at"):
        _follow_up(report, adviser, now=now)
    _hold_one(adviser, now=now)
    while escalate_overdue(now):
        pass


def _follow_up(report: Report, adviser: User, *, now: datetime) -> None:
    at = report.filed_at + timedelta(days=3)
    begin_follow_up(report=report, by=adviser, at=at)
    if report.filed_at < now - CLOSED_AFTER:
        _verify(report, adviser, at=at)
        close_report(
            report=report,
            by=adviser,
            reason=CloseReason.SERVED,
            words="Everybody who could help has answered; the families know whom to call.",
            at=at + timedelta(days=14),
        )


def _verify(report: Report, adviser: User, *, at: datetime) -> None:
    """The first assessment of its first grave violation, and who had spoken to the child."""
    act = report.violations.first()
    seen_at = timezone.now()
    note_interview(
        report=report, by=adviser, interviewer=Interviewer.NGO, held_on=None, seen_at=seen_at, at=at
    )
    if act.code in report.facts["violations"]:
        set_verification(
            report=report,
            by=adviser,
            violation=act.code,
            stage=VerificationStage.FOCAL_POINT,
            status=VerificationStatus.VERIFIED,
            decided_on=at.date(),
            seen_at=seen_at,
            at=at,
        )


def _hold_one(adviser: User, *, now: datetime) -> None:
    waiting = Referral.objects.awaiting_release().filter(redaction="RS")
    led = waiting.filter(
        report__referrals__redaction="RD0", report__referrals__status="acknowledged"
    )
    proposal = led.select_related("report__mission").order_by("-report__filed_at").first()
    if proposal is not None:
        hold_referral(
            referral=proposal,
            by=adviser,
            held_for=HoldReason.CONSENT,
            reason="The social worker asks her tomorrow.",
            at=now - timedelta(minutes=40),
        )

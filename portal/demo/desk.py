"""What the advisers of the fictional mission did at their desk since the reports came in."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from actors.models import User
from actors.roles import Role
from referrals.models import Referral, Report, Task, TaskStatus
from referrals.models.reasons import (
    CloseReason,
    HoldReason,
    Interviewer,
    VerificationStage,
    VerificationStatus,
)
from referrals.statuses import ReportStatus
from referrals.workflow.answering import accept_referral, finish_referral
from referrals.workflow.closing import begin_follow_up, close_report
from referrals.workflow.escalating import escalate_overdue
from referrals.workflow.plans import ActionLine, add_actions, mark_of, save_sections
from referrals.workflow.recording import note_interview, set_verification
from referrals.workflow.release import hold_referral
from referrals.workflow.task_kinds import PLAN
from referrals.workflow.tasking import end_task

FOLLOWED_UP_AFTER, CLOSED_AFTER = timedelta(days=8), timedelta(days=21)

# What two people have written so far of the plan whose clock is running.
PLAN_OF_THE_ADVISER = {
    "known": "Shots at the school at noon, seen by our patrol. All pupils are with their teachers.",
    "services": "The psychosocial team of Hearth and Haven can be there in the afternoon.",
}
PLAN_OF_THE_POLICE = {
    "objectives": "Lessons tomorrow in a place that is safe, and a patrol on the way to it."
}
ACTIONS = (
    (Role.HOPC, "High-visibility patrols around the school", "Duty officer, Oskel", 2),
    (Role.CPA, "Reach the psychosocial team through the lead", "Ngozi Eze", 3),
    (Role.CIVIL_AFFAIRS, "Talk with the parents about a place for lessons", "", 20),
)


def carry_on_at_the_desk(
    users: dict[str, User], holders: dict[int, User], *, now: datetime
) -> None:
    """Follow up and close what is old, verify, hold one proposal, begin a plan of action; tell
    whom deadlines tell.

    Args:
        users: by login.
        holders: who answers at each post, by its primary key.
    """
    adviser = users["cpa"]
    decided = Report.objects.filter(status=ReportStatus.ROUTED).select_related("mission")
    for report in decided.filter(filed_at__lt=now - FOLLOWED_UP_AFTER).order_by("filed_at"):
        _follow_up(report, adviser, holders, now=now)
    _hold_one(adviser, now=now)
    _begin_plan(adviser, users["hopc"], now=now)
    while escalate_overdue(now):
        pass


def _follow_up(report: Report, adviser: User, holders: dict[int, User], *, now: datetime) -> None:
    at = report.filed_at + timedelta(days=3)
    begin_follow_up(report=report, by=adviser, at=at)
    if report.filed_at < now - CLOSED_AFTER:
        _settle(report, adviser, holders, at=at)
        _verify(report, adviser, at=at)
        close_report(
            report=report,
            by=adviser,
            reason=CloseReason.SERVED,
            words="Everybody who could help has answered; the families know whom to call.",
            at=at + timedelta(days=14),
        )


def _settle(report: Report, adviser: User, holders: dict[int, User], *, at: datetime) -> None:
    """Partners help and say so; what was to be done is done."""
    for task in report.tasks.filter(status=TaskStatus.OPEN):
        task.report = report
        is_done = task.code != PLAN
        outcome = (
            "Done with the team site." if is_done else "Agreed in the morning meeting instead."
        )
        end_task(task=task, by=adviser, is_done=is_done, outcome=outcome, at=at)
    for referral in report.referrals.with_partner().select_related("report__mission"):
        helper = holders[referral.post_id]
        accept_referral(referral=referral, by=helper, at=at)
        finish_referral(referral=referral, by=helper, at=at + timedelta(days=9))


def _begin_plan(adviser: User, hopc: User, *, now: datetime) -> None:
    """The newest plan: the adviser and the police write at the same time, half of it is there."""
    plans = Task.objects.filter(code=PLAN, status=TaskStatus.OPEN, due_at__gt=now)
    task = plans.select_related("report__mission").latest("opened_at")
    for person, texts in ((adviser, PLAN_OF_THE_ADVISER), (hopc, PLAN_OF_THE_POLICE)):
        save_sections(task=task, by=person, texts=texts, seen=dict.fromkeys(texts, mark_of("")))
    lines = [
        ActionLine(component, what, owner, now + timedelta(hours=hours))
        for component, what, owner, hours in ACTIONS
    ]
    add_actions(task=task, by=hopc, lines=lines)


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

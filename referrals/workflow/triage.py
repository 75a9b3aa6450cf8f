"""What people who were told do first: acknowledge it, forward it or hold that, open it.

Each verb is one transaction with a conditional update on the old status, so that of two people
pressing at once one wins and the other is told what happened and by whom.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actors.models import User
from actors.standing import standing_of
from referrals.models import HistoryEntry, Referral, Report, Verb
from referrals.models.choices import Gate
from referrals.permissions import can_forward, can_lead
from referrals.querysets import ReferralQuerySet
from referrals.statuses import REFERRAL_MOVES, REPORT_MOVES
from referrals.workflow.errors import AlreadyDone, NotAllowed, ReleaseRefused, moment
from referrals.workflow.moving import lock_report, move_referral, set_report_status
from referrals.workflow.routing import current_implicated
from referrals.workflow.telling import LET_IN_FIELDS, directory_now, let_in, tell


@transaction.atomic
def acknowledge_report(*, report: Report, by: User, at: datetime | None = None) -> list[Referral]:
    """Say "I have it" for every referral for action that waits at this person's posts.

    Raises:
        NotAllowed: none of their posts was told for action.
        AlreadyDone: it is acknowledged already.
    """
    at = at or timezone.now()
    leads = can_lead(by, report)
    if leads:
        report = lock_report(report)
    mine = Referral.objects.filter(report=report, kind="action", post__in=standing_of(by).post_ids)
    waiting = list(mine.unacknowledged().select_for_update())
    if not waiting:
        raise _too_late(mine.filter(acknowledged_at__isnull=False).first())
    for referral in waiting:
        referral.status = REFERRAL_MOVES["acknowledge"][1]
        referral.acknowledged_at, referral.acknowledged_by = at, by
    Referral.objects.bulk_update(waiting, ["status", "acknowledged_at", "acknowledged_by"])
    if leads and report.status in REPORT_MOVES["acknowledge"][0]:
        set_report_status(report, "acknowledge")
    HistoryEntry.objects.bulk_create(
        HistoryEntry(report=report, referral=r, at=at, actor=by, verb=Verb.ACKNOWLEDGED)
        for r in waiting
    )
    return waiting


@transaction.atomic
def forward_report(*, report: Report, by: User, at: datetime | None = None) -> list[Referral]:
    """The focal point passes the report to the adviser (policy 2.4, R03).

    Raises:
        NotAllowed: this person is not the focal point told for action.
        AlreadyDone: it is forwarded already.
    """
    return _forward(_gated_for(by, report), by=by, at=at or timezone.now())


@transaction.atomic
def hold_forward(
    *, report: Report, by: User, reason: str, at: datetime | None = None
) -> list[Referral]:
    """The focal point lets the forwarding wait and says why. At its deadline it is forwarded all
    the same (policy 2.8).

    Raises:
        NotAllowed: this person is not the focal point told for action.
        AlreadyDone: it is held or forwarded already.
        ReleaseRefused: no reason.
    """
    at, report = at or timezone.now(), lock_report(report)
    waiting = list(_gated_for(by, report).awaiting_forward())
    if not reason.strip():
        raise ReleaseRefused("reason", "required", _("Write what it waits for."))
    for referral in waiting:
        given = {"details": {"reason": reason}, "release_reason": reason, "released_by": by}
        move_referral(referral, "hold", verb=Verb.HELD, by=by, at=at, **given)
    return waiting


def forward_overdue(now: datetime | None = None, limit: int = 100) -> int:
    """Forward what no focal point forwarded in time (policy 2.8); the number of reports."""
    now = now or timezone.now()
    due = Referral.objects.awaiting_forward().overdue(now).values_list("report", flat=True)
    return sum(_forward_one(pk, now) for pk in list(due.order_by("due_at")[:limit]))


def _gated_for(by: User, report: Report) -> ReferralQuerySet:
    """What the focal point forwards, where this person does and it still waits."""
    gated = Referral.objects.filter(report=report, gate=Gate.CPFP_FORWARD)
    if can_forward(by, report):
        return gated
    if gated.awaiting_forward().exists():
        raise NotAllowed
    raise _already_forwarded(gated.filter(released_at__isnull=False).first())


@transaction.atomic
def _forward_one(report_id: int, now: datetime) -> bool:
    gated = Referral.objects.filter(report=report_id, gate=Gate.CPFP_FORWARD)
    return bool(_forward(gated.overdue(now), by=None, at=now))


def _forward(gated, *, by: User | None, at: datetime) -> list[Referral]:
    waiting = list(
        gated.awaiting_forward().select_related("report").select_for_update(of=("self",))
    )
    if not waiting:
        return []
    report = waiting[0].report
    directory = directory_now(report, at)
    for referral in waiting:
        seat = directory.resolve(referral.role, implicated=current_implicated(report))
        let_in(referral, seat, by=by, at=at)
        minutes = report.decision.get("ack_minutes")
        referral.due_at = at + timedelta(minutes=minutes) if minutes else None
    Referral.objects.bulk_update(waiting, [*LET_IN_FIELDS, "due_at"])
    tell(waiting, directory, verb=Verb.FORWARDED, by=by, at=at)
    return waiting


def note_opened(*, report: Report, by: User) -> None:
    """Keep in the history that this person opened the report for the first time."""
    HistoryEntry.objects.bulk_create(
        [HistoryEntry(report=report, actor=by, at=timezone.now(), verb=Verb.OPENED)],
        ignore_conflicts=True,
    )


def _too_late(referral: Referral | None) -> Exception:
    if referral is None:
        return NotAllowed()
    return AlreadyDone(
        _("Already acknowledged by %(name)s, %(at)s.")
        % {"name": referral.acknowledged_by, "at": moment(referral.acknowledged_at)}
    )


def _already_forwarded(referral: Referral | None) -> Exception:
    if referral is None:
        return NotAllowed()
    return AlreadyDone(
        _("Already forwarded by %(name)s, %(at)s.")
        % {"name": referral.released_by or _("the portal"), "at": moment(referral.released_at)}
    )

"""Routing a stored report: people to rows, the outbox, and the history.

House, step 5. What is stored was worked out by `planning`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from actors.directory import Seat, contacts_of
from referrals.models import HistoryEntry, Referral, Report, Verb
from referrals.models.choices import Track
from referrals.models.inserting import insert_rows
from referrals.notifications import outbox
from referrals.statuses import ReferralStatus, ReportStatus
from referrals.workflow.partners import make_links
from referrals.workflow.planning import (
    Plan,
    PlannedRecipient,
    implicated_in,
    plan_routing,
    situation_of,
)
from referrals.workflow.routed_tasks import asked_tasks

logger = logging.getLogger(__name__)


def store_plan(report: Report, plan: Plan, *, at: datetime) -> None:
    """Write the referrals, their outbox rows and the tasks, and set the decision on `report`.

    The caller saves `report` itself, in the same transaction.
    """
    set_decision(report, plan)
    report.policy_id, report.routed_at = plan.policy_id, at
    if report.track == Track.MISCONDUCT:
        report.status = ReportStatus.DIVERTED_MISCONDUCT
    referrals = [new_referral(report, n, planned, at) for n, planned in enumerate(plan.recipients)]
    insert_rows(referrals)
    insert_rows(asked_tasks(report, plan, at=at))
    seats = [planned.seat for planned in plan.recipients]
    queue_notices(zip(referrals, seats, strict=True), at=at, due=plan.read_at)


def set_decision(report: Report, plan: Plan) -> None:
    """Set on the unsaved report what was decided and from which facts (`DECIDED_FIELDS`)."""
    decision = plan.decision
    report.track, report.priority = decision.track, decision.priority
    report.classification, report.flash = decision.classification, decision.flash
    report.poc_phase, report.decision = decision.poc_phase, decision.as_dict()
    report.routed_facts = plan.facts.as_dict()


def queue_notices(
    told: Iterable[tuple[Referral, Seat | None]], *, at: datetime, due: datetime
) -> None:
    """Write one outbox row per contact of each (referral, seat) that may be told now.

    Args:
        at: when it happened.
        due: from when to send, by the database's clock (`Directory.read_at`).
    """
    told = [(r, seat) for r, seat in told if seat and r.status == ReferralStatus.RELEASED]
    contacts = contacts_of(seat for _referral, seat in told)
    make_links(told, contacts, at=at)
    insert_rows(
        [
            notice
            for referral, seat in told
            for notice in outbox.notices_for(referral, contacts[seat.post_id], now=at, due=due)
        ]
    )


def route_report(report: Report, *, at: datetime) -> HistoryEntry:
    """Route one stored report inside a savepoint; what happened, as an unsaved history entry.

    A report is never lost to a faulty rule (house, step 2): the savepoint is rolled back, the
    report stays, `routed_at` stays empty and the sweep tries again.
    """
    try:
        with transaction.atomic():
            plan = plan_routing(situation_of(report, at))
            store_plan(report, plan, at=at)
    except Exception as error:
        # Only the kind of error: its text may repeat what the officer wrote.
        logger.error("routing failed: report %s: %s", report.uuid, type(error).__name__)
        _forget_decision(report)
        return HistoryEntry(report=report, at=at, verb=Verb.ROUTING_FAILED)
    details = routed_details(plan)
    return HistoryEntry(report=report, at=at, verb=Verb.ROUTED, details=details)


def route_waiting_reports(limit: int = 50) -> int:
    """Route stored reports whose routing failed before; the number routed now."""
    # In no order: some that fail again and again must not stand in the way of the others.
    waiting = list(Report.objects.unrouted().order_by("?").values_list("pk", flat=True)[:limit])
    return sum(_route_waiting(pk) for pk in waiting)


def _route_waiting(pk: int) -> bool:
    with transaction.atomic():
        found = Report.objects.unrouted().filter(pk=pk).select_for_update(skip_locked=True)
        report = found.first()
        entry = route_report(report, at=timezone.now()) if report else None
        if entry is None or entry.verb != Verb.ROUTED:
            return False
        entry.save()
        report.save(update_fields=ROUTED_FIELDS)
        transaction.on_commit(outbox.poke, robust=True)
    return True


DECIDED_FIELDS = (
    "track",
    "priority",
    "classification",
    "flash",
    "poc_phase",
    "routed_facts",
    "decision",
)
ROUTED_FIELDS = ("status", *DECIDED_FIELDS, "policy", "routed_at")


def _forget_decision(report: Report) -> None:
    """Undo on the object what the rolled-back savepoint undid in the database."""
    for name in ROUTED_FIELDS:
        field = Report._meta.get_field(name)
        setattr(report, field.attname, field.get_default())


def current_implicated(report: Report) -> frozenset[int]:
    """Organizations that must never learn of this report: the named party and all tied to it."""
    return implicated_in(report)


def new_referral(
    report: Report, position: int, planned: PlannedRecipient, at: datetime
) -> Referral:
    """An unsaved row for a planned recipient, let in already where it is told at once."""
    recipient, seat = planned.recipient, planned.seat
    due = planned.due_minutes
    return Referral(
        report=report,
        position=position,
        role=recipient.role,
        organization_id=seat and seat.organization_id,
        post_id=seat and seat.post_id,
        is_gap=planned.is_gap,
        kind=recipient.kind,
        gate=recipient.gate,
        redaction=recipient.redaction,
        via=recipient.via or "",
        assigned=recipient.assigned or "",
        rule=recipient.rule,
        reason=recipient.reason,
        source=recipient.source,
        status=_first_status(planned),
        due_at=at + timedelta(minutes=due) if due is not None else None,
        released_at=at if planned.is_told_at_once else None,
    )


def _first_status(planned: PlannedRecipient) -> str:
    if planned.is_told_at_once:
        return ReferralStatus.RELEASED
    return ReferralStatus.HELD if planned.recipient.state == "held" else ReferralStatus.PROPOSED


def routed_details(plan: Plan) -> dict[str, object]:
    """What the history keeps of a routing: the policy, who was chosen, whom a guard took out."""
    return {
        "policy": plan.policy_number,
        "recipients": [
            [p.recipient.role, p.recipient.kind, p.recipient.gate, p.recipient.rule]
            for p in plan.recipients
        ],
        "removed": [[s.role, s.guard] for s in plan.decision.suppressed],
    }

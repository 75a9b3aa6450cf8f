"""Who must know: facts to decision (pure), decision to people (directory), people to rows.

House, steps 3 to 5. The same plan is shown before sending and stored after it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from actors.directory import Directory, Seat, contacts_of
from actors.models import Area, Organization
from actors.roles import Role
from referrals.models import HistoryEntry, Referral, Report, Verb
from referrals.models.choices import Gate, Track
from referrals.models.inserting import insert_rows
from referrals.notifications import outbox
from referrals.permissions import cp_lead_role
from referrals.routing import Decision, Recipient, decide
from referrals.statuses import ReferralStatus, ReportStatus
from referrals.workflow.policies import active_policy

logger = logging.getLogger(__name__)

TOLD_AT_ONCE = frozenset({Gate.NONE, Gate.POST_REVIEW})


@dataclass(frozen=True)
class Situation:
    """What routing looks at: the stated facts, the place and who files. Nothing is stored."""

    area: Area
    facts: dict[str, object]
    child_victims: int
    perpetrator_org: Organization | None
    filer_organization_id: int | None
    at: datetime


@dataclass(frozen=True)
class PlannedRecipient:
    """One recipient the rules chose, and the seat that answers for it."""

    recipient: Recipient
    seat: Seat | None
    is_gap: bool

    @property
    def is_told_at_once(self) -> bool:
        return self.recipient.gate in TOLD_AT_ONCE

    @property
    def due_minutes(self) -> int | None:
        return self.recipient.due_minutes


@dataclass(frozen=True)
class Plan:
    """Everything the rules and the directory say about one situation."""

    decision: Decision
    policy_id: int
    policy_number: int
    recipients: tuple[PlannedRecipient, ...]
    read_at: datetime

    @property
    def told(self) -> list[PlannedRecipient]:
        return [planned for planned in self.recipients if planned.is_told_at_once]

    @property
    def gated(self) -> list[PlannedRecipient]:
        return [planned for planned in self.recipients if not planned.is_told_at_once]


def plan_routing(situation: Situation) -> Plan:
    """Work out who must know; reads the directory and the policy, stores nothing.

    Raises:
        FactsError: a fact or value the policy does not know.
        PolicyError: the policy in force does not compile.
    """
    directory = Directory.covering(situation.area, at=situation.at)
    active = active_policy()
    facts = active.policy.facts(_all_facts(situation, directory))
    decision = decide(facts, active.policy)
    find = _finder(situation, directory, decision)
    return Plan(
        decision=decision,
        policy_id=active.version_id,
        policy_number=active.number,
        recipients=tuple(PlannedRecipient(r, *find(r)) for r in decision.recipients),
        read_at=directory.read_at,
    )


def store_plan(report: Report, plan: Plan, *, at: datetime) -> None:
    """Write the referrals and their outbox rows, and set the decision on `report`.

    The caller saves `report` itself, in the same transaction.
    """
    decision = plan.decision
    report.track, report.priority = decision.track, decision.priority
    report.classification, report.flash = decision.classification, decision.flash
    report.poc_phase, report.decision = decision.poc_phase, decision.as_dict()
    report.policy_id, report.routed_at = plan.policy_id, at
    if decision.track == Track.MISCONDUCT:
        report.status = ReportStatus.DIVERTED_MISCONDUCT
    referrals = [_referral(report, n, planned, at) for n, planned in enumerate(plan.recipients)]
    insert_rows(referrals)
    seats = [planned.seat for planned in plan.recipients]
    queue_notices(zip(referrals, seats, strict=True), at=at, due=plan.read_at)


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
            plan = plan_routing(_situation_of(report, at))
            store_plan(report, plan, at=at)
    except Exception as error:
        # Only the kind of error: its text may repeat what the officer wrote.
        logger.error("routing failed: report %s: %s", report.uuid, type(error).__name__)
        _forget_decision(report)
        return HistoryEntry(report=report, at=at, verb=Verb.ROUTING_FAILED)
    details = _routed_details(plan)
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


ROUTED_FIELDS = (
    "status",
    "track",
    "priority",
    "classification",
    "flash",
    "poc_phase",
    "decision",
    "policy",
    "routed_at",
)


def _forget_decision(report: Report) -> None:
    """Undo on the object what the rolled-back savepoint undid in the database."""
    for name in ROUTED_FIELDS:
        field = Report._meta.get_field(name)
        setattr(report, field.attname, field.get_default())


def _situation_of(report: Report, at: datetime) -> Situation:
    area = report.area
    post = report.reporter_post
    return Situation(
        area=area,
        facts=report.facts,
        child_victims=report.children,
        perpetrator_org=report.perpetrator_org,
        filer_organization_id=post.organization_id if post else None,
        at=at,
    )


def _all_facts(situation: Situation, directory: Directory) -> dict[str, object]:
    """Facts as stated, mission settings and what the directory knows, in the policy's names."""
    party = situation.perpetrator_org
    return {
        **situation.area.mission.policy_settings(),
        **situation.facts,
        "adm2": situation.area.code,
        "child_victims": situation.child_victims,
        "perpetrator_org": party.name if party else None,
        "roster": directory.roster(),
        "hrddp": directory.hrddp(),
        "low_confidentiality_partners": [],
    }


def _finder(situation: Situation, directory: Directory, decision: Decision):
    """A function from recipient to (seat, is_gap)."""
    implicated = _tied_to(situation.perpetrator_org)

    def find(recipient: Recipient) -> tuple[Seat | None, bool]:
        if recipient.role == Role.UNPOL_SUPERVISOR:
            seat = _supervisor(situation, directory, implicated)
        else:
            seat = directory.resolve(recipient.role, implicated=implicated)
        if seat is not None:
            return seat, False
        # Nobody answers for the role: the CP lead is told instead (house, step 4). A proposal
        # waits for the directory; on the misconduct track nobody else may learn of it.
        if recipient.gate in TOLD_AT_ONCE and decision.track == Track.STANDARD:
            lead = cp_lead_role(situation.area.mission)
            return directory.resolve(lead, implicated=implicated), True
        return None, True

    return find


def _supervisor(
    situation: Situation, directory: Directory, implicated: frozenset[int]
) -> Seat | None:
    """The filer's own line (policy 2.1): their organization first, then those above it."""
    own = situation.filer_organization_id
    resolve = partial(directory.resolve, Role.UNPOL_SUPERVISOR, implicated=implicated)
    found = resolve(filer_organizations=[own])
    if found is not None or own is None:
        return found
    return resolve(filer_organizations=Organization.objects.line_of(own))


def current_implicated(report: Report) -> frozenset[int]:
    """Organizations that must never learn of this report: the named party and all tied to it."""
    return _tied_to(report.perpetrator_org)


def _tied_to(party: Organization | None) -> frozenset[int]:
    return Organization.objects.related_to([party.pk]) if party else frozenset()


def _referral(report: Report, position: int, planned: PlannedRecipient, at: datetime) -> Referral:
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


def _routed_details(plan: Plan) -> dict[str, object]:
    return {
        "policy": plan.policy_number,
        "recipients": [
            [p.recipient.role, p.recipient.kind, p.recipient.gate, p.recipient.rule]
            for p in plan.recipients
        ],
        "removed": [[s.role, s.guard] for s in plan.decision.suppressed],
    }

"""Deciding a routed report anew: what would be different, and bringing it about.

A guard set aside and a correction both do this. The report is decided with the version of the
policy that routed it, and only the difference reaches the referrals. Nobody is told twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from actors.models import User
from referrals.models import Notification, PartnerLink, Referral, Report, Verb
from referrals.models.choices import CONFIDED, Perpetrator, ReferralKind, Track
from referrals.models.inserting import insert_rows
from referrals.routing.decision import FiredGuard, Suppressed
from referrals.statuses import LET_IN, REFERRAL_MOVES, ReferralStatus
from referrals.workflow.handing_over import UNDELIVERED
from referrals.workflow.planning import Plan, PlannedRecipient, plan_again
from referrals.workflow.renewing import (
    PART,
    RENEWED,
    renewed_referral,
    returned_referral,
    take_over,
    waiting_since,
)
from referrals.workflow.routed_tasks import open_tasks
from referrals.workflow.routing import new_referral, queue_notices, routed_details, set_decision

UNDECIDED = REFERRAL_MOVES["release"][0]
# A recipient who was told keeps their level, unless the rules now show less of the record. A
# service request is another kind of page, neither more nor less than a line of the summary.
_LADDER = frozenset({"RD0", "RD1", "RD2", "RD3"})
_STORED = (*RENEWED, "released_by", "release_reason")

Pairs = tuple[tuple[Referral, PlannedRecipient], ...]


@dataclass(frozen=True)
class Change:
    """What deciding anew does to the recipients of a report.

    `appearing` are new, `returning` were dropped by an earlier change, never told, and chosen
    again; `changing` wait and do so differently, `dropping` wait and are not chosen any more.
    Of those told before, `altering` see less or have to act from now on, `leaving` would not be
    chosen any more and keep what they were told, and `ending` lose their access: they are tied to
    whom the report is about, or stand outside the conduct channel. `removed` and `guards` are
    roles that another guard takes out now, and guards newly at work.
    """

    plan: Plan
    appearing: tuple[PlannedRecipient, ...]
    returning: Pairs
    changing: Pairs
    dropping: tuple[Referral, ...]
    altering: Pairs
    leaving: tuple[Referral, ...]
    ending: tuple[Referral, ...]
    removed: tuple[Suppressed, ...]
    guards: tuple[FiredGuard, ...]
    diverts: bool

    def fingerprint(self) -> str:
        """Tells this change from another; the same for the same change seen later."""
        seen = [
            _head(self.plan),
            [_planned(each) for each in self.appearing],
            *(
                [[r.pk, *_planned(each)] for r, each in pairs]
                for pairs in (self.returning, self.changing, self.altering)
            ),
            *([r.pk for r in each] for each in (self.dropping, self.leaving, self.ending)),
        ]
        return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()[:24]


def _head(plan: Plan) -> list[object]:
    decided = plan.decision
    tasks = sorted(f"{task.code} {task.owner}" for task in decided.tasks)
    return [decided.track, decided.priority, decided.flash, decided.classification, tasks]


def _planned(planned: PlannedRecipient) -> list[object]:
    seat = planned.seat
    return [planned.recipient.as_dict(), seat and seat.organization_id, planned.is_gap]


def work_out(
    report: Report,
    *,
    stated: dict[str, object],
    guards: Iterable[str] = (),
    was: Mapping[str, object] | None = None,
    at: datetime,
) -> Change:
    """What would change, were this stated and these guards set aside as well; stores nothing.

    Guards set aside before stay so, with two exceptions. UNKNOWN_PERP_HOLD was set aside because
    the lead had stated a category; a correction back to "not known" takes its ground away. And on
    the misconduct track nobody has set anything aside.

    Args:
        was: as for `plan_again`.
    """
    perpetrator = stated.get("perpetrator", report.routed_facts.get("perpetrator"))
    aside = {*report.overrides.values_list("guard", flat=True), *guards}
    if perpetrator == Perpetrator.UNKNOWN:
        aside.discard("UNKNOWN_PERP_HOLD")
    if perpetrator in CONFIDED:
        aside = set()
    plan = plan_again(report, set_aside=sorted(aside), stated=stated, at=at, was=was)
    return difference(report, plan)


def difference(report: Report, plan: Plan) -> Change:
    """How the plan differs from the referrals as they stand and the decision as it was."""
    diverts = plan.decision.track == Track.MISCONDUCT and report.track != Track.MISCONDUCT
    known = {referral.role: referral for referral in report.referrals.all()}
    planned = {each.recipient.role: each for each in plan.recipients}
    before = {each["role"]: each for each in report.decision["recipients"]}
    removed = {(each["role"], each["guard"]) for each in report.decision["suppressed"]}
    at_work = {each["id"] for each in report.decision["guards"]}
    undecided = {role: r for role, r in known.items() if r.status in UNDECIDED}
    told = {role: r for role, r in known.items() if r.status in LET_IN}
    ending = {
        role
        for role, r in told.items()
        if r.organization_id in plan.implicated or (diverts and role not in planned)
    }
    closed = _closed_by_nobody(report, known) if not diverts else known.keys() - {*undecided, *told}
    return Change(
        plan=plan,
        appearing=tuple(each for role, each in planned.items() if role not in known),
        returning=tuple((known[r], each) for r, each in planned.items() if r in closed),
        changing=tuple(
            (undecided[role], each)
            for role, each in planned.items()
            if role in undecided and _waits_differently(undecided[role], each, before, plan)
        ),
        dropping=tuple(r for role, r in undecided.items() if role not in planned),
        altering=tuple(
            (told[role], each)
            for role, each in planned.items()
            if role in told and role not in ending and (diverts or altered_part(told[role], each))
        ),
        leaving=tuple(
            r
            for role, r in told.items()
            if role not in planned and role in before and role not in ending
        ),
        ending=tuple(told[role] for role in told if role in ending),
        removed=tuple(s for s in plan.decision.suppressed if (s.role, s.guard) not in removed),
        guards=tuple(each for each in plan.decision.guards if each.id not in at_work),
        diverts=diverts,
    )


def apply_change(
    report: Report, change: Change, *, by: User, at: datetime, reason: str
) -> dict[str, object]:
    """Bring referrals, messages and tasks in line; what followed, for the history.

    Needs a transaction in which `lock_referrals` was called. Sets the decision on `report`, which
    the caller saves (`DECIDED_FIELDS`).
    """
    since = waiting_since(report)
    _set_decision(report, change)
    new = _insert_new(report, change, at)
    renewed = [
        *(
            renewed_referral(report, r, planned, at, since=since.get(r.role, report.routed_at))
            for r, planned in change.changing
        ),
        *(returned_referral(report, r, planned, at) for r, planned in change.returning),
    ]
    for referral, planned in change.altering:
        fresh = new_referral(report, referral.position, planned, at)
        part = PART if change.diverts else altered_part(referral, planned)
        take_over(referral, fresh, part)
    for referral in (*change.dropping, *change.ending):
        referral.status, referral.released_by = ReferralStatus.REVOKED, by
        referral.release_reason = reason
    kept = [referral for referral, _planned in change.altering]
    Referral.objects.bulk_update([*renewed, *kept, *change.dropping, *change.ending], _STORED)
    _close_doors(change.ending, by=by, at=at)
    _queue(report, change, new, renewed, at)
    open_tasks(report, change.plan, at=at)
    return _followed(change)


def lock_referrals(report: Report) -> None:
    """Wait for who is deciding on one of them; what is decided by then stays decided."""
    list(report.referrals.order_by("pk").select_for_update().values_list("pk"))


def _closed_by_nobody(report: Report, known: Mapping[str, Referral]) -> set[str]:
    """Roles that an earlier change dropped and nobody has decided on; the history says so."""
    revoked = {r for r, each in known.items() if each.status == ReferralStatus.REVOKED}
    if not revoked:
        return set()
    dropped: set[str] = set()
    for details in report.history.filter(verb=Verb.REROUTED).values_list("details", flat=True):
        dropped -= {*details.get("appeared", ())}
        dropped |= {*details.get("dropped", ())}
    return {role for role in revoked & dropped if known[role].released_at is None}


def _waits_differently(
    referral: Referral, planned: PlannedRecipient, before: Mapping[str, object], plan: Plan
) -> bool:
    """The rules say something else, or who would answer is tied to whom the report is about."""
    is_other = planned.recipient.as_dict() != before.get(referral.role)
    return is_other or referral.organization_id in plan.implicated


def altered_part(referral: Referral, planned: PlannedRecipient) -> tuple[str, ...]:
    """What becomes another for somebody who was told: all, where they have to act from now on;
    the level alone, where the rules show less of the record now.
    """
    if planned.recipient.kind == ReferralKind.ACTION != referral.kind:
        return PART
    levels = (referral.redaction, planned.recipient.redaction)
    sees_less = set(levels) <= _LADDER and levels[0] < levels[1]
    return ("redaction",) if sees_less else ()


def _set_decision(report: Report, change: Change) -> None:
    """A phase that somebody has set by hand stays."""
    by_hand = report.poc_phase if report.poc_phase != report.decision.get("poc_phase") else ""
    set_decision(report, change.plan)
    report.poc_phase = by_hand or report.poc_phase


def _insert_new(report: Report, change: Change, at: datetime) -> list[Referral]:
    """New ones stand after the others."""
    last = max((referral.position for referral in report.referrals.all()), default=-1)
    new = [
        new_referral(report, last + n, planned, at)
        for n, planned in enumerate(change.appearing, start=1)
    ]
    insert_rows(new)
    return new


def _close_doors(ended: Iterable[Referral], *, by: User, at: datetime) -> None:
    """Links end and no notice goes out any more: even an empty one says that something waits."""
    pks = [referral.pk for referral in ended]
    links = PartnerLink.objects.filter(referral__in=pks, revoked_at=None)
    links.update(revoked_at=at, revoked_by=by)
    Notification.objects.filter(referral__in=pks, status__in=UNDELIVERED).delete()


def _queue(
    report: Report, change: Change, new: list[Referral], renewed: list[Referral], at: datetime
) -> None:
    """Notices for whom this lets in; never for somebody who has had one before."""
    rows = [*new, *renewed]
    seats = [planned.seat for planned in change.appearing]
    seats += [planned.seat for _referral, planned in (*change.changing, *change.returning)]
    before = set(
        Notification.objects.filter(referral__report=report).values_list("referral", flat=True)
    )
    told = [(r, seat) for r, seat in zip(rows, seats, strict=True) if r.pk not in before]
    queue_notices(told, at=at, due=change.plan.read_at)


def _followed(change: Change) -> dict[str, object]:
    """For the history: the decision, and whose part is another from now on."""
    returning = [referral.role for referral, _planned in change.returning]
    return routed_details(change.plan) | {
        "appeared": [each.recipient.role for each in change.appearing] + returning,
        "changed": [referral.role for referral, _planned in change.changing],
        "dropped": [referral.role for referral in change.dropping],
        "altered": [referral.role for referral, _planned in change.altering],
        "left": [referral.role for referral in change.leaving],
        "ended": [referral.role for referral in change.ending],
    }

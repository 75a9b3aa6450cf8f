"""What the CP lead decides on a recipient: release, hold, not to tell, take back (policy 2.6, 2.9).

Each verb is one transaction that locks the report first (`moving.lock_report`), so that of two
people deciding at once one wins and the other is told what happened and by whom.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actors.models import User
from referrals.models import ConsentRecord, Notification, Referral, Report, Verb
from referrals.models.choices import Gate, ReferralKind
from referrals.models.reasons import HoldReason
from referrals.notifications import outbox
from referrals.notifications.clock import database_now
from referrals.permissions import can_lead
from referrals.redaction import facts_for
from referrals.statuses import REFERRAL_MOVES, REPORT_MOVES
from referrals.workflow.deadlines import minutes_to_accept
from referrals.workflow.errors import AlreadyDone, NotAllowed, ReleaseRefused
from referrals.workflow.gates import DO_NO_HARM, Gates, ReleaseBasis, gates_of
from referrals.workflow.handing_over import UNDELIVERED
from referrals.workflow.moving import lock_report, move_referral, said_of, set_report_status
from referrals.workflow.routing import queue_notices

DECIDED_BY_LEAD = (Gate.CP_LEAD, Gate.CP_LEAD_HRDDP)
# What the rules tell by themselves stays told; the lead takes back what waits for the lead, or
# went out before the lead could look (life-saving care).
TAKEN_BACK_BY_LEAD = (*DECIDED_BY_LEAD, Gate.POST_REVIEW)


class SomeRefused(Exception):
    """Of several releases some cannot be; `by_referral` says why, by primary key. None is done."""

    def __init__(self, by_referral: Mapping[int, AlreadyDone | ReleaseRefused]):
        self.by_referral = by_referral
        super().__init__(_("%(n)s cannot be released like this.") % {"n": len(by_referral)})


@dataclass(frozen=True)
class Released:
    """Who was let in, and why others were not, by primary key of the referral."""

    referrals: tuple[Referral, ...]
    refused: Mapping[int, AlreadyDone | ReleaseRefused]


@transaction.atomic
def release_referral(
    *, referral: Referral, by: User, basis: ReleaseBasis, at: datetime | None = None
) -> Referral:
    """The CP lead lets a proposed recipient know, with a reason that is kept.

    Raises:
        NotAllowed: this person does not lead on the report.
        AlreadyDone: it was decided before, by somebody named in the text.
        ReleaseRefused: reason, consent, checklist, due diligence or recipient is missing, or
            the recipient's entry is older than 180 days and not confirmed.
    """
    at = at or timezone.now()
    report = _led(referral.report, by)
    referral = _decidable(report, referral, "release")
    gates = gates_of(report, [referral], at=at)[0]
    gates.check(basis)
    _let_in(report, [(gates, basis)], by=by, at=at)
    return referral


@transaction.atomic
def release_referrals(
    *,
    report: Report,
    chosen: Sequence[tuple[Referral, ReleaseBasis]],
    by: User,
    only_possible: bool = False,
    at: datetime | None = None,
) -> Released:
    """Release several recipients of one report, each on its own basis: all of them or none.

    Args:
        only_possible: the lead has seen which are refused and wants the others released.

    Raises:
        NotAllowed: this person does not lead on the report.
        SomeRefused: some cannot be, and `only_possible` was not said. Nothing is done.
    """
    at = at or timezone.now()
    report = _led(report, by)
    refused: dict[int, AlreadyDone | ReleaseRefused] = {}
    fresh = report.referrals.in_bulk([referral.pk for referral, _basis in chosen])
    gates = {each.referral.pk: each for each in gates_of(report, fresh.values(), at=at)}
    for referral, basis in chosen:
        try:
            _check_move(gates[referral.pk].referral, "release")
            gates[referral.pk].check(basis)
        except (AlreadyDone, ReleaseRefused) as refusal:
            refused[referral.pk] = refusal
    if refused and not only_possible:
        raise SomeRefused(refused)
    possible = [(gates[r.pk], basis) for r, basis in chosen if r.pk not in refused]
    _let_in(report, possible, by=by, at=at)
    return Released(tuple(each.referral for each, _basis in possible), refused)


@transaction.atomic
def hold_referral(
    *,
    referral: Referral,
    by: User,
    held_for: str,
    reason: str,
    at: datetime | None = None,
) -> Referral:
    """The CP lead lets a proposal wait and says for what; it can be released later.

    Raises:
        NotAllowed, AlreadyDone: as `release_referral`.
        ReleaseRefused: no `HoldReason`, or no words.
    """
    return _decide(
        "hold", Verb.HELD, referral, by, reason=reason, held_for=held_for, at=at or timezone.now()
    )


@transaction.atomic
def withhold_referral(
    *, referral: Referral, by: User, reason: str, at: datetime | None = None
) -> Referral:
    """The CP lead decides that a proposed recipient is not told; the reason is kept.

    Raises:
        NotAllowed, AlreadyDone: as `release_referral`.
        ReleaseRefused: no reason.
    """
    at = at or timezone.now()
    return _decide("withhold", Verb.WITHHELD, referral, by, reason=reason, at=at)


@transaction.atomic
def revoke_referral(
    *, referral: Referral, by: User, reason: str, at: datetime | None = None
) -> Referral:
    """The CP lead takes back what a recipient was let in to: they can no longer open it, what
    was not delivered yet is not sent any more, and a partner's links end.

    Raises:
        NotAllowed: as `release_referral`, or the rules tell this recipient by themselves.
        AlreadyDone: as `release_referral`.
        ReleaseRefused: no reason.
    """
    at = at or timezone.now()
    # Before the move: who delivers locks a notice first and its referral after it.
    _withdraw_notices(referral)
    referral = _decide("revoke", Verb.REVOKED, referral, by, reason=reason, at=at)
    _withdraw_notices(referral)
    referral.links.filter(revoked_at=None).update(revoked_at=at, revoked_by=by)
    return referral


def _withdraw_notices(referral: Referral) -> None:
    """A worker that is sending one finds its lease gone and records nothing."""
    Notification.objects.filter(referral=referral, status__in=UNDELIVERED).delete()


def _decide(
    move: str,
    verb: Verb,
    referral: Referral,
    by: User,
    *,
    reason: str,
    at: datetime,
    held_for: str = "",
) -> Referral:
    """A decision by which nobody is let in. Its reason stays with the referral and the history."""
    report = _led(referral.report, by)
    referral = _decidable(report, referral, move)
    if move == "hold" and held_for not in HoldReason:
        raise ReleaseRefused("held_for", "required", _("Choose what it waits for."))
    if not reason.strip():
        raise ReleaseRefused("reason", "required", str(_REASON_MISSING[move]))
    details = {"reason": reason, **({"held_for": held_for} if held_for else {})}
    decided = {"release_reason": reason, "held_for": held_for}
    if move != "revoke":  # who released it stays said
        decided["released_by"] = by
    move_referral(referral, move, verb=verb, by=by, at=at, details=details, **decided)
    _carry_on_triage(report)
    return referral


def _led(report: Report, by: User) -> Report:
    """The report on which this person leads, locked and read anew: a guard set aside meanwhile
    may have changed what a release needs.
    """
    report = Report.objects.with_places().get(pk=lock_report(report).pk)
    if not can_lead(by, report):
        raise NotAllowed
    return report


def _decidable(report: Report, referral: Referral, move: str) -> Referral:
    """The referral as it stands now, where the lead may still move it."""
    referral = report.referrals.get(pk=referral.pk)
    _check_move(referral, move)
    return referral


def _check_move(referral: Referral, move: str) -> None:
    if referral.gate not in (TAKEN_BACK_BY_LEAD if move == "revoke" else DECIDED_BY_LEAD):
        raise NotAllowed
    if referral.status not in REFERRAL_MOVES[move][0]:
        raise AlreadyDone(said_of(referral.report, referral))


def _let_in(
    report: Report, opened: Sequence[tuple[Gates, ReleaseBasis]], *, by: User, at: datetime
) -> None:
    for gates, basis in opened:
        move_referral(
            gates.referral,
            "release",
            verb=Verb.RELEASED,
            by=by,
            at=at,
            details=_stated(gates, basis, by),
            released_at=at,
            released_by=by,
            release_reason=basis.reason,
            held_for="",
            due_at=_to_answer(report, gates.referral, at),
            is_gap=False,
            post_id=gates.seat.post_id,
            organization_id=gates.seat.organization_id,
        )
        if gates.is_packet:
            _record_consent(gates, basis, by=by, at=at)
    told = [(gates.referral, gates.seat) for gates, _basis in opened]
    queue_notices(told, at=at, due=database_now())
    _carry_on_triage(report)
    transaction.on_commit(outbox.poke, robust=True)


def _to_answer(report: Report, referral: Referral, at: datetime) -> datetime | None:
    """Until when this recipient should answer (policy 2.8); who is only informed need not."""
    if referral.kind == ReferralKind.ACTION:
        return at + timedelta(minutes=report.decision["ack_minutes"])
    if referral.kind == ReferralKind.REFERRAL:
        return at + timedelta(minutes=minutes_to_accept(report))
    return None


def _stated(gates: Gates, basis: ReleaseBasis, by: User) -> dict[str, object]:
    """For the history: on what the release rests."""
    details = {
        "reason": basis.reason,
        "consent": gates.agreement(basis).ground if gates.is_packet else "",
        "do_no_harm": [point for point in DO_NO_HARM if point in basis.do_no_harm],
    }
    if gates.needs_confirmation:  # who vouched for an old entry, which itself stays as it is
        not_since = gates.freshness.since.isoformat()
        details["entry_confirmed"] = {"by": by.name, "not_confirmed_since": not_since}
    return details


def _record_consent(gates: Gates, basis: ReleaseBasis, *, by: User, at: datetime) -> None:
    """Who agreed to this recipient, for what, and exactly what the recipient is shown."""
    referral, agreement = gates.referral, gates.agreement(basis)
    ConsentRecord.objects.create(
        referral=referral,
        ground=agreement.ground,
        given_by=agreement.given_by,
        scope=list(agreement.scope),
        shared=[fact.name for fact in facts_for(referral.report, referral.redaction)],
        by=by,
        at=at,
    )


def _carry_on_triage(report: Report) -> None:
    """The first decision begins triage, the last ends it; what is beyond that stays there."""
    undecided = REFERRAL_MOVES["release"][0]
    waits = report.referrals.filter(gate__in=DECIDED_BY_LEAD, status__in=undecided).exists()
    move = "triage" if waits else "finish_triage"
    if report.status in REPORT_MOVES[move][0]:
        set_report_status(report, move)


_REASON_MISSING = {
    "hold": gettext_lazy("Write what is missing and who sees to it."),
    "withhold": gettext_lazy("Write why this recipient is not told."),
    "revoke": gettext_lazy("Write why this is taken back."),
}

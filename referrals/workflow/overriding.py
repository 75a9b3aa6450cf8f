"""Setting a guard aside: what the CP lead alone may do, on one report, with a reason that is kept.

Policy 2.6 names the guards. The report is decided again as if the guard were not there, with the
version of the policy that routed it, and only the difference reaches the referrals.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actors.models import User
from referrals.models import GuardOverride, HistoryEntry, Referral, Report, Verb
from referrals.models.choices import Perpetrator
from referrals.models.inserting import insert_rows
from referrals.notifications import outbox
from referrals.permissions import can_lead
from referrals.routing.decision import FiredGuard, Suppressed
from referrals.statuses import REFERRAL_MOVES, ReferralStatus
from referrals.workflow.errors import AlreadyDone, NotAllowed, OverrideRefused, moment
from referrals.workflow.planning import Plan, PlannedRecipient, plan_again
from referrals.workflow.routing import (
    DECIDED_FIELDS,
    new_referral,
    queue_notices,
    routed_details,
    set_decision,
)

# The guards of 2.6, and what the lead states beside the reason.
ASKS = {
    "UNKNOWN_PERP_HOLD": "perpetrator",
    "DUPLICATE_LINK": "",
    "CONSENT_REQUIRED": "best_interest",
    "CONFIDENTIALITY_FLOOR": "",
}
# Any other category moves the report as a whole (its track, its readers, its alarm), so it is
# corrected there and not beside a hold on one recipient.
CATEGORIES = (Perpetrator.ARMED_GROUP, Perpetrator.CIVILIAN)
SHORTEST_REASON = 10

REASON_MISSING = gettext_lazy(
    "Write at least one sentence: why this is right and safe for the child."
)
BEST_INTEREST_MISSING = gettext_lazy(
    "Tick this only if it is so. Without it the child's agreement is needed."
)
CATEGORY_MISSING = gettext_lazy("Choose who may be responsible.")
CATEGORY_REFUSED = gettext_lazy(
    "Only an armed group or a civilian can be stated here. Anybody else changes who is told from "
    "the beginning: have a corrected report filed."
)

_UNDECIDED = REFERRAL_MOVES["release"][0]
_RENEWED = (
    "organization",
    "post",
    "is_gap",
    "kind",
    "gate",
    "redaction",
    "via",
    "assigned",
    "rule",
    "reason",
    "source",
    "status",
    "due_at",
    "released_at",
)


@dataclass(frozen=True)
class OverrideBasis:
    """What the CP lead states: why, and what the guard asks for (`ASKS`)."""

    reason: str
    perpetrator: str = ""
    is_best_interest: bool = False


@dataclass(frozen=True)
class Change:
    """What setting a guard aside does. Who has been told is in none of the lists.

    `removed` and `guards` are roles that another guard takes out now, and guards newly at work.
    """

    plan: Plan
    appearing: tuple[PlannedRecipient, ...]
    changing: tuple[tuple[Referral, PlannedRecipient], ...]
    dropping: tuple[Referral, ...]
    removed: tuple[Suppressed, ...]
    guards: tuple[FiredGuard, ...]


@transaction.atomic
def override_guard(
    *, report: Report, guard: str, by: User, basis: OverrideBasis, at: datetime | None = None
) -> GuardOverride:
    """Set a guard aside for this report; new recipients are proposed or told, as the rules say.

    Raises:
        NotAllowed: this person does not lead on the report.
        AlreadyDone: it is set aside already, by somebody named in the text.
        OverrideRefused: the guard is not at work or not for anybody to set aside, or the reason,
            the category or the best-interest decision is missing.
    """
    at = at or timezone.now()
    if not can_lead(by, report):
        raise NotAllowed
    report = _locked(report)
    check_guard(report, guard)
    check_basis(guard, basis)
    stated = _stated(guard, basis)
    _lock_undecided(report)
    change = _worked_out(report, guard, stated, at=at)
    override = GuardOverride.objects.create(
        report=report, guard=guard, reason=basis.reason.strip(), facts=stated, by=by, at=at
    )
    set_decision(report, change.plan)
    report.save(update_fields=DECIDED_FIELDS)
    _apply(report, change, override)
    insert_rows(_told_of(report, change, override))
    transaction.on_commit(outbox.poke, robust=True)
    return override


def preview_override(
    *, report: Report, guard: str, stated: dict[str, object], at: datetime | None = None
) -> Change:
    """What `override_guard` would do were this `stated` (one of `may_be_stated`); stores nothing.

    Raises AlreadyDone and OverrideRefused for the guard, as `override_guard`.
    """
    check_guard(report, guard)
    return _worked_out(report, guard, stated, at=at or timezone.now())


def may_be_stated(guard: str) -> list[dict[str, object]]:
    """The facts the lead may state with this guard, in the policy's words; one choice of many."""
    if ASKS[guard] == "perpetrator":
        return [{"perpetrator": category.value} for category in CATEGORIES]
    return [{}]


def is_overridable(fired: dict[str, object]) -> bool:
    """Whether the lead may set aside this guard of a stored decision."""
    # Both the policy and 2.6 as written here: a version that allows more is not followed.
    return bool(fired["overridable"]) and fired["id"] in ASKS


def check_guard(report: Report, guard: str) -> None:
    """Raise AlreadyDone or OverrideRefused where this guard cannot be set aside on this report."""
    earlier = report.overrides.filter(guard=guard).select_related("by").first()
    if earlier:
        raise AlreadyDone(
            _("Already set aside by %(name)s, %(at)s.")
            % {"name": earlier.by, "at": moment(earlier.at)}
        )
    fired = next((each for each in report.decision.get("guards", ()) if each["id"] == guard), None)
    if fired is None:
        message = _("This guard is not at work on this report. There is nothing to set aside.")
        raise OverrideRefused("guard", "not_fired", message)
    if not is_overridable(fired):
        message = _("Nobody may set this guard aside. It protects the child or the source.")
        raise OverrideRefused("guard", "not_overridable", message)
    if not report.routed_facts:
        message = _("An earlier release routed this report, so it cannot be decided again.")
        raise OverrideRefused("guard", "no_facts", message)


def check_basis(guard: str, basis: OverrideBasis) -> None:
    """Raise OverrideRefused at the first thing that is missing."""
    if ASKS[guard] == "perpetrator" and not basis.perpetrator:
        raise OverrideRefused("perpetrator", "required", str(CATEGORY_MISSING))
    if ASKS[guard] == "perpetrator" and basis.perpetrator not in CATEGORIES:
        raise OverrideRefused("perpetrator", "correction", str(CATEGORY_REFUSED))
    if ASKS[guard] == "best_interest" and not basis.is_best_interest:
        raise OverrideRefused("best_interest", "required", str(BEST_INTEREST_MISSING))
    if len(basis.reason.strip()) < SHORTEST_REASON:
        raise OverrideRefused("reason", "required", str(REASON_MISSING))


def _locked(report: Report) -> Report:
    # No key lock: whoever releases or acknowledges meanwhile may still write to the history.
    locked = Report.objects.select_for_update(of=("self",), no_key=True)
    return locked.with_places().get(pk=report.pk)


def _lock_undecided(report: Report) -> None:
    """Wait for who is deciding on a proposal; what is decided by then stays decided."""
    list(report.referrals.filter(status__in=_UNDECIDED).select_for_update().values_list("pk"))


def _stated(guard: str, basis: OverrideBasis) -> dict[str, object]:
    return {"perpetrator": basis.perpetrator} if ASKS[guard] == "perpetrator" else {}


def _worked_out(report: Report, guard: str, stated: dict[str, object], *, at: datetime) -> Change:
    earlier = list(report.overrides.all())
    facts = {name: value for each in earlier for name, value in each.facts.items()}
    set_aside = [*(each.guard for each in earlier), guard]
    plan = plan_again(report, set_aside=set_aside, stated=facts | stated, at=at)
    return _difference(report, plan)


def _difference(report: Report, plan: Plan) -> Change:
    known = {referral.role: referral for referral in report.referrals.all()}
    undecided = {role: r for role, r in known.items() if r.status in _UNDECIDED}
    before = {each["role"]: each for each in report.decision["recipients"]}
    planned = {each.recipient.role: each for each in plan.recipients}
    removed = {(each["role"], each["guard"]) for each in report.decision["suppressed"]}
    at_work = {each["id"] for each in report.decision["guards"]}
    return Change(
        plan=plan,
        appearing=tuple(each for role, each in planned.items() if role not in known),
        changing=tuple(
            (undecided[role], each)
            for role, each in planned.items()
            if role in undecided and each.recipient.as_dict() != before.get(role)
        ),
        dropping=tuple(r for role, r in undecided.items() if role not in planned),
        removed=tuple(s for s in plan.decision.suppressed if (s.role, s.guard) not in removed),
        guards=tuple(each for each in plan.decision.guards if each.id not in at_work),
    )


def _apply(report: Report, change: Change, override: GuardOverride) -> None:
    """Bring the referrals in line: new ones after the others, undecided ones as decided now."""
    last = max((referral.position for referral in report.referrals.all()), default=-1)
    new = [
        new_referral(report, last + n, planned, override.at)
        for n, planned in enumerate(change.appearing, start=1)
    ]
    insert_rows(new)
    for referral, planned in change.changing:
        _renew(referral, new_referral(report, referral.position, planned, override.at))
    for referral in change.dropping:
        referral.status, referral.released_by = ReferralStatus.REVOKED, override.by
        referral.release_reason = override.reason
    renewed = [referral for referral, _planned in change.changing]
    fields = [*_RENEWED, "released_by", "release_reason"]
    Referral.objects.bulk_update([*renewed, *change.dropping], fields)
    seats = [planned.seat for planned in change.appearing]
    seats += [planned.seat for _referral, planned in change.changing]
    told = zip([*new, *renewed], seats, strict=True)
    queue_notices(told, at=override.at, due=change.plan.read_at)


def _renew(referral: Referral, fresh: Referral) -> None:
    """Take over what is decided now; the deadline runs on unless the gate is another."""
    if (fresh.kind, fresh.gate) == (referral.kind, referral.gate):
        fresh.due_at = referral.due_at
    for name in _RENEWED:
        attribute = Referral._meta.get_field(name).attname
        setattr(referral, attribute, getattr(fresh, attribute))


def _told_of(report: Report, change: Change, override: GuardOverride) -> list[HistoryEntry]:
    """The history: who set what aside (the reason stays with the override), and what followed."""
    followed = {
        "appeared": [planned.recipient.role for planned in change.appearing],
        "changed": [referral.role for referral, _planned in change.changing],
        "dropped": [referral.role for referral in change.dropping],
    }
    set_aside = HistoryEntry(
        report=report,
        at=override.at,
        actor=override.by,
        verb=Verb.OVERRIDDEN,
        details={"guard": override.guard},
    )
    rerouted = HistoryEntry(
        report=report,
        at=override.at,
        verb=Verb.REROUTED,
        details=routed_details(change.plan) | followed,
    )
    return [set_aside, rerouted]

"""Setting a guard aside: what the CP lead alone may do, on one report, with a reason that is kept.

Policy 2.6 names the guards. The report is decided again as if the guard were not there
(`changing`). What the lead states with it is an assessment beside the report; what was filed
wrongly is put right in `correcting`, and of the two what was stated last counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actors.models import User
from referrals.models import GuardOverride, HistoryEntry, Report, Verb
from referrals.models.choices import Perpetrator
from referrals.models.inserting import insert_rows
from referrals.notifications import outbox
from referrals.permissions import can_lead
from referrals.statuses import OPEN
from referrals.workflow.changing import Change, apply_change, lock_referrals, work_out
from referrals.workflow.errors import AlreadyDone, NotAllowed, OverrideRefused, moment
from referrals.workflow.moving import said_of
from referrals.workflow.routing import DECIDED_FIELDS

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


@dataclass(frozen=True)
class OverrideBasis:
    """What the CP lead states: why, and what the guard asks for (`ASKS`)."""

    reason: str
    perpetrator: str = ""
    is_best_interest: bool = False


@transaction.atomic
def override_guard(
    *, report: Report, guard: str, by: User, basis: OverrideBasis, at: datetime | None = None
) -> GuardOverride:
    """Set a guard aside for this report; new recipients are proposed or told, as the rules say.

    Raises:
        NotAllowed: this person does not lead on the report.
        AlreadyDone: it is set aside already, or the report is closed, linked or handed on, by
            somebody named in the text.
        OverrideRefused: the guard is not at work or not for anybody to set aside, or the reason,
            the category or the best-interest decision is missing.
    """
    at = at or timezone.now()
    report = _locked(report)
    if not can_lead(by, report):
        raise NotAllowed
    check_guard(report, guard)
    check_basis(guard, basis)
    stated = _stated(guard, basis)
    lock_referrals(report)
    change = work_out(report, stated=stated, guards=[guard], at=at)
    override = GuardOverride.objects.create(
        report=report, guard=guard, reason=basis.reason.strip(), facts=stated, by=by, at=at
    )
    followed = apply_change(report, change, by=by, at=at, reason=override.reason)
    report.save(update_fields=DECIDED_FIELDS)
    insert_rows(_told_of(override, followed))
    transaction.on_commit(outbox.poke, robust=True)
    return override


def preview_override(
    *, report: Report, guard: str, stated: dict[str, object], at: datetime | None = None
) -> Change:
    """What `override_guard` would do were this `stated` (one of `may_be_stated`); stores nothing.

    Raises AlreadyDone and OverrideRefused for the guard, as `override_guard`.
    """
    check_guard(report, guard)
    return work_out(report, stated=stated, guards=[guard], at=at or timezone.now())


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
    if report.status not in OPEN:
        raise AlreadyDone(said_of(report))
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


def _stated(guard: str, basis: OverrideBasis) -> dict[str, object]:
    return {"perpetrator": basis.perpetrator} if ASKS[guard] == "perpetrator" else {}


def _told_of(override: GuardOverride, followed: dict[str, object]) -> list[HistoryEntry]:
    """The history: who set what aside (the reason stays with the override), and what followed."""
    report, at = override.report, override.at
    details = {"guard": override.guard}
    return [
        HistoryEntry(
            report=report, at=at, actor=override.by, verb=Verb.OVERRIDDEN, details=details
        ),
        HistoryEntry(report=report, at=at, verb=Verb.REROUTED, details=followed),
    ]

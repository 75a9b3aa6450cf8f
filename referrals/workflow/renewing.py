"""A referral that waits and is decided anew: what it takes over, and what runs on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from referrals.models import Referral, Report, Verb
from referrals.statuses import ReferralStatus
from referrals.workflow.planning import PlannedRecipient
from referrals.workflow.routing import new_referral

PART = ("kind", "gate", "redaction", "via", "assigned", "rule", "reason", "source")
RENEWED = (*PART, "organization", "post", "is_gap", "status", "due_at", "released_at")


def renewed_referral(
    report: Report,
    referral: Referral,
    planned: PlannedRecipient,
    at: datetime,
    *,
    since: datetime,
) -> Referral:
    """One that waits takes over what is decided now; its clock runs on from the same start unless
    the gate is another, and one that the lead holds by hand stays held.

    Args:
        since: when its clock began.
    """
    fresh = new_referral(report, referral.position, planned, at)
    if (fresh.kind, fresh.gate) == (referral.kind, referral.gate):
        fresh.due_at = _due_again(referral.due_at, since, planned.due_minutes)
    if referral.held_for:
        fresh.status, fresh.released_at = ReferralStatus.HELD, None
    take_over(referral, fresh, RENEWED)
    return referral


def returned_referral(
    report: Report, referral: Referral, planned: PlannedRecipient, at: datetime
) -> Referral:
    """One that an earlier change dropped waits anew, as if nobody had ever decided on it."""
    take_over(referral, new_referral(report, referral.position, planned, at), RENEWED)
    referral.released_by, referral.release_reason = None, ""
    return referral


def take_over(referral: Referral, fresh: Referral, names: Iterable[str]) -> None:
    for name in names:
        attribute = Referral._meta.get_field(name).attname
        setattr(referral, attribute, getattr(fresh, attribute))


def waiting_since(report: Report) -> dict[str, datetime]:
    """Since when a role waits that a later change brought in; all others since the routing. One
    statement.
    """
    entries = report.history.filter(verb=Verb.REROUTED).values_list("at", "details")
    return {role: at for at, details in entries for role in details.get("appeared", ())}


def _due_again(due_at: datetime | None, since: datetime, minutes: int | None) -> datetime | None:
    """The deadline by the minutes given now; never later than the one that was set before."""
    if due_at is None or minutes is None:
        return due_at
    return min(due_at, since + timedelta(minutes=minutes))

"""When did each role learn of a report: the question leadership asks first (module 5)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from referrals.models import HistoryEntry, Referral, Report, Verb
from referrals.models.choices import Gate, ReferralKind
from referrals.policy_words import role_label
from referrals.statuses import LET_IN, ReferralStatus
from referrals.views.clock import span_words

_ANSWERS = (Verb.ACCEPTED, Verb.DECLINED, Verb.STARTED, Verb.FINISHED)
_WAITS = (ReferralStatus.PROPOSED, ReferralStatus.HELD)
_BY_LEAD = (Gate.CP_LEAD, Gate.CP_LEAD_HRDDP)
# Whoever decides has until the referral's deadline; forwarding sets a new one.
_DECIDED = (*_BY_LEAD, Gate.CPFP_FORWARD)


@dataclass(frozen=True)
class Moment:
    """One step of a recipient: when, how long after filing, by whom; or why not yet."""

    at: datetime | None = None
    words: str = ""
    by: str = ""
    is_late: bool = False


@dataclass(frozen=True)
class Learned:
    """What one role knew when. Every moment is of the first time."""

    role: str
    organization: str
    told: Moment
    handed_over: Moment
    opened: Moment
    acknowledged: Moment
    answered: Moment


def learned(report: Report, history: list[HistoryEntry], *, now: datetime) -> list[Learned]:
    """Each recipient's way to know, who was told first at the top; no statement.

    Asks for `report.referrals` with organizations prefetched, and `timeline.history_of`.
    """
    steps = _first_steps(history)
    opened = _first_openings(report, history)
    rows = sorted(report.referrals.all(), key=_told_first)
    return [_learned(report, row, steps[row.pk], opened.get(row.pk), now) for row in rows]


def _told_first(referral: Referral) -> tuple[bool, datetime | None, int]:
    if referral.released_at is None:
        return True, None, referral.position
    return False, referral.released_at, referral.position


def _first_steps(history: list[HistoryEntry]) -> dict[int, dict[str, HistoryEntry]]:
    """Of each referral (by primary key) the first entry of each verb."""
    steps: dict[int, dict[str, HistoryEntry]] = defaultdict(dict)
    for entry in history:
        if entry.referral_id:
            steps[entry.referral_id].setdefault(entry.verb, entry)
    return steps


def _first_openings(report: Report, history: list[HistoryEntry]) -> dict[int, HistoryEntry]:
    """Of each referral the first time that a holder of its post opened the report, or that
    somebody did by a partner's link.
    """
    openings = [entry for entry in history if entry.verb in (Verb.OPENED, Verb.LINK_OPENED)]
    found: dict[int, HistoryEntry] = {}
    for referral in report.referrals.all():
        for entry in openings:
            if entry.referral_id == referral.pk or referral.post_id in (entry.posts or ()):
                found.setdefault(referral.pk, entry)
    return found


def _learned(
    report: Report,
    referral: Referral,
    steps: dict[str, HistoryEntry],
    opening: HistoryEntry | None,
    now: datetime,
) -> Learned:
    is_in = referral.status in LET_IN
    answer = next((steps[verb] for verb in _ANSWERS if verb in steps), None)
    acknowledged = steps.get(Verb.ACKNOWLEDGED)
    return Learned(
        role=role_label(referral.role),
        organization=_organization(referral),
        told=_told(report, referral, now),
        handed_over=_since(report, referral.sent_at, missing=_not_handed_over(referral, steps)),
        opened=_first(report, opening, missing=_("Not yet") if is_in else ""),
        acknowledged=_acknowledged(report, referral, acknowledged, now),
        answered=_first(report, answer, what=answer.get_verb_display() if answer else ""),
    )


def _told(report: Report, referral: Referral, now: datetime) -> Moment:
    """Let in, and so free to open it; late where the CP lead's deadline went by before."""
    waits = referral.status in _WAITS
    at = referral.released_at
    if at is None and not waits:
        return Moment(words=referral.get_status_display())
    is_late = referral.gate in _DECIDED and _is_late(referral, at, now)
    if at is None:
        return Moment(words=referral.get_status_display(), is_late=is_late)
    return _since(report, at, is_late=is_late)


def _acknowledged(
    report: Report, referral: Referral, entry: HistoryEntry | None, now: datetime
) -> Moment:
    """Only who was told for action is expected to say so; late by their own deadline."""
    is_asked = referral.kind == ReferralKind.ACTION and referral.released_at is not None
    at = referral.acknowledged_at
    if at is None and not (is_asked and referral.status in LET_IN):
        return Moment()
    # Of what the CP lead decides on the deadline is theirs, not the recipient's.
    is_late = is_asked and referral.gate not in _BY_LEAD and _is_late(referral, at, now)
    name = str(entry.actor) if entry and entry.actor else ""
    return _since(report, at, by=name, is_late=is_late, missing=_("Not yet"))


def _is_late(referral: Referral, at: datetime | None, now: datetime) -> bool:
    return referral.due_at is not None and (at or now) > referral.due_at


def _not_handed_over(referral: Referral, steps: dict[str, HistoryEntry]) -> str:
    if Verb.UNDELIVERED in steps:
        return _("Could not be delivered")
    return _("Not yet") if referral.status in LET_IN else ""


def _first(
    report: Report, entry: HistoryEntry | None, *, missing: str = "", what: str = ""
) -> Moment:
    if entry is None:
        return Moment(words=missing)
    name = str(entry.actor) if entry.actor else _("a partner's link")
    return _since(report, entry.at, by=f"{what}, {name}" if what else name)


def _since(
    report: Report, at: datetime | None, *, by: str = "", is_late: bool = False, missing: str = ""
) -> Moment:
    if at is None:
        return Moment(words=missing, is_late=is_late)
    seconds = (at - report.filed_at).total_seconds()
    words = _("at once") if seconds < 60 else _("after %(t)s") % {"t": span_words(-seconds)}
    return Moment(at, words, by, is_late)


def _organization(referral: Referral) -> str:
    return str(referral.organization) if referral.organization else _("Nobody in the directory")

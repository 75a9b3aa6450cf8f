"""How a report goes on and ends: follow up, link, close, open again, and its phase (policy 2.9).

Nothing is ever deleted. Who leads on the report decides. Of a link those are told who know of the
report inside the mission; of everything else here nobody is.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actors.models import User
from referrals.models import HistoryEntry, Referral, Report, Verb
from referrals.models.reasons import CloseReason, PocPhase
from referrals.permissions import can_lead
from referrals.statuses import OPEN, ReportStatus
from referrals.workflow.errors import AlreadyDone, FieldRefused, NotAllowed
from referrals.workflow.moving import (
    lock_report,
    move_referral,
    move_report,
    said_of,
    set_report_status,
)
from referrals.workflow.open_ends import UNDECIDED, hindrance_of, open_ends_of, unread
from referrals.workflow.reasons import words_of
from referrals.workflow.similar import reports_to_add_to
from referrals.workflow.telling import tell_inside

# Why a proposal ended that was taken back because its report was linked to another.
LINKED = "linked"


@transaction.atomic
def begin_follow_up(*, report: Report, by: User, at: datetime | None = None) -> HistoryEntry:
    """Say that what could be decided is decided and that it is followed up now.

    Raises:
        NotAllowed: this person does not lead on the report.
        FieldRefused: nobody has acknowledged it yet.
        AlreadyDone: it is followed up, closed or linked already.
    """
    report = _led(report, by)
    if report.status == ReportStatus.SUBMITTED:
        raise unread()
    return move_report(report, "follow_up", verb=Verb.FOLLOWED_UP, by=by, at=at or timezone.now())


@transaction.atomic
def close_report(
    *,
    report: Report,
    by: User,
    reason: str,
    words: str,
    although: bool = False,
    at: datetime | None = None,
) -> HistoryEntry:
    """End the work on a report, with a reason (`CloseReason`) and words that are kept.

    Args:
        although: it is closed although others still owe something (`open_ends`); the history
            keeps what. Nobody is reminded of it any more.

    Raises:
        NotAllowed: this person does not lead on the report.
        FieldRefused: at `reason` or `words`; at `report` where the lead has neither acknowledged
            nor decided anything; at `referrals` where proposals are still undecided; at
            `although` where something is open, named in the text.
        AlreadyDone: it is closed or linked already.
    """
    report = _led(report, by)
    if report.status in OPEN and (hindrance := hindrance_of(report)):
        raise hindrance
    if reason not in CloseReason:
        raise FieldRefused("reason", "required", _("Choose why it is closed."))
    words = words_of(words, field="words", missing=_("Write in one sentence how it ended."))
    ends = open_ends_of(report)
    if report.status in OPEN and ends and not although:
        message = _(
            "Still open: %(ends)s. Settle it first, or tick that you close it all the same."
        )
        raise FieldRefused("although", "open", message % {"ends": ends.words()})
    details = {"reason": reason, "words": words} | ({"open": ends.as_dict()} if ends else {})
    at = at or timezone.now()
    return move_report(report, "close", verb=Verb.CLOSED, by=by, at=at, details=details)


@transaction.atomic
def reopen_report(
    *, report: Report, by: User, words: str, at: datetime | None = None
) -> HistoryEntry:
    """Take up a closed report again; it is followed up from now on.

    Raises:
        NotAllowed: this person does not lead on the report.
        FieldRefused: no reason (`words`).
        AlreadyDone: it is not closed any more.
    """
    report = _led(report, by)
    words = words_of(words, field="words", missing=_("Write why it is opened again."))
    at, details = at or timezone.now(), {"words": words}
    return move_report(report, "reopen", verb=Verb.REOPENED, by=by, at=at, details=details)


@transaction.atomic
def set_phase(
    *, report: Report, by: User, phase: str, was: str, at: datetime | None = None
) -> HistoryEntry:
    """Set the phase of the protection of civilians; the history keeps the old and the new one.

    Args:
        was: the phase this person saw when choosing.

    Raises:
        NotAllowed: this person does not lead on the report.
        FieldRefused: no such phase, or the one it is in (`phase`).
        AlreadyDone: somebody set another phase meanwhile, or the report is not open any more.
    """
    report = _led(report, by)
    if phase not in PocPhase:
        raise FieldRefused("phase", "required", _("Choose the phase."))
    if report.status not in OPEN:
        raise AlreadyDone(said_of(report))
    if report.poc_phase != was:
        raise AlreadyDone(_phase_said(report))
    if phase == was:
        raise FieldRefused("phase", "same", _("It is in this phase already. Choose another."))
    Report.objects.filter(pk=report.pk).update(poc_phase=phase)
    details = {"old": was, "new": phase}
    return HistoryEntry.objects.create(
        report=report, at=at or timezone.now(), actor=by, verb=Verb.PHASE_SET, details=details
    )


@transaction.atomic
def merge_report(
    *, report: Report, by: User, master: str, at: datetime | None = None
) -> HistoryEntry:
    """Link a report to the one whose story goes on; proposals nobody decided on are taken back,
    so that no partner is asked twice, and who knows of it inside the mission is told that there
    is news (policy 2.6, DUPLICATE_LINK).

    Args:
        master: the reference of the other report, as typed.

    Raises:
        NotAllowed: this person does not lead on the report.
        FieldRefused: at `master`; none or the same, one this person may not see, of another
            mission, itself linked or closed, or others are linked to the report.
        AlreadyDone: it is linked or closed already.
    """
    if not can_lead(by, report):
        raise NotAllowed
    other = _master(report, by, master.strip().upper())
    # Both in one order, so that two people linking them to each other do not wait for ever.
    first, second = sorted((report, other), key=lambda each: each.pk)
    locked = {each.pk: lock_report(each) for each in (first, second)}
    report = _led(locked[report.pk], by)
    _check_master(report, locked[other.pk])
    at = at or timezone.now()
    # The entry says that it was linked, not to what: not all its readers may know of the other.
    entry = move_report(report, "merge", verb=Verb.MERGED, by=by, at=at, master_id=other.pk)
    for referral in _undecided(report):
        move_referral(
            referral,
            "withhold",
            verb=Verb.WITHHELD,
            by=by,
            at=at,
            details={"was": referral.status, "reason": LINKED},
            release_reason=LINKED,
            released_by=by,
        )
    tell_inside(report, step=f"{LINKED}-{entry.pk}", by=by, at=at)
    return entry


@transaction.atomic
def unmerge_report(*, report: Report, by: User, at: datetime | None = None) -> HistoryEntry:
    """Undo a link: the report is where it was, and its proposals wait for a decision again.

    Raises:
        NotAllowed: this person does not lead on the report.
        AlreadyDone: it is not linked any more.
    """
    report, at = _led(report, by), at or timezone.now()
    entry = move_report(report, "unmerge", verb=Verb.UNMERGED, by=by, at=at, master_id=None)
    linked = Referral.objects.filter(report=report, status="revoked", release_reason=LINKED)
    for referral in linked.order_by("position"):
        referral.report = report
        move_referral(
            referral,
            "restore",
            verb=Verb.PROPOSED,
            by=by,
            at=at,
            release_reason="",
            released_by=None,
        )
    _answered_meanwhile(report)
    return entry


def _led(report: Report, by: User) -> Report:
    """Locked first: it may have been handed to the conduct channel meanwhile."""
    report = lock_report(report)
    if not can_lead(by, report):
        raise NotAllowed
    return report


def _phase_said(report: Report) -> str:
    """Who set the phase last, and to what; the rules have set the first one."""
    last = report.history.filter(verb=Verb.PHASE_SET).select_related("actor").last()
    words = {
        "phase": PocPhase.words(report.poc_phase),
        "name": last.actor if last else _("the portal"),
    }
    return _("Already done: the phase is %(phase)s now, set by %(name)s.") % words


def _master(report: Report, by: User, reference: str) -> Report:
    if not reference:
        message = _("Write the reference of the other report, such as %(example)s.")
        raise FieldRefused("master", "required", message % {"example": report.reference})
    found = reports_to_add_to(by).filter(reference=reference).first()
    # One sentence for what is not there and what this person may not see.
    if found is None or found.mission_id != report.mission_id:
        raise _unknown()
    if found.pk == report.pk:
        message = _("This is the report itself. Write the reference of the other one.")
        raise FieldRefused("master", "itself", message)
    return found


def _unknown() -> FieldRefused:
    message = _("You have no report with this reference in this mission. Check it.")
    return FieldRefused("master", "unknown", message)


def _check_master(report: Report, master: Report) -> None:
    """Raise FieldRefused where the story cannot go on there."""
    if master.is_confided:
        raise _unknown()
    if master.status == ReportStatus.MERGED:
        message = _("That report is linked to another one itself. Link this one to that other.")
        raise FieldRefused("master", "merged", message)
    if master.status not in OPEN:
        message = _("That report is closed. Open it again first, then link this one to it.")
        raise FieldRefused("master", "closed", message)
    if report.duplicates.exists():
        message = _(
            "Other reports are linked to this one. Unlink them first, or go to the other report "
            "and link it to this one."
        )
        raise FieldRefused("master", "has_links", message)


def _undecided(report: Report) -> list[Referral]:
    found = Referral.objects.filter(report=report, status__in=UNDECIDED).select_for_update()
    waiting = list(found.order_by("position"))
    for referral in waiting:
        referral.report = report
    return waiting


def _answered_meanwhile(report: Report) -> None:
    """The officer may have answered while it was linked; then nothing is asked any more."""
    is_asked = Report.objects.with_questions().values_list("is_asked", flat=True).get(pk=report.pk)
    if report.status == ReportStatus.RETURNED_FOR_INFO and not is_asked:
        set_report_status(report, "answer")

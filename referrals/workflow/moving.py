"""The moves of a report and of a referral, by the one table in `referrals.statuses`.

Of two people pressing at once one wins; the other is told what happened and by whom. Both
functions need a transaction. Every verb that changes a status goes through here.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from actors.models import User
from referrals.models import HistoryEntry, Referral, Report, Verb
from referrals.statuses import BEFORE, REFERRAL_MOVES, REPORT_MOVES, ReportStatus
from referrals.workflow.errors import AlreadyDone, moment


def move_report(
    report: Report,
    move: str,
    *,
    verb: Verb,
    by: User | None,
    at: datetime,
    details: dict[str, object] | None = None,
    **columns: object,
) -> HistoryEntry:
    """Take a report to the status this move leads to, and tell its history.

    Args:
        move: a key of `REPORT_MOVES`.
        columns: what else changes in the row with it.

    Raises:
        AlreadyDone: its status does not allow the move; the text says what happened and by whom.
    """
    allowed, status = REPORT_MOVES[move]
    # Without the key: entries of the history, which refer to it, are written meanwhile.
    locked = Report.objects.select_for_update(no_key=True).filter(pk=report.pk)
    report.status = was = locked.values_list("status", flat=True).get()
    if was not in allowed:
        raise AlreadyDone(said_of(report))
    report.status = status_before(report) if status == BEFORE else status
    Report.objects.filter(pk=report.pk).update(status=report.status, **columns)
    for name, value in columns.items():
        setattr(report, name, value)
    return HistoryEntry.objects.create(
        report=report, at=at, actor=by, verb=verb, details={"was": was, **(details or {})}
    )


def move_referral(
    referral: Referral,
    move: str,
    *,
    verb: Verb,
    by: User | None,
    at: datetime,
    details: dict[str, object] | None = None,
    **columns: object,
) -> HistoryEntry:
    """Take a referral to the status this move leads to, and tell the report's history.

    Raises:
        AlreadyDone: its status does not allow the move; the text says what happened and by whom.
    """
    allowed, status = REFERRAL_MOVES[move]
    found = Referral.objects.filter(pk=referral.pk, status__in=allowed)
    if not found.update(status=status, **columns):
        raise AlreadyDone(said_of(referral.report, referral))
    referral.status = status
    for name, value in columns.items():
        setattr(referral, name, value)
    return HistoryEntry.objects.create(
        report=referral.report,
        referral=referral,
        at=at,
        actor=by,
        verb=verb,
        details=details or {},
    )


def status_before(report: Report) -> str:
    """The status a report had before it was set aside; "acknowledged" where nobody knows."""
    entries = report.history.filter(details__has_key="was").exclude(details__was="")
    was = entries.order_by("-at", "-pk").values_list("details__was", flat=True)
    return next((each for each in was if each != report.status), ReportStatus.ACKNOWLEDGED)


def said_of(report: Report, referral: Referral | None = None) -> str:
    """The last thing that happened, as "Already released by Ada, 3 May 2026, 10:12."."""
    entries = report.history.filter(referral=referral) if referral else report.history
    skipped = (Verb.OPENED, Verb.SENT, Verb.UNDELIVERED)
    last = entries.exclude(verb__in=skipped).select_related("actor").order_by("-at", "-pk").first()
    if last is None:
        return _("Somebody was faster. Look at the page again.")
    return _("Already done: %(what)s, by %(name)s, %(at)s.") % {
        "what": last.get_verb_display(),
        "name": last.actor or _("the portal"),
        "at": moment(last.at),
    }

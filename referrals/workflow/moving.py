"""The moves of a report and of a referral, by the one table in `referrals.statuses`.

Of two people pressing at once one wins; the other is told what happened and by whom. All of it
needs a transaction. Every verb that changes a status goes through here. Who locks a report and
its referrals locks the report first, so that two people never wait for each other.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from actors.models import User
from referrals.models import HistoryEntry, Referral, Report, Verb
from referrals.statuses import (
    BEFORE,
    OPEN,
    REFERRAL_MOVES,
    REPORT_MOVES,
    ReferralStatus,
    ReportStatus,
)
from referrals.workflow.errors import AlreadyDone, moment


def lock_report(report: Report) -> Report:
    """The same report, read anew; nobody else changes it until this transaction ends."""
    # Without the key: entries of the history, which refer to it, are written meanwhile.
    locked = Report.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("mission", "reporter").get(pk=report.pk)


def set_report_status(report: Report, move: str, **columns: object) -> str:
    """Take a report to the status this move leads to, without a word in its history, and say
    which it had. For verbs that tell the history themselves; all others call `move_report`.

    Raises:
        AlreadyDone: its status does not allow the move; the text says what happened and by whom.
    """
    allowed, status = REPORT_MOVES[move]
    locked = Report.objects.select_for_update(no_key=True).filter(pk=report.pk)
    report.status = was = locked.values_list("status", flat=True).get()
    if was not in allowed:
        raise AlreadyDone(said_of(report))
    report.status = status_before(report) if status == BEFORE else status
    Report.objects.filter(pk=report.pk).update(status=report.status, **columns)
    for name, value in columns.items():
        setattr(report, name, value)
    return was


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
    was = set_report_status(report, move, **columns)
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
    status = _proposed_before(referral) if status == BEFORE else status
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
    """The open status a report had before it was set aside: "acknowledged" where nobody knows,
    or where its lead has acknowledged it meanwhile.
    """
    entries = report.history.filter(referral=None, details__was__in=OPEN - {report.status})
    statuses = entries.order_by("-at", "-pk").values_list("details__was", flat=True)
    was = statuses.first() or ReportStatus.ACKNOWLEDGED
    lead = Referral.objects.leading(report).exclude(acknowledged_at=None)
    if was == ReportStatus.SUBMITTED and lead.exists():
        return ReportStatus.ACKNOWLEDGED
    return was


def said_of(report: Report, referral: Referral | None = None) -> str:
    """The last thing that happened, as "Already released by Ada, 3 May 2026, 10:12."."""
    entries = report.history.exclude(verb__in=(Verb.OPENED, Verb.SENT, Verb.UNDELIVERED))
    entries = entries.select_related("actor").order_by("-at", "-pk")
    if referral:
        last = entries.filter(referral=referral).first()
    else:  # what moved it says more than what was noted since
        moved = entries.filter(referral=None, details__has_key="was")
        last = moved.first() or entries.first()
    if last is None:
        return _("Somebody was faster. Look at the page again.")
    return _("Already done: %(what)s, by %(name)s, %(at)s.") % {
        "what": last.get_verb_display(),
        "name": last.actor or last.details.get("by") or _("the portal"),
        "at": moment(last.at),
    }


def _proposed_before(referral: Referral) -> str:
    """Whether it was proposed or held when the report was linked to another."""
    undecided = REFERRAL_MOVES["withhold"][0]
    entries = referral.history.filter(details__was__in=undecided).order_by("-at", "-pk")
    return entries.values_list("details__was", flat=True).first() or ReferralStatus.PROPOSED

"""What somebody does next with a report, beside the buttons at the top of its page."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actors.models import User
from referrals.models import Report
from referrals.permissions import can_acknowledge, can_lead
from referrals.statuses import REPORT_MOVES, ReferralStatus, ReportStatus


def next_step(report: Report, user: User) -> dict[str, str]:
    """`words`, and the `url` of the place on the page; empty where nothing is theirs to do, or
    where a button says it. No query after a prefetch of the referrals.
    """
    if can_acknowledge(user, report) or not can_lead(user, report):
        return {}
    waiting = _undecided(report)
    if report.status in REPORT_MOVES["close"][0] and waiting:
        words = ngettext(
            "Decide whether %(n)s recipient is told.",
            "Decide whether %(n)s recipients are told.",
            waiting,
        )
        return {"words": words % {"n": waiting}, "url": "#knows"}
    if report.status == ReportStatus.RETURNED_FOR_INFO:
        return {"words": _("The officer was asked. Wait for the answer."), "url": "#talk"}
    if report.status in REPORT_MOVES["follow_up"][0]:
        return {"words": _("All is decided. Follow up, or close it."), "url": "#working"}
    if report.status == ReportStatus.FOLLOW_UP:
        return {"words": _("Close it when nothing is open any more."), "url": "#working"}
    return {}


def _undecided(report: Report) -> int:
    """Proposals that wait for the CP lead; a held one waits for something else."""
    return sum(
        r.status == ReferralStatus.PROPOSED and r.gate.startswith("cp_lead")
        for r in report.referrals.all()
    )

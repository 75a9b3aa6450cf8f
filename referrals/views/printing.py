"""The written report for the chain of command: a page made for paper."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from actors.roles import Role
from referrals import redaction
from referrals.models import MessageKind, Report
from referrals.permissions import visible_messages
from referrals.policy_words.labels import value_label
from referrals.statuses import LET_IN
from referrals.views.findings import findings_of, how_far_verified
from referrals.views.reports import can_print, visible_report

# What the chain of command reads: RD1, or RD2 of what is strictly confidential (policy 2.4, R01).
PRINTED_AT = ("RD1", "RD2")


@login_required
@require_safe
def print_report(request: HttpRequest, reference: str) -> HttpResponse:
    """The report as it stands now, as the chain of command may read it and never more than this
    reader sees.
    """
    report = visible_report(request.user, reference)
    seen = redaction.level_of(report, request.user)
    if not can_print(report, seen):
        raise Http404
    return render(request, "referrals/print.html", _paper(request, report, seen))


def printed_level(report: Report, seen: str) -> str:
    """The level of the paper: the supervisor's, as the rules gave it, or the reader's if lower.

    Without a supervisor, or before the rules have run, the de-identified summary.
    """
    supervisor = Role.UNPOL_SUPERVISOR
    told = (r.redaction for r in report.referrals.all() if r.role == supervisor)
    chain = next((level for level in told if level in PRINTED_AT), "RD2")
    return max(chain, seen, key=redaction.BEST_FIRST.index)


def _paper(request: HttpRequest, report: Report, seen: str) -> dict[str, object]:
    level, now = printed_level(report, seen), timezone.now()
    is_record = level in redaction.RECORD
    post = report.reporter_post
    # The reporter is not told what was found, and in a summary it is not said.
    acts = findings_of(report, level) if is_record and seen != redaction.OWN else None
    return {
        "report": report,
        "title": redaction.title_for(report, level),
        "facts": redaction.facts_for(report, level),
        "classification": _classification(report),
        "standing": how_far_verified(report, acts),
        "acts": acts or [],
        "is_found": None if acts is None else any(_is_found(act) for act in acts),
        "corrections": redaction.Earlier(report).steps(level) if is_record else [],
        "is_summary": not is_record,
        "unit": post.organization if is_record and post else "",
        "told": _told(report) if is_record else [],
        "added": _added(request, report) if is_record else [],
        # A summary names nobody, so not its reporter either.
        "printed_by": "" if level == "RD2" and seen == redaction.OWN else request.user,
        "printed_at": now,
    }


def _classification(report: Report) -> str:
    """In words; the highest as long as the rules have not said."""
    return value_label("classification", report.classification or "strictly_confidential")


def _is_found(act: dict[str, object]) -> bool:
    return any("finding" in stage for stage in act["stages"])


def _told(report: Report) -> list[dict[str, object]]:
    """Functions that were let in, since when, and when they said that they have it."""
    return [
        {
            "role": Role(referral.role).label,
            "told_at": referral.sent_at or referral.released_at,
            "acknowledged_at": referral.acknowledged_at,
        }
        for referral in report.referrals.all()
        if referral.status in LET_IN
    ]


def _added(request: HttpRequest, report: Report) -> list[dict[str, object]]:
    """What the officer added since; nothing restricted goes on paper."""
    return [
        {"at": message.at, "text": message.text}
        for message in visible_messages(request.user, report, "RD1")
        if message.kind == MessageKind.ADDITION and not message.is_restricted
    ]

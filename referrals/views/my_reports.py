"""The officer's home: what to do, and what became of what they sent, in plain words."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from actors.models import User
from actors.roles import Role
from referrals import redaction
from referrals.models import Draft, Referral, Report
from referrals.querysets import ReportQuerySet
from referrals.statuses import LET_IN, ReportStatus
from referrals.views import clock
from referrals.workflow.welfare import wishes_of

PAGE = 20


@login_required
@require_safe
def my_reports(request: HttpRequest) -> HttpResponse:
    """What asks for the officer first, then drafts, then a page of what they sent."""
    now, user = timezone.now(), request.user
    mine = _described(Report.objects.visible_to(user).filed_by(user))
    page = Paginator(mine, PAGE).get_page(request.GET.get("page"))
    asked = list(mine.filter(is_asked=True)[:PAGE])
    context = {
        "asked": [_card(report, user, now) for report in asked],
        "cards": [_card(report, user, now) for report in page],
        "newer_url": _address(page.previous_page_number()) if page.has_previous() else "",
        "older_url": _address(page.next_page_number()) if page.has_next() else "",
        "drafts": Draft.objects.filter(owner=user).order_by("-saved_at"),
        "wish": wishes_of(user).first(),
    }
    return render(request, "referrals/my_reports.html", context)


def _described(reports: ReportQuerySet) -> ReportQuerySet:
    """With all that a card shows; one statement for the reports, one for who was told."""
    told = Referral.objects.order_by("position")
    return (
        reports.with_questions()
        .select_related("mission", "area__parent__parent__parent", "perpetrator_org")
        .prefetch_related(Prefetch("referrals", told))
    )


def _address(page: int) -> str:
    return f"{reverse('my-reports')}?page={page}"


def _card(report: Report, user: User, now: datetime) -> dict[str, object]:
    level = redaction.level_of(report, user)
    return {
        "report": report,
        "title": redaction.title_for(report, level),
        "place": redaction.place_for(report, level),
        "filed": clock.past(report.filed_at, now),
        "note": plain_status(report),
        "acknowledged": acknowledged_by(report, now),
    }


def plain_status(report: Report) -> str:
    """What became of it, in a sentence an officer understands.

    Asks for `with_questions()`, the mission, and referrals prefetched.
    """
    if report.is_asked:
        return _("The adviser asks you something.")
    if report.status in _LATER:
        return str(_LATER[report.status]())
    if report.routed_at is None:
        return _("Stored. Recipients are being worked out.")
    lead = _lead(report)
    if lead is None:
        return _("Those who must act have been told.")
    if lead.status not in LET_IN:
        return _("The focal point has it and passes it on.")
    if lead.acknowledged_at:
        return _("The adviser has read it.")
    return _("The adviser has been told.")


def acknowledged_by(report: Report, now: datetime) -> list[dict[str, object]]:
    """Functions that have said "I have it", and when; no names."""
    return [
        {"role": Role(referral.role).label, "clock": clock.past(referral.acknowledged_at, now)}
        for referral in report.referrals.all()
        if referral.acknowledged_at
    ]


def _lead(report: Report) -> Referral | None:
    """The CP lead's referral for action; None where there is nobody to lead, as for a shell."""
    role = report.mission.lead_role
    found = (r for r in report.referrals.all() if r.role == role and r.kind == "action")
    return next(found, None)


_LATER = {
    ReportStatus.IN_TRIAGE: lambda: _("The adviser is deciding who else must know."),
    ReportStatus.ROUTED: lambda: _("The adviser has decided who else is told."),
    ReportStatus.FOLLOW_UP: lambda: _("It is being followed up."),
    ReportStatus.CLOSED: lambda: _("Closed. Nothing more is expected of you."),
    ReportStatus.MERGED: lambda: _("Linked to another report of the same incident."),
}

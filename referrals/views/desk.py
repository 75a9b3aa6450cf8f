"""The desk: what needs this reader, in which order. A tile opens exactly what it counts."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from actors.models import User
from actors.roles import Role
from actors.standing import standing_of
from actors.workflow.arriving import mission_to_read_of
from referrals import redaction
from referrals.models import Report
from referrals.views import clock
from referrals.views.worklists import (
    NEEDS_ME,
    WorkList,
    numbers,
    soonest_first,
    with_clocks,
    work_lists,
)

PAGE = 50
ALL = "all"
# In the session: a newcomer was led to the contacts.
LED = "led_to_contacts"
_TONES = {"submitted": "warn", "acknowledged": "good"}


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Officers land on their reports, everybody else on their desk, admins on the directory.

    A newcomer of the police is led to the contacts first, once a session until they are read.
    """
    roles = standing_of(request.user).roles
    unread = None if LED in request.session else mission_to_read_of(request.user)
    if unread is not None:
        request.session[LED] = True
        return redirect(f"{reverse('my-contacts')}?mission={unread.code}")
    if roles - {Role.UNPOL_OFFICER}:
        return redirect("desk")
    if not roles and request.user.is_staff:
        return redirect("admin:index")
    return redirect("my-reports")


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Counts, then one queue: what needs this reader, the shortest time left first."""
    now, user = timezone.now(), request.user
    standing = standing_of(user)
    lists = work_lists(standing, now)
    shown = request.GET.get("show", NEEDS_ME)
    shown = shown if shown in lists else ALL
    visible = Report.objects.visible_to(user)
    described = with_clocks(visible, standing)
    if shown == ALL:
        rows, older = _newest(request, described)
    else:
        rows, older = _soonest(request, described.filter(lists[shown].condition), shown)
    context = {
        "counts": _tiles(visible, lists, shown),
        "rows": [_row(report, user, now) for report in rows],
        "older_url": older,
        "heading": _("All reports you may see") if shown == ALL else lists[shown].label,
        "is_all": shown == ALL,
    }
    template = "referrals/_desk.html" if request.htmx else "referrals/desk.html"
    return render(request, template, context)


def _tiles(
    visible: QuerySet[Report], lists: dict[str, WorkList], shown: str
) -> list[dict[str, object]]:
    counted = numbers(visible, lists)
    return [
        {
            "number": counted[key],
            "label": each.label,
            "url": _address(show=key),
            "tone": each.tone,
            "current": key == shown,
        }
        for key, each in lists.items()
    ]


def _soonest(
    request: HttpRequest, reports: QuerySet[Report], shown: str
) -> tuple[list[Report], str]:
    """One page of a work list, and the address of the next."""
    page = Paginator(soonest_first(reports), PAGE).get_page(request.GET.get("page"))
    older = _address(show=shown, page=page.next_page_number()) if page.has_next() else ""
    return list(page), older


def _newest(request: HttpRequest, reports: QuerySet[Report]) -> tuple[list[Report], str]:
    """One page of everything by keyset: as fast at the end as at the beginning."""
    before = parse_datetime(request.GET.get("before", ""))
    if before is not None:
        reports = reports.filter(filed_at__lt=before)
    page = list(reports.order_by("-filed_at", "-pk")[: PAGE + 1])
    if len(page) <= PAGE:
        return page, ""
    return page[:PAGE], _address(show=ALL, before=page[PAGE - 1].filed_at.isoformat())


def _address(**query: object) -> str:
    words = QueryDict(mutable=True)
    words.update(query)
    return f"{reverse('desk')}?{words.urlencode()}"


def _row(report: Report, user: User, now: datetime) -> dict[str, object]:
    level = redaction.level_of(report, user)
    return {
        "report": report,
        "title": redaction.title_for(report, level),
        "place": redaction.place_for(report, level),
        "is_flash": report.flash and level in redaction.SUMMARY,
        "status": report.get_status_display(),
        "tone": _TONES.get(report.status, "quiet"),
        "needs_me": report.my_due is not None,
        "clock": clock.due(report.next_due, now) or clock.past(report.filed_at, now),
        "lead": report.lead_name if level in redaction.RECORD else "",
    }

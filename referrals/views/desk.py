"""The desk: what needs this reader, in which order. A tile opens exactly what it counts."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from actors.languages import clauses
from actors.models import Area, User
from actors.roles import Role
from actors.standing import Standing, standing_of
from actors.workflow.arriving import mission_to_read_of
from referrals import redaction
from referrals.forms.desk import SaveFilterForm, SearchForm
from referrals.models import Report
from referrals.models.reasons import HoldReason
from referrals.permissions import exportable_missions
from referrals.statuses import ReportStatus
from referrals.views import clock
from referrals.views.bulk import bulk_verbs
from referrals.views.filters import Scope, scope_of
from referrals.views.queue import Page, counted, page_of
from referrals.views.saved_filters import filters_for
from referrals.views.worklists import CONDUCT, MOST_COUNTED

PAGE = 25
# In the session: a newcomer was led to the contacts.
LED = "led_to_contacts"
_TONES = {"submitted": "warn", "acknowledged": "good", "returned_for_info": "info"}


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
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """Counts, then one queue: what needs this reader, the shortest time left first.

    The filter stands in the address. Words to search for come in a POST and are kept nowhere.
    """
    now, standing = timezone.now(), standing_of(request.user)
    search = SearchForm(request.POST if request.method == "POST" else None)
    words = search.cleaned_data["q"] if search.is_bound and search.is_valid() else ""
    scope = scope_of(request.GET, request.user, now, words)
    is_sound = scope.form.is_valid() and not search.errors
    after = request.GET.get("after", "")
    is_page = not request.htmx or request.htmx.boosted
    # What one looks up comes first, the counts of what waits right after it.
    comes_first = is_page and scope.is_all
    page = page_of(scope, standing, after, PAGE) if is_sound else Page([])
    context = {
        "scope": scope,
        "counts": _tiles(scope, with_numbers=not comes_first) if is_sound else [],
        "counts_url": f"{reverse('desk-counts')}?{scope.query}" if comes_first else "",
        "rows": [_row(report, request.user, now) for report in page.rows],
        "older_url": scope.address(after=page.older) if page.older else "",
        "looked_since": page.since,
        "heading": _heading(scope),
        "search": search,
        # Nothing is done to many at once of what was filed in confidence.
        "bulk_verbs": [] if standing.roles <= CONDUCT else bulk_verbs(standing),
        "may_export": bool(exportable_missions(request.user)),
    }
    template = "referrals/_desk.html"
    if is_page:
        template, context = "referrals/desk.html", context | _frame(request, scope, standing)
    return render(request, template, context, status=200 if is_sound else 422)


@login_required
@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """The counts of a filter, for a page that came without them."""
    scope = scope_of(request.GET, request.user, timezone.now())
    if not scope.form.is_valid():
        return HttpResponse(status=422)
    return render(request, "partials/_counts.html", {"counts": _tiles(scope)})


@login_required
@require_safe
def narrow(request: HttpRequest) -> HttpResponse:
    """The filter as a form: a part of the desk that asks for it, or a page without a script."""
    scope = scope_of(request.GET, request.user, timezone.now())
    is_part = request.htmx and not request.htmx.boosted
    template = "referrals/_narrow.html" if is_part else "referrals/narrow.html"
    return render(request, template, {"scope": scope})


def _frame(request: HttpRequest, scope: Scope, standing: Standing) -> dict[str, object]:
    """What stands around the queue and does not change while it renews itself."""
    areas = Area.objects.active().filter(posts__in=standing.post_ids).distinct()
    current = scope.facets.get("area")
    return {
        "areas": [
            {
                "label": area.name,
                "url": scope.address(area=area.code),
                "current": area.code == current,
            }
            for area in areas
        ],
        "filters": filters_for(request.user, standing),
        "save": SaveFilterForm(None, request.user),
        "is_conduct": bool(standing.roles) and standing.roles <= CONDUCT,
    }


def _heading(scope: Scope) -> str:
    if scope.words:
        return _("Found")
    return _("All reports you may see") if scope.is_all else scope.lists[scope.shown].label


def _tiles(scope: Scope, *, with_numbers: bool = True) -> list[dict[str, object]]:
    numbers = counted(scope) if with_numbers else {}
    return [
        {
            "number": _number(numbers[key]) if with_numbers else None,
            "label": each.label,
            "url": scope.address(show=key),
            "tone": each.tone,
            "current": key == scope.shown,
        }
        for key, each in scope.lists.items()
    ]


def _number(number: int) -> int | str:
    if number <= MOST_COUNTED:
        return number
    return f"{number_format(MOST_COUNTED, force_grouping=True)}+"


def _row(report: Report, user: User, now: datetime) -> dict[str, object]:
    level = redaction.level_of(report, user)
    return {
        "report": report,
        "title": redaction.title_for(report, level),
        "place": redaction.place_for(report, level),
        "is_flash": report.flash and level in redaction.SUMMARY,
        # Not get_status_display(): it translates every choice for every row.
        "status": ReportStatus(report.status).label,
        "tone": _TONES.get(report.status, "quiet"),
        "needs_me": report.is_unread,
        "clock": clock.due(report.next_due, now) or clock.past(report.filed_at, now),
        "lead": report.lead_name if level in redaction.RECORD else "",
        "held": _held_words(report.held_for) if report.is_led else "",
    }


def _held_words(reasons: list[str]) -> str:
    """Why proposals of a report are held: the CP lead's words, or that a guard holds them."""
    words = [
        str(HoldReason(reason).label) if reason else _("A rule holds it until you decide")
        for reason in dict.fromkeys(reasons)
    ]
    return clauses(words)

"""The desk: what needs this reader, in which order. A tile opens exactly what it counts."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
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
from referrals.views import clock
from referrals.views.bulk import bulk_verbs
from referrals.views.filters import Scope, scope_of
from referrals.views.saved_filters import filters_for
from referrals.views.worklists import (
    CONDUCT,
    MOST_COUNTED,
    described,
    numbers,
    soonest_first,
)

PAGE = 50
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
    rows, older = _page(scope, standing, request.GET.get("after", "")) if is_sound else ([], "")
    context = {
        "scope": scope,
        "counts": _tiles(scope) if is_sound else [],
        "rows": [_row(report, request.user, now) for report in rows],
        "older_url": older,
        "heading": _heading(scope),
        "search": search,
        # Nothing is done to many at once of what was filed in confidence.
        "bulk_verbs": [] if standing.roles <= CONDUCT else bulk_verbs(standing),
    }
    template = "referrals/_desk.html"
    if not request.htmx:
        template, context = "referrals/desk.html", context | _frame(request, scope, standing)
    return render(request, template, context, status=200 if is_sound else 422)


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
        "is_conduct": standing.roles <= CONDUCT,
    }


def _heading(scope: Scope) -> str:
    if scope.words:
        return _("Found")
    return _("All reports you may see") if scope.is_all else scope.lists[scope.shown].label


def _tiles(scope: Scope) -> list[dict[str, object]]:
    counted = numbers(scope.user, _told(scope).filter(scope.narrowing), scope.lists)
    return [
        {
            "number": counted[key] if counted[key] <= MOST_COUNTED else _more_than(MOST_COUNTED),
            "label": each.label,
            "url": scope.address(show=key),
            "tone": each.tone,
            "current": key == scope.shown,
        }
        for key, each in scope.lists.items()
    ]


def _more_than(number: int) -> str:
    return f"{number_format(number, force_grouping=True)}+"


def _told(scope: Scope) -> QuerySet[Report]:
    """Where a work list looks: every one of them asks for posts that were told."""
    if scope.levels is None:
        return Report.objects.told_to(scope.user)
    return Report.objects.visible_to(scope.user, scope.levels)


def _page(scope: Scope, standing: Standing, after: str) -> tuple[list[Report], str]:
    """One page by keyset, as fast at the end as at the beginning, and the address of the next."""
    if scope.is_all:
        narrowed = Report.objects.filter(scope.condition, _older_than(after))
        found = narrowed.newest_for(scope.user, PAGE + 1, scope.levels)
    else:
        narrowed = _told(scope).filter(scope.condition)
        sorted_ = soonest_first(narrowed, standing).filter(_later_than(after))
        found = sorted_.values("pk", "next_due", "filed_at", "reference")[: PAGE + 1]
    found = list(found)
    keys = [each["pk"] for each in found[:PAGE]]
    readable = Report.objects.visible_to(scope.user).filter(pk__in=keys)
    rows = {report.pk: report for report in described(readable, standing)}
    older = scope.address(after=_mark(found[PAGE - 1])) if len(found) > PAGE else ""
    return [rows[key] for key in keys if key in rows], older


def _mark(last: dict[str, object]) -> str:
    """Where the next page begins: time left, filing and reference of this page's last row."""
    due = last.get("next_due")
    return "~".join(
        (due.isoformat() if due else "", last["filed_at"].isoformat(), last["reference"])
    )


def _read_mark(after: str) -> tuple[datetime | None, datetime | None, str]:
    due, filed, reference = [*after.split("~"), "", "", ""][:3]
    try:
        return parse_datetime(due), parse_datetime(filed), reference
    except ValueError:  # well formed, but no day of any calendar
        return None, None, ""


def _older_than(after: str) -> Q:
    _due, filed, reference = _read_mark(after)
    if filed is None:
        return Q()
    return Q(filed_at__lte=filed) & (Q(filed_at__lt=filed) | Q(reference__lt=reference))


def _later_than(after: str) -> Q:
    due, filed, _reference = _read_mark(after)
    if filed is None:
        return Q()
    if due is None:
        return Q(next_due=None) & _older_than(after)
    return Q(next_due__gt=due) | Q(next_due=None) | (Q(next_due=due) & _older_than(after))


def _row(report: Report, user: User, now: datetime) -> dict[str, object]:
    level = redaction.level_of(report, user)
    return {
        "report": report,
        "title": redaction.title_for(report, level),
        "place": redaction.place_for(report, level),
        "is_flash": report.flash and level in redaction.SUMMARY,
        "status": report.get_status_display(),
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

"""The desk: what needs this reader, in which order. Counts are lists: a tile opens exactly them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from actors.models import User
from actors.roles import Role
from actors.standing import Standing, standing_of
from referrals import redaction
from referrals.models import Referral, Report
from referrals.permissions import FOCAL_POINTS
from referrals.views import clock

PAGE = 50
_TONES = {"submitted": "warn", "acknowledged": "good"}
LEADS = frozenset({Role.CPA, Role.HUMAN_RIGHTS})


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Officers land on their reports, everybody else on their desk, admins on the directory."""
    roles = standing_of(request.user).roles
    if roles - {Role.UNPOL_OFFICER}:
        return redirect("desk")
    if not roles and request.user.is_staff:
        return redirect("admin:index")
    return redirect("my-reports")


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Counts, then one queue: the shortest time left first, or the newest first."""
    now, user = timezone.now(), request.user
    standing = standing_of(user)
    lists = _lists_for(standing, now)
    chosen = request.GET.get("show", "")
    visible = _described(Report.objects.visible_to(user), standing)
    rows, older = _rows(request, visible, lists.get(chosen), now)
    context = {
        "counts": _counts(visible, lists, chosen),
        "rows": [_row(report, user, now) for report in rows],
        "older_url": older,
        "heading": lists[chosen].label if chosen in lists else _("All reports you may see"),
        "chosen": chosen,
    }
    template = "referrals/_queue.html" if request.htmx else "referrals/desk.html"
    return render(request, template, context)


@dataclass(frozen=True)
class _List:
    """One tile: which reports, under which word, in which tone when there are any."""

    label: str
    condition: Q
    tone: str = ""


def _lists_for(standing: Standing, now: datetime) -> dict[str, _List]:
    """The lists this reader's roles have use for."""
    mine = Referral.objects.let_in(standing).filter(report=OuterRef("pk"))
    any_of = Referral.objects.filter(report=OuterRef("pk"))
    unread = Exists(mine.unacknowledged())
    lists = {
        "unacknowledged": _List(gettext_lazy("To acknowledge"), Q(unread), "warn"),
        "overdue": _List(
            gettext_lazy("Overdue"), Q(Exists(mine.unacknowledged().overdue(now))), "bad"
        ),
        "flash": _List(gettext_lazy("Flash, not acknowledged"), Q(unread, flash=True), "bad"),
    }
    if standing.roles & FOCAL_POINTS:
        acting = Exists(mine.filter(role__in=FOCAL_POINTS, kind="action"))
        lists["forward"] = _List(
            gettext_lazy("To forward"), Q(acting, Exists(any_of.awaiting_forward())), "warn"
        )
    if standing.roles & LEADS:
        leading = Exists(mine.filter(redaction="RD0"))
        lists["release"] = _List(
            gettext_lazy("To release"), Q(leading, Exists(any_of.awaiting_release())), "warn"
        )
        lists["held"] = _List(gettext_lazy("Held"), Q(leading, Exists(any_of.held())))
        undelivered = Exists(any_of.filter(notifications__status="dead", sent_at=None))
        lists["undelivered"] = _List(gettext_lazy("Undelivered"), Q(leading, undelivered), "bad")
    return lists


def _described(visible: QuerySet[Report], standing: Standing) -> QuerySet[Report]:
    """Each report with its clock for this reader, and who leads on it."""
    mine = Referral.objects.let_in(standing).filter(report=OuterRef("pk"))
    due = mine.unacknowledged().order_by("due_at").values("due_at")[:1]
    lead = Referral.objects.filter(
        report=OuterRef("pk"), redaction="RD0", acknowledged_by__isnull=False
    )
    return (
        visible.select_related("area__parent__parent__parent")
        .annotate(my_due=Subquery(due))
        .annotate(lead_name=Subquery(lead.values("acknowledged_by__name")[:1]))
    )


def _counts(
    visible: QuerySet[Report], lists: dict[str, _List], chosen: str
) -> list[dict[str, object]]:
    """All tiles in one statement."""
    numbers = visible.aggregate(
        **{key: Count("pk", filter=each.condition) for key, each in lists.items()}
    )
    here = reverse("desk")
    return [
        {
            "number": numbers[key],
            "label": each.label,
            "url": here if key == chosen else f"{here}?show={key}",
            "tone": each.tone,
            "current": key == chosen,
        }
        for key, each in lists.items()
    ]


def _rows(
    request: HttpRequest, visible: QuerySet[Report], chosen: _List | None, now: datetime
) -> tuple[list[Report], str]:
    """One page of rows, and the address of the next (keyset: no row is skipped or shown twice)."""
    if chosen is not None:
        urgent_first = visible.filter(chosen.condition).order_by("my_due", "-filed_at", "-pk")
        return list(urgent_first[:PAGE]), ""
    newest_first = visible.order_by("-filed_at", "-pk")
    before = parse_datetime(request.GET.get("before", "")) if "before" in request.GET else None
    if before is not None:
        newest_first = newest_first.filter(filed_at__lt=before)
    page = list(newest_first[: PAGE + 1])
    if len(page) <= PAGE:
        return page, ""
    last = page[PAGE - 1].filed_at.isoformat().replace("+00:00", "Z")
    return page[:PAGE], f"{reverse('desk')}?before={last}"


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
        "clock": clock.due(report.my_due, now) or clock.past(report.filed_at, now),
        "lead": report.lead_name if level in redaction.RECORD else "",
    }

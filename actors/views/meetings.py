"""The calendar of coordination meetings: what is next, where, and what may be said there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from actors.models import CoordinationBody, Meeting, Mission
from actors.permissions import Reach, Viewer
from actors.views.frame import directory_page, show
from actors.views.icalendar import calendar_of

AHEAD = timedelta(weeks=12)


@directory_page(Reach.PARTNER)
@require_safe
def meetings(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The meetings of the next twelve weeks, by week, and the bodies that meet."""
    now = timezone.now()
    unfinished = Q(begins_at__gte=now) | Q(ends_at__gt=now)
    found = _meetings(viewer).filter(unfinished, begins_at__lt=now + AHEAD)
    context = {
        "weeks": list(_by_week(found.order_by("begins_at", "pk"), viewer.mission)),
        "bodies": _bodies(viewer),
        "now": now,
    }
    return show(request, viewer, "actors/meetings.html", context)


@directory_page(Reach.PARTNER)
@require_safe
def meeting_file(request: HttpRequest, viewer: Viewer, uuid: UUID) -> HttpResponse:
    """One meeting as an iCalendar file."""
    meeting = _meetings(viewer).filter(public_id=uuid).first()
    if meeting is None:
        raise Http404
    return HttpResponse(
        calendar_of(meeting, stamped_at=timezone.now()),
        headers={
            "Content-Type": "text/calendar; charset=utf-8",
            "Content-Disposition": content_disposition_header(True, f"{uuid}.ics"),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _meetings(viewer: Viewer) -> QuerySet[Meeting]:
    """The meetings of the bodies this person may know of."""
    found = Meeting.objects.filter(body__organization__in=viewer.organizations().values("pk"))
    return found.select_related("body__organization", "body__area")


def _bodies(viewer: Viewer) -> QuerySet[CoordinationBody]:
    """The bodies with the chairs this person may know of; two statements."""
    seen = viewer.organizations()
    return (
        CoordinationBody.objects.filter(organization__in=seen.values("pk"))
        .select_related("organization", "area")
        .prefetch_related(Prefetch("chairs", queryset=seen.order_by("name")))
    )


def _by_week(
    found: QuerySet[Meeting], mission: Mission
) -> Iterator[tuple[date, list[dict[str, object]]]]:
    """Monday and meetings of each week that has any, by the mission's clock."""
    rows = [_row(meeting, mission) for meeting in found]
    for monday, week in groupby(rows, key=lambda row: row["monday"]):
        yield monday, list(week)


def _row(meeting: Meeting, mission: Mission) -> dict[str, object]:
    begins = timezone.localtime(meeting.begins_at, mission.zone)
    ends = meeting.ends_at and timezone.localtime(meeting.ends_at, mission.zone)
    address = reverse("meeting-file", args=[meeting.public_id])
    return {
        "meeting": meeting,
        "begins": begins,
        "ends": ends,
        "is_one_day": ends is None or ends.date() == begins.date(),
        "monday": begins.date() - timedelta(days=begins.weekday()),
        "file_url": f"{address}?{urlencode({'mission': mission.code})}",
    }

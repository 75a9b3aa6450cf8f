"""The story of a report: what happened, day by day, and when each role learned of it."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from actors.models import User
from referrals import redaction
from referrals.models import Report
from referrals.views.learning import learned
from referrals.views.timeline import history_of, timeline

# Who reads the machinery; its reporter has a plain story instead.
READS_STORY = redaction.RECORD - {redaction.OWN}
# So many of the newest steps stand on the report's own page.
NEWEST = 20


def story_of(report: Report, user: User, level: str, *, now: datetime) -> dict[str, object]:
    """Context `story` for `_story.html`; empty where this reader sees none of it."""
    return {"story": _story(report, level, now, NEWEST)} if level in READS_STORY else {}


@login_required
@require_safe
def show_story(request: HttpRequest, reference: str) -> HttpResponse:
    """All of it on a page of its own, made for paper too."""
    visible = Report.objects.visible_to(request.user).in_full()
    report = get_object_or_404(visible, reference=reference)
    level, now = redaction.level_of(report, request.user), timezone.now()
    if level not in READS_STORY:
        raise Http404
    context = {"report": report, "story": _story(report, level, now), "printed_at": now}
    return render(request, "referrals/story.html", context)


def _story(
    report: Report, level: str, now: datetime, number: int | None = None
) -> dict[str, object]:
    """The newest `number` steps, or all."""
    history = history_of(report)
    shown = history[-number:] if number else history
    zone = report.mission.zone
    return {
        "days": _by_day(timeline(shown, now=now, is_full=level == "RD0"), zone),
        "learned": learned(report, history, now=now),
        "left_out": len(history) - len(shown),
        "url": reverse("story", args=[report.reference]),
        "zone": zone,
        "filed_at": report.filed_at,
    }


def _by_day(entries: list[dict[str, object]], zone: ZoneInfo) -> list[dict[str, object]]:
    """The same, under the day on which each happened where the mission is."""
    days = groupby(entries, key=lambda entry: timezone.localdate(entry["at"], zone))
    return [{"day": day, "entries": list(found)} for day, found in days]

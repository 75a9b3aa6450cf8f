"""One week of a roster as the page shows it: each day with its shifts, gaps and leave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from actors.gaps.shifts import Span, uncovered
from actors.models import DutyShift, Leave, Post, ShiftRank, User
from actors.workflow.weekly_rule import in_zone

DAYS = 7


@dataclass(frozen=True)
class Week:
    """A calendar week (ISO 8601) by the clock of a time zone."""

    monday: date
    zone: ZoneInfo

    @classmethod
    def named(cls, name: str, zone: ZoneInfo, now: datetime) -> Week:
        """The week of a name such as 2026-W48; this week for anything else."""
        today = now.astimezone(zone).date()
        try:
            monday = datetime.strptime(f"{name}-1", "%G-W%V-%u").date()
        except ValueError:
            monday = today
        if abs(monday.year - today.year) > 5:
            monday = today
        return cls(monday - timedelta(days=monday.weekday()), zone)

    @property
    def name(self) -> str:
        return self.monday.strftime("%G-W%V")

    def beside(self, weeks: int) -> Week:
        return Week(self.monday + timedelta(weeks=weeks), self.zone)

    @cached_property
    def days(self) -> list[tuple[date, Span]]:
        """Each day and its span in UTC: 23 or 25 hours where the clocks change."""
        days = [self.monday + timedelta(days=step) for step in range(DAYS + 1)]
        starts = [in_zone(datetime.combine(day, time()), self.zone) for day in days]
        return list(zip(days, pairwise(starts), strict=False))

    @property
    def span(self) -> Span:
        return self.days[0][1][0], self.days[-1][1][1]


def week_of(post: Post, week: Week, *, by: User, keeps: bool, now: datetime) -> list[dict]:
    """The days of a roster for `_roster_day.html`; five statements.

    Args:
        keeps: whether this reader may take shifts off.
    """
    begins, ends = week.span
    shifts = list(post.shifts.between(begins, ends).select_related("user"))
    holdings = post.holdings.filter(held_from__lt=ends, held_until__gt=begins)
    leave = Leave.objects.between(begins, ends).filter(user__in=holdings.values("user"))
    leave = list(leave.select_related("user").order_by("begins_at"))
    gaps = uncovered(post, begins, ends) if post.has_roster else []
    today = now.astimezone(week.zone).date()
    rows = [
        *(_shift_row(shift, leave, keeps and shift.ends_at > now) for shift in shifts),
        *({"kind": "gap", "span": span} for span in gaps),
        *(_leave_row(each, by, now) for each in leave),
    ]
    return [
        {
            "heading": date_format(day, "D j M"),
            "is_today": day == today,
            "cells": [_cell(kind, label, rows, span, week.zone) for kind, label in _cells()],
        }
        for day, span in week.days
    ]


def span_words(span: Span, day: Span, zone: ZoneInfo) -> str:
    """When something is, seen from one day: "08:00-16:00", "from 18:00", "until 06:00"."""
    begins, ends = span
    starts, stops = begins >= day[0], ends <= day[1]
    first, last = clock(begins, zone), clock(ends, zone)
    if starts and stops:
        return f"{first}-{_midnight(last)}"
    if starts:
        return _("from %(time)s to %(end)s") % {"time": first, "end": _day_and_clock(ends, zone)}
    return _("until %(time)s") % {"time": _midnight(last)} if stops else _("all day")


def clock(moment: datetime, zone: ZoneInfo) -> str:
    return date_format(moment.astimezone(zone), "H:i")


def span_in_words(span: Span, zone: ZoneInfo) -> str:
    """A time with its days, such as "Mon 23 Nov 18:00 - Tue 24 Nov 06:00"."""
    first, last = (moment.astimezone(zone) for moment in span)
    end = "H:i" if first.date() == last.date() else "D j M H:i"
    return f"{date_format(first, 'D j M H:i')} - {date_format(last, end)}"


def _cells() -> list[tuple[str, str]]:
    ranks = [(rank.value, rank.label) for rank in ShiftRank]
    return [*ranks, ("gap", _("Nobody on duty")), ("leave", _("On leave"))]


def _cell(kind: str, label: str, rows: Iterable[dict], day: Span, zone: ZoneInfo) -> dict:
    here = [row for row in rows if row["kind"] == kind and _meet(row["span"], day)]
    blocks = [row | {"words": span_words(row["span"], day, zone)} for row in here]
    return {"kind": kind, "label": label, "blocks": blocks}


def _shift_row(shift: DutyShift, leave: Iterable[Leave], can_remove: bool) -> dict:
    span = (shift.begins_at, shift.ends_at)
    return {
        "kind": shift.rank,
        "span": span,
        "name": shift.user.name,
        "note": _absence(shift, span, leave),
        "id": shift.public_id,
        "can_remove": can_remove,
    }


def _absence(shift: DutyShift, span: Span, leave: Iterable[Leave]) -> str:
    if not shift.user.is_active:
        return _("account closed")
    mine = (each for each in leave if each.user_id == shift.user_id)
    return _("on leave") if any(_meet((e.begins_at, e.ends_at), span) for e in mine) else ""


def _leave_row(leave: Leave, by: User, now: datetime) -> dict:
    return {
        "kind": "leave",
        "span": (leave.begins_at, leave.ends_at),
        "name": leave.user.name,
        "id": leave.public_id,
        "can_remove": (by.is_staff or by.pk == leave.user_id) and leave.ends_at > now,
    }


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _midnight(hour: str) -> str:
    """The end of a day is 24:00, not 00:00."""
    return "24:00" if hour == "00:00" else hour


def _day_and_clock(moment: datetime, zone: ZoneInfo) -> str:
    return date_format(moment.astimezone(zone), "D H:i")

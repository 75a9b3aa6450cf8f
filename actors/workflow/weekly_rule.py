"""Hours by the clock on the wall of a place, and the moments they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from actors.gaps.shifts import Span


@dataclass(frozen=True)
class WeeklyRule:
    """The same hours on some days of every week, by the clock on the wall.

    `ends` at or before `begins` is on the next day. Weekdays count from 0, Monday.
    """

    weekdays: Collection[int]
    begins: time
    ends: time
    first_day: date
    last_day: date

    def spans(self, zone: ZoneInfo) -> list[Span]:
        """Each shift in UTC. Where the clock skips all of its hours, a day has none."""
        spans = [self._span(day, zone) for day in self._days()]
        # An end that moved on must not reach into the next shift.
        nexts = [begins for begins, _ends in spans[1:]] + [datetime.max.replace(tzinfo=UTC)]
        cut = [(b, min(e, after)) for (b, e), after in zip(spans, nexts, strict=False)]
        return [(begins, ends) for begins, ends in cut if begins < ends]

    def _days(self) -> Iterator[date]:
        for step in range((self.last_day - self.first_day).days + 1):
            day = self.first_day + timedelta(days=step)
            if day.weekday() in self.weekdays:
                yield day

    def _span(self, day: date, zone: ZoneInfo) -> Span:
        last = day if self.begins < self.ends else day + timedelta(days=1)
        begins, ends = datetime.combine(day, self.begins), datetime.combine(last, self.ends)
        return in_zone(begins, zone), in_zone(ends, zone)


def in_zone(wall_clock: datetime, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, at which the clocks of a zone show this.

    An hour that the clocks skip moves on by as much; of one they repeat the first is meant
    (PEP 495, fold=0).
    """
    return wall_clock.replace(tzinfo=zone).astimezone(UTC)

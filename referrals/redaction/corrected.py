"""What a corrected fact read like before, for who may know what was filed."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from actors.models import Organization
from referrals.models import Correction, Report
from referrals.redaction.facts import FIELDS
from referrals.redaction.levels import Field

_DAYS = ("occurred_on", "occurred_until")
_COLUMNS = ("perpetrator", "boys", "girls", "children_unknown")


@dataclass(frozen=True)
class Difference:
    """One fact that reads otherwise than before; an empty text where it was or is not stated."""

    label: str
    was: str
    now: str


def differences(before: Report, after: Report, level: str) -> list[Difference]:
    """The facts that this level shows and that read otherwise in `after`, in reading order."""
    found = []
    for field in FIELDS:
        if level in field.levels_of(after):
            was, now = field.read(before, level), field.read(after, level)
            if was != now:
                found.append(Difference(str(field.label), was, now))
    return found


class Earlier:
    """A report before each of its corrections. No statement once they are prefetched."""

    def __init__(self, report: Report):
        self.report = report

    def note(self, field: Field, level: str) -> str:
        """What was filed and when it was corrected last; empty where this fact never was."""
        read = [field.read(report, level) for report in self._states]
        if read[0] == read[-1]:
            return ""
        steps = zip(self._corrections, read, read[1:], strict=False)
        last = next(each for each, was, now in reversed(list(steps)) if was != now)
        day = timezone.localtime(last.at, self.report.mission.zone)
        return _("Filed: %(filed)s; corrected by the lead on %(day)s") % {
            "filed": read[0] or _("not stated"),
            "day": date_format(day, "DATE_FORMAT"),
        }

    def steps(self, level: str) -> list[tuple[Correction, list[Difference]]]:
        """Each correction, the first first, and what reads otherwise since."""
        states = zip(self._corrections, self._states, self._states[1:], strict=False)
        return [(each, differences(was, now, level)) for each, was, now in states]

    @cached_property
    def _corrections(self) -> list[Correction]:
        # One that is not stored has none, and may not be asked for them.
        return list(self.report.corrections.all()) if self.report.pk else []

    @cached_property
    def _states(self) -> list[Report]:
        """As filed, and as known after each correction; the last one is the report itself."""
        states = [self.report]
        for correction in reversed(self._corrections):
            states.insert(0, _before(states[0], correction))
        return states


def _before(report: Report, correction: Correction) -> Report:
    """A copy that is never stored, with what was known before this correction."""
    was, earlier = correction.was, copy.copy(report)
    earlier.routed_facts = report.routed_facts | {n: v for n, v in was.items() if n in report.facts}
    for name in was.keys() & {*_COLUMNS}:
        setattr(earlier, name, was[name])
    for name in was.keys() & {*_DAYS}:
        setattr(earlier, name, was[name] and date.fromisoformat(was[name]))
    if "perpetrator_org" in was:
        party = was["perpetrator_org"]
        earlier.perpetrator_org = (
            Organization(pk=party["id"], name=party["name"]) if party else None
        )
    return earlier

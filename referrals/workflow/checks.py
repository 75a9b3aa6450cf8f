"""What a report must satisfy. The one door for page, API and command line."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from actors.models import DISTRICT, Area, Mission
from referrals.workflow.check_kinds import Known
from referrals.workflow.check_rules import Problem, find_problems
from referrals.workflow.filings import DETAIL_DEFAULTS, FACT_DEFAULTS, Filing

MOST_CHILDREN = 9999


class FilingRefused(Exception):
    """The report cannot be stored as it is. Carries every problem at once."""

    def __init__(self, problems: list[Problem]):
        self.problems = problems
        super().__init__(", ".join(f"{p.field}: {p.code}" for p in problems))


def check_filing(filing: Filing) -> None:
    """Raise FilingRefused with all that is missing or contradicts itself."""
    problems = find_problems(plain_values(filing), filing.mission, _known_to(filing))
    problems += _foreign_party(filing)
    if problems:
        raise FilingRefused(problems)


def today_in(time_zone: str) -> date:
    """The date it is now in the mission's time zone."""
    return timezone.now().astimezone(ZoneInfo(time_zone)).date()


def plain_values(filing: Filing) -> dict[str, object]:
    """What the rules look at, by the names of the form's fields; days as "2026-11-30"."""
    facts, details = FACT_DEFAULTS | filing.facts, DETAIL_DEFAULTS | filing.details
    ages = {
        f"{sex}_{band}": number
        for sex, bands in details.pop("ages").items()
        for band, number in bands.items()
    }
    stated = {
        "area": filing.area and filing.area.code,
        "occurred_on": _iso(filing.occurred_on),
        "occurred_until": _iso(filing.occurred_until),
        "learned_on": _iso(filing.learned_on),
        "briefed_at": _on_the_missions_clock(details["briefed_at"], filing.mission),
        "latitude": _number(filing.latitude),
        "longitude": _number(filing.longitude),
        "boys": filing.boys,
        "girls": filing.girls,
        "children_unknown": filing.children_unknown,
        "narrative": filing.narrative,
        "safe_contact": filing.safe_contact,
        "perpetrator_org": filing.perpetrator_org and filing.perpetrator_org.name,
    }
    return facts | details | ages | stated


def area_centres(mission: Mission) -> dict[str, tuple[str, float, float]]:
    """Label, latitude and longitude of each district whose centre is known; one statement."""
    areas = Area.objects.active().filter(
        mission=mission, level__gte=DISTRICT, latitude__isnull=False, longitude__isnull=False
    )
    return {
        area.code: (
            f"{area.name}, {area.parent.name}" if area.parent else area.name,
            float(area.latitude),
            float(area.longitude),
        )
        for area in areas.select_related("parent").order_by("code")
    }


def _known_to(filing: Filing) -> Known:
    """Areas are read only for a report with a point."""
    party, has_point = filing.perpetrator_org, None not in (filing.latitude, filing.longitude)
    return Known(
        today=today_in(filing.mission.time_zone).isoformat(),
        areas=area_centres(filing.mission) if has_point else {},
        kinds={party.name: party.kind} if party else {},
    )


def _foreign_party(filing: Filing) -> list[Problem]:
    party = filing.perpetrator_org
    if party is None or party.mission_id == filing.mission.pk:
        return []
    return [Problem("perpetrator_org", "unknown", _("This mission's directory has no such party."))]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _number(value: object) -> float | None:
    return None if value is None else float(value)


def _on_the_missions_clock(moment: str | None, mission: Mission) -> str | None:
    try:
        return moment and datetime.fromisoformat(moment).astimezone(mission.zone).isoformat()
    except OverflowError:  # the calendar's first or last day
        return moment

"""Earlier reports that may tell of the same event, for the officer to say which it is.

Policy 2.6, DUPLICATE_LINK: the same kind, the same district or within 5 km, within two days.
Only what the officer may see anyway is named; nothing is linked by itself.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from math import cos, radians
from zoneinfo import ZoneInfo

from django.db.models import Case, Exists, F, FloatField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import (
    ASin,
    Cast,
    Coalesce,
    Cos,
    Greatest,
    Least,
    Power,
    Radians,
    Sin,
    Sqrt,
)
from django.utils import timezone

from actors.models import DISTRICT, Area, User
from actors.roles import Role
from actors.standing import standing_of
from referrals.models import HistoryEntry, Report, ReportedViolation, Verb
from referrals.models.choices import CONFIDED, Track
from referrals.redaction import OWN, RECORD, SUMMARY
from referrals.workflow.filings import Filing

NEAR_KM = 5
NEAR_DAYS = timedelta(days=2)
MOST = 5
EARTH_KM = 6371.0088  # mean radius


def similar_reports(
    *, reporter: User, filing: Filing, at: datetime | None = None
) -> QuerySet[Report]:
    """At most five earlier reports like this one, the nearest and closest in time first.

    Only what `reporter` may know anyway: reports of which they see the day and the district, and
    the point only of those they read as a record. A filing that goes in confidence is compared
    with nothing, and no report that did is named. They come with places and with `km` between the
    two points (None where there are not two, or not for their eyes).

    Args:
        reporter: who asks.
        filing: checked values with an area loaded `with_path()`.
        at: the moment of asking; now by default.
    """
    at = at or timezone.now()
    kinds = [*filing.facts.get("violations", ()), *filing.facts.get("concerns", ())]
    if not kinds or filing.facts.get("perpetrator") in CONFIDED:
        return Report.objects.none()
    of_the_kind = ReportedViolation.objects.filter(report=OuterRef("pk"), code__in=kinds)
    return (
        reports_to_add_to(reporter)
        .filter(mission=filing.mission)
        .exclude(uuid=filing.uuid, reporter=reporter)
        .filter(Exists(of_the_kind))
        .alias(until=Coalesce("occurred_until", "occurred_on"))
        .filter(_read_at(SUMMARY, reporter))
        .annotate(km=Case(When(_read_at(RECORD, reporter), then=_km_from(filing))))
        .filter(_in_the_district(filing.area) | Q(km__lte=NEAR_KM))
        .filter(_about_then(filing, at))
        .with_places()
        .with_corrections()
        .order_by(Least("km", Value(float(NEAR_KM))), _days_from(filing, at), "-filed_at", "-pk")
    )[:MOST]


def reports_to_add_to(reporter: User) -> QuerySet[Report]:
    """The reports this person may name as the earlier one: seen by them, not in confidence.

    Whoever reads an addition learns the reference of what it adds to.
    """
    seen = Report.objects.visible_to(reporter).filter(track=Track.STANDARD)
    return seen.exclude(perpetrator__in=CONFIDED)


def linked_entries(report: Report, *, at: datetime) -> list[HistoryEntry]:
    """For the history of a new report and of the one it adds to; not stored yet.

    Neither says anything of the other. Nothing where either was filed in confidence: what is
    open must not tell that there is something else.
    """
    earlier = report.adds_to
    if earlier is None or report.is_confided or earlier.is_confided:
        return []
    return [
        HistoryEntry(report=linked, at=at, actor=report.reporter, verb=Verb.LINKED)
        for linked in (report, earlier)
    ]


def added_by(*, reporter: User, report: Report) -> QuerySet[Report]:
    """What this person sent as an addition to this report, oldest first."""
    mine = Report.objects.visible_to(reporter).filed_by(reporter)
    return mine.filter(adds_to=report).order_by("filed_at")


def _read_at(levels: frozenset[str], reporter: User) -> Q:
    """Reports this person reads at one of these levels, as `redaction.level_of` would say."""
    overseen = standing_of(reporter).missions(Role.CPA_SENIOR)
    codes = sorted(levels - {OWN})
    return (
        Q(reporter=reporter.pk)
        | Q(mission__in=overseen)
        | Q(granted__overlap=codes)
        | Q(shared__overlap=codes)
    )


def _in_the_district(area: Area) -> Q:
    """Somewhere in the district of this area: the district itself or a place inside it."""
    district = next((a for a in area.path() if a.level == DISTRICT), area)
    return Q(area=district) | Q(area__parent=district) | Q(area__parent__parent=district)


def _km_from(filing: Filing):
    """The distance of a report's point from this one, by the haversine formula."""
    if filing.latitude is None or filing.longitude is None:
        return Cast(None, FloatField())
    latitude = Radians(Cast("latitude", FloatField()))
    longitude = Radians(Cast("longitude", FloatField()))
    north = radians(filing.latitude)
    chord = Power(Sin((latitude - north) / 2), 2) + Cos(latitude) * cos(north) * Power(
        Sin((longitude - radians(filing.longitude)) / 2), 2
    )
    # Rounding may lift the chord of two opposite points above 1.
    return ASin(Sqrt(Least(chord, Value(1.0)))) * 2 * EARTH_KM


def _about_then(filing: Filing, at: datetime) -> Q:
    """Days that come within two of each other; where a day is not known, filed within two days."""
    filed_lately = Q(filed_at__gte=at - NEAR_DAYS, filed_at__lte=at + NEAR_DAYS)
    if filing.occurred_on is None:
        return filed_lately
    first, last = _days_of(filing)
    happened_then = Q(occurred_on__lte=last + NEAR_DAYS, until__gte=first - NEAR_DAYS)
    # Nobody reports what has not happened yet: this lets the index of the newest reports answer.
    filed_since = Q(filed_at__gte=_midnight(first - 2 * NEAR_DAYS, filing))
    return (happened_then & filed_since) | (Q(occurred_on=None) & filed_lately)


def _days_from(filing: Filing, at: datetime):
    """Days between the two events, 0 where they overlap; by the day of filing where unknown."""
    first, last = _days_of(filing) if filing.occurred_on else (_today(filing, at),) * 2
    began = Coalesce("occurred_on", F("filed_at__date"))
    ended = Coalesce("until", F("filed_at__date"))
    return Greatest(began - last, first - ended, Value(timedelta()))


def _days_of(filing: Filing) -> tuple[date, date]:
    return filing.occurred_on, filing.occurred_until or filing.occurred_on


def _today(filing: Filing, at: datetime) -> date:
    return at.astimezone(ZoneInfo(filing.mission.time_zone)).date()


def _midnight(day: date, filing: Filing) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(filing.mission.time_zone))

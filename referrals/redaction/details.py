"""How what a patrol states beside the facts of the rules reads (policy 3.2-3.5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.formats import date_format, localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actors.languages import clauses, listed
from referrals.models import Report
from referrals.models import details as words
from referrals.redaction.levels import RECORD, SUMMARY, Field
from referrals.statuses import ReportStatus

# Until triage ends (policy 3.5).
IN_TRIAGE = frozenset(
    {
        ReportStatus.SUBMITTED,
        ReportStatus.ACKNOWLEDGED,
        ReportStatus.IN_TRIAGE,
        ReportStatus.RETURNED_FOR_INFO,
    }
)

_SEXES = {
    "boys": gettext_lazy("boys"),
    "girls": gettext_lazy("girls"),
    "children_unknown": gettext_lazy("sex not known"),
}


def day(report: Report, level: str) -> str:
    """The day or days; in a line the month of the first (policy 3.4)."""
    if report.occurred_on is None:
        return ""
    if level not in SUMMARY:
        return date_format(report.occurred_on, "YEAR_MONTH_FORMAT")
    days = [date_format(report.occurred_on, "DATE_FORMAT")]
    if report.occurred_until and report.occurred_until != report.occurred_on:
        days.append(date_format(report.occurred_until, "DATE_FORMAT"))
    shown = " – ".join(days)  # noqa: RUF001 - a range of days
    return _("about %(day)s") % {"day": shown} if report.details.get("occurred_about") else shown


def _learned(report: Report, level: str) -> str:
    return date_format(report.learned_on, "DATE_FORMAT") if report.learned_on else ""


def _point(report: Report, level: str) -> str:
    """Degrees with a point in every language, as maps take them, and how near they are."""
    if report.latitude is None or report.longitude is None:
        return ""
    point = f"{report.latitude}, {report.longitude}"
    precision = report.details.get("precision")
    return f"{point} ({words.Precision(precision).label})" if precision else point


def _ages(report: Report, level: str) -> str:
    """Left out where the number has been corrected to fewer than have an age."""
    stated = report.details.get("ages") or {}
    ages = {
        sex: bands for sex, bands in stated.items() if sum(bands.values()) <= getattr(report, sex)
    }
    return clauses(
        f"{label}: "
        + listed(
            f"{localize(number)} ({words.AgeBand(band).label})"
            for band, number in sorted(ages[sex].items(), key=_youngest)
        )
        for sex, label in _SEXES.items()
        if ages.get(sex)
    )


def _youngest(age: tuple[str, int]) -> int:
    return words.AgeBand.values.index(age[0])


def _estimated(report: Report, level: str) -> str:
    return _("Yes") if report.details.get("children_estimated") else ""


def _briefed(report: Report, level: str) -> str:
    told = _many("briefed", words.Briefed)(report, level)
    at = report.details.get("briefed_at")
    if not (told and at):
        return told
    moment = datetime.fromisoformat(at).astimezone(report.mission.zone)
    return f"{told}, {date_format(moment, 'DATETIME_FORMAT')}"


def _adds_to(report: Report, level: str) -> str:
    return report.adds_to.reference if report.adds_to else ""


def safe_contact(report: Report, level: str) -> str:
    """How a trusted adult is reached; nobody is shown it once triage has ended."""
    if report.status not in IN_TRIAGE or report.restricted is None:
        return ""
    return report.restricted.safe_contact


def _one(name: str, choices) -> Callable[[Report, str], str]:
    def read(report: Report, level: str) -> str:
        value = report.details.get(name)
        return "" if value in (None, "", "unknown") else str(choices(value).label)

    return read


def _many(name: str, choices) -> Callable[[Report, str], str]:
    def read(report: Report, level: str) -> str:
        return listed(str(choices(value).label) for value in report.details.get(name, ()))

    return read


# A school, an hour or a boy of four can tell who it was: the record alone.
WHERE = (
    Field("point", gettext_lazy("Exact point"), RECORD, _point),
    Field(
        "place_kind",
        gettext_lazy("Kind of place"),
        RECORD,
        _one("place_kind", words.PlaceKind),
    ),
)
WHEN = (
    Field(
        "part_of_day", gettext_lazy("Part of the day"), RECORD, _one("part_of_day", words.PartOfDay)
    ),
    Field("learned", gettext_lazy("Learned on"), RECORD, _learned),
)
CHILDREN = (
    Field("estimated", gettext_lazy("Numbers estimated"), SUMMARY, _estimated),
    Field("ages", gettext_lazy("Ages"), RECORD, _ages),
)
PATROL = (
    Field(
        "source_type", gettext_lazy("In which form"), RECORD, _one("source_type", words.SourceType)
    ),
    Field("present", gettext_lazy("With the patrol"), RECORD, _many("present", words.Present)),
    Field(
        "spoke_with",
        gettext_lazy("Spoke with the child"),
        RECORD,
        _many("spoke_with", words.SpokeWith),
    ),
    Field("actions", gettext_lazy("Done already"), RECORD, _many("actions", words.Action)),
    Field("briefed", gettext_lazy("Told by word of mouth"), RECORD, _briefed),
    Field("adds_to", gettext_lazy("Adds to"), RECORD, _adds_to),
)

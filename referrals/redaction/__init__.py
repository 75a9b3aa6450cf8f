"""What a reader may see of a report: one table, by level (policy 2.3, 3.4).

RD0 everything · RD1 without restricted parts · RD2 de-identified · RD3 one coordination line ·
RS the service asked for · RN nothing but the notice. OWN is what its reporter typed.
Pages, API and previews all read a report through `facts_for` and `title_for`, exports by
`values_for`.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from actors.models import User
from actors.roles import Role
from actors.standing import standing_of
from referrals.models import Report
from referrals.permissions import my_referrals
from referrals.redaction.corrected import Difference, Earlier, differences
from referrals.redaction.facts import BY_NAME, FIELDS, kinds, place
from referrals.redaction.levels import (
    BEST_FIRST,
    FEW,
    LINE,
    OWN,
    RECORD,
    SERVICE,
    SUMMARY,
    Shown,
)

__all__ = [
    "BEST_FIRST",
    "FEW",
    "LINE",
    "OWN",
    "RECORD",
    "SERVICE",
    "SUMMARY",
    "Difference",
    "Earlier",
    "Shown",
    "differences",
    "facts_for",
    "level_of",
    "place_for",
    "title_for",
    "values_for",
    "withheld_from",
]


def level_of(report: Report, user: User) -> str:
    """The best level at which this person may read a report that `visible_to` returned."""
    levels = set(_granted(report, user))
    if not report.is_confided:
        levels |= _openly_granted(report, user)
    return min(levels, key=BEST_FIRST.index, default="RN")


def facts_for(report: Report, level: str) -> list[Shown]:
    """The facts this level shows, in reading order; empty ones are left out.

    As known now. Who reads the record, and the reporter, are shown beside it what was filed.
    """
    was = Earlier(report) if level in RECORD else None
    shown = []
    for field in FIELDS:
        if level not in field.levels_of(report):
            continue
        value, note = field.read(report, level), was.note(field, level) if was else ""
        if value or note:
            value = value or _("No longer stated")
            shown.append(Shown(field.name, str(field.label), value, field.wide, note))
    return shown


def values_for(report: Report, level: str, names: Sequence[str]) -> list[str]:
    """These facts alone, by their names and as known now; empty where this level shows none."""
    return [
        BY_NAME[name].read(report, level) if level in BY_NAME[name].levels_of(report) else ""
        for name in names
    ]


def withheld_from(report: Report, level: str) -> list[str]:
    """Labels of the facts that exist and that this level does not show."""
    seen = {fact.name for fact in facts_for(report, level)}
    return [fact.label for fact in facts_for(report, "RD0") if fact.name not in seen]


def title_for(report: Report, level: str) -> str:
    """What the report is about in a few words, as this level may know it."""
    if level == "RN":
        return _("Notice")
    if level == "RS":
        return _("Request for a service")
    return kinds(report) or _("Threat, no violation yet")


def place_for(report: Report, level: str) -> str:
    """The place, as near as this level may know it."""
    return place(report, level) if level in SERVICE else ""


def _granted(report: Report, user: User) -> list[str]:
    if hasattr(report, "granted"):
        return report.granted
    return [referral.redaction for referral in my_referrals(user, report)]


def _openly_granted(report: Report, user: User) -> set[str]:
    """Levels by having filed it, by an explicit share, or by overseeing the mission."""
    levels = set(getattr(report, "shared", ()))
    if report.reporter_id == user.pk:
        levels.add(OWN)
    overseen = {mission.pk for mission in standing_of(user).missions(Role.CPA_SENIOR)}
    if report.mission_id in overseen:
        levels.add("RD1")
    return levels

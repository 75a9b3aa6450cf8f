"""What a report must satisfy beyond single values. One set for page, API and command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actors.models import OrganizationKind
from referrals.models.choices import Facility, Perpetrator, Violation
from referrals.workflow.filings import Filing

MOST_CHILDREN = 9999
LONGEST_NARRATIVE = 10_000

# What the kind of the named party says about the category. A contradiction would send the
# report past a guard, so it is asked back.
_CATEGORIES_OF_KIND = {
    OrganizationKind.ARMED_GROUP: {Perpetrator.ARMED_GROUP},
    OrganizationKind.HOST_STATE_POLICE: {Perpetrator.HOST_STATE_POLICE},
    OrganizationKind.HOST_STATE_ARMY: {Perpetrator.HOST_STATE_MILITARY},
    OrganizationKind.CONTINGENT: {Perpetrator.UN_PERSONNEL},
    OrganizationKind.MISSION_COMPONENT: {Perpetrator.UN_PERSONNEL},
    OrganizationKind.UN_ENTITY: {Perpetrator.UN_PERSONNEL, Perpetrator.AID_WORKER},
    OrganizationKind.NGO_INTERNATIONAL: {Perpetrator.AID_WORKER},
    OrganizationKind.NGO_NATIONAL: {Perpetrator.AID_WORKER},
}

_SAYS_SOMETHING = (
    "violations",
    "concerns",
    "ongoing_threat",
    "imminent_harm",
    "life_saving_need",
    "child_still_missing",
    "officer_welfare_request",
)


@dataclass(frozen=True)
class Problem:
    """Why a field is refused and what to do; `code` is for programs."""

    field: str
    code: str
    message: str


class FilingRefused(Exception):
    """The report cannot be stored as it is. Carries every problem at once."""

    def __init__(self, problems: list[Problem]):
        self.problems = problems
        super().__init__(", ".join(f"{p.field}: {p.code}" for p in problems))


def check_filing(filing: Filing) -> None:
    """Raise FilingRefused with all that is missing or contradicts itself."""
    problems = [problem for check in _CHECKS if (problem := check(filing))]
    if problems:
        raise FilingRefused(problems)


def today_in(time_zone: str) -> date:
    """The date it is now in the mission's time zone."""
    return timezone.now().astimezone(ZoneInfo(time_zone)).date()


def _says_something(filing: Filing) -> Problem | None:
    if any(filing.facts.get(name) for name in _SAYS_SOMETHING):
        return None
    return Problem("violations", "required", _("Choose at least one thing that happened."))


def _names_the_facility(filing: Filing) -> Problem | None:
    attacked = Violation.ATTACK_SCHOOL_HOSPITAL in filing.facts.get("violations", ())
    if not attacked or filing.facts.get("facility", Facility.NONE) != Facility.NONE:
        return None
    return Problem("facility", "required", _("Choose whether it was a school or a hospital."))


def _did_not_happen_tomorrow(filing: Filing) -> Problem | None:
    if filing.occurred_on is None or filing.occurred_on <= today_in(filing.mission.time_zone):
        return None
    return Problem("occurred_on", "future", _("This day has not come yet. Check the date."))


def _party_fits_the_category(filing: Filing) -> Problem | None:
    party = filing.perpetrator_org
    fitting = _CATEGORIES_OF_KIND.get(party.kind) if party else None
    if fitting is None or filing.facts.get("perpetrator") in fitting:
        return None
    label = Perpetrator(sorted(fitting)[0]).label
    message = _("%(party)s belongs to another category. Choose “%(label)s”, or no party.")
    return Problem("perpetrator", "contradiction", message % {"party": party, "label": label})


def _party_is_of_the_mission(filing: Filing) -> Problem | None:
    party = filing.perpetrator_org
    if party is None or party.mission_id == filing.mission.pk:
        return None
    return Problem("perpetrator_org", "unknown", _("This mission's directory has no such party."))


def _scope_has_consent(filing: Filing) -> Problem | None:
    if filing.facts.get("consent_scope", "all") == "all":
        return None
    if filing.facts.get("consent") in ("given", "best_interest_override"):
        return None
    message = _("Say what was agreed to only where the child or caregiver agreed.")
    return Problem("consent_scope", "contradiction", message)


_CHECKS = (
    _says_something,
    _names_the_facility,
    _did_not_happen_tomorrow,
    _party_fits_the_category,
    _party_is_of_the_mission,
    _scope_has_consent,
)

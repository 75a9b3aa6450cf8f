"""The checks of a report as data, so that the server and the form in the browser run the same.

A rule looks at plain values: {field name: text, number, list, True or None}, days as
"2026-11-30". `static/js/form/checks.js` has one function for each kind of rule, as this file has;
tests/journeys/test_check_parity.py holds them equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from actors.models import Mission, OrganizationKind
from referrals.models.choices import CONFIDED, Facility, Perpetrator, Violation
from referrals.models.details import AgeBand
from referrals.workflow.check_kinds import KINDS, Known, Values

LONGEST_NARRATIVE = 10_000
LONGEST_CONTACT = 500
LONGEST_AGO = 50  # years; a year typed as 0202 or 1026 is a slip
SEXES = ("boys", "girls", "children_unknown")
SAYS_SOMETHING = (
    "violations",
    "concerns",
    "ongoing_threat",
    "imminent_harm",
    "life_saving_need",
    "child_still_missing",
    "officer_welfare_request",
)
# What no keyboard writes and no page, file or mail carries safely. Both languages read these.
NULL = r"\u0000"
CONTROL = r"[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff\ud800-\udfff]"

# What the kind of the named party says about the category. A contradiction would send the
# report past a guard, so it is asked back.
CATEGORIES_OF_KIND = {
    OrganizationKind.ARMED_GROUP: [Perpetrator.ARMED_GROUP],
    OrganizationKind.HOST_STATE_POLICE: [Perpetrator.HOST_STATE_POLICE],
    OrganizationKind.HOST_STATE_ARMY: [Perpetrator.HOST_STATE_MILITARY],
    OrganizationKind.CONTINGENT: [Perpetrator.UN_PERSONNEL],
    OrganizationKind.MISSION_COMPONENT: [Perpetrator.UN_PERSONNEL],
    OrganizationKind.UN_ENTITY: [Perpetrator.AID_WORKER, Perpetrator.UN_PERSONNEL],
    OrganizationKind.NGO_INTERNATIONAL: [Perpetrator.AID_WORKER],
    OrganizationKind.NGO_NATIONAL: [Perpetrator.AID_WORKER],
}


@dataclass(frozen=True)
class Rule:
    """One check. The problem is shown at the first of `fields`, unless the kind says where.

    `message` names what was found as %(name)s. `of_mission` are parameters by the name of the
    mission's setting that holds their value.
    """

    kind: str
    fields: tuple[str, ...]
    code: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)
    of_mission: Mapping[str, str] = field(default_factory=dict)

    def params_in(self, mission: Mission) -> dict[str, object]:
        settings = {name: getattr(mission, setting) for name, setting in self.of_mission.items()}
        return {**self.params, **settings}


@dataclass(frozen=True)
class Problem:
    """Why a field is refused and what to do; `code` is for programs."""

    field: str
    code: str
    message: str


def _plausible_day(name: str) -> Iterator[Rule]:
    message = _("This day has not come yet. Check the date.")
    yield Rule("not_after_today", (name,), "future", message)
    message = _("This is very long ago. Check the year.")
    yield Rule("not_older_than", (name,), "long_ago", message, {"years": LONGEST_AGO})


def _ages_within(sex: str) -> Rule:
    bands = [f"{sex}_{band.value}" for band in AgeBand]
    message = _("The ages add up to %(sum)s, which is more than this number. Check both.")
    return Rule("parts_of", (sex, *bands), "ages", message)


def _both_degrees(name: str, other: str) -> Rule:
    message = _("A point needs latitude and longitude. Give both, or neither.")
    return Rule("needed_with", (name, other), "incomplete", message)


def _plain_text(name: str) -> Iterator[Rule]:
    message = _("This text has characters that cannot be shown. Delete them or type it again.")
    yield Rule("without", (name,), "null_characters_not_allowed", message, {"pattern": NULL})
    yield Rule("without", (name,), "control_characters", message, {"pattern": CONTROL})


RULES: tuple[Rule, ...] = (
    Rule(
        "one_of_these",
        SAYS_SOMETHING,
        "required",
        _("Choose at least one thing that happened."),
        # What is said in confidence may be said in words alone.
        {"or_words_about": [code.value for code in CONFIDED]},
    ),
    Rule(
        "required_when",
        ("facility", "violations"),
        "required",
        _("Choose whether it was a school or a hospital."),
        {"has": Violation.ATTACK_SCHOOL_HOSPITAL.value, "empty": Facility.NONE.value},
    ),
    *_plausible_day("occurred_on"),
    *_plausible_day("occurred_until"),
    *_plausible_day("learned_on"),
    *_plausible_day("briefed_at"),
    Rule(
        "not_before",
        ("occurred_until", "occurred_on"),
        "order",
        _("The last day is before the first. Check both dates."),
    ),
    Rule(
        "not_before",
        ("learned_on", "occurred_on"),
        "order",
        _("You cannot have learned of it before it happened. Check both dates."),
    ),
    Rule(
        "sum_at_most",
        SEXES,
        "too_many",
        _(
            "Is it really so many? A report takes up to %(most)s children in all. If it is true, "
            "stay within that and write the number in your words."
        ),
        of_mission={"most": "most_children"},
    ),
    *map(_ages_within, SEXES),
    _both_degrees("latitude", "longitude"),
    _both_degrees("longitude", "latitude"),
    Rule(
        "near_an_area",
        ("latitude", "longitude"),
        "outside",
        _(
            "This point is outside the mission: %(km)s km from %(nearest)s, its nearest district. "
            "Correct it. If it is right, leave the point empty and describe the place in words."
        ),
        of_mission={"reach": "reach_km"},
    ),
    Rule(
        "near_the_area",
        ("latitude", "longitude", "area"),
        "elsewhere",
        _(
            "This point is %(km)s km from the district you chose; %(nearest)s is nearest. Correct "
            "one of the two. If both are right, leave the point empty and describe the place."
        ),
        of_mission={"reach": "reach_km"},
    ),
    Rule(
        "fits_the_party",
        ("perpetrator", "perpetrator_org"),
        "contradiction",
        _("%(party)s belongs to another category. Choose “%(label)s”, or no party."),
        {
            "fitting": {
                kind.value: [c.value for c in cs] for kind, cs in CATEGORIES_OF_KIND.items()
            },
            "labels": {c.value: c.label for cs in CATEGORIES_OF_KIND.values() for c in cs[:1]},
        },
    ),
    Rule(
        "only_with",
        ("consent_scope", "consent"),
        "contradiction",
        _("Say what was agreed to only where the child or caregiver agreed."),
        {"free": "all", "allowed": ["given", "best_interest_override"]},
    ),
    *_plain_text("narrative"),
    *_plain_text("safe_contact"),
    Rule(
        "text_at_most",
        ("narrative",),
        "max_length",
        _("Shorten this to 10,000 characters."),
        {"most": LONGEST_NARRATIVE},
    ),
    Rule(
        "text_at_most",
        ("safe_contact",),
        "max_length",
        _("Shorten this to 500 characters."),
        {"most": LONGEST_CONTACT},
    ),
)


def find_problems(values: Values, mission: Mission, known: Known) -> list[Problem]:
    """What speaks against these values, at most one problem a field, in the order of the rules."""
    problems: dict[str, Problem] = {}
    for rule in RULES:
        found = KINDS[rule.kind](rule.fields, rule.params_in(mission), values, known)
        if found is None:
            continue
        name = found.pop("field", rule.fields[0])
        problems.setdefault(name, Problem(name, rule.code, str(rule.message) % found))
    return list(problems.values())


def check_rules(mission: Mission) -> list[dict[str, object]]:
    """The rules for the form: JSON, in the reader's language, with the mission's numbers."""
    return [
        {
            "kind": rule.kind,
            "fields": list(rule.fields),
            "code": rule.code,
            "message": str(rule.message),
            **_as_json(rule.params_in(mission)),
        }
        for rule in RULES
    ]


def is_storable(text: str) -> bool:
    """Whether the database can be asked for this text at all."""
    return not re.search(f"{NULL}|{CONTROL}", text)


def as_lines(text: str) -> str:
    """The text with one kind of line end: a page sends two characters, a program one."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _as_json(params: dict[str, object]) -> dict[str, object]:
    labels = {code: str(label) for code, label in params.get("labels", {}).items()}
    return params | ({"labels": labels} if labels else {})

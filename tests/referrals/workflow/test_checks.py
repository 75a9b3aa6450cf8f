"""What is missing, contradicts itself or cannot be true is asked back, at its field."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from actors.models import Area
from referrals.models import Report
from referrals.workflow.check_kinds import KINDS, kilometres
from referrals.workflow.check_rules import RULES, Problem, check_rules
from referrals.workflow.checks import FilingRefused, check_filing
from referrals.workflow.filings import DETAIL_DEFAULTS, FACT_DEFAULTS
from tests.factories import AreaFactory, MissionFactory

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CENTRES = {"QM0101": ("6.1", "20.2"), "QM0201": ("6.9", "21.1"), "QM0302": ("5.2", "22.9")}
NEAR = {"latitude": Decimal("6.91"), "longitude": Decimal("21.12")}


@pytest.fixture
def placed(unmix):
    """The mission with the centres of its districts, some 130 to 300 km apart."""
    for code, (latitude, longitude) in CENTRES.items():
        Area.objects.filter(code=code).update(latitude=latitude, longitude=longitude)
    return unmix


def problems_of(filing) -> list[Problem]:
    try:
        check_filing(filing)
    except FilingRefused as refused:
        return refused.problems
    return []


def refused(filing) -> dict[str, str]:
    return {problem.field: problem.code for problem in problems_of(filing)}


def message(filing) -> str:
    (problem,) = problems_of(filing)
    return problem.message


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"occurred_on": date(2026, 11, 22)}, {}),
        ({"occurred_on": date(2026, 11, 23)}, {"occurred_on": "future"}),
        ({"occurred_until": date(2026, 11, 23)}, {"occurred_until": "future"}),
        ({"learned_on": date(2026, 11, 23)}, {"learned_on": "future"}),
        ({"details": {"briefed_at": "2026-11-22T23:30:00+00:00"}}, {}),
        ({"details": {"briefed_at": "2026-11-23T00:30:00+00:00"}}, {"briefed_at": "future"}),
        ({"details": {"briefed_at": "0001-01-01T00:30:00+00:00"}}, {"briefed_at": "long_ago"}),
        ({"occurred_on": date(1026, 11, 20)}, {"occurred_on": "long_ago"}),
        ({"occurred_on": date(1976, 1, 1)}, {}),
        (
            {"occurred_on": date(2026, 11, 20), "occurred_until": date(2026, 11, 19)},
            {"occurred_until": "order"},
        ),
        ({"occurred_on": date(2026, 11, 20), "occurred_until": date(2026, 11, 20)}, {}),
        (
            {"occurred_on": date(2026, 11, 20), "learned_on": date(2026, 11, 19)},
            {"learned_on": "order"},
        ),
        ({"boys": 1000, "girls": 999, "children_unknown": 1}, {}),
        ({"boys": 900, "girls": 1100, "children_unknown": 1}, {"girls": "too_many"}),
        ({"boys": 3, "details": {"ages": {"boys": {"0_5": 1, "6_10": 2}}}}, {}),
        ({"boys": 3, "details": {"ages": {"boys": {"0_5": 2, "6_10": 2}}}}, {"boys": "ages"}),
        ({"details": {"ages": {"girls": {"0_5": 1}}}}, {"girls": "ages"}),
        ({"latitude": Decimal(0)}, {"longitude": "incomplete"}),
        ({"longitude": Decimal(0)}, {"latitude": "incomplete"}),
        ({"narrative": "x" * 10_000}, {}),
        ({"narrative": "x" * 10_001}, {"narrative": "max_length"}),
        ({"safe_contact": "x" * 501}, {"safe_contact": "max_length"}),
        ({"narrative": "a\0b"}, {"narrative": "null_characters_not_allowed"}),
        ({"narrative": "tab\tand\nline"}, {}),
        ({"narrative": "the bell \x07"}, {"narrative": "control_characters"}),
        ({"narrative": "\x7f"}, {"narrative": "control_characters"}),
        ({"narrative": "\ufffe"}, {"narrative": "control_characters"}),
        ({"narrative": "\uffff"}, {"narrative": "control_characters"}),
        ({"narrative": "half a character \ud83d"}, {"narrative": "control_characters"}),
        ({"safe_contact": "\x1b[31m"}, {"safe_contact": "control_characters"}),
        ({"narrative": "\u202eright to left, 😀 and \u0301\u0301"}, {}),
    ],
)
@time_machine.travel(NOON, tick=False)
def test_each_rule_asks_back_what_cannot_be_true_and_nothing_else(unmix, changes, expected):
    assert refused(unmix.filing(**changes)) == expected


def test_the_day_is_the_missions_day(unmix):
    unmix.mission.time_zone = "Pacific/Kiritimati"  # 14 hours ahead
    with time_machine.travel(NOON, tick=False):
        assert refused(unmix.filing(occurred_on=date(2026, 11, 23))) == {}
        assert refused(unmix.filing(occurred_on=date(2026, 11, 24))) == {"occurred_on": "future"}
        late = {"briefed_at": "2026-11-23T09:59:00+00:00"}
        assert refused(unmix.filing(details=late)) == {}
        assert refused(unmix.filing(details={"briefed_at": "2026-11-23T10:00:00+00:00"})) == {
            "briefed_at": "future"
        }


def test_the_number_of_children_is_the_missions(unmix):
    unmix.mission.most_children = 40
    assert refused(unmix.filing(boys=41)) == {"boys": "too_many"}
    assert "takes up to 40 children in all" in message(unmix.filing(boys=41))


class TestPoints:
    def test_a_point_in_the_district_is_fine(self, placed):
        assert refused(placed.filing(**NEAR)) == {}

    def test_a_point_far_from_every_district_names_the_nearest_and_how_far(self, placed):
        far = {"latitude": Decimal("6.9"), "longitude": Decimal("18.0")}
        assert refused(placed.filing(**far)) == {"latitude": "outside"}
        assert "259 km from Tolwe, Northern Reach," in message(placed.filing(**far))

    def test_how_far_is_the_missions(self, placed):
        placed.mission.reach_km = 300
        far = {"latitude": Decimal("6.9"), "longitude": Decimal("18.0")}
        assert refused(placed.filing(area="QM0101", **far)) == {}

    def test_a_point_in_another_district_says_which(self, placed):
        assert refused(placed.filing(area="QM0302", **NEAR)) == {"latitude": "elsewhere"}
        said = message(placed.filing(area="QM0302", **NEAR))
        assert "274 km from the district you chose; Port Sela, Lakeside is nearest" in said

    def test_a_point_near_the_border_of_two_districts_is_left_to_the_officer(self, placed):
        between = {"latitude": Decimal("6.55"), "longitude": Decimal("20.7")}
        assert refused(placed.filing(area="QM0101", **between)) == {}
        assert refused(placed.filing(area="QM0201", **between)) == {}

    def test_other_missions_and_retired_areas_do_not_count(self, placed):
        far = {"latitude": Decimal("6.9"), "longitude": Decimal("18.0")}
        AreaFactory(mission=MissionFactory(), **far)
        AreaFactory(mission=placed.mission, retired_at=NOON, **far)
        assert refused(placed.filing(**far)) == {"latitude": "outside"}

    def test_without_centres_any_point_is_taken(self, unmix):
        assert refused(unmix.filing(**NEAR)) == {}

    def test_areas_are_read_once_and_only_for_a_point(self, placed):
        filings = placed.filing(), placed.filing(**NEAR)
        counts = []
        for filing in filings:
            with CaptureQueriesContext(connection) as captured:
                check_filing(filing)
            counts.append(len(captured))
        assert counts == [0, 1]

    def test_distances_are_those_of_a_globe(self):
        assert round(kilometres((0, 0), (0, 180))) == 20015
        assert round(kilometres((0, 179.5), (0, -179.5))) == 111
        assert kilometres((6.1, 20.2), (6.1, 20.2)) == 0


def test_every_problem_is_told_at_once_and_one_a_field(unmix):
    filing = unmix.filing(
        facts={"violations": [], "facility": "none"},
        boys=9999,
        narrative="\x07" + "x" * 10_001,
        details={"ages": {"boys": {"0_5": 10_000}}},
    )
    assert refused(filing) == {
        "violations": "required",
        "boys": "too_many",
        "narrative": "control_characters",
    }
    assert len(problems_of(filing)) == 3


def test_a_refused_report_is_not_stored(unmix):
    with pytest.raises(FilingRefused):
        unmix.file(narrative="\ud83d")
    assert Report.objects.count() == 0


def test_each_rule_is_of_a_known_kind_and_looks_at_known_names(unmix):
    filed = set(unmix.filing().__dataclass_fields__) | set(FACT_DEFAULTS) | set(DETAIL_DEFAULTS)
    ages = {
        f"{s}_{b}"
        for s in ("boys", "girls", "children_unknown")
        for b in ("0_5", "6_10", "11_13", "14_17")
    }
    assert {name for rule in RULES for name in rule.fields} <= filed | ages
    assert {rule.kind for rule in RULES} == set(KINDS)


def test_the_rules_for_the_form_carry_the_missions_numbers_in_the_readers_language(unmix):
    unmix.mission.most_children, unmix.mission.reach_km = 77, 88
    with translation.override("fr"):
        rules = check_rules(unmix.mission)
    many = next(rule for rule in rules if rule["kind"] == "sum_at_most")
    assert (many["fields"], many["most"]) == (["boys", "girls", "children_unknown"], 77)
    assert {rule["reach"] for rule in rules if "reach" in rule} == {88}
    future = next(rule for rule in rules if rule["kind"] == "not_after_today")
    assert future["message"].endswith("pas encore arrivé. Vérifiez la date.")

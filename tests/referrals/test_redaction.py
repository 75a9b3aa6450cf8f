"""Every detail a patrol states, at every level: exactly who reads it (policy 2.3, 3.4, 3.5)."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from actors.roles import Role
from referrals.models import Report
from referrals.redaction import BEST_FIRST, facts_for
from referrals.redaction.details import IN_TRIAGE
from referrals.statuses import ReportStatus

FULL = {"RD0", "OWN"}
RECORD = FULL | {"RD1"}
SUMMARY = RECORD | {"RD2"}

# Fact, who is shown it, and what the record reads.
TABLE = [
    ("point", RECORD, "6.31822, 20.12345 (Within 1 km)"),
    ("place_kind", RECORD, "School"),
    ("part_of_day", RECORD, "Night"),
    ("learned", RECORD, "5 November 2026"),
    ("estimated", SUMMARY, "Yes"),
    ("ages", RECORD, "boys: 1 (0-5), 2 (11-13); girls: 1 (14-17)"),
    ("source_type", RECORD, "Told"),
    ("present", RECORD, "Interpreter"),
    ("spoke_with", RECORD, "Health worker"),
    ("actions", RECORD, "Gave first aid"),
    ("briefed", RECORD, "The operations centre, 5 November 2026, 14:05"),
    ("adds_to", RECORD, "UNMIX-2026-00001"),
    ("safe_contact", FULL, "CANARY-CONTACT"),
    ("narrative", FULL, "CANARY-TEXT told by Mme Traoré"),
]
DETAILS = {
    "occurred_about": True,
    "part_of_day": "night",
    "precision": "kilometre",
    "place_kind": "school",
    "ages": {"boys": {"11_13": 2, "0_5": 1}, "girls": {"14_17": 1}},
    "children_estimated": True,
    "source_type": "oral",
    "spoke_with": ["health_worker"],
    "actions": ["first_aid"],
    "present": ["interpreter"],
    "briefed": ["joc"],
    "briefed_at": "2026-11-05T14:05:00+00:00",
}
# What may stand nowhere in what others than the record are told.
CANARIES = [
    "6.31822", "20.12345", "School", "Night", "0-5", "11-13", "14-17", "Told", "Interpreter",
    "Health worker", "first aid", "operations centre", "UNMIX-2026-00001", "CANARY",
]  # fmt: skip


@pytest.fixture
def report(unmix) -> Report:
    from datetime import UTC, datetime

    at = datetime(2026, 11, 6, 9, 0, tzinfo=UTC)
    earlier = unmix.file(at=at).report
    filed = unmix.file(
        at=at,
        occurred_on=date(2026, 11, 3),
        occurred_until=date(2026, 11, 4),
        learned_on=date(2026, 11, 5),
        latitude=Decimal("6.31822"),
        longitude=Decimal("20.12345"),
        boys=3,
        girls=1,
        narrative="CANARY-TEXT told by Mme Traoré",
        safe_contact="CANARY-CONTACT",
        adds_to=earlier,
        details=DETAILS,
    ).report
    return Report.objects.in_full().get(pk=filed.pk)


def shown(report: Report, level: str) -> dict[str, str]:
    return {fact.name: fact.value for fact in facts_for(report, level)}


@pytest.mark.parametrize(("name", "levels", "value"), TABLE)
def test_who_is_shown_it_and_how_it_reads(report, name, levels, value):
    assert {level: shown(report, level).get(name) for level in BEST_FIRST} == {
        level: value if level in levels else None for level in BEST_FIRST
    }


def test_the_days_are_as_near_as_the_level_may_know(report):
    days = {level: shown(report, level).get("day") for level in BEST_FIRST}
    whole = "about 3 November 2026 \u2013 4 November 2026"
    assert days == dict.fromkeys(SUMMARY, whole) | {"RD3": "November 2026", "RS": None, "RN": None}


@pytest.mark.parametrize("level", ["RD2", "RD3", "RS", "RN"])
def test_nothing_of_the_record_stands_in_what_others_are_told(report, level):
    told = json.dumps(shown(report, level))
    assert [canary for canary in CANARIES if canary in told] == []


@pytest.mark.parametrize("status", ReportStatus.values)
def test_the_way_to_a_trusted_adult_is_shown_until_triage_ends(report, status):
    report.status = status
    assert ("safe_contact" in shown(report, "RD0")) == (status in IN_TRIAGE)
    assert {"submitted", "acknowledged", "in_triage", "returned_for_info"} == IN_TRIAGE


@pytest.mark.parametrize("role", [Role.HOPC, Role.JOC, Role.UNPOL_CPFP_HQ])
def test_page_and_api_of_who_reads_a_summary_leak_nothing(unmix, as_role, report, role):
    client = as_role(role)
    for path in (f"/reports/{report.reference}/", f"/api/v1/reports/{report.reference}/"):
        answer = client.get(path)
        assert answer.status_code == 200
        body = answer.content.decode()
        canaries = ["6.31822", "20.12345", "CANARY", "UNMIX-2026-00001", "11-13", "Health worker"]
        assert [canary for canary in canaries if canary in body] == []


@pytest.mark.parametrize("role", [Role.HUMAN_RIGHTS, Role.UNPOL_CPFP_FIELD])
def test_page_and_api_of_the_record_have_the_point_and_not_the_annex(as_role, report, role):
    client = as_role(role)
    for path in (f"/reports/{report.reference}/", f"/api/v1/reports/{report.reference}/"):
        body = client.get(path).content.decode()
        assert ("6.31822" in body, "CANARY" in body) == (True, False)


def test_a_report_without_details_shows_no_empty_line(unmix):
    report = Report.objects.in_full().get(pk=unmix.file().report.pk)
    assert {name for name, _levels, _value in TABLE} & set(shown(report, "RD0")) == set()


def test_a_text_in_the_annex_is_kept_back_whatever_the_facts_say(report):
    report.facts["contains_identity"] = False
    assert [level for level in BEST_FIRST if "narrative" in shown(report, level)] == ["RD0", "OWN"]


@pytest.mark.parametrize("language", ["fr", "es", "ar"])
def test_it_reads_in_every_language(report, language):
    with translation.override(language):
        assert set(shown(report, "RD0")) >= {name for name, _levels, _value in TABLE}
        assert shown(report, "RD0")["point"].startswith("6.31822, 20.12345")


def test_reading_it_takes_as_many_statements_as_before(report, django_assert_num_queries):
    with django_assert_num_queries(0):
        facts_for(report, "RD0")

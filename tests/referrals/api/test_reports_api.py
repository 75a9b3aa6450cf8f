"""The API: the same checks and the same redaction as the pages."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from actors.models import Scope
from actors.roles import Role
from actors.scopes import make_token
from referrals.models import Report

REPORTS = "/api/v1/reports/"


def s04(**changes) -> dict[str, object]:
    """S04 with the names of the worked scenarios."""
    body = {
        "uuid": str(uuid4()),
        "mission": "UNMIX",
        "adm2": "QM0201",
        "violations": ["attack_school_hospital"],
        "facility": "hospital",
        "perpetrator": "unknown",
        "source": "social_worker",
        "patrol": "joint_host_state",
        "occurred_on": "2026-11-20",
        "narrative": "CANARY",
        "children": {"boys": 2, "girls": 1, "unknown": 0},
    }
    return body | changes


@pytest.fixture
def api(unmix):
    """A function from a role to a client that carries this person's token."""

    def client(role: str) -> APIClient:
        token = make_token(user=unmix.user(role), scopes=[Scope.REPORTS])
        api = APIClient()
        api.credentials(HTTP_AUTHORIZATION=f"Token {token}")
        return api

    return client


@pytest.fixture
def officer(api) -> APIClient:
    return api(Role.UNPOL_OFFICER)


def test_filing_answers_with_recipients_guards_and_reasons(officer):
    answer = officer.post(REPORTS, s04(), format="json")
    assert answer.status_code == 201
    told = {
        (r["role"], r["kind"], r["gate"], r["redaction"], r["status"])
        for r in answer.data["recipients"]
    }
    assert ("CPA", "action", "none", "RD0", "released") in told
    assert ("WHO", "info", "cp_lead", "RD3", "proposed") in told
    assert len(told) == 16
    who = next(r for r in answer.data["recipients"] if r["role"] == "WHO")
    assert who["organization"] == "WHO Kesara"
    assert who["rule"]
    assert who["reason"]
    assert who["source"]
    assert who["due_at"]
    assert {guard["id"] for guard in answer.data["guards"]} == {
        "CP_GATE",
        "EMERGENCY_BYPASS",
        "JOINT_PATROL",
        "MILITARY_ALERT_ONLY",
        "UNKNOWN_PERP_HOLD",
    }
    assert [s["role"] for s in answer.data["suppressed"]] == ["HS_POLICE_SPECIALISED"]
    assert [t["code"] for t in answer.data["tasks"]] == ["plan_of_action"]
    report = Report.objects.get()
    assert (report.boys, report.girls, report.reference) == (2, 1, answer.data["reference"])


def test_filing_takes_few_statements(officer):
    officer.post(REPORTS, s04(), format="json")
    with CaptureQueriesContext(connection) as captured:
        officer.post(REPORTS, s04(), format="json")
    assert len(captured) <= 22


def test_the_same_uuid_answers_with_the_first_reference(officer):
    body = s04()
    first, again = (officer.post(REPORTS, body, format="json") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.data["reference"] == again.data["reference"]
    assert Report.objects.count() == 1


def test_the_same_uuid_with_another_content_is_a_conflict_that_names_the_first(officer):
    body = s04()
    first = officer.post(REPORTS, body, format="json")
    changed = officer.post(REPORTS, body | {"narrative": "Other"}, format="json")
    assert changed.status_code == 409
    assert changed.data["reference"] == first.data["reference"]
    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"mission": "UNKNOWN"}, "mission", "unknown"),
        ({"adm2": "QM9999"}, "adm2", "unknown"),
        ({"adm2": "QM02"}, "adm2", "unknown"),
        ({"perpetrator_org": "Nobody"}, "perpetrator_org", "unknown"),
        ({"perpetrator": "martian"}, "perpetrator", "invalid_choice"),
        ({"violations": ["theft"]}, "violations.0", "invalid_choice"),
        ({"violations": []}, "violations", "required"),
        ({"facility": "none"}, "facility", "required"),
        ({"occurred_on": "2999-01-01"}, "occurred_on", "future"),
        ({"occurred_on": "yesterday"}, "occurred_on", "invalid"),
        ({"children": {"boys": -1}}, "children.boys", "min_value"),
        ({"child_victims": 9}, "child_victims", "contradiction"),
        ({"ongoing_threat": "perhaps"}, "ongoing_threat", "invalid"),
        ({"uuid": "none"}, "uuid", "invalid"),
        ({"narrative": "x" * 10_001}, "narrative", "max_length"),
        ({"narrative": "a\x00b"}, "narrative", "null_characters_not_allowed"),
        ({"ongoing_thread": True}, "ongoing_thread", "unknown"),
        ({"roster_override": "deputy"}, "roster_override", "directory"),
        ({"consent": "given", "consent_scope": "some"}, "consent_scope", "invalid"),
    ],
)
def test_a_wrong_value_is_refused_with_a_code_at_its_field_and_nothing_is_stored(
    officer, change, field, code
):
    answer = officer.post(REPORTS, s04() | change, format="json")
    assert answer.status_code == 400
    assert [problem["code"] for problem in answer.data["errors"][field]] == [code]
    assert all(problem["message"] for problem in answer.data["errors"][field])
    assert Report.objects.count() == 0


def whole_report(**changes) -> dict[str, object]:
    """Everything a patrol can say beside the facts."""
    return s04(
        occurred_until="2026-11-21",
        occurred_about=True,
        part_of_day="night",
        learned_on="2026-11-21",
        latitude=6.31822,
        longitude="21.5",
        precision="exact",
        place_kind="health",
        safe_contact="Through the health post.\r\nAt noon.",
        ages={"boys": {"0_5": 1, "6_10": 0}, "girls": {}},
        children_estimated=True,
        source_type="oral",
        spoke_with=["ngo"],
        actions=["secured", "radioed"],
        present=["interpreter"],
        briefed=["supervisor"],
        briefed_at="2026-11-21T14:05:00+01:00",
        **changes,
    )


def test_all_that_a_patrol_can_say_is_stored_as_sent(officer):
    answer = officer.post(REPORTS, whole_report(), format="json")
    assert answer.status_code == 201, answer.data
    report = Report.objects.select_related("annex").get()
    assert (str(report.latitude), str(report.longitude)) == ("6.31822", "21.50000")
    assert (report.occurred_until, report.learned_on) == (date(2026, 11, 21), date(2026, 11, 21))
    assert report.annex.safe_contact == "Through the health post.\nAt noon."
    assert report.details | {"briefed_at": None} == {
        "occurred_about": True,
        "part_of_day": "night",
        "precision": "exact",
        "place_kind": "health",
        "ages": {"boys": {"0_5": 1}},
        "children_estimated": True,
        "source_type": "oral",
        "spoke_with": ["ngo"],
        "actions": ["secured", "radioed"],
        "present": ["interpreter"],
        "briefed": ["supervisor"],
        "briefed_at": None,
    }
    assert datetime.fromisoformat(report.details["briefed_at"]) == datetime(
        2026, 11, 21, 13, 5, tzinfo=UTC
    )


def test_an_addition_names_a_report_its_sender_may_see(officer, unmix):
    first = unmix.file().report
    officer.post(REPORTS, s04(adds_to=first.reference), format="json")
    assert Report.objects.latest("pk").adds_to == first


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"latitude": 91}, "latitude", "max_value"),
        ({"latitude": "north"}, "latitude", "invalid"),
        ({"latitude": None, "precision": None}, "latitude", "incomplete"),
        ({"latitude": None, "longitude": None}, "precision", "contradiction"),
        ({"precision": "about"}, "precision", "invalid_choice"),
        ({"occurred_until": "2026-11-01"}, "occurred_until", "order"),
        ({"learned_on": "2026-11-01"}, "learned_on", "order"),
        ({"learned_on": "2999-11-01"}, "learned_on", "future"),
        ({"briefed_at": "2999-11-01T10:00Z"}, "briefed_at", "future"),
        ({"ages": {"boys": {"0_5": 3}}}, "children.boys", "ages"),
        ({"ages": {"boys": {"0_5": -3}}}, "ages.boys.0_5", "min_value"),
        ({"ages": {"boys": {"18_25": 1}}}, "ages.boys.18_25", "unknown"),
        ({"ages": {"men": {}}}, "ages.men", "unknown"),
        ({"children": {"boys": 1, "men": 1}}, "children.men", "unknown"),
        ({"children": {"unknown": 2001}, "ages": {}}, "children.unknown", "too_many"),
        ({"spoke_with": ["aunt"]}, "spoke_with.0", "invalid_choice"),
        ({"safe_contact": "x" * 501}, "safe_contact", "max_length"),
        ({"safe_contact": "a\x07b"}, "safe_contact", "control_characters"),
        ({"adds_to": "UNMIX-2026-99999"}, "adds_to", "unknown"),
        ({"adds_to": "a\x00b"}, "adds_to", "null_characters_not_allowed"),
    ],
)
def test_wrong_details_are_refused_with_a_code_at_their_field(officer, change, field, code):
    answer = officer.post(REPORTS, whole_report() | change, format="json")
    assert answer.status_code == 400
    assert [problem["code"] for problem in answer.data["errors"][field]] == [code]
    assert Report.objects.count() == 0


@pytest.mark.parametrize("body", ["", "[]", "{", "null", '"text"'])
def test_a_body_that_is_no_report_is_refused(officer, body):
    answer = officer.post(REPORTS, body, content_type="application/json")
    assert answer.status_code == 400


def test_a_whole_record_of_the_worked_scenarios_is_accepted(officer):
    empty = {
        "low_confidentiality_partners": [],
        "roster_override": None,
        "perpetrator_org": None,
        "hours_since_incident": None,
        "consent_scope": "all",
        "child_victims": 3,
    }
    assert officer.post(REPORTS, s04() | empty, format="json").status_code == 201


def test_a_bare_number_of_children_counts_as_sex_not_known(officer):
    body = s04(child_victims=4)
    del body["children"]
    officer.post(REPORTS, body, format="json")
    assert Report.objects.get().children_unknown == 4


def test_each_reader_gets_the_report_at_their_own_level(api, unmix):
    reference = unmix.file(narrative="CANARY").report.reference
    whole = api(Role.CPA).get(f"{REPORTS}{reference}/").data
    assert whole["level"] == "RD0"
    assert "CANARY" in str(whole)
    summary = api(Role.JOC).get(f"{REPORTS}{reference}/").data
    assert (summary["level"], summary["recipients"]) == ("RD2", [])
    assert "CANARY" not in str(summary)


def test_a_report_one_may_not_see_answers_as_a_missing_one(api, unmix):
    reference = unmix.file().report.reference
    outsider = api("UNICEF_CP")
    hidden, missing = outsider.get(f"{REPORTS}{reference}/"), outsider.get(f"{REPORTS}UNMIX-1/")
    assert (hidden.status_code, hidden.data) == (404, missing.data)


def test_misconduct_answers_its_reporter_with_the_reference_only(officer):
    answer = officer.post(REPORTS, s04(perpetrator="un_personnel"), format="json")
    assert answer.data["level"] == "RN"
    assert answer.data["recipients"] == []
    assert "track" not in answer.data


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_reports_are_neither_listed_nor_changed_here(officer, method):
    assert getattr(officer, method)(REPORTS).status_code == 405


def test_nobody_files_or_reads_without_signing_in(unmix):
    api = APIClient()
    assert api.post(REPORTS, s04(), format="json").status_code == 401
    assert api.get(f"{REPORTS}UNMIX-2026-00001/").status_code == 401


def test_the_schema_describes_the_reports(officer):
    answer = officer.get("/api/v1/schema/")
    assert answer.status_code == 200
    assert b"/api/v1/reports/{reference}/" in answer.content

"""Working on a report over the API: the verbs of the page, with the same answers."""

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from actors.models import Scope
from actors.roles import Role
from actors.scopes import make_token
from referrals.api.work import WORK
from referrals.models import HistoryEntry, Interview, Report, Verification
from referrals.views.work import PARTS
from referrals.workflow.triage import acknowledge_report

SEEN = timezone.now().isoformat()
CLOSED = {"reason": "served", "words": "All is done.", "although": True}
TODAY = timezone.now().date().isoformat()


@pytest.fixture
def report(unmix) -> Report:
    """Acknowledged by the adviser, with nothing left to decide."""
    report = unmix.file().report
    acknowledge_report(report=report, by=unmix.user(Role.CPA))
    report.referrals.filter(status="proposed").update(status="revoked")
    return report


@pytest.fixture
def press(unmix, report):
    """A function by which somebody's program presses a button."""

    def press(name, role=Role.CPA, scope=Scope.REPORTS, **body):
        api = APIClient()
        token = make_token(user=unmix.user(role), scopes=[scope])
        api.credentials(HTTP_AUTHORIZATION=f"Token {token}")
        return api.post(f"/api/v1/reports/{report.reference}/{name}/", body, format="json")

    return press


def test_the_api_has_the_verbs_of_the_page():
    assert list(WORK) == list(PARTS)


def test_a_report_goes_its_whole_way(press, unmix, report):
    other = unmix.file().report
    steps = [
        ("follow-up", {}, "follow_up"),
        ("set-phase", {"phase": "response", "was": "consolidation"}, "follow_up"),
        ("merge-report", {"master": other.reference}, "merged"),
        ("unmerge-report", {}, "follow_up"),
        ("close-report", CLOSED, "closed"),
        ("reopen-report", {"words": "It is not."}, "follow_up"),
    ]
    for name, body, status in steps:
        answer = press(name, **body)
        expected = (200, {"reference": report.reference, "status": status})
        assert (answer.status_code, answer.data) == expected


def test_a_refusal_names_field_and_code_and_does_nothing(press, report):
    answer = press("close-report", reason="served")
    assert answer.status_code == 400
    assert answer.data["errors"]["words"][0]["code"] == "required"
    assert Report.objects.get().status == "acknowledged"


def test_the_second_is_told_who_was_first(press):
    press("close-report", **CLOSED)
    answer = press("close-report", **CLOSED)
    assert answer.status_code == 409
    said = str(answer.data["errors"]["non_field_errors"][0]["message"])
    assert said.startswith("Already done: Closed, by Person of CPA")
    assert HistoryEntry.objects.filter(verb="closed").count() == 1


def test_interviews_and_findings_are_recorded(press):
    assert press("note-interview", interviewer="ngo", seen_at=SEEN).status_code == 200
    assert Interview.objects.get().interviewer == "ngo"
    finding = {"violation": "attack_school_hospital", "stage": "focal_point", "seen_at": SEEN}
    finding |= {"status": "verified", "decided_on": TODAY}
    assert press("set-verification", **finding).status_code == 200
    assert press("set-verification", **finding).status_code == 409
    assert Verification.objects.get().decided_on.isoformat() == TODAY


@pytest.mark.parametrize("role", [Role.HUMAN_RIGHTS, Role.UNPOL_OFFICER, Role.UNICEF_CP])
def test_for_others_it_is_not_there(press, role):
    body = {"reason": "served", "words": "Mine", "interviewer": "ngo", "seen_at": SEEN}
    for name in ("close-report", "follow-up", "unmerge-report", "note-interview"):
        assert press(name, role, **body).status_code == 404


def test_a_token_for_something_else_opens_nothing(press):
    assert press("follow-up", scope=Scope.POLICIES).status_code == 403


def test_the_schema_describes_each_verb(client, unmix):
    client.force_login(unmix.user(Role.CPA))
    schema = client.get("/api/v1/schema/").content.decode()
    for name in WORK:
        assert f"/api/v1/reports/{{reference}}/{name}/" in schema
        assert f"operationId: reports_{name.replace('-', '_')}\n" in schema

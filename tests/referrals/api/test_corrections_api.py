"""Correcting a report over the API: as the page does it, shown first and applied as shown."""

import pytest

from actors.models import Scope
from actors.roles import Role
from referrals.models import Correction, HistoryEntry, Report
from referrals.workflow.correcting import correct_report
from referrals.workflow.triage import acknowledge_report

REASON = "The head of the hospital told us in person what happened."
DANGER = {"violations": ["killing_maiming"], "facility": "none", "ongoing_threat": True}
HOSPITAL = {"violations": ["attack_school_hospital"], "facility": "hospital"}


@pytest.fixture
def report(unmix):
    return unmix.file(facts=DANGER, boys=1, narrative="CANARY").report


@pytest.fixture
def lead(program):
    return program(Role.CPA)


def address(report, name="") -> str:
    return f"/api/v1/reports/{report.reference}/correct/{name}"


def preview(api, report, **facts):
    return api.post(address(report, "preview/"), facts)


def apply(api, report, seen, reason=REASON, **facts):
    return api.post(address(report), facts | {"seen": seen, "reason": reason})


def codes(answer) -> dict[str, list[str]]:
    return {at: [each["code"] for each in e] for at, e in answer.data["errors"].items()}


def test_the_preview_says_what_would_change_and_stores_nothing(lead, report):
    shown = preview(lead, report, **HOSPITAL)
    assert shown.status_code == 200
    facts = [(each["was"], each["now"]) for each in shown.data["facts"]]
    assert ("Killing or maiming of children", "Attack on a hospital") in facts
    appearing = {row["where"] for row in shown.data["recipients"] if row["mark"] != "never"}
    assert "WHO Kesara" in appearing
    assert (shown.data["diverts"], Correction.objects.count()) == (False, 0)
    assert "CANARY" not in shown.content.decode()


def test_what_was_shown_is_applied_and_only_what_was_sent_changes(lead, report):
    seen = preview(lead, report, boys=2).data["seen"]
    answer = apply(lead, report, seen, boys=2)
    assert (answer.status_code, answer.data) == (
        200,
        {"reference": report.reference, "diverted": False},
    )
    correction = Correction.objects.get()
    assert (correction.facts, correction.was, correction.reason) == (
        {"boys": 2},
        {"boys": 1},
        REASON,
    )
    assert Report.objects.get().current_facts["ongoing_threat"] is True


def test_another_change_than_the_one_seen_is_not_applied_but_shown(lead, report, unmix):
    seen = preview(lead, report, boys=2).data["seen"]
    correct_report(report=report, by=unmix.user(Role.CPA), facts=HOSPITAL, reason=REASON)
    answer = apply(lead, report, seen, boys=2)
    assert (answer.status_code, codes(answer)) == (
        409,
        {"non_field_errors": ["changed_meanwhile"]},
    )
    assert Correction.objects.count() == 1
    assert apply(lead, report, answer.data["change"]["seen"], boys=2).status_code == 200


@pytest.mark.parametrize(
    ("sent", "refused"),
    [
        ({"boys": 2, "reason": "Why"}, {"reason": ["min_length"]}),
        ({"boys": 2, "reason": ""}, {"reason": ["required"]}),
        ({"boys": 2, "seen": ""}, {"seen": ["required"]}),
        ({"boys": -1}, {"boys": ["min_value"]}),
        ({"boys": {"n": 1}}, {"boys": ["invalid"]}),
        ({"perpetrator": "martian"}, {"perpetrator": ["invalid_choice"]}),
        ({"perpetrator_org": "Nobody"}, {"perpetrator_org": ["invalid_choice"]}),
        ({"occurred_on": "yesterday"}, {"occurred_on": ["invalid"]}),
        ({"occurred_on": "2999-01-01"}, {"occurred_on": ["future"]}),
        ({"violations": [], "ongoing_threat": False}, {"violations": ["required"]}),
        ({"narrative": "Other"}, {"narrative": ["unknown"]}),
        ({"consent": "best_interest_override"}, {"consent": ["invalid_choice"]}),
        ({}, {"non_field_errors": ["nothing"]}),
        ({"boys": 1}, {"non_field_errors": ["nothing"]}),
    ],
)
def test_what_is_wrong_has_a_code_at_its_field_and_nothing_is_stored(lead, report, sent, refused):
    answer = lead.post(address(report), {"reason": REASON, "seen": "x"} | sent)
    assert (answer.status_code, codes(answer)) == (400, refused)
    assert Correction.objects.count() == 0


def test_words_of_a_refusal_are_those_of_the_page(lead, report, as_role):
    said = preview(lead, report, occurred_on="2999-01-01").data["errors"]["occurred_on"]
    form = {"occurred_on": "2999-01-01", "boys": 1, "violations": ["killing_maiming"]}
    page = as_role(Role.CPA).post(f"/reports/{report.reference}/correct/", form)
    assert page.context["form"].errors["occurred_on"] == [said[0]["message"]]


def test_to_un_personnel_it_is_handed_over_and_gone_for_the_lead(lead, report):
    shown = preview(lead, report, perpetrator="un_personnel")
    assert shown.data["diverts"] is True
    answer = apply(lead, report, shown.data["seen"], perpetrator="un_personnel")
    assert answer.data == {"reference": report.reference, "diverted": True}
    assert preview(lead, report, boys=2).status_code == 404


def test_on_a_closed_report_it_says_who_closed_it(lead, report, unmix):
    acknowledge_report(report=report, by=unmix.user(Role.CPA))
    report.referrals.filter(status="proposed").update(status="revoked")
    close = f"/api/v1/reports/{report.reference}/close-report/"
    assert lead.post(close, {"reason": "served", "words": "Done.", "although": True}).data
    answer = preview(lead, report, boys=2)
    assert (answer.status_code, codes(answer)) == (409, {"non_field_errors": ["already_done"]})
    assert "Closed, by Person of CPA" in str(answer.data)


@pytest.mark.parametrize("role", [Role.CPA_SENIOR, Role.HOPC, Role.UNPOL_OFFICER, Role.UNICEF_CP])
def test_for_others_it_is_not_there(program, report, role):
    for name in ("", "preview/"):
        answer = program(role).post(address(report, name), {"boys": 2, "reason": REASON})
        assert answer.status_code == 404
    assert not HistoryEntry.objects.filter(verb="corrected").exists()


def test_a_token_for_something_else_opens_nothing(program, report):
    assert preview(program(Role.CPA, Scope.POLICIES), report, boys=2).status_code == 403

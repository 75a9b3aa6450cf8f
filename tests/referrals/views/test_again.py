"""A report for the wrong place: filed again by the lead, with all but the place filled in."""

from uuid import uuid4

import pytest

from actors.models import Organization
from actors.roles import Role
from referrals.forms.again import typed_of
from referrals.models import Draft, Report
from referrals.statuses import ReportStatus
from referrals.workflow.closing import merge_report
from referrals.workflow.correcting import correct_report

NEW = "/reports/new/"
# All that can be answered, but for the place.
ANSWERS = {
    "violations": ["killing_maiming", "attack_school_hospital"],
    "facility": "hospital",
    "concerns": ["trafficking"],
    "harmful_practice": "none",
    "conflict_nexus": "yes",
    "place_kind": "health",
    "occurred_on": "2026-06-01",
    "occurred_until": "2026-06-02",
    "occurred_about": "on",
    "part_of_day": "night",
    "learned_on": "2026-06-03",
    "boys": "3",
    "boys_6_10": "2",
    "children_unknown": "1",
    "children_estimated": "on",
    "displacement": "idp",
    "ongoing_threat": "on",
    "needs": ["medical", "safe_shelter"],
    "perpetrator": "armed_group",
    "perpetrator_org": "Kesara Front",
    "source": "social_worker",
    "source_type": "oral",
    "patrol": "joint_host_state",
    "present": ["individual_officers"],
    "child_contact": "on",
    "interlocutor_preference": "female",
    "consent": "given",
    "prior_interviews": "1",
    "spoke_with": ["community"],
    "safe_contact": "The aunt at the well.",
    "actions": ["radioed"],
    "briefed": ["supervisor"],
    "briefed_at": "2026-06-03T08:15",
    "risk_flags": ["retaliation"],
    "community_leader_involved": "on",
    "media_attention": "on",
    "srsg_request": "on",
    "requested_actions": ["interview"],
    "narrative": "Smoke from the ridge.\nMme Traoré said so.",
    "contains_identity": "on",
}
PLACE = {"area": "QM0201", "latitude": "1.5", "longitude": "2.5", "precision": "exact"}


@pytest.fixture
def report(unmix, as_role) -> Report:
    """Filed by an officer, every question answered."""
    Organization.objects.create(mission=unmix.mission, name="Kesara Front", kind="armed_group")
    typed = ANSWERS | PLACE | {"uuid": str(uuid4()), "officer_welfare_request": "on"}
    answer = as_role(Role.UNPOL_OFFICER).post(NEW, typed | {"action": "send"}, follow=True)
    assert (answer.status_code, getattr(answer.context.get("form"), "errors", {})) == (200, {})
    return Report.objects.get()


@pytest.fixture
def lead(as_role):
    return as_role(Role.CPA)


def again(browser, report):
    return browser.post(f"/reports/{report.reference}/again/", follow=True)


def filled(answer) -> dict[str, object]:
    """What stands in the form, and was not left at its beginning."""
    form = answer.context["form"]
    return {name: value for name, value in form.initial.items() if name in form.fields}


def send(browser, answer, **changes):
    typed = {k: v for k, v in filled(answer).items() if v is not None} | changes
    return browser.post(NEW, typed | {"action": "send"}, follow=True)


def test_all_but_the_place_is_filled_in_and_support_is_not_asked_for_again(lead, report):
    answer = again(lead, report)
    typed, draft = filled(answer), Draft.objects.get()
    assert typed.pop("uuid") == draft.uuid
    assert typed == ANSWERS
    # Nothing that the form does not ask: the page would say that it was left over.
    assert set(draft.typed) == {*ANSWERS, "uuid"}
    assert f"then link {report.reference} to the new report" in answer.content.decode()


def test_what_was_corrected_since_is_filled_in_as_corrected(unmix, lead, report):
    adviser = unmix.user(Role.CPA)
    facts = {"boys": 5, "facility": "school"}
    correct_report(report=report, by=adviser, facts=facts, reason="We counted them ourselves.")
    typed = filled(again(lead, report))
    assert (typed["boys"], typed["facility"]) == ("5", "school")


def test_a_best_interest_decision_is_not_taken_over(report):
    report.routed_facts["consent"] = "best_interest_override"
    assert typed_of(report)["consent"] == ["given"]


def test_sent_it_is_a_report_of_the_lead_that_the_first_is_linked_to(unmix, lead, report):
    send(lead, again(lead, report), area="QM0101")
    anew = Report.objects.exclude(pk=report.pk).get()
    adviser = unmix.user(Role.CPA)
    assert (anew.reporter, anew.area.code, anew.annex.narrative) == (
        adviser,
        "QM0101",
        report.annex.narrative,
    )
    assert anew.facts == report.facts | {"officer_welfare_request": False}
    assert anew.details == report.details | {"precision": None}
    assert not Draft.objects.exists()
    merge_report(report=report, by=adviser, master=anew.reference)
    report.refresh_from_db()
    assert (report.status, report.master) == (ReportStatus.MERGED, anew)


def test_pressed_again_the_draft_is_as_it_was_left(lead, report):
    again(lead, report)
    draft = Draft.objects.get()
    Draft.objects.update(typed=draft.typed | {"boys": ["7"]})
    assert filled(again(lead, report))["boys"] == "7"
    assert Draft.objects.get().uuid == draft.uuid


def test_pressed_after_it_was_sent_the_new_report_opens(lead, report):
    send(lead, again(lead, report), area="QM0101")
    anew = Report.objects.exclude(pk=report.pk).get()
    answer = again(lead, report)
    assert answer.redirect_chain == [(f"/reports/{anew.reference}/", 302)]
    assert "You filed it again already" in answer.content.decode()
    assert Report.objects.count() == 2


def test_after_triage_the_way_to_an_adult_does_not_come_along(lead, report):
    Report.objects.update(status=ReportStatus.ROUTED)
    assert "safe_contact" not in filled(again(lead, report))


def test_a_closed_report_is_not_filed_again(lead, report):
    Report.objects.update(status=ReportStatus.CLOSED)
    answer = again(lead, report)
    assert answer.redirect_chain == [(f"/reports/{report.reference}/", 302)]
    assert not Draft.objects.exists()


def test_with_too_many_drafts_it_is_said_what_to_do(unmix, lead, report, monkeypatch):
    monkeypatch.setattr("referrals.workflow.drafts.MOST_DRAFTS", 0)
    answer = again(lead, report)
    assert answer.redirect_chain == [(f"/reports/{report.reference}/correct/", 302)]
    assert [str(each.level_tag) for each in answer.context["messages"]] == ["error"]


@pytest.mark.parametrize("role", [Role.UNPOL_OFFICER, Role.HOPC, Role.CPA_SENIOR])
def test_it_is_the_leads_button_alone(as_role, report, role):
    assert again(as_role(role), report).status_code == 404
    assert not Draft.objects.exists()


def test_what_was_filed_in_confidence_is_not_filed_again(as_role, unmix):
    unmix.file(facts={"perpetrator": "un_personnel"})
    report = Report.objects.get()
    assert again(as_role(Role.CONDUCT_DISCIPLINE), report).status_code == 404


def test_the_correction_page_has_the_button(lead, report):
    page = lead.get(f"/reports/{report.reference}/correct/").content.decode()
    assert f'action="/reports/{report.reference}/again/"' in page

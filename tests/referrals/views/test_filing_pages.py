"""The report form: what is typed is never lost, what is wrong is said at its field."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from actors.roles import Role
from referrals.models import Draft, Report
from referrals.workflow import filing as filing_module
from referrals.workflow import routing

NEW = "/reports/new/"


def s04(**changes) -> dict[str, object]:
    typed = {
        "uuid": str(uuid4()),
        "violations": ["attack_school_hospital"],
        "facility": "hospital",
        "area": "QM0201",
        "perpetrator": "unknown",
        "source": "social_worker",
        "patrol": "joint_host_state",
        "boys": "2",
        "narrative": "Told by social workers at noon.",
    }
    return typed | changes


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page).group(1)


@pytest.fixture
def officer(as_role) -> Client:
    return as_role(Role.UNPOL_OFFICER)


def test_the_form_opens_with_a_fresh_id(officer):
    first, second = officer.get(NEW).content.decode(), officer.get(NEW).content.decode()
    assert hidden(first, "uuid") != hidden(second, "uuid")


def test_the_check_shows_who_is_told_who_waits_and_what_will_not_be_done(officer):
    page = officer.post(NEW, s04(action="check")).content.decode()
    for text in (
        "Told at once",
        "UNPOL Child Protection Focal Point (field)",
        "UNPOL module 5, key message 5.1",
        "Proposed; they wait",
        "WHO Kesara",
        "What the portal will not do",
        "Host-State specialised police unit",
        "File this away from your host-State partners",
        "Told by social workers at noon.",
    ):
        assert text in page
    assert Report.objects.count() == 0


def test_sending_leads_to_the_reports_page_with_its_reference(officer):
    answer = officer.post(NEW, s04(action="send"), follow=True)
    report = Report.objects.get()
    assert answer.redirect_chain == [(f"/reports/{report.reference}/?sent=1", 302)]
    page = answer.content.decode()
    assert "Report sent and stored" in page
    assert report.reference in page
    assert report.boys == 2


def test_sending_the_same_report_twice_is_one_report(officer):
    typed = s04(action="send")
    assert officer.post(NEW, typed).url == officer.post(NEW, typed).url
    assert Report.objects.count() == 1


def test_sending_it_again_changed_says_that_the_change_was_not_stored(officer):
    typed = s04(action="send")
    officer.post(NEW, typed)
    page = officer.post(NEW, typed | {"boys": "9"}, follow=True).content.decode()
    assert "The change you made now was not stored." in page
    assert Report.objects.get().boys == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"area": "QM9999"}, "This mission has no such area."),
        ({"area": "a\x00b"}, "This mission has no such area."),
        ({"area": ""}, "Choose the district where it happened."),
        ({"boys": "-1"}, "A number cannot be below 0."),
        ({"boys": "many"}, "Write a whole number, such as 3."),
        ({"boys": "99999"}, "Check this number."),
        ({"occurred_on": "2999-01-01"}, "This day has not come yet."),
        ({"occurred_on": "yesterday"}, "Write the day as 2026-11-30."),
        ({"violations": []}, "Choose at least one thing that happened."),
        ({"violations": ["theft"]}, "Choose one of the answers listed."),
        ({"facility": "none"}, "Choose whether it was a school or a hospital."),
        ({"perpetrator_org": "Nobody"}, "The directory has no such party."),
        ({"narrative": "x" * 10_001}, "Shorten this to 10,000 characters."),
        ({"narrative": "a\x00b"}, "This text has characters that cannot be shown."),
    ],
)
@pytest.mark.parametrize("action", ["check", "send"])
def test_a_wrong_value_is_refused_at_its_field_and_all_that_was_typed_stays(
    officer, change, said, action
):
    answer = officer.post(NEW, s04(action=action) | change)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert 'name="boys"' in page
    if "narrative" not in change:
        assert "Told by social workers at noon." in page
    assert Report.objects.count() == 0


def test_going_back_from_the_check_keeps_everything(officer):
    page = officer.post(NEW, s04(action="edit")).content.decode()
    assert "Told by social workers at noon." in page
    assert re.search(r'value="attack_school_hospital"[^>]*checked', page)
    assert re.search(r'value="QM0201" selected', page)


def test_saving_keeps_the_draft_for_any_device_and_sending_drops_it(officer, as_role):
    typed = s04(action="save")
    page = officer.post(NEW, typed, follow=True).content.decode()
    assert "Unfinished report" in page

    elsewhere = as_role(Role.UNPOL_OFFICER)
    page = elsewhere.get(NEW, {"draft": typed["uuid"]}).content.decode()
    assert "Told by social workers at noon." in page
    elsewhere.post(NEW, typed | {"action": "send", "draft": "1"})
    assert Report.objects.count() == 1
    assert Draft.objects.count() == 0


def test_a_draft_opens_for_its_owner_only(officer, as_role):
    typed = s04(action="save")
    officer.post(NEW, typed)
    page = as_role(Role.HOPC).get(NEW, {"draft": typed["uuid"]}).content.decode()
    assert "Told by social workers at noon." not in page


class TestSignedOut:
    def test_what_was_typed_is_kept_and_found_again_after_signing_in(self, officer, as_role):
        owner = hidden(officer.get(NEW).content.decode(), "owner")
        officer.logout()
        typed = s04(action="send", owner=owner)
        answer = officer.post(NEW, typed)
        assert answer.url.startswith("/accounts/login/?next=")
        assert Report.objects.count() == 0

        back = as_role(Role.UNPOL_OFFICER)
        page = back.get(NEW, {"draft": typed["uuid"]}).content.decode()
        assert "Told by social workers at noon." in page
        assert f"draft%3D{typed['uuid']}" in answer.url

    def test_another_person_at_the_same_computer_does_not_see_it(self, officer, as_role):
        owner = hidden(officer.get(NEW).content.decode(), "owner")
        officer.logout()
        typed = s04(action="send", owner=owner)
        officer.post(NEW, typed)
        page = as_role(Role.JOC).get(NEW, {"draft": typed["uuid"]}).content.decode()
        assert "Told by social workers at noon." not in page

    def test_a_forged_owner_stores_nothing(self, client, unmix):
        answer = client.post(NEW, s04(action="send", owner="forged"))
        assert answer.status_code == 302
        assert Draft.objects.count() == 0


def test_a_page_open_for_too_long_shows_the_typed_text_again_and_sends_nothing(unmix):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(unmix.user(Role.UNPOL_OFFICER))
    answer = strict.post(NEW, s04(action="send"))
    assert answer.status_code == 403
    assert "Told by social workers at noon." in answer.content.decode()
    assert "Nothing was sent." in answer.content.decode()
    assert Report.objects.count() == 0


def test_a_broken_rule_still_ends_in_a_thank_you(officer, monkeypatch):
    def broken(situation):
        raise ZeroDivisionError

    monkeypatch.setattr(routing, "plan_routing", broken)
    monkeypatch.setattr(filing_module, "plan_routing", broken)
    page = officer.post(NEW, s04(action="check")).content.decode()
    assert "Who will be told cannot be shown right now." in page
    page = officer.post(NEW, s04(action="send"), follow=True).content.decode()
    assert "Thank you. Who must know is being worked out" in page
    assert Report.objects.get().routed_at is None


def test_misconduct_leaves_the_officer_the_reference_once_and_nothing_else(officer):
    answer = officer.post(NEW, s04(action="send", perpetrator="un_personnel"), follow=True)
    reference = Report.objects.get().reference
    assert reference in answer.content.decode()
    for url in ("/reports/sent/", "/reports/"):
        assert reference not in officer.get(url, follow=True).content.decode()
    assert officer.get(f"/reports/{reference}/").status_code == 404


def test_somebody_without_a_post_is_told_whom_to_ask(client, unmix, django_user_model):
    client.force_login(django_user_model.objects.create(username="new", name="New"))
    answer = client.get(NEW)
    assert answer.status_code == 403
    assert "Ask your mission" in answer.content.decode()


def test_hostile_text_is_stored_and_shown_harmless(officer):
    hostile = "<script>alert(1)</script>\u202e{{ 7*7 }}"
    officer.post(NEW, s04(action="send", narrative=hostile))
    report = Report.objects.get()
    assert report.narrative == hostile
    page = officer.get(f"/reports/{report.reference}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page

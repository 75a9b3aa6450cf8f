"""A report sent by a device: once, with every answer, or with what to mend."""

import threading
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from actors.models import Area, PostHolding
from actors.roles import Role
from referrals.models import Draft, Notification, Report
from tests.factories import UserFactory
from tests.personas import settle_unmix
from tests.referrals.views.devices import patch, put, s04


@pytest.fixture
def officer(as_role) -> Client:
    return as_role(Role.UNPOL_OFFICER)


def confided() -> dict[str, list[str]]:
    return s04(violations=["sexual_violence"], facility=["none"], perpetrator=["un_personnel"])


def test_a_report_is_sent_with_every_answer_and_its_draft_goes(officer):
    uuid = uuid4()
    patch(officer, uuid, set=s04())
    answer = put(officer, s04(), uuid)
    report = Report.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "reference": report.reference,
        "url": f"/reports/{report.reference}/?sent=1",
        "confided": False,
        "at": report.filed_at.isoformat(),
        "draft": None,
    }
    assert (report.uuid, report.boys, report.facts["facility"]) == (uuid, 2, "hospital")
    assert Draft.objects.count() == 0


def test_sent_again_it_is_the_same_report_also_after_the_page_sent_it(officer):
    typed, uuid = s04(), uuid4()
    # A browser posts line ends as two characters; a script reads one.
    page = {name: [each.replace("\n", "\r\n") for each in values] for name, values in typed.items()}
    officer.post("/reports/new/", page | {"uuid": str(uuid), "action": "send"})
    answers = [put(officer, typed, uuid) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert Report.objects.count() == 1


def test_sent_again_with_other_content_nothing_is_stored_and_the_draft_stays(officer):
    uuid = uuid4()
    put(officer, s04(), uuid)
    Draft.objects.create(owner=Report.objects.get().reporter, uuid=uuid, typed={"boys": ["9"]})
    answer = put(officer, s04(boys=["9"]), uuid)
    report = Report.objects.get()
    assert answer.status_code == 409
    assert answer.json()["reference"] == report.reference
    assert report.boys == 2
    assert Draft.objects.count() == 1


def test_words_from_another_device_are_kept_apart_when_a_report_is_sent(officer):
    uuid = uuid4()
    patch(officer, uuid, set={"boys": ["2"]})
    patch(officer, uuid, base=1, set={"narrative": ["Written at the desk."]})
    kept = put(officer, s04(), uuid, draft=1).json()["draft"]
    assert officer.get(f"/drafts/{kept}/").json()["typed"]["narrative"] == ["Written at the desk."]
    assert [draft["uuid"] for draft in officer.get("/drafts/").json()["drafts"]] == [kept]


def test_what_is_wrong_is_said_at_each_question_and_nothing_is_stored(officer):
    uuid = uuid4()
    patch(officer, uuid, set=s04())
    answer = put(officer, s04(area=["QM9999"], boys=["many"], violations=[]), uuid)
    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert errors["area"][0]["message"].startswith("This mission has no such area.")
    assert errors["boys"][0]["code"] == "invalid"
    assert set(errors) == {"area", "boys", "violations"}
    assert Report.objects.count() == 0
    assert Draft.objects.count() == 1


@pytest.mark.parametrize("value", ["a\0b", "\ud800", "\udfff\ud800"])
@pytest.mark.parametrize("name", ["narrative", "area", "perpetrator_org", "safe_contact", "boys"])
def test_half_characters_and_nulls_are_refused_or_stored_as_a_mark(officer, name, value):
    answer = put(officer, s04(**{name: [value]}))
    assert answer.status_code in (201, 422)
    assert Report.objects.count() == (answer.status_code == 201)


def test_a_report_of_an_older_form_is_sent_where_all_its_answers_fit(officer):
    typed = s04(weather=[""], owner=["x"])
    assert put(officer, typed, form="0123456789ab").status_code == 201


def test_an_answer_that_is_no_longer_asked_for_is_not_dropped_unseen(officer):
    typed = s04(weather=["rain"], facility=["library"])
    answer = put(officer, typed, form="0123456789ab")
    assert answer.status_code == 422
    codes = {name: errors[0]["code"] for name, errors in answer.json()["errors"].items()}
    assert codes["weather"] == "not_asked"
    assert codes["facility"] == "invalid_choice"


def test_what_is_confided_leads_to_the_page_with_its_reference_alone(officer):
    first = put(officer, confided())
    assert first.status_code == 201
    assert first.json()["confided"] is True
    assert first.json()["url"] == "/reports/sent/"
    uuid = uuid4()
    second = [put(officer, confided(), uuid) for _ in range(2)][1]
    assert second.status_code == 200
    page = officer.get("/reports/sent/").content.decode()
    for answer in (first, second):
        assert answer.json()["reference"] in page


def test_what_was_stored_is_told_though_it_could_not_be_sent_today(officer, unmix):
    uuid = uuid4()
    reference = put(officer, s04(), uuid).json()["reference"]
    Area.objects.filter(code="QM0201").update(retired_at=timezone.now())
    answer = put(officer, s04(), uuid)
    assert (answer.status_code, answer.json()["reference"]) == (409, reference)
    holdings = PostHolding.objects.filter(user=unmix.user(Role.UNPOL_OFFICER))
    holdings.update(held_until=timezone.now())
    answer = put(officer, s04(), uuid)
    assert (answer.status_code, answer.json()["reference"]) == (409, reference)


def test_without_a_post_nothing_is_sent_and_drafts_stay_open(client, unmix):
    client.force_login(UserFactory())
    answer = put(client, s04())
    assert answer.status_code == 403
    assert answer.json() == {"detail": "You hold no post now. Ask your administrator."}
    assert patch(client, uuid4(), set={"boys": ["2"]}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_twenty_parallel_sends_of_one_report_are_one_report():
    unmix = settle_unmix()
    uuid, answers, barrier = uuid4(), [], threading.Barrier(20)
    cookie = Client()
    cookie.force_login(unmix.user(Role.UNPOL_OFFICER))
    patch(cookie, uuid, set=s04())

    def send():
        browser = Client()
        browser.cookies = cookie.cookies
        try:
            barrier.wait(timeout=20)
            answers.append(put(browser, s04(), uuid))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.json()["reference"] for answer in answers}) == 1
    assert Report.objects.count() == 1
    assert Notification.objects.count() == 14
    assert Draft.objects.count() == 0

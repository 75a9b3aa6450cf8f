"""What a device asks of the server: drafts in small steps, and a report that is sent once."""

import base64
import json
import re
import threading
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import OperationalError, connections
from django.test import Client
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisAway

from actors.models import Area, PostHolding
from actors.roles import Role
from referrals.forms.filing import ReportForm
from referrals.forms.versions import form_version
from referrals.models import Draft, Notification, Report
from referrals.views import device, device_json
from referrals.workflow.drafts import DraftChange, change_draft
from tests.factories import UserFactory
from tests.personas import settle_unmix

JSON = "application/json"


def s04(**changes) -> dict[str, list[str]]:
    """S04 of the worked scenarios, as a page would send it."""
    typed = {
        "violations": ["attack_school_hospital"],
        "facility": ["hospital"],
        "area": ["QM0201"],
        "perpetrator": ["unknown"],
        "source": ["social_worker"],
        "patrol": ["joint_host_state"],
        "boys": ["2"],
        "narrative": ["Told by social workers.\nAt noon."],
    }
    return typed | changes


def confided() -> dict[str, list[str]]:
    return s04(violations=["sexual_violence"], facility=["none"], perpetrator=["un_personnel"])


@pytest.fixture
def officer(as_role) -> Client:
    return as_role(Role.UNPOL_OFFICER)


def put(browser: Client, typed, uuid: UUID | str | None = None, **more):
    content = {"form": form_version(), "typed": typed} | more
    return browser.put(f"/reports/new/{uuid or uuid4()}/", json.dumps(content), JSON)


def patch(browser: Client, uuid: UUID, **change):
    content = {"base": 0, "form": form_version()} | change
    return browser.patch(f"/drafts/{uuid}/", json.dumps(content), JSON)


# The device


def test_a_device_learns_who_is_signed_in_and_gets_a_token_and_its_lock(officer, unmix):
    said = officer.get("/device/").json()
    assert said["signed_in"] is True
    assert said["person"] == str(unmix.user(Role.UNPOL_OFFICER).public_id)
    assert said["form"] == form_version()
    assert said["language"] == "en"
    assert len(said["csrf"]) == 64
    assert len(base64.urlsafe_b64decode(said["lock"] + "=")) == 32
    assert said["earlier_locks"] == []


def test_signed_out_it_gets_no_lock(client, db):
    said = client.get("/device/").json()
    assert (said["signed_in"], said["person"], said["lock"]) == (False, None, None)
    assert said["csrf"]


def test_a_lock_is_the_persons_own_and_stays_the_same(officer, as_role):
    mine, again = (officer.get("/device/").json()["lock"] for _ in range(2))
    assert mine == again
    assert as_role(Role.CPA).get("/device/").json()["lock"] != mine


def test_after_a_change_of_the_servers_key_the_earlier_lock_is_given_too(officer, settings):
    before = officer.get("/device/").json()["lock"]
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-that-is-as-long-as-a-key-has-to-be-here"
    said = officer.get("/device/").json()
    assert said["lock"] != before
    assert said["earlier_locks"] == [before]


@pytest.mark.parametrize("address", ["/device/", "/drafts/", f"/drafts/{uuid4()}/"])
def test_no_answer_to_a_device_is_kept_by_anybody(officer, address):
    for browser in (officer, Client()):
        answer = browser.get(address)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Type"] == JSON


# Drafts


def test_a_draft_is_begun_changed_read_and_thrown_away(officer):
    uuid = uuid4()
    said = patch(officer, uuid, set={"boys": ["2"], "narrative": ["Told at noon."]})
    assert (said.status_code, said.json()["version"]) == (200, 1)
    said = patch(officer, uuid, base=1, set={"boys": []}, splice={"narrative": [5, 2, "after"]})
    assert (said.status_code, said.json()["version"]) == (200, 2)
    heading = {
        "uuid": str(uuid),
        "version": 2,
        "form": form_version(),
        "saved_at": said.json()["saved_at"],
    }
    assert officer.get("/drafts/").json() == {"drafts": [heading]}
    assert officer.get(f"/drafts/{uuid}/").json() == heading | {
        "typed": {"narrative": ["Told after noon."]}
    }
    assert [officer.delete(f"/drafts/{uuid}/").status_code for _ in range(2)] == [204, 204]
    assert officer.get(f"/drafts/{uuid}/").status_code == 404


def test_an_older_version_gets_what_is_there(officer):
    uuid = uuid4()
    patch(officer, uuid, set={"boys": ["2"]})
    said = patch(officer, uuid, set={"boys": ["9"]})
    assert said.status_code == 409
    assert said.json() == {"version": 1, "form": form_version(), "typed": {"boys": ["2"]}}


def test_a_draft_that_was_sent_elsewhere_is_gone_and_does_not_come_back(officer):
    uuid = uuid4()
    patch(officer, uuid, set=s04())
    assert put(officer, s04(), uuid).status_code == 201
    for base in (0, 1):
        said = patch(officer, uuid, base=base, set={"boys": ["9"]})
        assert (said.status_code, said.json()) == (404, {"gone": True, "sent": True})
    assert patch(officer, uuid4(), base=3).json() == {"gone": True, "sent": False}
    assert Draft.objects.count() == 0


def test_nobody_else_reads_changes_or_deletes_a_draft(officer, as_role):
    uuid, other = uuid4(), as_role(Role.CPA)
    patch(officer, uuid, set={"boys": ["2"]})
    assert other.get("/drafts/").json() == {"drafts": []}
    assert other.get(f"/drafts/{uuid}/").status_code == 404
    assert other.delete(f"/drafts/{uuid}/").status_code == 204
    assert patch(other, uuid, base=1, set={"boys": ["9"]}).status_code == 404
    assert officer.get(f"/drafts/{uuid}/").json()["typed"] == {"boys": ["2"]}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no json",
        "[]",
        "[" * 100_000,
        '{"set": {}}',
        '{"base": -1}',
        '{"base": true}',
        '{"base": 1.5}',
        '{"base": 99999999999}',
        '{"base": 0, "form": "<script>"}',
        '{"base": 0, "set": []}',
        '{"base": 0, "set": {"boys": "2"}}',
        '{"base": 0, "set": {"boys": [2]}}',
        '{"base": 0, "set": {"": ["2"]}}',
        '{"base": 0, "set": {"a\\u0000b": ["2"]}}',
        '{"base": 0, "set": {"' + "x" * 65 + '": ["2"]}}',
        '{"base": 0, "splice": {"narrative": [0, 0]}}',
        '{"base": 0, "splice": {"narrative": [-1, 0, "x"]}}',
        '{"base": 0, "splice": {"narrative": [0, 0, 5]}}',
        '{"base": 0, "splice": []}',
        b"\xff\xfe",
    ],
)
def test_what_no_page_sends_is_refused_and_nothing_is_stored(officer, body):
    answer = officer.patch(f"/drafts/{uuid4()}/", body, JSON)
    assert answer.status_code == 400
    assert answer.json()["errors"]["non_field_errors"][0]["code"] == "malformed"
    assert Draft.objects.count() == 0


def test_a_text_of_100_000_characters_is_refused_at_its_question(officer):
    long = "x" * 100_000
    answer = patch(officer, uuid4(), set={"boys": ["2"], "narrative": [long]})
    assert answer.status_code == 413
    assert answer.json()["errors"]["narrative"][0]["code"] == "too_long"
    answer = put(officer, s04(narrative=[long]))
    assert answer.status_code == 422
    assert "10,000 characters" in answer.json()["errors"]["narrative"][0]["message"]


def test_a_body_of_more_than_a_megabyte_is_not_read(officer):
    answer = put(officer, s04(narrative=["x" * 2**20]))
    assert answer.status_code == 413
    assert answer.json()["errors"]["non_field_errors"][0]["code"] == "too_large"


# Sending


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


# Whatever stands in the way


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("get", "/drafts/"),
        ("get", f"/drafts/{uuid4()}/"),
        ("patch", f"/drafts/{uuid4()}/"),
        ("delete", f"/drafts/{uuid4()}/"),
        ("put", f"/reports/new/{uuid4()}/"),
    ],
)
def test_signed_out_every_request_says_so_and_stores_nothing(client, unmix, method, address):
    body = json.dumps({"base": 0, "form": form_version(), "typed": s04(), "set": s04()})
    data = {} if method == "get" else {"data": body, "content_type": JSON}
    answer = getattr(client, method)(address, **data)
    assert (answer.status_code, answer.json()) == (401, {"signed_in": False})
    assert (Draft.objects.count(), Report.objects.count()) == (0, 0)


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_a_token_that_is_too_old_is_named(unmix, method):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(unmix.user(Role.UNPOL_OFFICER))
    address = f"/drafts/{uuid4()}/"
    answer = getattr(browser, method)(address, '{"base": 0}', JSON)
    assert (answer.status_code, answer.json()["csrf"]) == (403, True)
    token = browser.get("/device/").json()["csrf"]
    answer = getattr(browser, method)(address, '{"base": 0}', JSON, headers={"X-CSRFToken": token})
    assert answer.status_code in (200, 204)


def test_a_report_needs_a_token_too(unmix):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(unmix.user(Role.UNPOL_OFFICER))
    assert put(browser, s04()).json()["csrf"] is True
    assert Report.objects.count() == 0


def test_a_database_that_is_away_is_said_in_json_with_when_to_come_back(officer, monkeypatch):
    def lost(**kwargs):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(device, "file_report", lost)
    monkeypatch.setattr(device, "change_draft", lost)
    for answer in (put(officer, s04()), patch(officer, uuid4())):
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert list(answer.json()) == ["detail"]


def test_a_draft_stays_when_its_report_could_not_be_stored(officer, monkeypatch):
    def lost(**kwargs):
        raise OperationalError("server closed the connection unexpectedly")

    uuid = uuid4()
    patch(officer, uuid, set=s04())
    monkeypatch.setattr(device, "file_report", lost)
    assert put(officer, s04(), uuid).status_code == 503
    assert Draft.objects.count() == 1


def test_a_method_that_is_not_offered_is_refused_in_json(officer):
    answer = officer.post(f"/reports/new/{uuid4()}/", "{}", JSON)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "PUT")


def test_too_many_requests_are_told_when_to_come_back(officer, monkeypatch):
    monkeypatch.setattr(device_json.DeviceThrottle, "rate", "2/min")
    with time_machine.travel(timezone.now(), tick=False):
        answers = [officer.get("/drafts/") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "60"


def test_a_counter_that_is_away_stops_no_report(officer, monkeypatch):
    def away(*args):
        raise RedisAway("Connection refused")

    monkeypatch.setattr(device_json.DeviceThrottle, "allow_request", away)
    assert put(officer, s04()).status_code == 201


def test_no_log_line_holds_what_was_typed(officer, caplog):
    with caplog.at_level(0):
        put(officer, s04(narrative=["Secretword"], area=["QM9999"]))
        patch(officer, uuid4(), set={"narrative": ["Secretword" * 20_000]})
    assert "Secretword" not in caplog.text


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_saving_and_listing_ask_the_database_the_same_however_many(
    unmix, officer, rows, django_assert_max_num_queries
):
    owner = unmix.user(Role.UNPOL_OFFICER)
    uuids = [uuid4() for _ in range(rows)]
    for uuid in uuids:
        change_draft(owner=owner, draft=uuid, change=DraftChange(0, set={"boys": ["2"]}))
    with django_assert_max_num_queries(3):
        assert len(officer.get("/drafts/").json()["drafts"]) == rows
    with django_assert_max_num_queries(7):
        assert patch(officer, uuids[0], base=1, set={"boys": ["3"]}).status_code == 200


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


# The form's page


def test_a_draft_of_a_device_opens_on_the_page_under_its_own_id(officer):
    uuid = uuid4()
    patch(officer, uuid, set={"narrative": ["Told at noon."], "boys": ["2"]})
    page = officer.get(f"/reports/new/?draft={uuid}").content.decode()
    assert re.search(r'name="uuid" value="([^"]*)"', page).group(1) == str(uuid)
    assert "Told at noon." in page


def test_what_an_older_form_asked_is_shown_and_carried_on(officer):
    uuid = uuid4()
    patch(officer, uuid, form="0123456789ab", set={"weather": ["Heavy rain"], "boys": ["2"]})
    page = officer.get(f"/reports/new/?draft={uuid}")
    assert [left.values for left in page.context["left_over"]] == [("Heavy rain",)]
    again = officer.post(
        "/reports/new/", {"uuid": str(uuid), "action": "edit", "left_over.weather": "Heavy rain"}
    )
    assert [left.name for left in again.context["left_over"]] == ["weather"]


def test_a_page_without_javascript_on_an_older_version_is_kept_beside_the_newer_one(officer):
    uuid = uuid4()
    patch(officer, uuid, set={"boys": ["2"]})
    patch(officer, uuid, base=1, set={"girls": ["1"]})
    page = {"uuid": str(uuid), "action": "save", "boys": "5", "draft_version": "1"}
    answer = officer.post("/reports/new/", page, follow=True)
    assert "Both are kept" in answer.content.decode()
    typed = [draft.typed for draft in Draft.objects.order_by("pk")]
    assert typed[0] == {"boys": ["2"], "girls": ["1"]}
    assert typed[1]["boys"] == ["5"]


def test_a_page_that_is_too_large_to_keep_is_given_back_filled(officer):
    text = "x" * 100_000
    page = {"uuid": str(uuid4()), "action": "save", "narrative": text}
    answer = officer.post("/reports/new/", page)
    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert "This is too long to be kept" in answer.content.decode()


def test_the_form_has_every_name_that_a_device_may_send():
    assert all(device_json.is_name(name) for name in ReportForm.base_fields)

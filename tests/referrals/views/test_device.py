"""What a device asks of the server: who is there, its drafts, and what stands in the way."""

import base64
import json
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisAway

from actors.roles import Role
from referrals.forms.filing import ReportForm
from referrals.forms.versions import form_version
from referrals.models import Draft, Report
from referrals.views import device, device_json
from referrals.workflow.drafts import DraftChange, change_draft
from tests.referrals.views.devices import JSON, patch, put, s04

SOME = UUID("5f0c2f4e-6f0b-4d0e-9a53-0c2f4e6f0b4d")


@pytest.fixture
def officer(as_role) -> Client:
    return as_role(Role.UNPOL_OFFICER)


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


@pytest.mark.parametrize("address", ["/device/", "/drafts/", f"/drafts/{SOME}/"])
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


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("get", "/drafts/"),
        ("get", f"/drafts/{SOME}/"),
        ("patch", f"/drafts/{SOME}/"),
        ("delete", f"/drafts/{SOME}/"),
        ("put", f"/reports/new/{SOME}/"),
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


def test_the_form_has_every_name_that_a_device_may_send():
    assert all(device_json.is_name(name) for name in ReportForm.base_fields)

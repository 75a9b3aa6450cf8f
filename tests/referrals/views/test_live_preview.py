"""While the report is written: the lists of the check page, for what is typed so far."""

import re
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actors.models import Organization, Post
from actors.roles import Role
from referrals.models import Draft, HistoryEntry, Report
from referrals.views.live_preview import PreviewThrottle
from referrals.workflow import filing as filing_module

NEW = "/reports/new/"
PREVIEW = "/reports/new/preview/"
MOST_BYTES = 4096 - 900  # the headers of an answer take less than that

S01 = {
    "violations": ["abduction"],
    "area": "QM0101",
    "girls": "3",
    "child_still_missing": "on",
    "perpetrator": "armed_group",
    "perpetrator_org": "Front for Myre",
    "source": "community",
}
S04 = {
    "violations": ["attack_school_hospital"],
    "facility": "hospital",
    "area": "QM0201",
    "perpetrator": "unknown",
    "source": "social_worker",
    "patrol": "joint_host_state",
}
HOST_STATE = S04 | {
    "perpetrator": "host_state_police",
    "perpetrator_org": "Kesara National Police",
    "requested_actions": ["investigate", "interview"],
}
MISCONDUCT = S04 | {"perpetrator": "un_personnel", "perpetrator_org": "UNMIX Contingent 4"}
TOLD, WAIT, WONT = "Told at once", "Proposed; they wait", "What the portal will not do"


@pytest.fixture
def officer(as_role) -> Client:
    return as_role(Role.UNPOL_OFFICER)


def preview(client: Client, typed: dict[str, object]) -> str:
    answer = client.post(PREVIEW, typed)
    assert answer.status_code == 200
    return answer.content.decode()


def words(html: str) -> str:
    """What a reader sees of some HTML, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def lists(page: str) -> dict[str, list[str]]:
    """The rows under each heading, in words."""
    sections = re.findall(r'<section class="panel">(.*?)</section>', page, re.DOTALL)
    found = {
        words(re.search(r"<h2>(.*?)</h2>", section, re.DOTALL)[1]): [
            words(row) for row in re.findall(r"<li class.*?</li>", section, re.DOTALL)
        ]
        for section in sections
    }
    return {title: rows for title, rows in found.items() if title != "Your report"}


def names(rows: list[str]) -> str:
    return " ".join(rows)


def notices(page: str) -> list[str]:
    found = re.findall(r'<div class="notice.*?</div>', page, re.DOTALL)
    return [words(notice) for notice in found]


def summary(fragment: str) -> str:
    return re.search(r'data-summary="([^"]*)"', fragment)[1]


@pytest.mark.parametrize(
    ("typed", "headings"),
    [
        pytest.param(S01, [TOLD, WAIT, WONT], id="S01"),
        pytest.param(S04, [TOLD, WAIT, WONT], id="S04"),
        pytest.param(HOST_STATE, [TOLD, WAIT, WONT], id="host State"),
        pytest.param(MISCONDUCT, [TOLD, WONT], id="misconduct"),
    ],
)
def test_the_form_shows_the_very_lists_of_the_check_page(officer, typed, headings):
    checked = officer.post(NEW, typed | {"uuid": str(uuid4()), "action": "check"}).content.decode()
    fragment = preview(officer, typed)
    assert list(lists(fragment)) == headings
    assert lists(fragment) == lists(checked)
    beside = ("fictional", "short form")
    assert notices(fragment) == [n for n in notices(checked) if not any(b in n for b in beside)]


def test_it_says_who_where_why_and_by_which_source(officer):
    told = lists(preview(officer, S01))[TOLD]
    assert (
        "UNPOL Child Protection Focal Point (field) UNMIX Police Always told directly. "
        "For action. Source: UNPOL module 5, key message 5.1"
    ) in told


def test_the_summary_counts_the_lists(officer):
    fragment = preview(officer, S04)
    rows = lists(fragment)
    assert summary(fragment) == f"{len(rows[TOLD])} told at once, {len(rows[WAIT])} proposed"
    assert summary(preview(officer, MISCONDUCT)) == "3 told at once"


def test_a_host_state_perpetrator_takes_its_units_away_and_says_why_and_by_which_source(officer):
    rows = lists(preview(officer, HOST_STATE))
    assert (
        "Host-State specialised police unit No host-State unit is told: the alleged perpetrator "
        "belongs to the host State. Source: POC by UN Police, slide 24; POC by UN Police, slide 27"
    ) in rows[WONT]
    assert "Host-State" not in names(rows[TOLD] + rows[WAIT])


def test_refused_steps_are_said(officer):
    assert "Do not interview the child." in preview(officer, HOST_STATE)


class TestUnfinished:
    def test_nothing_typed_is_answered_with_roles_and_what_to_choose_first(
        officer, client, as_role
    ):
        fragment = preview(as_role(Role.UNPOL_OFFICER), {})
        assert "Choose what happened: it decides most." in fragment
        assert "UNPOL supervisor Always told directly." in names(lists(fragment)[TOLD])

    def test_without_a_place_roles_stand_without_organizations_and_nobody_is_said_missing(
        self, officer, unmix
    ):
        fragment = preview(officer, S04 | {"area": ""})
        placed = lists(preview(officer, S04))
        rows = lists(fragment)
        assert [len(rows[title]) for title in rows] == [len(placed[title]) for title in placed]
        for organization in unmix.organizations:
            if organization != "WHO Kesara":
                assert organization not in names(rows[TOLD] + rows[WAIT])
        assert "nobody in the directory" not in fragment
        assert "Choose the place to see who is on duty there." in fragment

    @pytest.mark.parametrize(
        ("change", "asked"),
        [
            ({"violations": []}, "Choose what happened: it decides most."),
            ({"area": "", "facility": "none"}, "Choose the place to see who is on duty there."),
            ({"facility": "none"}, "Choose whether it was a school or hospital."),
            ({}, "If you already know who is said to have done it, choose it."),
        ],
    )
    def test_it_asks_for_the_one_thing_that_would_change_it_most(self, officer, change, asked):
        fragment = preview(officer, S04 | change)
        assert asked in fragment
        assert len(re.findall(r"<b>(?:Choose|If you)", " ".join(fragment.split()))) <= 1

    def test_a_finished_report_is_asked_for_nothing(self, officer):
        assert "Choose" not in preview(officer, S01)
        assert "If you already know" not in preview(officer, S01)

    def test_in_confidence_only_the_place_matters(self, officer):
        fragment = preview(officer, {"perpetrator": "un_personnel"})
        assert "Choose the place to see who is on duty there." in fragment
        assert "Choose what happened" not in fragment


class TestWrongValues:
    @pytest.mark.parametrize(
        ("change", "label", "said"),
        [
            ({"area": "QM9999"}, "District", "This mission has no such area."),
            ({"area": "QM02"}, "District", "This mission has no such area."),
            ({"area": "a\x00b"}, "District", "This mission has no such area."),
            ({"boys": "many"}, "Boys", "Write a whole number, such as 3."),
            ({"boys": "-1"}, "Boys", "A number cannot be below 0."),
            ({"occurred_on": "2999-01-01"}, "Day it happened", "This day has not come yet."),
            ({"patrol": "alone"}, "Your patrol", "Choose one of the answers listed."),
            ({"needs": ["gold"]}, "What do the children need?", "Choose one of the answers"),
            ({"perpetrator_org": "Nobody"}, "Which one, if known", "The directory has no such"),
            ({"narrative": "a\x00b"}, "What happened, in your words", "This text has characters"),
        ],
    )
    def test_a_wrong_value_is_named_and_left_out(self, officer, change, label, said):
        fragment = preview(officer, S04 | change)
        left_out = notices(fragment)[0]
        assert left_out.startswith("Until these fields are mended, this leaves them out:")
        assert f"{label}: {said}" in left_out
        without = {name: value for name, value in S04.items() if name not in change}
        assert lists(fragment) == lists(preview(officer, without))

    def test_a_category_that_contradicts_the_party_is_left_out_and_named(self, officer):
        fragment = preview(officer, S04 | {"perpetrator_org": "Kesara Armed Forces"})
        assert (
            "Alleged perpetrator: Kesara Armed Forces belongs to another category."
            in (notices(fragment)[0])
        )

    def test_a_wrong_id_of_the_page_is_no_matter_of_the_officer(self, officer):
        assert "mended" not in preview(officer, S04 | {"uuid": "7"})

    def test_typed_markup_comes_back_harmless(self, officer):
        fragment = preview(officer, S04 | {"perpetrator_org": "<script>alert(1)</script>"})
        assert "<script" not in fragment


class TestInConfidence:
    def test_it_is_marked_so_that_the_page_does_not_open_the_lists_by_itself(self, officer):
        assert "data-confided" in preview(officer, MISCONDUCT)
        assert "data-confided" not in preview(officer, S04)

    def test_it_leaves_no_trail(self, officer):
        before = dict(officer.session.items())
        answer = officer.post(PREVIEW, MISCONDUCT)
        assert dict(officer.session.items()) == before
        assert answer.cookies == {}
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Conduct" not in officer.get("/reports/").content.decode()


def test_a_policy_that_cannot_be_used_leaves_the_word_that_sending_works(
    officer, monkeypatch, caplog
):
    def broken(situation):
        raise ZeroDivisionError("Front for Myre")

    monkeypatch.setattr(filing_module, "plan_routing", broken)
    fragment = preview(officer, S01)
    assert "You can send the report all the same" in fragment
    assert summary(fragment) == "Cannot be shown right now. You can send the report all the same."
    assert lists(fragment) == {}
    assert "Choose" not in fragment
    assert "Front for Myre" not in caplog.text


def test_nothing_typed_reaches_the_log(officer, caplog):
    secret = "Amina of Port Sela"
    preview(officer, S04 | {"narrative": secret, "boys": secret, "area": secret})
    assert secret not in caplog.text


def test_it_stores_nothing(officer):
    preview(officer, S04)
    assert [model.objects.count() for model in (Report, Draft, HistoryEntry)] == [0, 0, 0]


def test_the_number_of_statements_does_not_grow_with_the_directory_or_the_report(officer, unmix):
    preview(officer, S04)  # the first one compiles the policy
    with CaptureQueriesContext(connection) as few:
        preview(officer, S01)
    for number in range(20):
        organization = Organization.objects.create(
            mission=unmix.mission, name=f"Partner {number}", kind="ngo_national"
        )
        Post.objects.create(role=Role.PSS_PROVIDER, organization=organization)
    everything = S01 | {
        "violations": ["abduction", "killing_maiming", "sexual_violence"],
        "concerns": ["trafficking", "child_labour", "harmful_practice"],
        "needs": ["medical", "psychosocial", "legal", "safe_shelter"],
    }
    with CaptureQueriesContext(connection) as many:
        preview(officer, everything)
    assert len(many) == len(few) <= 8


class TestTheDoor:
    def test_somebody_signed_out_gets_a_bare_401(self, officer):
        officer.logout()
        answer = officer.post(PREVIEW, S04)
        assert (answer.status_code, answer.content) == (401, b"")

    def test_somebody_without_a_post_gets_a_bare_403(self, client, unmix, django_user_model):
        client.force_login(django_user_model.objects.create(username="new", name="New"))
        answer = client.post(PREVIEW, S04)
        assert (answer.status_code, answer.content) == (403, b"")

    def test_another_site_cannot_ask(self, unmix):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(unmix.user(Role.UNPOL_OFFICER))
        answer = strict.post(PREVIEW, S04)
        assert answer.status_code == 403
        assert "Front for Myre" not in answer.content.decode()

    def test_it_is_no_page_to_open(self, officer):
        assert officer.get(PREVIEW).status_code == 405

    def test_too_many_are_turned_away_for_one_person_alone(self, officer, as_role, monkeypatch):
        monkeypatch.setattr(PreviewThrottle, "rate", "2/min")
        answers = [officer.post(PREVIEW, S04) for _time in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
        assert as_role(Role.HOPC).post(PREVIEW, S04).status_code == 200


def test_an_answer_is_compressed_and_stays_within_its_budget(officer):
    answer = officer.post(PREVIEW, S04, headers={"accept-encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.content) <= MOST_BYTES

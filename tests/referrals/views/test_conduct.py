"""The door for misconduct: found under a neutral name, read by few, and leaving no trace."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from actors.models import Organization
from actors.roles import Role
from referrals.models import Draft, HistoryEntry, Report
from referrals.workflow import filing as filing_module

DOOR, FORM, SENT, NEW = "/other/", "/other/form/", "/reports/sent/", "/reports/new/"
SECRET = "He gives food to girls behind the canteen."
JSON = {"headers": {"Accept": "application/json"}}
TELLING = ("misconduct", "un_personnel", "aid_worker", "exploitation")


def typed(**changes) -> dict[str, object]:
    return {
        "uuid": str(uuid4()),
        "action": "send",
        "perpetrator": "un_personnel",
        "perpetrator_org": "UNMIX Contingent 4",
        "kinds": ["sexual_violence"],
        "area": "QM0201",
        "girls": "1",
        "narrative": SECRET,
    } | changes


def long_form(**changes) -> dict[str, object]:
    return {
        "uuid": str(uuid4()),
        "violations": ["recruitment_use"],
        "concerns": ["child_labour"],
        "area": "QM0201",
        "perpetrator": "aid_worker",
        "girls": "2",
        "displacement": "refugee",
        "media_attention": "on",
        "needs": ["medical", "legal"],
        "narrative": SECRET,
    } | changes


def words(answer) -> str:
    page = re.sub(r"<[^>]*>", " ", answer.content.decode())
    return " ".join(page.split())


def hidden(answer, name: str) -> list[str]:
    return re.findall(rf'type="hidden" name="{name}" value="([^"]*)"', answer.content.decode())


@pytest.fixture
def officer(as_role) -> Client:
    return as_role(Role.UNPOL_OFFICER)


class TestDoor:
    def test_the_page_and_its_address_say_nothing_in_the_browsers_history(self, officer):
        for url, title in ((DOOR, "Other ways"), (FORM, "Form")):
            answer = officer.get(url)
            shown = re.search(r"<title>(.*?)</title>", answer.content.decode(), re.DOTALL)[1]
            assert " ".join(shown.split()) == f"{title} \N{EN DASH} Child protection referrals"
            assert answer["Cache-Control"] == "no-store"

    def test_who_reads_it_and_who_never_does_comes_from_the_rules(self, officer):
        page = words(officer.get(DOOR))
        about_un, about_aid = page.split("About: UN personnel")[1].split("About: Aid worker")
        told, never = about_un.split("Never told")
        assert "Conduct and Discipline Team" in told
        assert "Victims&#x27; Rights" in told
        for role in ("UNPOL supervisor", "Head of Police Component", "Joint Operations Centre"):
            assert role in never
        assert "Network on protection from sexual exploitation and abuse" in about_aid

    def test_a_rule_that_fails_does_not_close_the_door(self, officer, monkeypatch):
        def broken(*args):
            raise ZeroDivisionError

        monkeypatch.setattr(filing_module, "decide", broken)
        assert "cannot be shown right now" in words(officer.get(DOOR))
        assert officer.get(FORM).status_code == 200

    def test_it_says_where_else_one_may_go(self, officer, unmix):
        assert words(officer.get(DOOR)).count("No address is noted here.") == 2
        unmix.mission.conduct_contact = "Box beside the canteen <b>"
        unmix.mission.oios_contact = "oversight@example.org"
        unmix.mission.save()
        page = officer.get(DOOR).content.decode()
        assert "Box beside the canteen &lt;b&gt;" in page
        assert "oversight@example.org" in page
        assert "No address is noted here." not in page

    def test_leaving_goes_to_a_harmless_page(self, officer):
        for url in (DOOR, FORM):
            assert re.search(r'href="/"\s+data-leave', officer.get(url).content.decode())

    def test_without_a_post_one_is_told_whom_to_ask(self, client, unmix, django_user_model):
        client.force_login(django_user_model.objects.create(username="new", name="New"))
        assert [client.get(url).status_code for url in (DOOR, FORM)] == [403, 403]

    def test_signed_out_one_signs_in_first(self, client, unmix):
        assert client.get(DOOR).url == "/accounts/login/?next=/other/"
        assert client.get(FORM).url == "/accounts/login/?next=/other/form/"


class TestSending:
    def test_it_is_stored_and_told_to_the_few_of_its_own_track(self, officer):
        answer = officer.post(FORM, typed(life_saving_need="on", needs=["medical"]))
        assert answer.url == SENT
        report = Report.objects.get()
        assert (report.track, report.narrative, report.girls) == ("misconduct", SECRET, 1)
        assert report.facts["violations"] == ["sexual_violence"]
        assert report.facts["needs"] == ["medical"]
        assert set(report.referrals.filter(kind="action").values_list("role", flat=True)) >= {
            "CONDUCT_DISCIPLINE",
            "VICTIMS_RIGHTS",
        }
        assert not report.referrals.filter(role__startswith="UNPOL").exists()

    def test_kinds_are_stored_as_violations_and_concerns(self, officer):
        officer.post(FORM, typed(kinds=["sexual_violence", "child_labour", "other"]))
        facts = Report.objects.get().facts
        assert (facts["violations"], facts["concerns"]) == (["sexual_violence"], ["child_labour"])

    def test_the_reference_is_shown_once(self, officer):
        page = words(officer.post(FORM, typed(), follow=True))
        reference = Report.objects.get().reference
        assert f"Sent in confidence {reference}" in page
        assert officer.get(SENT).url == "/reports/"

    def test_a_program_of_the_page_gets_the_reference_and_no_page_shows_it_again(self, officer):
        answer = officer.post(FORM, typed(), **JSON)
        assert answer.json() == {"reference": Report.objects.get().reference, "said": ""}
        assert answer["Cache-Control"] == "no-store"
        assert officer.get(SENT).url == "/reports/"

    def test_sending_it_again_after_a_lost_answer_is_one_report(self, officer):
        same = typed()
        first, second = (officer.post(FORM, same, **JSON).json() for _ in range(2))
        assert first == second
        assert Report.objects.count() == 1

    def test_sending_it_again_changed_says_so_and_gives_the_reference(self, officer):
        same = typed()
        first = officer.post(FORM, same, **JSON).json()
        second = officer.post(FORM, same | {"girls": "2"}, **JSON).json()
        assert second["reference"] == first["reference"]
        assert second["said"].endswith("The change you made now was not stored.")
        page = words(officer.post(FORM, same | {"girls": "2"}, follow=True))
        assert first["reference"] in page
        assert "The change you made now was not stored." in page
        assert Report.objects.get().girls == 1

    def test_what_was_sent_in_the_open_under_the_same_id_does_not_swallow_it(self, officer):
        first = long_form(perpetrator="unknown")
        officer.post(NEW, first | {"action": "send"})
        again = typed(uuid=first["uuid"])
        reference = officer.post(FORM, again, **JSON).json()["reference"]
        assert officer.post(FORM, again, **JSON).json()["reference"] == reference
        tracks = sorted(Report.objects.values_list("track", flat=True))
        assert tracks == ["misconduct", "standard"]

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"perpetrator": ""}, "Choose one: it decides who may read this."),
            ({"perpetrator": "civilian"}, "Select a valid choice."),
            ({"kinds": []}, "Choose at least one, or “Something else”."),
            ({"kinds": ["theft"]}, "Choose one of the answers listed."),
            ({"kinds": ["other"], "narrative": " "}, "Say in a few words what it is."),
            ({"area": ""}, "Choose the district where it happened."),
            ({"girls": "many"}, "Write a whole number, such as 3."),
            ({"occurred_on": "2999-01-01"}, "This day has not come yet."),
            ({"perpetrator_org": "Front for Myre"}, "The directory has no such party."),
            ({"perpetrator_org": "Hearth and Haven"}, "belongs to another category."),
        ],
    )
    def test_a_wrong_value_is_refused_and_all_that_was_typed_stays(self, officer, change, said):
        answer = officer.post(FORM, typed(**change), **JSON)
        assert answer.status_code == 422
        assert said in words(answer)
        if "narrative" not in change:
            assert SECRET in words(answer)
        assert Report.objects.count() == 0

    def test_something_else_in_own_words_is_enough(self, officer):
        assert officer.post(FORM, typed(kinds=["other"])).url == SENT
        assert Report.objects.get().facts["violations"] == []

    def test_hostile_text_is_shown_harmless(self, officer):
        hostile = "<script>alert(1)</script>\u202e{{ 7*7 }}"
        answer = officer.post(FORM, typed(narrative=hostile, area=""))
        assert "<script>alert" not in answer.content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.content.decode()


class TestComingFromTheLongForm:
    def test_the_check_page_points_to_the_door_and_can_send_as_before(self, officer):
        answer = officer.post(NEW, long_form(action="check"))
        assert 'action="/other/form/"' in answer.content.decode()
        officer.post(NEW, long_form(action="send"))
        assert Report.objects.get().track == "misconduct"

    def test_other_reports_point_nowhere(self, officer):
        answer = officer.post(NEW, long_form(action="check", perpetrator="civilian"))
        assert FORM not in answer.content.decode()

    def test_what_was_typed_comes_along_in_the_post_and_is_stored_nowhere(self, officer):
        before = Draft.objects.count()
        answer = officer.post(FORM, long_form(action="carry"))
        assert answer.status_code == 200
        page = answer.content.decode()
        assert SECRET in page
        for chosen in ("recruitment_use", "child_labour", "aid_worker", "medical", "legal"):
            assert re.search(rf'value="{chosen}"[^>]*checked', page)
        assert hidden(answer, "displacement") == ["refugee"]
        assert hidden(answer, "media_attention") == ["on"]
        assert Draft.objects.count() == before
        assert "sent_reference" not in officer.session

    def test_sent_from_there_nothing_that_was_typed_is_missing(self, officer):
        carried = long_form(action="carry")
        answer = officer.post(FORM, carried)
        taken = {name: hidden(answer, name) for name in ("displacement", "media_attention")}
        officer.post(
            FORM,
            typed(
                uuid=carried["uuid"],
                kinds=["recruitment_use", "child_labour"],
                perpetrator="aid_worker",
                perpetrator_org="",
                **taken,
            ),
        )
        report = Report.objects.get()
        assert str(report.uuid) == carried["uuid"]
        assert report.facts["violations"] == ["recruitment_use"]
        assert report.facts["displacement"] == "refugee"
        assert report.facts["media_attention"] is True

    def test_a_value_taken_along_that_is_wrong_is_said_once_and_then_left_out(self, officer):
        answer = officer.post(FORM, typed(displacement="moon", media_attention="on"))
        assert answer.status_code == 422
        assert hidden(answer, "displacement") == []
        assert hidden(answer, "media_attention") == ["on"]

    def test_the_drafts_of_both_ways_are_gone_once_it_is_sent(self, officer):
        for url in (NEW, FORM):
            draft = long_form(action="save")
            officer.post(NEW, draft)
            assert Draft.objects.count() == 1
            changes = {"uuid": draft["uuid"], "action": "send"}
            officer.post(url, typed(**changes) if url == FORM else draft | changes)
            assert Draft.objects.count() == 0
        assert Report.objects.count() == 2


class TestSignedOut:
    @pytest.fixture
    def gone(self, officer) -> tuple[Client, str]:
        owner = hidden(officer.get(FORM), "owner")[0]
        officer.logout()
        return officer, owner

    def test_the_page_gets_its_text_back_and_nothing_is_kept(self, gone):
        client, owner = gone
        answer = client.post(FORM, typed(owner=owner))
        assert answer.status_code == 401
        assert SECRET in words(answer)
        assert "You were signed out." in words(answer)
        assert (Draft.objects.count(), Report.objects.count()) == (0, 0)

    def test_a_program_of_the_page_is_told(self, gone):
        client, owner = gone
        answer = client.post(FORM, typed(owner=owner), **JSON)
        assert (answer.status_code, answer.json()) == (401, {"signed_in": False})

    def test_a_forged_owner_opens_nothing(self, client, unmix):
        assert client.post(FORM, typed(owner="forged")).url.startswith("/accounts/login/")


@override_settings(CSRF_FAILURE_VIEW="referrals.views.conduct.form_typed_again")
def test_a_page_open_for_too_long_shows_the_typed_text_again_and_sends_nothing(unmix):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(unmix.user(Role.UNPOL_OFFICER))
    answer = strict.post(FORM, typed())
    assert answer.status_code == 403
    assert SECRET in words(answer)
    assert "Nothing was sent." in words(answer)
    assert Report.objects.count() == 0


class TestNoTrace:
    """Of what was sent in confidence its officer has the reference, and nobody else a hint."""

    @pytest.fixture
    def report(self, officer) -> Report:
        officer.post(FORM, typed(), **JSON)
        return Report.objects.get()

    @pytest.mark.parametrize("role", [Role.UNPOL_OFFICER, Role.UNPOL_SUPERVISOR, Role.CPA])
    def test_every_page_of_it_answers_like_one_that_does_not_exist(self, as_role, report, role):
        client = as_role(role)
        paths = [
            "/reports/{}/",
            "/reports/{}/print/",
            "/reports/{}/ask/",
            "/reports/{}/add/",
            "/reports/{}/acknowledge/",
            "/api/v1/reports/{}/",
        ]
        for path in paths:
            for ask in (client.get, client.post):
                there = ask(path.format(report.reference))
                nowhere = ask(path.format("UNMIX-2026-99999"))
                assert there.status_code == nowhere.status_code, path
                assert there.status_code in (404, 405), path

    @pytest.mark.parametrize("role", [Role.UNPOL_OFFICER, Role.UNPOL_SUPERVISOR, Role.CPA])
    def test_no_list_names_it(self, as_role, report, role):
        client = as_role(role)
        for path in ("/", "/reports/", "/desk/", "/api/v1/reports/", SENT):
            page = client.get(path, follow=True).content.decode()
            assert report.reference not in page, path
            assert SECRET not in page, path

    def test_nobody_is_asked_whether_theirs_is_the_same(self, officer, report):
        answer = officer.post(
            NEW, long_form(action="check", violations=["sexual_violence"], perpetrator="unknown")
        )
        assert report.reference not in answer.content.decode()
        assert "Is it one of these?" not in words(answer)

    def test_nothing_can_be_added_to_it(self, officer, report):
        answer = officer.post(
            NEW, long_form(action="send", perpetrator="unknown", adds_to=report.reference)
        )
        assert answer.status_code == 422
        assert Report.objects.count() == 1

    def test_the_live_preview_marks_it_so_that_its_lists_stay_closed(self, officer, unmix):
        answer = officer.post(f"{NEW}preview/", long_form())
        assert "data-confided" in answer.content.decode()

    def test_the_menu_and_the_frame_never_name_it(self, officer):
        page = officer.get("/reports/").content.decode()
        frame = page.split("<main")[0] + page.split("</main>")[1]
        assert [word for word in TELLING if word in frame.lower()] == []


def test_the_door_and_the_form_ask_the_database_the_same_whatever_the_directory_holds(
    officer, unmix
):
    def statements(url: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            officer.get(url)
        return len(captured)

    officer.get(DOOR)
    before = [statements(url) for url in (DOOR, FORM)]
    for n in range(50):
        Organization.objects.create(mission=unmix.mission, name=f"Relief {n}", kind="ngo_national")
    assert [statements(url) for url in (DOOR, FORM)] == before


def test_history_of_a_confided_report_holds_no_words_of_it(officer):
    officer.post(FORM, typed())
    assert SECRET not in str(list(HistoryEntry.objects.values_list("details", flat=True)))

"""Asking and answering from the report's page, without a script."""

from uuid import uuid4

import pytest

from actors.models import Contact
from actors.roles import Role
from referrals.models import Notification, ReportMessage

QUESTION = "Which of the two bridges is it?"
ANSWER = "The northern one, beside the mill."
RESTRICTED = "Ring the grandmother: +44 20 7946 0123."


@pytest.fixture
def report(unmix):
    return unmix.file(boys=2).report


@pytest.fixture
def adviser(as_role):
    return as_role(Role.CPA)


@pytest.fixture
def officer(as_role):
    return as_role(Role.UNPOL_OFFICER)


def page(browser, report) -> str:
    return browser.get(f"/reports/{report.reference}/").content.decode()


def say(browser, report, text, to, uuid=None, **more):
    url = f"/reports/{report.reference}/{to}/"
    return browser.post(url, {"text": text, "uuid": uuid or uuid4()}, **more)


class TestTheTalk:
    def test_the_adviser_asks_and_the_officer_reads_it_marked_in_both_places(
        self, adviser, officer, report
    ):
        said = say(adviser, report, QUESTION, "ask", follow=True)
        assert said.redirect_chain == [(f"/reports/{report.reference}/#talk", 302)]
        assert "The officer is being told that a question waits" in said.content.decode()
        assert QUESTION in page(officer, report)
        assert "The adviser asks you something." in page(officer, report)
        assert "The adviser asks you something" in officer.get("/reports/").content.decode()

    def test_the_officer_answers_and_the_mark_goes(self, adviser, officer, report):
        say(adviser, report, QUESTION, "ask")
        said = say(officer, report, ANSWER, "add", follow=True)
        assert "Added. The adviser is being told." in said.content.decode()
        assert "The adviser asks you something" not in page(officer, report)
        assert "The adviser asks you something" not in officer.get("/reports/").content.decode()
        assert ANSWER in page(adviser, report)

    def test_the_officer_adds_unasked(self, adviser, officer, report):
        assert "Add information" in page(officer, report)
        say(officer, report, ANSWER, "add")
        assert ANSWER in page(adviser, report)

    def test_the_officer_reads_functions_and_no_names_of_colleagues(self, adviser, officer, report):
        say(adviser, report, QUESTION, "ask")
        assert "Person of CPA" not in page(officer, report)
        assert "The adviser asked you something" in page(officer, report)

    def test_hostile_text_is_shown_and_does_nothing(self, officer, adviser, report):
        say(officer, report, "<script>alert(1)</script>", "add")
        for browser in (officer, adviser):
            assert "<script>alert(1)</script>" not in page(browser, report)
            assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page(browser, report)

    def test_a_page_sent_twice_is_one_message(self, officer, report):
        uuid = uuid4()
        for _step in range(2):
            assert say(officer, report, ANSWER, "add", uuid).status_code == 302
        assert ReportMessage.objects.count() == 1

    def test_a_changed_page_sent_twice_says_that_the_change_was_not_stored(self, officer, report):
        uuid = uuid4()
        say(officer, report, ANSWER, "add", uuid)
        again = say(officer, report, "Other words", "add", uuid, follow=True).content.decode()
        assert "The change you made now was not stored." in again
        assert "Other words" not in again

    def test_each_page_has_an_id_of_its_own(self, officer, report):
        forms = [
            officer.get(f"/reports/{report.reference}/").context["message_form"]
            for _step in range(2)
        ]
        assert forms[0]["uuid"].value() != forms[1]["uuid"].value()

    def test_an_officer_without_an_address_is_not_said_to_be_told(self, adviser, unmix, report):
        Contact.objects.filter(user=unmix.user(Role.UNPOL_OFFICER)).delete()
        said = say(adviser, report, QUESTION, "ask", follow=True).content.decode()
        assert "the officer has no address that works" in said


class TestRefusals:
    @pytest.mark.parametrize(("who", "to"), [(Role.CPA, "ask"), (Role.UNPOL_OFFICER, "add")])
    @pytest.mark.parametrize(
        ("text", "words"), [("  ", "Write something first."), ("x" * 2001, "at most 2000")]
    )
    def test_a_refused_message_stands_at_its_field_with_what_was_typed(
        self, as_role, report, who, to, text, words
    ):
        answer = say(as_role(who), report, text, to)
        assert answer.status_code == 422
        shown = answer.content.decode()
        assert words in shown
        assert 'href="#id_text"' in shown
        assert text.strip() in shown
        assert not ReportMessage.objects.exists()

    def test_a_refused_message_keeps_its_id(self, officer, report):
        uuid = uuid4()
        assert str(uuid) in say(officer, report, "", "add", uuid).content.decode()

    @pytest.mark.parametrize("role", [Role.UNPOL_SUPERVISOR, Role.JOC, Role.UNPOL_OFFICER])
    def test_only_the_lead_asks(self, as_role, report, role):
        assert say(as_role(role), report, QUESTION, "ask").status_code == 404
        assert "Ask the officer who reported" not in page(as_role(role), report)

    @pytest.mark.parametrize("role", [Role.UNPOL_SUPERVISOR, Role.JOC, Role.CPA, "UNICEF_CP"])
    def test_only_the_reporter_adds(self, as_role, report, role):
        assert say(as_role(role), report, ANSWER, "add").status_code == 404

    def test_nothing_is_said_about_what_was_filed_in_confidence(self, as_role, unmix):
        report = unmix.file(facts={"perpetrator": "un_personnel"}).report
        for role in (Role.CONDUCT_DISCIPLINE, Role.CPA_SENIOR, Role.UNPOL_OFFICER):
            for to in ("ask", "add"):
                assert say(as_role(role), report, QUESTION, to).status_code == 404
        assert 'id="talk"' not in page(as_role(Role.CONDUCT_DISCIPLINE), report)

    @pytest.mark.parametrize(
        ("more", "told"),
        [
            ({}, "Before you sign in, go back one page and copy what you wrote."),
            ({"kept": "1"}, "It is kept on this device: sign in, and it is there again."),
        ],
    )
    @pytest.mark.parametrize("to", ["ask", "add"])
    def test_who_was_signed_out_reads_so_where_one_signs_in(self, client, report, to, more, told):
        sent = {"text": ANSWER, "uuid": uuid4()} | more
        away = client.post(f"/reports/{report.reference}/{to}/", sent)
        assert away.url == f"/accounts/login/?next=/reports/{report.reference}/%23talk"
        shown = client.get(away.url).content.decode()
        assert "You were signed out, and your message was not sent" in shown
        assert told in shown
        assert ANSWER not in shown + away.url
        assert not ReportMessage.objects.exists()

    def test_the_address_of_a_message_leads_back_to_its_report(self, client, officer, report):
        url = f"/reports/{report.reference}/add/"
        assert officer.get(url).url == f"/reports/{report.reference}/#talk"
        away = client.get(url)
        assert away.url == f"/accounts/login/?next=/reports/{report.reference}/%23talk"
        assert "signed out" not in client.get(away.url).content.decode()

    def test_the_page_knows_its_messages_by_their_ids(self, officer, report):
        uuid = uuid4()
        say(officer, report, ANSWER, "add", uuid)
        assert f'data-said="{uuid}"' in page(officer, report)


class TestWhoReads:
    @pytest.fixture(autouse=True)
    def _said(self, adviser, officer, report):
        say(adviser, report, QUESTION, "ask")
        say(officer, report, ANSWER, "add")
        say(officer, report, RESTRICTED, "add")

    @pytest.mark.parametrize(
        ("role", "read"),
        [
            (Role.CPA, [True, True, True]),
            (Role.UNPOL_OFFICER, [True, True, True]),
            (Role.UNPOL_SUPERVISOR, [True, True, False]),
            (Role.CPA_SENIOR, [True, True, False]),
            (Role.JOC, [False, False, False]),
            (Role.GENDER, [False, False, False]),
        ],
    )
    def test_by_level(self, as_role, unmix, report, role, read):
        shown = as_role(role).get(f"/reports/{report.reference}/").content.decode()
        assert [text in shown for text in (QUESTION, ANSWER, RESTRICTED)] == read

    def test_restricted_words_are_marked(self, adviser, report):
        assert page(adviser, report).count("Restricted: somebody may be recognised") == 1

    @pytest.mark.parametrize("role", [Role.CPA, Role.UNPOL_OFFICER, Role.UNPOL_SUPERVISOR])
    def test_no_address_carries_what_was_said(self, as_role, report, role):
        shown = page(as_role(role), report)
        for word in ("bridge", "mill"):
            assert f"={word}" not in shown
        assert "bridge" not in "".join(Notification.objects.values_list("address", flat=True))


class TestTheNotice:
    def code(self, kind) -> str:
        return Notification.objects.get(message__kind=kind).code

    def test_it_leads_the_officer_to_the_question_and_others_nowhere(
        self, adviser, officer, as_role, report
    ):
        say(adviser, report, QUESTION, "ask")
        url = f"/notice/{self.code('question')}/"
        assert officer.get(url).url == f"/reports/{report.reference}/#talk"
        for role in ("UNICEF_CP", Role.JOC, Role.STAFF_WELFARE):
            assert as_role(role).get(url).status_code == 404

    def test_it_leads_the_adviser_to_the_answer(self, adviser, officer, report):
        say(officer, report, ANSWER, "add")
        url = f"/notice/{self.code('addition').lower()}/"
        assert adviser.get(url).url == f"/reports/{report.reference}/#talk"

    def test_nobody_reads_before_signing_in(self, client, adviser, report):
        say(adviser, report, QUESTION, "ask")
        url = f"/notice/{self.code('question')}/"
        assert client.get(url).url == f"/accounts/login/?next={url}"


class TestTheDesk:
    def test_it_counts_what_was_asked_and_has_no_answer(self, adviser, officer, report):
        say(adviser, report, QUESTION, "ask")
        shown = adviser.get("/desk/", {"show": "asked"})
        assert [row["report"] for row in shown.context["rows"]] == [report]
        say(officer, report, ANSWER, "add")
        assert adviser.get("/desk/", {"show": "asked"}).context["rows"] == []

    def test_a_question_that_did_not_arrive_stands_under_undelivered(self, adviser, report):
        say(adviser, report, QUESTION, "ask")
        Notification.objects.filter(message__isnull=False).update(status="dead")
        shown = adviser.get("/desk/", {"show": "undelivered"})
        assert [row["report"] for row in shown.context["rows"]] == [report]


class TestTheDeliveryBoard:
    @pytest.fixture
    def keeper(self, client, unmix, django_user_model):
        user = django_user_model.objects.create(username="keeper", name="Keeper", is_staff=True)
        client.force_login(user)
        return client

    def test_it_shows_whom_a_message_did_not_reach_and_nothing_of_it(
        self, keeper, adviser, officer, report
    ):
        say(adviser, report, QUESTION, "ask")
        say(officer, report, ANSWER, "add")
        Notification.objects.filter(message__isnull=False).update(status="dead", failure="rejected")
        board = keeper.get("/delivery/")
        rows = [(row["role"], row["address"]) for row in board.context["dead"]]
        assert rows == [
            ("Child Protection Adviser", "cpa@example.org"),
            ("UNPOL officer", "unpol_officer@example.org"),
        ]
        for text in ("bridge", "mill", report.reference):
            assert text not in board.content.decode()

    def test_a_wish_for_support_shows_once_it_failed_and_without_a_name(
        self, keeper, officer, unmix
    ):
        officer.post("/support/", {"uuid": uuid4()})
        assert keeper.get("/delivery/").context["waiting"] == []
        Notification.objects.update(status="dead", failure="rejected")
        board = keeper.get("/delivery/")
        rows = [(row["role"], row["address"]) for row in board.context["dead"]]
        assert rows == [("Staff welfare", "staff_welfare@example.org")]
        assert "Person of UNPOL_OFFICER" not in board.content.decode()

"""The CP lead asks, the officer answers or adds: once each, told to the other side, kept."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import InternalError, connection, connections
from django.utils import timezone

from actors.models import Contact
from actors.roles import Role
from referrals.models import HistoryEntry, Notification, Referral, Report, ReportMessage
from referrals.permissions import visible_messages
from referrals.workflow.asking import LONGEST, MessageRefused, add_to_report, ask_officer
from referrals.workflow.errors import AlreadyDone, NotAllowed
from referrals.workflow.triage import acknowledge_report
from tests.factories import PostHoldingFactory

pytestmark = pytest.mark.django_db

QUESTION = "Which of the two bridges is it?"
ANSWER = "The northern one, beside the mill."


@pytest.fixture
def report(unmix) -> Report:
    return unmix.file(boys=2).report


@pytest.fixture
def ask(unmix, report):
    """A function by which the adviser asks."""

    def ask(text=QUESTION, uuid=None, role=Role.CPA, **more) -> ReportMessage:
        uuid = uuid or uuid4()
        return ask_officer(report=again(report), by=unmix.user(role), text=text, uuid=uuid, **more)

    return ask


@pytest.fixture
def add(unmix, report):
    """A function by which the officer answers."""

    def add(text=ANSWER, uuid=None, role=Role.UNPOL_OFFICER, **more) -> ReportMessage:
        uuid = uuid or uuid4()
        return add_to_report(
            report=again(report), by=unmix.user(role), text=text, uuid=uuid, **more
        )

    return add


def again(report: Report) -> Report:
    return Report.objects.select_related("mission", "reporter").get(pk=report.pk)


def status(report: Report) -> str:
    return again(report).status


def told(message: ReportMessage) -> list[str]:
    return list(message.notifications.order_by("address").values_list("address", flat=True))


class TestAsking:
    def test_a_question_is_kept_as_asked_and_told_to_the_officer_alone(self, ask, unmix):
        question = ask(f"  {QUESTION}\r\nAnd when?  ")
        assert (question.kind, question.text) == ("question", f"{QUESTION}\nAnd when?")
        assert question.author == unmix.user(Role.CPA)
        assert told(question) == ["unpol_officer@example.org"]

    def test_the_notice_has_the_reports_priority_and_waits_for_the_outbox(self, ask, report):
        notice = ask().notifications.get()
        assert (notice.priority, notice.status) == (report.priority, "pending")
        assert (notice.referral, notice.welfare) == (None, None)

    def test_the_history_says_that_it_was_asked_and_not_what(self, ask, unmix, report):
        ask()
        entry = HistoryEntry.objects.get(verb="asked")
        assert (entry.actor, entry.referral) == (unmix.user(Role.CPA), None)
        assert entry.details == {"was": "submitted"}

    def test_a_question_changes_nothing_in_the_referrals(self, ask, report):
        before = list(Referral.objects.order_by("pk").values())
        ask()
        assert list(Referral.objects.order_by("pk").values()) == before

    @pytest.mark.parametrize("role", [Role.UNPOL_OFFICER, Role.UNPOL_CPFP_FIELD, Role.CPA_SENIOR])
    def test_only_who_leads_asks(self, ask, role):
        with pytest.raises(NotAllowed):
            ask(role=role)
        assert not ReportMessage.objects.exists()

    def test_nobody_asks_themselves(self, ask, unmix, report):
        Report.objects.filter(pk=report.pk).update(reporter=unmix.user(Role.CPA))
        with pytest.raises(NotAllowed):
            ask()

    def test_nobody_asks_about_misconduct(self, unmix):
        report = unmix.file(facts={"perpetrator": "un_personnel"}).report
        for role in (Role.CONDUCT_DISCIPLINE, Role.CPA, Role.CPA_SENIOR):
            with pytest.raises(NotAllowed):
                ask_officer(report=again(report), by=unmix.user(role), text="?", uuid=uuid4())

    def test_an_officer_shut_out_of_the_report_is_not_asked(self, ask, unmix, report):
        party = unmix.organizations["Front for Myre"]
        Report.objects.filter(pk=report.pk).update(perpetrator_org=party)
        PostHoldingFactory(post__organization=party, user=unmix.user(Role.UNPOL_OFFICER))
        with pytest.raises(MessageRefused, match="cannot open this report"):
            ask()
        assert not Notification.objects.filter(message__isnull=False).exists()

    def test_without_an_address_the_question_stands_and_nobody_is_written_to(self, ask, unmix):
        Contact.objects.filter(user=unmix.user(Role.UNPOL_OFFICER)).update(failed_at=timezone.now())
        assert told(ask()) == []


class TestAdding:
    def test_an_addition_is_told_to_who_answers_for_the_lead_now(self, add, unmix):
        deputy = PostHoldingFactory(post=unmix.posts[Role.CPA], rank="deputy").user
        Contact.objects.create(user=deputy, address="deputy@example.org")
        assert told(add()) == ["cpa@example.org"]
        unmix.posts[Role.CPA].holdings.exclude(user=deputy).delete()
        assert told(add()) == ["deputy@example.org"]

    def test_an_unasked_addition_leaves_the_status(self, add, report):
        add()
        assert status(report) == "submitted"
        assert HistoryEntry.objects.get(verb="added").details == {}

    def test_without_a_lead_nobody_is_written_to(self, unmix):
        shell = unmix.file(
            facts={"violations": [], "concerns": ["explosive_hazard"], "facility": "none"}
        ).report
        officer = unmix.user(Role.UNPOL_OFFICER)
        added = add_to_report(report=again(shell), by=officer, text="It is gone.", uuid=uuid4())
        assert told(added) == []

    @pytest.mark.parametrize("role", [Role.CPA, Role.UNPOL_SUPERVISOR, Role.JOC])
    def test_only_the_reporter_adds(self, add, role):
        with pytest.raises(NotAllowed):
            add(role=role)

    def test_nothing_is_added_to_what_was_filed_in_confidence(self, unmix):
        report = unmix.file(facts={"perpetrator": "un_personnel"}).report
        officer = unmix.user(Role.UNPOL_OFFICER)
        with pytest.raises(NotAllowed):
            add_to_report(report=again(report), by=officer, text="More", uuid=uuid4())


class TestWhereTheReportStands:
    def test_a_question_sets_it_aside_and_the_answer_takes_it_back(self, ask, add, report, unmix):
        acknowledge_report(report=again(report), by=unmix.user(Role.CPA))
        assert status(report) == "acknowledged"
        ask()
        assert status(report) == "returned_for_info"
        add()
        assert status(report) == "acknowledged"

    def test_one_answer_answers_two_questions(self, ask, add, report):
        ask()
        ask("And how many?")
        add()
        assert status(report) == "submitted"

    def test_what_was_acknowledged_meanwhile_stays_acknowledged(self, ask, add, report, unmix):
        ask()
        acknowledge_report(report=again(report), by=unmix.user(Role.CPA))
        add()
        assert status(report) == "acknowledged"

    def test_a_closed_report_stays_closed(self, ask, add, report):
        Report.objects.filter(pk=report.pk).update(status="closed")
        ask()
        assert status(report) == "closed"
        add()
        assert status(report) == "closed"

    def test_each_report_knows_whether_a_question_waits(self, ask, add, report):
        def is_asked() -> bool:
            return Report.objects.with_questions().get(pk=report.pk).is_asked

        add("Unasked.")
        assert is_asked() is False
        ask()
        assert is_asked() is True
        add()
        assert is_asked() is False


class TestWords:
    @pytest.mark.parametrize("text", ["", " \n\t ", "x" * (LONGEST + 1), "a\0b"])
    def test_what_cannot_be_kept_is_refused_at_its_field(self, ask, add, text):
        for say in (ask, add):
            with pytest.raises(MessageRefused) as refused:
                say(text)
            assert refused.value.field == "text"
        assert not ReportMessage.objects.exists()

    @pytest.mark.parametrize("text", ["x" * LONGEST, "<script>alert(1)</script>", "\u202eabc"])
    def test_hostile_text_is_stored_as_it_is(self, add, text):
        assert ReportMessage.objects.get(pk=add(text).pk).text == text

    @pytest.mark.parametrize("statement", ["UPDATE {} SET text = 'other'", "DELETE FROM {}"])
    def test_the_database_refuses_to_change_or_delete_a_message(self, add, statement):
        add()
        with pytest.raises(InternalError, match="append_only"), connection.cursor() as cursor:
            cursor.execute(statement.format("referrals_reportmessage"))

    def test_the_same_message_sent_again_is_one(self, ask, add):
        for say in (ask, add):
            uuid = uuid4()
            assert say(uuid=uuid) == say(uuid=uuid)
        assert ReportMessage.objects.count() == 2
        assert Notification.objects.filter(message__isnull=False).count() == 2
        assert HistoryEntry.objects.filter(verb__in=["asked", "added"]).count() == 2

    def test_other_words_under_the_same_id_are_not_stored(self, add, ask):
        uuid = uuid4()
        add(uuid=uuid)
        with pytest.raises(AlreadyDone):
            add("Something else.", uuid=uuid)
        assert [m.text for m in ReportMessage.objects.all()] == [ANSWER]

    def test_two_people_may_use_the_same_id(self, ask, add):
        uuid = uuid4()
        ask(uuid=uuid)
        add(uuid=uuid)
        assert ReportMessage.objects.count() == 2


class TestWhoReads:
    @pytest.fixture
    def said(self, ask, add, report, unmix):
        """A function from a role and its level to the texts it reads."""
        ask()
        add()
        add("Call +44 20 7946 0123, the grandmother.")

        def said(role, level) -> list[str]:
            return [m.text for m in visible_messages(unmix.user(role), again(report), level)]

        return said

    def test_text_in_which_somebody_can_be_recognised_is_restricted(self, said):
        restricted = ReportMessage.objects.filter(is_restricted=True)
        assert [m.text for m in restricted] == ["Call +44 20 7946 0123, the grandmother."]

    def test_the_lead_and_the_reporter_read_everything(self, said):
        assert len(said(Role.CPA, "RD0")) == 3
        assert len(said(Role.UNPOL_OFFICER, "OWN")) == 3

    def test_the_record_shows_what_is_not_restricted(self, said):
        assert said(Role.UNPOL_SUPERVISOR, "RD1") == [QUESTION, ANSWER]

    @pytest.mark.parametrize("level", ["RD2", "RD3", "RS", "RN"])
    def test_below_the_record_nobody_reads_any(self, said, level):
        assert said(Role.JOC, level) == []

    def test_an_author_who_does_not_lead_any_more_reads_their_own(self, said, ask):
        ask("Ring +44 20 7946 0123 for me?")
        assert "Ring +44 20 7946 0123 for me?" in said(Role.CPA, "RD1")
        assert "Ring +44 20 7946 0123 for me?" not in said(Role.CPA_SENIOR, "RD1")

    def test_the_order_is_that_of_the_talk(self, unmix, report, ask, add):
        now = timezone.now()
        ask(at=now)
        add(at=now + timedelta(minutes=1))
        ask("Thank you. And the road?", at=now + timedelta(minutes=2))
        kinds = [m.kind for m in visible_messages(unmix.user(Role.CPA), again(report), "RD0")]
        assert kinds == ["question", "addition", "question"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", ["ask", "add"])
def test_two_identical_sends_at_once_are_one_message(request, who):
    say, uuid, outcomes = request.getfixturevalue(who), uuid4(), []
    at_once = threading.Barrier(4, timeout=20)

    def send():
        try:
            at_once.wait()
            outcomes.append(say(uuid=uuid).pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _step in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    message = ReportMessage.objects.get()
    assert outcomes == [message.pk] * 4
    assert Notification.objects.filter(message=message).count() == 1
    assert HistoryEntry.objects.filter(verb__in=["asked", "added"]).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_question_and_an_answer_at_once_leave_no_report_stuck(unmix, report, ask, add):
    """Whichever comes first, the status says whether a question waits."""
    ask()
    at_once = threading.Barrier(2, timeout=20)

    def run(say):
        try:
            at_once.wait()
            say("At the same moment.")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[say]) for say in (ask, add)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    waits = Report.objects.with_questions().get(pk=report.pk).is_asked
    assert (status(report) == "returned_for_info") is waits

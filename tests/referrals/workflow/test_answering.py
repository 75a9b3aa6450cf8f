"""What recipients answer: once, by who was told, and the CP lead hears of it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from actors.roles import Role
from referrals.models import HistoryEntry, Notification, PartnerVisit, Referral
from referrals.statuses import REFERRAL_MOVES
from referrals.workflow.answering import (
    AnswerRefused,
    accept_referral,
    decline_referral,
    expire_links,
    finish_referral,
    note_referral,
    open_answers,
    start_referral,
)
from referrals.workflow.errors import AlreadyDone, NotAllowed
from referrals.workflow.partners import LIFE_AT_WORK
from referrals.workflow.release import revoke_referral
from referrals.workflow.triage import acknowledge_report
from tests.factories import PostHoldingFactory
from tests.referrals.partners import leave_the_desk_alone, link_of, refer_to_partner
from tests.referrals.workflow.at_once import all_at_once

pytestmark = pytest.mark.django_db

LEAD = "cpa@example.org"
QUESTION = "Which ferry landing is it?"


@pytest.fixture
def referral(unmix) -> Referral:
    """To a partner with an account."""
    return refer_to_partner(unmix)


@pytest.fixture
def linked(unmix) -> Referral:
    """To a partner without one."""
    leave_the_desk_alone(unmix)
    return refer_to_partner(unmix)


@pytest.fixture
def partner(unmix):
    return unmix.user(Role.PSS_PROVIDER)


def stored(referral) -> Referral:
    return Referral.objects.select_related("report__mission").get(pk=referral.pk)


def told_of(entry: HistoryEntry) -> list[tuple[str, str]]:
    """Whom the notice of an answer goes to, and by which referral."""
    notices = Notification.objects.filter(step=f"answer-{entry.pk}")
    return list(notices.values_list("address", "referral__role"))


def last() -> HistoryEntry:
    return HistoryEntry.objects.latest("pk")


class TestBySomebodySignedIn:
    def test_from_accepting_to_done(self, referral, partner):
        steps = [
            (accept_referral, "accepted", "accepted"),
            (start_referral, "in_progress", "started"),
            (finish_referral, "done", "finished"),
        ]
        for verb, status, said in steps:
            verb(referral=referral, by=partner)
            assert stored(referral).status == status
            assert (last().verb, last().actor, last().referral) == (said, partner, referral)
            assert told_of(last()) == [(LEAD, "CPA")]

    def test_who_accepted_and_when_is_kept(self, referral, partner):
        at = timezone.now()
        accept_referral(referral=referral, by=partner, at=at)
        assert (stored(referral).answered_at, stored(referral).answered_by) == (at, partner)

    def test_declining_keeps_the_reason(self, referral, partner):
        decline_referral(referral=referral, by=partner, reason="no_capacity")
        assert (stored(referral).status, stored(referral).declined_for) == (
            "rejected",
            "no_capacity",
        )
        assert last().details == {"reason": "no_capacity"}
        assert told_of(last()) == [(LEAD, "CPA")]

    @pytest.mark.parametrize("reason", ["", "because", "NO_CAPACITY"])
    def test_declining_needs_a_reason_of_the_list(self, referral, partner, reason):
        with pytest.raises(AnswerRefused, match="Choose why you decline") as refused:
            decline_referral(referral=referral, by=partner, reason=reason)
        assert refused.value.field == "reason"
        assert stored(referral).status == "released"

    def test_a_second_answer_is_told_of_the_first(self, referral, partner):
        decline_referral(referral=referral, by=partner, reason="unsafe")
        before = Notification.objects.count()
        with pytest.raises(AlreadyDone, match="Already done: Declined, by Person of PSS_PROVIDER"):
            accept_referral(referral=referral, by=partner)
        assert stored(referral).status == "rejected"
        assert Notification.objects.count() == before

    @pytest.mark.parametrize("role", [Role.CPA, Role.WHO, Role.UNPOL_OFFICER, Role.CPA_SENIOR])
    def test_nobody_answers_for_others(self, unmix, referral, role):
        with pytest.raises(NotAllowed):
            accept_referral(referral=referral, by=unmix.user(role))
        with pytest.raises(NotAllowed):
            note_referral(referral=referral, by=unmix.user(role), text="x", uuid=uuid4())

    def test_not_while_it_is_only_proposed(self, referral, partner):
        Referral.objects.filter(pk=referral.pk).update(status="proposed", released_at=None)
        with pytest.raises(NotAllowed):
            accept_referral(referral=referral, by=partner)

    def test_not_once_it_is_taken_back(self, unmix, referral, partner):
        revoke_referral(referral=referral, by=unmix.user(Role.CPA), reason="Wrong address")
        with pytest.raises(AlreadyDone, match="Already done: Taken back, by Person of CPA"):
            accept_referral(referral=referral, by=partner)

    def test_not_once_they_are_shut_out(self, referral, partner):
        report = referral.report
        report.perpetrator_org = referral.organization
        report.save()
        with pytest.raises(NotAllowed):
            accept_referral(referral=referral, by=partner)

    def test_who_was_told_for_action_is_done_after_acknowledging(self, unmix, referral):
        mine = referral.report.referrals.get(role=Role.UNPOL_SUPERVISOR)
        supervisor = unmix.user(Role.UNPOL_SUPERVISOR)
        assert open_answers(mine) == []
        acknowledge_report(report=referral.report, by=supervisor)
        assert open_answers(stored(mine)) == ["finish"]
        finish_referral(referral=mine, by=supervisor)
        assert stored(mine).status == "done"
        with pytest.raises(NotAllowed):
            accept_referral(referral=mine, by=supervisor)

    def test_the_lead_does_not_answer_itself(self, unmix, referral):
        lead = referral.report.referrals.get(role=Role.CPA)
        acknowledge_report(report=referral.report, by=unmix.user(Role.CPA))
        assert open_answers(stored(lead)) == []
        with pytest.raises(NotAllowed):
            finish_referral(referral=lead, by=unmix.user(Role.CPA))

    def test_nobody_on_the_misconduct_track(self, unmix):
        report = unmix.file(facts={"perpetrator": "un_personnel"}).report
        mine = report.referrals.get(role=Role.CONDUCT_DISCIPLINE)
        team = unmix.user(Role.CONDUCT_DISCIPLINE)
        acknowledge_report(report=report, by=team)
        before = HistoryEntry.objects.count()
        with pytest.raises(NotAllowed):
            finish_referral(referral=stored(mine), by=team)
        with pytest.raises(NotAllowed):
            note_referral(referral=stored(mine), by=team, text="x", uuid=uuid4())
        assert HistoryEntry.objects.count() == before


class TestNotes:
    def test_the_words_stand_in_the_history_and_the_lead_is_told(self, referral, partner):
        entry = note_referral(referral=referral, by=partner, text=f" {QUESTION}\r\n", uuid=uuid4())
        assert (entry.verb, entry.actor, entry.referral) == ("noted", partner, referral)
        assert entry.details["text"] == QUESTION
        assert entry.details["is_restricted"] is False
        assert told_of(entry) == [(LEAD, "CPA")]
        assert stored(referral).status == "released"

    def test_sent_twice_it_is_one(self, referral, partner):
        uuid = uuid4()
        first, second = (
            note_referral(referral=referral, by=partner, text=QUESTION, uuid=uuid) for _ in range(2)
        )
        assert first.pk == second.pk
        assert len(told_of(first)) == 1

    def test_where_somebody_can_be_recognised_it_is_restricted(self, referral, partner):
        entry = note_referral(
            referral=referral, by=partner, text="Ring +44 20 7946 0123.", uuid=uuid4()
        )
        assert entry.details["is_restricted"] is True

    @pytest.mark.parametrize("text", ["", "  \n ", "x" * 2001, "\x00"])
    def test_no_words_too_many_or_unreadable(self, referral, partner, text):
        with pytest.raises(Exception, match=r"Write|Shorten|nobody can read") as refused:
            note_referral(referral=referral, by=partner, text=text, uuid=uuid4())
        assert refused.value.field == "text"


class TestByALink:
    def test_from_accepting_to_done(self, linked):
        link = link_of(linked)
        accept_referral(referral=linked, by=link)
        start_referral(referral=linked, by=link)
        finish_referral(referral=linked, by=link)
        assert stored(linked).status == "done"
        assert stored(linked).answered_by is None
        said = HistoryEntry.objects.filter(referral=linked).order_by("-pk")[:3]
        assert [(each.verb, each.actor, each.details) for each in said] == [
            (verb, None, {"by": "Hearth and Haven"}) for verb in ("finished", "started", "accepted")
        ]
        assert (
            list(PartnerVisit.objects.values_list("link", "outcome")) == [(link.pk, "answered")] * 3
        )
        assert [told_of(each) for each in said] == [[(LEAD, "CPA")]] * 3

    def test_it_answers_for_its_own_referral_alone(self, unmix, linked):
        other = refer_to_partner(unmix)
        for verb, given in [(accept_referral, {}), (note_referral, {"text": "x", "uuid": uuid4()})]:
            with pytest.raises(NotAllowed):
                verb(referral=other, by=link_of(linked), **given)
        assert stored(other).status == "released"

    def test_who_has_accepted_may_come_back_for_a_month(self, linked):
        link, at = link_of(linked), timezone.now()
        accept_referral(referral=linked, by=link, at=at)
        link.refresh_from_db()
        assert link.expires_at == at + LIFE_AT_WORK

    def test_not_once_it_has_ended(self, linked):
        link = link_of(linked)
        with pytest.raises(NotAllowed):
            accept_referral(referral=linked, by=link, at=link.expires_at)

    def test_taking_back_ends_it(self, unmix, linked):
        revoke_referral(referral=linked, by=unmix.user(Role.CPA), reason="Wrong desk")
        link = link_of(linked)
        assert link.revoked_by == unmix.user(Role.CPA)
        with pytest.raises(NotAllowed):
            accept_referral(referral=linked, by=link)

    def test_a_second_answer_is_told_of_the_first(self, linked):
        link = link_of(linked)
        decline_referral(referral=linked, by=link, reason="outside_area")
        with pytest.raises(AlreadyDone, match="Already done: Declined"):
            accept_referral(referral=linked, by=link)


class TestEnding:
    def test_unanswered_it_ends_and_the_lead_is_told_once(self, linked):
        link = link_of(linked)
        assert expire_links(link.expires_at - timedelta(seconds=1)) == 0
        assert expire_links(link.expires_at) == 1
        assert expire_links(link.expires_at) == 0
        assert stored(linked).status == "expired"
        entry = HistoryEntry.objects.get(verb="expired")
        assert (entry.referral, entry.actor, entry.at) == (linked, None, link.expires_at)
        assert told_of(entry) == [(LEAD, "CPA")]

    def test_only_with_the_last_of_its_links(self, unmix):
        leave_the_desk_alone(unmix, "desk@hearth.example", "night@hearth.example")
        linked = refer_to_partner(unmix)
        link = link_of(linked)
        later = linked.links.exclude(pk=link.pk)
        later.update(expires_at=link.expires_at + timedelta(days=1))
        assert expire_links(link.expires_at) == 0
        assert expire_links(link.expires_at + timedelta(days=1)) == 1

    @pytest.mark.parametrize("status", ["accepted", "in_progress", "done", "rejected", "revoked"])
    def test_what_was_answered_stays_as_it_is(self, linked, status):
        Referral.objects.filter(pk=linked.pk).update(status=status)
        assert expire_links(link_of(linked).expires_at) == 0
        assert stored(linked).status == status

    def test_not_where_somebody_with_an_account_may_still_answer(self, unmix, linked):
        PostHoldingFactory(post=unmix.posts[Role.PSS_PROVIDER], user=unmix.user(Role.PSS_PROVIDER))
        assert expire_links(link_of(linked).expires_at) == 0


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_of_five_buttons_one_wins(self, unmix):
        referral = refer_to_partner(unmix)
        users = [unmix.user(Role.PSS_PROVIDER) for _step in range(5)]
        outcomes = all_at_once(
            *[lambda by=by: accept_referral(referral=referral, by=by) for by in users[:3]],
            *[
                lambda by=by: decline_referral(referral=referral, by=by, reason="unsafe")
                for by in users[3:]
            ],
        )
        assert sum(isinstance(each, Referral) for each in outcomes) == 1
        assert sum(isinstance(each, AlreadyDone) for each in outcomes) == 4
        assert Notification.objects.filter(step__startswith="answer-").count() == 1

    def test_ending_and_accepting(self, unmix):
        leave_the_desk_alone(unmix)
        linked = refer_to_partner(unmix)
        link = link_of(linked)
        at = link.expires_at - timedelta(seconds=1)
        outcomes = all_at_once(
            lambda: accept_referral(referral=linked, by=link, at=at),
            lambda: expire_links(link.expires_at),
        )
        status = stored(linked).status
        assert (status, outcomes[1]) in [("accepted", 0), ("expired", 1)]


def test_every_button_is_a_move_of_the_table(referral):
    assert set(open_answers(referral)) <= set(REFERRAL_MOVES)
    assert open_answers(referral) == ["accept", "decline"]

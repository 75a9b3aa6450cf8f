"""Notices of messages and of wishes for support go the way of all others: at least once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actors.models import Contact
from actors.roles import Role
from referrals.models import HistoryEntry, Notification
from referrals.notifications import outbox, watch
from referrals.notifications.behind import behind, post_behind
from referrals.notifications.channels import Failure
from referrals.notifications.claim import due_notices
from referrals.notifications.outcome import give_up, record_sent
from tests.referrals.notifications.people import hold

KINDS = ["question", "addition", "wish"]


@pytest.fixture
def put(queue_message, queue_wish):
    """A function that queues one notice of a kind."""
    return lambda kind, **f: queue_wish(**f) if kind == "wish" else queue_message(kind, **f)


def claim_one() -> Notification:
    return next(due_notices(older_than=0, paused=list, slow=list, keep_going=lambda: True))


def test_each_notice_is_about_one_thing_and_a_post_or_the_officer(put, queue, house):
    (referral,) = queue()
    question, addition, wish = (put(kind) for kind in KINDS)
    things = [referral.referral, question.message, addition.message, wish.welfare]
    assert [behind(notice) for notice in (referral, question, addition, wish)] == things
    post = house.post.pk
    assert [post_behind(thing) for thing in things] == [post, None, post, post]


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_sent_and_the_referrals_stay_as_they_were(put, mail_server, kind):
    notice = put(kind)

    assert outbox.deliver_due() == 1

    notice.refresh_from_db()
    assert notice.status == "sent"
    if notice.message:
        assert notice.message.report.referrals.get().status == "released"


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_worker_loses_none(put, lease, mail_server, kind):
    notice = put(kind)
    lease()

    assert outbox.deliver_due() == 1

    notice.refresh_from_db()
    assert (notice.status, notice.attempts, notice.crashes) == ("sent", 2, 1)
    assert mail_server.addresses == ["holder@one.example"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_worker_killed_after_sending_sends_a_double_and_both_have_one_id(
    put, lease, mail_server, kind
):
    notice = put(kind)
    outbox.deliver_due()
    lease()
    outbox.deliver_due()

    ids = [
        line
        for _to, content in mail_server.mail
        for line in content.decode().splitlines()
        if line.startswith("Message-ID")
    ]
    assert ids == [f"Message-ID: <{notice.uuid}@portal.invalid>"] * 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_late_outcome_does_not_overwrite_the_next_worker(put, kind):
    put(kind)
    late = claim_one()
    Notification.objects.update(lease_token=late.uuid)

    assert record_sent(late) is False

    assert Notification.objects.get().status == "leased"
    assert not HistoryEntry.objects.exists()


@pytest.mark.parametrize("kind", ["question", "addition"])
def test_the_reports_history_says_what_became_of_it_and_not_what_it_says(put, mail_server, kind):
    notice = put(kind, text="Canary")
    outbox.deliver_due()

    entry = HistoryEntry.objects.get()
    assert (entry.report, entry.referral, entry.verb) == (notice.message.report, None, "sent")
    assert entry.details == {"channel": "email", "code": notice.code, "about": kind}


def test_a_wish_for_support_stands_in_no_history(put, mail_server):
    put("wish")
    outbox.deliver_due()
    assert not HistoryEntry.objects.exists()


class TestWhenAnAddressIsRefused:
    @pytest.mark.parametrize("kind", ["addition", "wish"])
    def test_the_next_of_the_post_is_told_deputies_last(self, put, house, kind):
        deputy, member = (
            hold(house.post, "deputy", rank="deputy"),
            hold(house.post, "m", rank="member"),
        )
        for user in (deputy, member):
            Contact.objects.create(user=user, address=f"{user.username}@two.example")
        notice = put(kind)

        for _step in range(3):
            give_up(claim_one_of(notice), Failure.REJECTED)

        told = Notification.objects.order_by("pk").values_list("address", "step", "status")
        assert list(told) == [
            ("holder@one.example", "told", "dead"),
            ("m@two.example", "fallback-1", "dead"),
            ("deputy@two.example", "fallback-2", "dead"),
        ]
        assert {behind(each) for each in Notification.objects.all()} == {behind(notice)}

    def test_a_question_goes_to_another_address_of_the_officer_and_to_nobody_else(self, put, house):
        Contact.objects.create(user=house.officer, address="officer@two.example")
        notice = put("question")

        give_up(claim_one_of(notice), Failure.REJECTED)
        give_up(claim_one_of(notice), Failure.REJECTED)

        told = Notification.objects.order_by("pk").values_list("address", flat=True)
        assert list(told) == ["holder@one.example", "officer@two.example"]

    def test_an_addition_without_a_lead_has_nobody_else(self, put):
        notice = put("addition")
        notice.message.report.referrals.update(role=Role.JOC)

        give_up(claim_one_of(notice), Failure.REJECTED)

        assert Notification.objects.count() == 1


def claim_one_of(notice: Notification) -> Notification:
    thing = behind(notice)
    thing.notifications.filter(status="pending").update(next_at=timezone.now() - timedelta(hours=1))
    return claim_one()


class TestTheWatch:
    @pytest.fixture(autouse=True)
    def _alive(self, db):
        watch.beat()

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_dead_notice_that_nobody_else_had_is_undelivered(self, put, kind):
        dead = put(kind, status="dead")
        assert watch.state()["undelivered"] == 1
        assert watch.state()["status"] == "messages undelivered"

        others = {"message": dead.message, "welfare": dead.welfare}
        dead.pk, dead.uuid, dead.code = None, None, "AAAA-CCCC"
        dead.uuid, dead.status, dead.address = Notification().uuid, "sent", "other@one.example"
        dead.save()
        assert (watch.state()["undelivered"], watch.state()["dead"]) == (0, 1)
        assert Notification.objects.filter(**others).count() == 2

    def test_who_was_called_all_the_same_needs_no_notice(self, put):
        wish = put("wish", status="dead").welfare
        wish.answered_at = timezone.now()
        wish.save()
        assert watch.state()["undelivered"] == 0

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_dead_notice_can_be_sent_again(self, put, mail_server, kind):
        notice = put(kind, status="dead", failure="rejected")
        assert outbox.resend(notice.code) is True
        outbox.deliver_due()
        assert (watch.state()["undelivered"], mail_server.addresses) == (0, ["holder@one.example"])

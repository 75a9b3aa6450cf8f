"""What the mail server may answer, and what becomes of the message then."""

from datetime import timedelta
from time import monotonic

import pytest
from django.utils import timezone

from actors.models import Contact
from referrals.models import HistoryEntry, Notification, Referral
from referrals.notifications import outbox
from tests.referrals.notifications.people import hold


def seconds_until(notice: Notification) -> float:
    return (notice.next_at - timezone.now()).total_seconds()


def test_a_temporary_refusal_is_tried_again(queue, mail_server):
    mail_server.answers["one.example"] = "451 4.3.0 try later"
    (notice,) = queue()

    assert outbox.deliver_due() == 0
    notice.refresh_from_db()
    assert (notice.status, notice.attempts, notice.failure) == ("pending", 1, "deferred")
    assert 7 < seconds_until(notice) < 13

    mail_server.answers.clear()
    Notification.objects.update(next_at=timezone.now())
    assert outbox.deliver_due() == 1
    notice.refresh_from_db()
    assert (notice.status, notice.attempts, notice.failure) == ("sent", 2, "")


def test_after_three_days_of_temporary_refusals_it_is_dead(queue, mail_server, house):
    mail_server.answers["one.example"] = "451 4.3.0 try later"
    (notice,) = queue(attempts=77)

    outbox.deliver_due()

    notice.refresh_from_db()
    house.contact.refresh_from_db()
    assert (notice.status, notice.failure) == ("dead", "deferred")
    assert house.contact.failed_at is None


def test_a_wrong_address_is_dead_at_once_and_flagged(queue, mail_server, house):
    mail_server.answers["holder@one.example"] = "550 5.1.1 <holder@one.example> unknown"
    (notice,) = queue()

    outbox.deliver_due()

    notice.refresh_from_db()
    house.contact.refresh_from_db()
    entry = HistoryEntry.objects.get()
    assert (notice.status, notice.attempts, notice.failure) == ("dead", 1, "rejected")
    assert house.contact.failed_at is not None
    assert entry.verb == "undelivered"
    assert entry.details == {"channel": "email", "code": notice.code, "reason": "rejected"}
    assert Referral.objects.get().status == "released"


def test_a_contact_corrected_meanwhile_is_not_flagged(queue, mail_server, house):
    mail_server.answers["holder@one.example"] = "550 unknown"
    queue()
    Contact.objects.update(address="corrected@one.example")

    outbox.deliver_due()

    house.contact.refresh_from_db()
    assert house.contact.failed_at is None


def test_a_server_that_does_not_relay_says_nothing_about_the_address(queue, mail_server, house):
    mail_server.answers["holder@one.example"] = "554 5.7.1 relay access denied"
    (notice,) = queue()

    outbox.deliver_due()

    notice.refresh_from_db()
    house.contact.refresh_from_db()
    assert (notice.status, notice.failure) == ("dead", "denied")
    assert house.contact.failed_at is None


def test_a_refusal_of_the_message_itself_is_tried_again(queue, mail_server):
    mail_server.data_answer = "554 5.6.0 we do not like this"
    (notice,) = queue()

    outbox.deliver_due()

    notice.refresh_from_db()
    assert (notice.status, notice.attempts, notice.failure) == ("pending", 1, "refused")


class TestFallback:
    """Another contact of the same post is told at once."""

    @pytest.fixture(autouse=True)
    def _holder_is_unknown(self, mail_server):
        mail_server.answers["holder@one.example"] = "550 unknown"

    def test_desk_before_deputy(self, queue, mail_server, house):
        deputy = hold(house.post, "deputy", rank="deputy")
        Contact.objects.create(user=deputy, address="deputy@one.example")
        Contact.objects.create(post=house.post, address="desk@one.example", language="en")
        (notice,) = queue(priority="emergency")

        assert outbox.deliver_due() == 1

        second = Notification.objects.get(step="fallback-1")
        assert mail_server.addresses == ["desk@one.example"]
        assert (second.status, second.priority) == ("sent", "emergency")
        assert (second.code, second.uuid) != (notice.code, notice.uuid)
        assert Referral.objects.get().status == "sent"

    def test_deputy_when_nobody_else_is_left(self, queue, mail_server, house):
        deputy = hold(house.post, "deputy", rank="deputy")
        Contact.objects.create(user=deputy, address="deputy@one.example")
        queue()

        outbox.deliver_due()

        assert mail_server.addresses == ["deputy@one.example"]

    def test_nobody_outside_the_post_and_nobody_twice(self, queue, mail_server, house):
        Contact.objects.create(user=house.officer, address="officer@one.example")
        Contact.objects.create(
            post=house.post, address="broken@one.example", failed_at=timezone.now()
        )
        Contact.objects.create(post=house.post, address="HOLDER@one.example")
        leaver = hold(house.post, "leaver", rank="member")
        leaver.holdings.update(held_until=timezone.now() - timedelta(hours=1))
        Contact.objects.create(user=leaver, address="leaver@one.example")
        queue()

        assert outbox.deliver_due() == 0
        assert Notification.objects.count() == 1

    def test_three_at_most(self, queue, mail_server, house):
        mail_server.answers["one.example"] = "550 unknown"
        for number in range(6):
            Contact.objects.create(post=house.post, address=f"{number}@one.example")
        queue()

        outbox.deliver_due()

        steps = Notification.objects.filter(status="dead").values_list("step", flat=True)
        assert sorted(steps) == ["fallback-1", "fallback-2", "fallback-3", "told"]


class TestServerDown:
    """The server itself is away: nobody's fault, and no try is used up."""

    def test_refused_connections_use_up_no_attempts(self, queue, no_mail_server):
        queue(*[f"{n}@one.example" for n in range(5)])

        assert outbox.deliver_due() == 0

        # One row found out; the channel rests and the others were not touched.
        (tried,) = Notification.objects.filter(failure="unreachable")
        assert set(Notification.objects.values_list("status", "attempts")) == {("pending", 0)}
        assert 11 < seconds_until(tried) < 19

    def test_the_channel_is_left_alone_for_a_while(self, queue, no_mail_server):
        queue(*[f"{n}@one.example" for n in range(5)])

        outbox.deliver_due()
        outbox.deliver_due()

        assert Notification.objects.filter(failure="unreachable").count() == 1

    def test_delivers_when_it_is_back(self, queue, mail_server, settings, monkeypatch):
        port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
        monkeypatch.setattr(outbox._channels, "_pause", 0.05)
        queue(*[f"{n}@one.example" for n in range(5)])
        outbox.deliver_due(limit=1)

        settings.EMAIL_PORT = port
        Notification.objects.update(next_at=timezone.now())
        outbox._channels._until.clear()

        assert outbox.deliver_due() == 5

    def test_a_hung_server_costs_one_time_out(self, queue, mail_server, hung_server, settings):
        settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = hung_server, 1
        queue(*[f"{n}@one.example" for n in range(5)])
        begun = monotonic()

        outbox.deliver_due()

        assert monotonic() - begun < 1.5
        assert Notification.objects.filter(failure="unreachable", attempts=0).count() == 1

    def test_a_refused_sender_is_not_the_recipients_fault(self, queue, mail_server, monkeypatch):
        async def refuse(*_args):
            return "550 5.7.1 not you"

        monkeypatch.setattr(type(mail_server), "handle_MAIL", refuse, raising=False)
        (notice,) = queue()

        outbox.deliver_due()

        notice.refresh_from_db()
        assert (notice.status, notice.attempts, notice.failure) == ("pending", 0, "unreachable")


class TestBrokenSession:
    """The server may have taken the message: a try is used up, so doubles stay few."""

    def test_cut_after_data_is_sent_again(self, queue, mail_server):
        mail_server.cuts_after_data = True
        (notice,) = queue()

        assert outbox.deliver_due() == 0
        notice.refresh_from_db()
        assert (notice.status, notice.attempts, notice.failure) == ("pending", 1, "interrupted")

        mail_server.cuts_after_data = False
        Notification.objects.update(next_at=timezone.now())
        assert outbox.deliver_due() == 1
        assert len(mail_server.mail) == 2

    def test_a_cut_session_does_not_harm_the_next_message(self, queue, mail_server, monkeypatch):
        mail_server.cuts_after_data = True
        queue("a@one.example")
        queue("b@two.example", next_at=timezone.now())
        answers = iter([True, True])

        def restore() -> bool:
            mail_server.cuts_after_data = not mail_server.mail
            return next(answers, False)

        assert outbox.deliver_due(keep_going=restore) == 1
        assert mail_server.sessions == 2

    def test_a_slow_server_is_cut_off_in_time(self, queue, mail_server, settings):
        settings.EMAIL_TIMEOUT = 1
        mail_server.delays["one.example"] = 30
        (notice,) = queue()
        begun = monotonic()

        outbox.deliver_due()

        notice.refresh_from_db()
        assert monotonic() - begun < 1.6
        assert (notice.status, notice.attempts, notice.failure) == ("pending", 1, "interrupted")

"""Delivering: each due row once, emergencies first, one domain not at the cost of another."""

import threading
from collections import Counter
from datetime import timedelta
from time import monotonic

import pytest
from django.db import connection, transaction
from django.utils import timezone

from actors.models import Contact
from referrals.models import HistoryEntry, Notification, Referral
from referrals.notifications import outbox


def test_sends_what_is_due_and_records_it(queue, mail_server):
    (notice,) = queue()

    assert outbox.deliver_due() == 1

    notice.refresh_from_db()
    referral = notice.referral
    entry = HistoryEntry.objects.get(referral=referral)
    assert mail_server.addresses == ["holder@one.example"]
    assert (notice.status, notice.attempts, notice.failure) == ("sent", 1, "")
    assert notice.lease_token is notice.lease_until is None
    assert referral.status == "sent"
    assert referral.sent_at is not None
    assert (entry.verb, entry.report_id, entry.actor) == ("sent", referral.report_id, None)
    assert entry.details == {"channel": "email", "code": notice.code}


def test_leaves_an_acknowledged_referral_acknowledged(queue, mail_server):
    (notice,) = queue()
    Referral.objects.update(status="acknowledged")

    outbox.deliver_due()

    assert Referral.objects.get().status == "acknowledged"
    assert Notification.objects.get(pk=notice.pk).status == "sent"


def test_sends_nothing_early_and_nothing_twice(queue, mail_server):
    queue("later@one.example", next_at=timezone.now() + timedelta(hours=1))
    queue("now@one.example")

    assert [outbox.deliver_due(), outbox.deliver_due()] == [1, 0]
    assert mail_server.addresses == ["now@one.example"]


def test_leaves_fresh_rows_to_others_when_asked(queue, mail_server):
    queue(next_at=timezone.now())

    assert outbox.deliver_due(older_than=30) == 0
    assert outbox.deliver_due(older_than=0) == 1


def test_stops_at_the_limit_and_when_told(queue, mail_server):
    queue(*[f"{n}@one.example" for n in range(5)])
    answers = iter([True, True, False])

    assert outbox.deliver_due(limit=2) == 2
    assert outbox.deliver_due(keep_going=lambda: next(answers)) == 2
    assert Notification.objects.filter(status="pending", attempts=0).count() == 1


def test_emergencies_come_first(queue, mail_server):
    queue(*[f"{n}@one.example" for n in range(3)], priority="routine")
    queue("urgent@one.example", priority="emergency", next_at=timezone.now())

    outbox.deliver_due()

    assert mail_server.addresses[0] == "urgent@one.example"


def test_one_session_carries_the_batch(queue, mail_server):
    queue(*[f"{n}@one.example" for n in range(20)])

    outbox.deliver_due()

    assert (len(mail_server.mail), mail_server.sessions) == (20, 1)


@pytest.mark.django_db(transaction=True)
def test_refuses_to_run_inside_a_transaction(queue, mail_server):
    queue()

    with pytest.raises(RuntimeError), transaction.atomic():
        outbox.deliver_due()

    assert mail_server.mail == []


@pytest.mark.django_db(transaction=True)
def test_four_workers_send_each_of_200_rows_once(queue, mail_server):
    queue(*[f"{n}@{n % 7}.example" for n in range(200)])
    counts = run_at_once(4, outbox.deliver_due)

    assert sum(counts) == 200
    assert set(Counter(mail_server.addresses).values()) == {1}
    assert len(mail_server.mail) == 200
    assert Notification.objects.filter(status="sent", attempts=1).count() == 200
    assert HistoryEntry.objects.filter(verb="sent").count() == 200


def run_at_once(number: int, work) -> list[int]:
    """What `work` returned in each of several threads with database connections of their own."""
    results = []

    def run() -> None:
        try:
            results.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _n in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_a_domain_that_swallows_everything_delays_nobody_else(
    queue, mail_server, settings, monkeypatch
):
    settings.EMAIL_TIMEOUT = 1
    monkeypatch.setattr(outbox, "SLOW", 0.5)
    mail_server.delays["dead.example"] = 30
    queue(*[f"{n}@dead.example" for n in range(100)])
    queue(*[f"{n}@alive.example" for n in range(5)], next_at=timezone.now())
    begun = monotonic()

    outbox.deliver_due(keep_going=lambda: len(mail_server.mail) < 5 and monotonic() - begun < 30)

    # One time-out at most, which is 15 seconds in real life.
    assert set(mail_server.addresses) == {f"{n}@alive.example" for n in range(5)}
    assert monotonic() - begun < 2.5


def test_a_slow_domain_comes_last_but_comes(queue, mail_server):
    outbox._slow_domains.trip("slow.example")
    queue("a@SLOW.example")
    queue("b@fast.example", next_at=timezone.now())

    outbox.deliver_due()

    assert mail_server.addresses == ["b@fast.example", "a@SLOW.example"]


@pytest.mark.parametrize("answer", ["550 5.1.1 no such user", "451 4.7.1 later"])
def test_a_hundred_undeliverable_rows_delay_nobody_else(queue, mail_server, answer):
    mail_server.answers["dead.example"] = answer
    queue(*[f"{n}@dead.example" for n in range(100)])
    queue("last@alive.example", next_at=timezone.now())
    begun = monotonic()

    outbox.deliver_due()

    assert "last@alive.example" in mail_server.addresses
    assert monotonic() - begun < 20


class TestNoticesFor:
    """Writing the rows, which the caller saves with the report."""

    def test_one_row_for_each_address(self, house, refer):
        contacts = [
            house.contact,
            Contact(pk=house.contact.pk + 1, address="HOLDER@one.example", channel="email"),
            Contact(address="desk@one.example", channel="email", post=house.post),
        ]
        now = timezone.now()

        notices = outbox.notices_for(refer(), contacts, now=now, due=now)

        assert [n.address for n in notices] == ["holder@one.example", "desk@one.example"]
        assert {(n.priority, n.language, n.created_at) for n in notices} == {("urgent", "en", now)}
        assert len({n.code for n in notices}) == 2

    def test_an_emergency_is_due_at_once(self, house, refer, settings, mail_server):
        settings.OUTBOX_JITTER = 1000

        save_notices(refer(priority="emergency"), house)

        assert outbox.deliver_due() == 1

    def test_anything_else_waits_a_random_while(self, house, refer, settings):
        settings.OUTBOX_JITTER = 1000
        now = timezone.now()
        for _n in range(20):
            save_notices(refer(), house)

        waits = [(notice.next_at - now).total_seconds() for notice in Notification.objects.all()]

        assert max(waits) - min(waits) > 100
        assert 0 < min(waits) < max(waits) < 1010

    def test_the_database_says_when_it_is_due_whatever_the_web_server_believes(
        self, house, refer, mail_server
    ):
        save_notices(refer(priority="emergency"), house, now=timezone.now() + timedelta(hours=2))

        assert outbox.deliver_due() == 1


def save_notices(referral, house, *, now=None) -> None:
    Notification.objects.bulk_create(
        outbox.notices_for(referral, [house.contact], now=now or timezone.now(), due=timezone.now())
    )

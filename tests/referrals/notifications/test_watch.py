"""Health of delivery: says what is late, and nothing about anybody."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from referrals.models import Heartbeat, Notification, Referral
from referrals.notifications import outbox, watch


def ago(seconds: float):
    return timezone.now() - timedelta(seconds=seconds)


@pytest.fixture(autouse=True)
def _alive(db):
    watch.beat()


def status() -> str:
    return watch.state()["status"]


def test_all_is_well_when_nothing_waits():
    assert watch.state() == {
        "status": "ok",
        "waiting": 0,
        "late": 0,
        "unreachable": 0,
        "stuck": 0,
        "dead": 0,
        "undelivered": 0,
    }


def test_a_silent_dispatcher():
    Heartbeat.objects.update(at=ago(11))
    assert status() == "dispatcher silent"

    watch.beat()
    assert status() == "ok"


def test_a_dispatcher_that_never_ran():
    Heartbeat.objects.all().delete()

    assert status() == "dispatcher silent"


def test_a_slow_message_excuses_a_late_beat(queue):
    queue(status="leased", lease_until=timezone.now() + timedelta(seconds=30))
    Heartbeat.objects.update(at=ago(20))
    assert status() == "ok"

    Heartbeat.objects.update(at=ago(30))
    assert status() == "dispatcher silent"


@pytest.mark.parametrize(
    ("priority", "seconds", "expected"),
    [
        ("urgent", 50, "ok"),
        ("urgent", 70, "messages late"),
        ("emergency", 20, "ok"),
        ("emergency", 40, "messages late"),
    ],
)
def test_late_messages(queue, priority, seconds, expected):
    queue(priority=priority, next_at=ago(seconds))

    assert status() == expected


def test_a_lease_that_ran_out_is_late(queue):
    queue(status="leased", lease_until=ago(5), next_at=ago(70))

    assert status() == "messages late"


def test_an_unreachable_server_shows_although_its_rows_are_put_off(queue, no_mail_server):
    queue(created_at=ago(90))

    outbox.deliver_due()

    assert status() == "mail server unreachable"


def test_a_message_tried_in_vain_for_long_shows(queue):
    waiting = {"failure": "deferred", "next_at": timezone.now() + timedelta(hours=1)}
    queue(created_at=ago(14 * 60), **waiting)
    assert status() == "ok"

    Notification.objects.update(created_at=ago(16 * 60))
    assert status() == "messages stuck"


def test_a_dead_message_shows_until_its_recipient_has_it_otherwise(queue):
    queue(status="dead", failure="rejected")
    assert watch.state()["status"] == "messages undelivered"
    assert watch.state()["dead"] == 1

    Referral.objects.update(status="acknowledged")
    assert (status(), watch.state()["dead"]) == ("ok", 1)


def test_the_number_of_statements_is_constant(queue):
    queue(*[f"{n}@one.example" for n in range(30)])

    with CaptureQueriesContext(connection) as statements:
        watch.state()

    assert len(statements) == 2


def test_answers_name_nobody(queue):
    queue(status="dead")

    assert all(isinstance(v, int) for k, v in watch.state().items() if k != "status")

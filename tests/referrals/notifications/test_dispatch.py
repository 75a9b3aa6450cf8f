"""The dispatcher: PostgreSQL is all it needs."""

import threading
from time import monotonic, sleep

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone

from referrals import tasks
from referrals.management.commands.dispatch import Dispatcher
from referrals.models import Heartbeat, Notification
from referrals.notifications import outbox, watch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sweeps(monkeypatch):
    """How often the timed work ran; what it does is tested with the workflow."""
    runs = []
    monkeypatch.setattr(tasks, "route_waiting_reports", lambda limit: runs.append("route") or 0)
    monkeypatch.setattr(tasks, "forward_overdue", lambda now: runs.append("forward"))
    return runs


@pytest.fixture
def _no_broker(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise ConnectionError

    monkeypatch.setattr(outbox.current_app, "send_task", refuse)


@pytest.fixture
def running(sweeps):
    """A dispatcher at work in a thread of its own; stopped at the end."""
    dispatcher = Dispatcher()

    def run() -> None:
        try:
            dispatcher.run()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    yield dispatcher
    dispatcher.stop()
    thread.join(timeout=10)
    assert not thread.is_alive()


def wait_for(condition, seconds: float = 10) -> None:
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end
        sleep(0.05)


@pytest.mark.usefixtures("_no_broker")
def test_once_delivers_without_a_broker(queue, mail_server, sweeps):
    queue("a@one.example", "b@two.example", next_at=timezone.now())

    call_command("dispatch", once=True)

    assert len(mail_server.mail) == 2
    assert sweeps == ["route", "forward"]


def test_delivers_beats_and_sweeps(queue, mail_server, running, sweeps):
    queue("a@one.example")

    wait_for(lambda: mail_server.mail)

    assert sweeps == ["route", "forward"]
    assert Heartbeat.objects.get().name == watch.DISPATCHER


def test_survives_the_loss_of_its_connection(queue, mail_server, running):
    wait_for(Heartbeat.objects.exists)
    terminate_others()
    queue("a@one.example")

    wait_for(lambda: mail_server.mail)


def terminate_others() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_stops_between_two_messages(queue, mail_server, running):
    mail_server.delays["slow.example"] = 0.5
    queue(*[f"{n}@slow.example" for n in range(20)])
    wait_for(lambda: mail_server.mail)

    running.stop()
    sleep(1.5)

    counts = dict.fromkeys(["sent", "pending", "leased"], 0)
    for status in Notification.objects.values_list("status", flat=True):
        counts[status] += 1
    assert counts["leased"] == 0
    assert counts["sent"] == len(mail_server.mail) < 20


def test_a_failing_sweep_stops_no_mail(queue, mail_server, running, monkeypatch):
    def fail(limit):
        raise ValueError("a fact that must not be logged")

    monkeypatch.setattr(tasks, "route_waiting_reports", fail)
    queue("a@one.example")

    wait_for(lambda: mail_server.mail)


def test_a_failing_sweep_logs_no_facts_and_runs_the_other(monkeypatch, sweeps, caplog, db):
    def fail(limit):
        raise ValueError("a fact that must not be logged")

    monkeypatch.setattr(tasks, "route_waiting_reports", fail)

    Dispatcher().sweep()

    assert sweeps == ["forward"]
    assert "ValueError" in caplog.text
    assert "fact" not in caplog.text


def test_a_sweep_without_a_database_is_the_callers_business(monkeypatch):
    def fail():
        raise OperationalError

    monkeypatch.setattr(tasks, "sweep_reports", fail)

    with pytest.raises(OperationalError):
        Dispatcher().sweep()

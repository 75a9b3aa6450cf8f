"""Announcing to Celery: quick, silent about facts, and never the officer's problem."""

import threading
from time import monotonic, sleep

import pytest
from celery import Celery
from django.conf import settings as project

from referrals.notifications import outbox
from referrals.notifications.breaker import Breaker
from tests.referrals.notifications.servers import free_port


@pytest.fixture
def broker_at(monkeypatch):
    """A function that makes a port of this machine the broker."""

    def broker_at(port: int) -> None:
        app = Celery("test", broker=f"redis://127.0.0.1:{port}/0", set_as_current=False)
        app.conf.broker_transport_options = project.CELERY_BROKER_TRANSPORT_OPTIONS
        _ = app.connection_for_write().transport  # a web server has this loaded at start
        monkeypatch.setattr(outbox, "current_app", app)

    return broker_at


def seconds_of_poke() -> float:
    begun = monotonic()
    outbox.poke()
    return monotonic() - begun


def test_broker_down(broker_at, caplog):
    broker_at(free_port())

    assert seconds_of_poke() < 0.5
    assert "left to the dispatcher" in caplog.text


def test_broker_hung_costs_one_request_a_second_and_then_rests(broker_at, hung_server):
    broker_at(hung_server)

    assert 0.9 < seconds_of_poke() < 1.5
    assert seconds_of_poke() < 0.1


def test_broker_hung_holds_up_one_thread_only(broker_at, hung_server):
    broker_at(hung_server)
    slow = threading.Thread(target=outbox.poke)
    slow.start()
    while not outbox._publishing.locked():
        pass

    assert seconds_of_poke() < 0.1
    slow.join()


def test_tries_again_after_the_rest(broker_at, hung_server, monkeypatch):
    broker_at(hung_server)
    monkeypatch.setattr(outbox, "_broker", Breaker(0.05))

    assert seconds_of_poke() > 0.9
    sleep(0.1)
    assert seconds_of_poke() > 0.9

"""The small queue of mails about the directory."""

import threading
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import OperationalError, connections
from django.utils import timezone

from actors.models import DirectoryMail
from actors.tasks import send_directory_mails
from actors.workflow import mails
from actors.workflow.mails import MOST_ATTEMPTS, pause_after, queue_mail, send_due_mails
from tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db
HERE = "tests.actors.workflow.test_mails"


class Refusing(EmailBackend):
    """A server that refuses, and repeats the address as servers do."""

    def send_messages(self, messages):
        raise ConnectionRefusedError(f"no mail for {messages[0].to}")


@pytest.fixture
def user():
    return UserFactory(name="Asha Okoro", email="asha@example.org")


def queue(user, kind="gaps", key="2026-W48", **fields) -> bool:
    fields = {"number": 7, "path": "/directory/gaps/"} | fields
    return queue_mail(user=user, kind=kind, key=key, **fields)


def later(**span):
    return timezone.now() + timedelta(**span)


def test_a_mail_is_queued_once_whatever_is_said_again(user):
    assert [queue(user), queue(user, number=9), queue(user, key="2026-W49")] == [True, False, True]
    assert list(DirectoryMail.objects.values_list("key", "number")) == [
        ("2026-W48", 7),
        ("2026-W49", 7),
    ]


def test_a_mail_says_a_count_and_a_link_and_nothing_else(user, settings):
    settings.BASE_URL = "https://portal.example"
    queue(user)
    assert send_due_mails(now=later()) == 1
    (sent,) = mail.outbox
    assert sent.to == ["asha@example.org"]
    assert sent.subject == "The directory of the portal waits for you"
    assert sent.body.strip() == (
        "The directory has 7 gaps to close.\n\n"
        "Sign in to see where:\nhttps://portal.example/directory/gaps/"
    )


def test_a_handover_mail_names_nobody(user):
    queue(user, kind="handover", key="h", path="/directory/handovers/x/")
    send_due_mails(now=later())
    assert "Asha" not in mail.outbox[0].body
    assert mail.outbox[0].body.startswith("A handover waits for you to confirm.\n")


def test_a_working_contact_comes_before_the_sign_in_address(user):
    ContactFactory(user=user, address="dead@example.org", failed_at=timezone.now())
    ContactFactory(user=user, address="works@example.org")
    queue(user)
    send_due_mails(now=later())
    assert mail.outbox[0].to == ["works@example.org"]


def test_what_is_sent_is_not_sent_again(user):
    queue(user)
    assert [send_due_mails(now=later()), send_due_mails(now=later(days=9))] == [1, 0]
    assert len(mail.outbox) == 1
    assert DirectoryMail.objects.get().sent_at is not None


def test_the_task_sends_what_is_due(user):
    queue(user)
    send_directory_mails()
    assert len(mail.outbox) == 1


def test_a_failure_is_kept_as_a_word_and_tried_again_later(user, settings):
    settings.EMAIL_BACKEND = f"{HERE}.Refusing"
    queue(user)
    now = later()
    assert send_due_mails(now=now) == 0
    row = DirectoryMail.objects.get()
    assert (row.failure, row.attempts, row.sent_at) == ("ConnectionRefusedError", 1, None)
    assert row.next_at == now + timedelta(minutes=1)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_due_mails(now=now + timedelta(seconds=59)) == 0
    assert send_due_mails(now=now + timedelta(minutes=1)) == 1
    row.refresh_from_db()
    assert (row.failure, row.attempts) == ("", 2)


def test_one_that_fails_does_not_hold_up_the_next(user):
    queue(UserFactory(email=""))
    queue(user)
    assert send_due_mails(now=later()) == 1
    assert sorted(DirectoryMail.objects.values_list("failure", flat=True)) == ["", "no_address"]


def test_the_pauses_grow_and_end_after_about_three_days(user, settings):
    settings.EMAIL_BACKEND = f"{HERE}.Refusing"
    pauses = [pause_after(tries) for tries in range(1, MOST_ATTEMPTS)]
    assert pauses == sorted(pauses)
    assert timedelta(days=2.5) < sum(pauses, timedelta()) < timedelta(days=3.5)
    queue(user)
    now = later()
    for pause in [*pauses, timedelta(days=1), timedelta(days=1)]:
        send_due_mails(now=now)
        now += pause
    assert DirectoryMail.objects.get().attempts == MOST_ATTEMPTS


def test_after_a_turn_the_rest_waits_for_the_next(user, monkeypatch):
    queue(user)
    monkeypatch.setattr(mails, "TURN", 0)
    assert send_due_mails(now=later()) == 0
    monkeypatch.undo()
    assert send_due_mails(now=later()) == 1


def test_a_database_that_is_away_is_no_error_of_the_caller(user, monkeypatch):
    monkeypatch.setattr(mails, "_send_next", Mock(side_effect=OperationalError))
    assert send_due_mails(now=later()) == 0


def test_nobody_whose_account_is_closed_is_written_to(user):
    queue(user)
    user.is_active = False
    user.save()
    assert send_due_mails(now=later()) == 0
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_mail_once(user, monkeypatch):
    queue(user)
    sending, may_end = threading.Event(), threading.Event()
    real = mails._failure_to_send

    def slowly(row):
        sending.set()
        assert may_end.wait(20)
        return real(row)

    monkeypatch.setattr(mails, "_failure_to_send", slowly)
    counted = []

    def send():
        counted.append(send_due_mails(now=later()))
        connections.close_all()

    first = threading.Thread(target=send)
    first.start()
    assert sending.wait(20)
    assert send_due_mails(now=later()) == 0
    may_end.set()
    first.join()
    assert counted == [1]
    assert len(mail.outbox) == 1

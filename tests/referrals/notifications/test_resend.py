"""Sending again what could not be delivered."""

import pytest

from referrals.models import Notification
from referrals.notifications import outbox


@pytest.fixture
def dead(unmix, monkeypatch) -> Notification:
    monkeypatch.setattr(outbox, "poke", lambda: None)
    unmix.file()
    notice = Notification.objects.get(referral__role="JOC")
    Notification.objects.filter(pk=notice.pk).update(status="dead", attempts=9, failure="rejected")
    return notice


def test_it_goes_to_the_address_as_it_stands_now(dead):
    dead.contact.address = "mended@example.org"
    dead.contact.save()
    assert outbox.resend(dead.code) is True
    dead.refresh_from_db()
    assert (dead.status, dead.address, dead.attempts) == ("pending", "mended@example.org", 0)


def test_what_is_not_failed_any_more_is_left_alone(dead):
    outbox.resend(dead.code)
    assert outbox.resend(dead.code) is False


def test_an_address_that_has_had_the_message_does_not_get_it_twice(dead):
    other = Notification.objects.get(pk=dead.pk)
    other.pk = other.uuid = None
    other.uuid, other.code, other.address = "0" * 32, "AAAA-AAAA", "mended@example.org"
    other.status = "sent"
    other.save(force_insert=True)
    dead.contact.address = "mended@example.org"
    dead.contact.save()
    assert outbox.resend(dead.code) is False

"""Workers that die: their rows come back, are counted, and in the end are given up."""

import uuid

import pytest
from django.db.models import F

from referrals.models import HistoryEntry, Notification
from referrals.notifications import outbox
from referrals.notifications.channels import ChannelError, Failure
from referrals.notifications.claim import due_notices
from referrals.notifications.outcome import give_up, record_failure, record_sent


def claim_one() -> Notification:
    return next(due_notices(older_than=0, paused=list, slow=list, keep_going=lambda: True))


def test_a_row_left_by_a_killed_worker_is_sent_and_counted(queue, lease, mail_server):
    (notice,) = queue()
    lease()

    assert outbox.deliver_due() == 1

    notice.refresh_from_db()
    assert (notice.status, notice.attempts, notice.crashes) == ("sent", 2, 1)


def test_a_row_in_hand_is_left_alone(queue, mail_server):
    queue()
    claim_one()

    assert outbox.deliver_due() == 0


def test_a_claim_lasts_as_long_as_the_lease(queue, settings):
    (notice,) = queue()

    claimed = claim_one()

    left = claimed.lease_until - claimed.next_at
    assert claimed.pk == notice.pk
    assert settings.OUTBOX_LEASE <= left.total_seconds() - 60 < settings.OUTBOX_LEASE + 5
    assert (claimed.status, claimed.attempts, claimed.crashes) == ("leased", 1, 0)


@pytest.mark.parametrize(
    "record",
    [
        record_sent,
        lambda notice: record_failure(notice, ChannelError(Failure.DEFERRED), pause=1),
        lambda notice: give_up(notice, Failure.REJECTED),
    ],
)
def test_a_late_outcome_does_not_overwrite_the_next_worker(queue, house, record):
    queue()
    late = claim_one()
    token = uuid.uuid4()
    Notification.objects.update(lease_token=token, attempts=F("attempts") + 1)

    record(late)

    row = Notification.objects.get()
    house.contact.refresh_from_db()
    assert (row.status, row.lease_token, row.attempts) == ("leased", token, 2)
    assert row.referral.status == "released"
    assert not HistoryEntry.objects.exists()
    assert house.contact.failed_at is None


def test_a_row_that_kills_its_workers_is_dead_after_five(queue, lease, mail_server, house):
    (poison,) = queue()
    lease(crashes=4)
    queue("fine@one.example")

    assert outbox.deliver_due() == 1

    poison.refresh_from_db()
    house.contact.refresh_from_db()
    assert mail_server.addresses == ["fine@one.example"]
    assert (poison.status, poison.crashes, poison.failure) == ("dead", 5, "crashed")
    assert HistoryEntry.objects.get(referral=poison.referral_id).verb == "undelivered"
    assert house.contact.failed_at is None


def test_a_row_that_cannot_be_sent_counts_as_a_crash_and_stops_nobody(queue, mail_server, caplog):
    (faulty,) = queue("line\nbreak@one.example")
    queue("fine@one.example")

    assert outbox.deliver_due() == 1

    faulty.refresh_from_db()
    assert faulty.status == "leased"
    assert "line" not in caplog.text

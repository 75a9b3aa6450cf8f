"""The outbox: writing messages with the report, announcing them, delivering what is due.

At least once, never zero (docs/delivery.md). The row is written in the transaction of the
report; Celery (`poke`) is fast, the dispatcher is certain, both call `deliver_due`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime, timedelta
from itertools import islice
from time import monotonic

from celery import current_app
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce, Now

from actors.models import Contact
from referrals.models import Notification, Referral
from referrals.models.choices import Priority
from referrals.notifications.behind import Behind
from referrals.notifications.breaker import Breaker
from referrals.notifications.channels import CHANNELS, ChannelError, Failure
from referrals.notifications.claim import due_notices
from referrals.notifications.outcome import give_up, record_failure, record_sent
from referrals.notifications.rendering import render
from referrals.notifications.retry import jitter
from referrals.statuses import NotificationStatus

logger = logging.getLogger(__name__)

MOST_CRASHES = 5
CHANNEL_PAUSE = 15.0
BROKER_PAUSE = 5.0
# A mail domain that took so long for one message has its next ones sent after those of others.
SLOW = 2.0
SLOW_PAUSE = 60.0

_channels = Breaker(CHANNEL_PAUSE)
_slow_domains = Breaker(SLOW_PAUSE)
_broker = Breaker(BROKER_PAUSE)
_publishing = threading.Lock()


def notices_for(
    referral: Referral, contacts: Iterable[Contact], *, now: datetime, due: datetime
) -> list[Notification]:
    """Unsaved rows that tell of a referral; the caller saves them with it. Else `notices_about`."""
    return notices_about(
        contacts, priority=referral.report.priority, now=now, due=due, referral=referral
    )


def notices_about(
    contacts: Iterable[Contact], *, priority: str, now: datetime, due: datetime, **behind: Behind
) -> list[Notification]:
    """Unsaved rows, one per address; the caller saves them with what they are about.

    All but emergencies wait a random while, so that whoever sees the mail cannot tell when a
    report was filed, or an officer asked for support.

    Args:
        now: when there was something to tell.
        due: the moment by the database's clock, which alone decides when a message is sent.
        behind: what waits behind the notice: one of `referral`, `message`, `welfare`.
    """
    longest = 0 if priority == Priority.EMERGENCY else settings.OUTBOX_JITTER
    by_address: dict[tuple[str, str], Contact] = {}
    for contact in contacts:
        by_address.setdefault((contact.channel, contact.address.lower()), contact)
    return [
        Notification(
            contact=contact,
            channel=contact.channel,
            address=contact.address,
            language=contact.language,
            priority=priority,
            created_at=now,
            next_at=due + timedelta(seconds=jitter(longest)),
            **behind,
        )
        for contact in by_address.values()
    ]


def poke() -> None:
    """Ask a worker to look at the outbox now. Carries nothing, never raises.

    With the broker down or hung it takes about a second, once in `BROKER_PAUSE` seconds and in
    one thread of a process; the dispatcher delivers what was not announced.
    """
    if _broker.tripped() or not _publishing.acquire(blocking=False):
        return
    try:
        current_app.send_task("referrals.tasks.deliver_due", retry=False)
    except Exception as error:
        _broker.trip("broker")
        logger.warning("broker not reached (%s): left to the dispatcher", type(error).__name__)
    finally:
        _publishing.release()


def resend(code: str) -> bool:
    """Try a message again that could not be delivered.

    It goes to the contact's address as it stands now, which may have been mended since. False
    when it is not failed any more, or when that address has had the message already.
    """
    dead = Notification.objects.dead().filter(code=code)
    address = Contact.objects.filter(pk=OuterRef("contact")).values("address")
    try:
        with transaction.atomic():
            begun = dead.update(
                status=NotificationStatus.PENDING,
                address=Coalesce(Subquery(address), "address"),
                next_at=Now(),
                attempts=0,
                crashes=0,
                failure="",
            )
    except IntegrityError:
        return False
    if begun:
        poke()
    return bool(begun)


def deliver_due(
    *,
    older_than: float = 0,
    limit: int | None = None,
    keep_going: Callable[[], bool] = lambda: True,
) -> int:
    """Send what is due, one row after another, until nothing is left.

    Args:
        older_than: leave rows that have been due for less than so many seconds.
        limit: the most rows to try.
        keep_going: asked before each row; no row is begun after it says no.

    Returns:
        How many messages a server has taken.

    Raises:
        DatabaseError: the database went away; what was being sent is sent again later.
    """
    with ExitStack() as stack:
        channels = {name: stack.enter_context(closing(kind())) for name, kind in CHANNELS.items()}
        notices = due_notices(
            older_than=older_than,
            paused=_channels.tripped,
            slow=_slow_domains.tripped,
            keep_going=keep_going,
        )
        return sum(_deliver(notice, channels) for notice in islice(notices, limit))


def _deliver(notice: Notification, channels: dict) -> bool:
    """Send one claimed row outside any transaction and record the outcome; True if sent."""
    if notice.crashes >= MOST_CRASHES:
        give_up(notice, Failure.CRASHED)
        return False
    try:
        with _noting_slowness(notice):
            channels[notice.channel].send(render(notice))
    except ChannelError as error:
        _note_failure(notice, error)
        return False
    except Exception as error:
        # A faulty message must not stop the others. Its lease runs out, which is a crash.
        logger.error("notification %s could not be sent: %s", notice.pk, type(error).__name__)
        return False
    return record_sent(notice)


@contextmanager
def _noting_slowness(notice: Notification) -> Iterator[None]:
    begun = monotonic()
    try:
        yield
    finally:
        if monotonic() - begun > SLOW:
            _slow_domains.trip(notice.address.rpartition("@")[2].lower())


def _note_failure(notice: Notification, error: ChannelError) -> None:
    logger.warning("notification %s not delivered: %s", notice.pk, error.reason)
    if error.channel_is_down:
        _channels.trip(notice.channel)
    record_failure(notice, error, pause=CHANNEL_PAUSE)

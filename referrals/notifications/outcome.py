"""Recording what became of a message. Each function is one transaction, and does nothing when
the row is no longer ours: its lease ran out and another worker has it."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Now

from actors.models import Contact
from referrals.models import HistoryEntry, Notification, Referral, ReportMessage, Verb
from referrals.notifications.behind import behind, report_behind
from referrals.notifications.channels import ChannelError, Failure
from referrals.notifications.fallback import fall_back
from referrals.notifications.retry import delay_after, spread
from referrals.statuses import NotificationStatus, ReferralStatus

logger = logging.getLogger(__name__)


@transaction.atomic
def record_sent(notice: Notification) -> bool:
    """The server confirmed it; False when the row is no longer ours."""
    if not _settle(notice, status=NotificationStatus.SENT, sent_at=Now(), failure=""):
        return False
    Referral.objects.filter(pk=notice.referral_id, status=ReferralStatus.RELEASED).update(
        status=ReferralStatus.SENT, sent_at=Coalesce("sent_at", Now())
    )
    _tell_history(notice, Verb.SENT)
    return True


def record_failure(notice: Notification, error: ChannelError, *, pause: float) -> None:
    """Try again later, or give up.

    Args:
        pause: seconds for which the channel is left alone when it is down.
    """
    if error.permanent:
        give_up(notice, error.reason)
    elif error.channel_is_down:
        _put_off(notice, error.reason, seconds=spread(pause), attempts=F("attempts") - 1)
    elif (delay := delay_after(notice.attempts)) is None:
        give_up(notice, error.reason)
    else:
        _put_off(notice, error.reason, seconds=delay)


@transaction.atomic
def give_up(notice: Notification, reason: Failure) -> None:
    """No more tries: flag a contact that does not work, and tell the next one of the post."""
    if not _settle(notice, status=NotificationStatus.DEAD, failure=reason):
        return
    if reason == Failure.REJECTED:
        # Not if somebody has corrected the address since.
        contact = Contact.objects.filter(pk=notice.contact_id, address=notice.address)
        contact.filter(failed_at=None).update(failed_at=Now())
    _tell_history(notice, Verb.UNDELIVERED, reason=reason)
    fall_back(notice)


def _put_off(notice: Notification, reason: Failure, *, seconds: float, **changes: object) -> None:
    next_at = Now() + timedelta(seconds=seconds)
    _settle(notice, status=NotificationStatus.PENDING, next_at=next_at, failure=reason, **changes)


def _settle(notice: Notification, **changes: object) -> bool:
    """Write the outcome and end the lease, if the lease is still ours."""
    ours = Notification.objects.filter(
        pk=notice.pk, status=NotificationStatus.LEASED, lease_token=notice.lease_token
    )
    if ours.update(lease_token=None, lease_until=None, **changes):
        return True
    logger.warning("notification %s: lease lost, outcome not recorded", notice.pk)
    return False


def _tell_history(notice: Notification, verb: Verb, **details: str) -> None:
    """A report's story says what became of its notices; a wish for support has no story."""
    thing = behind(notice)
    report = report_behind(thing)
    if report is None:
        return
    if isinstance(thing, ReportMessage):
        details["about"] = thing.kind
    HistoryEntry.objects.create(
        report=report,
        referral_id=notice.referral_id,
        at=Now(),
        verb=verb,
        details={"channel": notice.channel, "code": notice.code, **details},
    )

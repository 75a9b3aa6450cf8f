"""Handing a post over is one act: when both have confirmed, the post and what waits there pass
to the incoming holder in one transaction, and the old access ends with it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from actors.models import Contact, Handover, Post, User
from actors.workflow.handovers import is_signed, pass_on_post, sign_handover
from referrals.models import (
    HistoryEntry,
    MessageKind,
    Notification,
    Referral,
    Report,
    Verb,
    WelfareRequest,
)
from referrals.models.choices import Priority, Track
from referrals.models.inserting import insert_rows
from referrals.notifications import outbox
from referrals.notifications.clock import database_now
from referrals.statuses import LET_IN, NotificationStatus, ReferralStatus

# Let in and not done. What is only proposed is nobody's yet: it finds its holder when released.
OPEN = LET_IN - {ReferralStatus.DONE}
UNDELIVERED = (NotificationStatus.PENDING, NotificationStatus.LEASED, NotificationStatus.DEAD)


def open_referrals(post: Post) -> QuerySet[Referral]:
    """What waits at a post, with its reports; oldest first."""
    found = Referral.objects.filter(post=post, status__in=OPEN)
    return found.select_related("report").order_by("released_at", "pk")


def count_open(post: Post) -> int:
    """How many open items move with a post, for those who may not see them.

    Confidential ones are left out: of their track no figures are kept.
    """
    return open_referrals(post).filter(report__track=Track.STANDARD).count()


def open_referrals_seen(post: Post, user: User) -> QuerySet[Referral]:
    """Those of them whose reports this person may open."""
    return open_referrals(post).filter(report__in=_seen_by(user))


@transaction.atomic
def confirm_handover(*, handover: Handover, by: User, reason: str = "") -> Handover:
    """Confirm for one's side. With the second confirmation the post passes at once: the holding,
    its open items, and the notices that tell the incoming holder of each.

    Args:
        reason: why an administrator confirms in place of an outgoing holder who has left.

    Raises:
        PermissionDenied: neither side, nor an administrator.
        HandoverClosed: it is done or cancelled, or this side has confirmed.
        ValidationError: by field; nothing has changed then.
    """
    at = timezone.now()
    handover = sign_handover(handover=handover, by=by, at=at, reason=reason)
    if is_signed(handover):
        pass_on_post(handover=handover, at=at)
        _pass_on_items(handover, at)
        transaction.on_commit(outbox.poke, robust=True)
    return handover


def _pass_on_items(handover: Handover, at: datetime) -> None:
    # Read anew: what somebody stands for is remembered on the object.
    incoming = User.objects.get(pk=handover.incoming_id)
    referrals = list(open_referrals_seen(handover.post, incoming))
    contacts = list(incoming.contacts.notifiable().order_by("pk"))
    if contacts:  # else what waits for the outgoing holder stays: late is better than never
        _withdraw_notices(handover, referrals)
        _tell_incoming(handover, contacts, referrals, at)
    _record(handover, referrals, at)
    handover.open_items, handover.completed_at = count_open(handover.post), at
    handover.save()


def _withdraw_notices(handover: Handover, referrals: list[Referral]) -> None:
    """Take back what was never delivered to the outgoing holder; the incoming one is told of the
    same referrals instead, and reads there what officers have added. A worker that is sending one
    finds its lease gone and records nothing.
    """
    leading = [r.report_id for r in referrals if r.kind == "action" and r.redaction == "RD0"]
    added = Q(message__kind=MessageKind.ADDITION, message__report__in=leading)
    Notification.objects.filter(
        Q(referral__in=referrals) | added | Q(welfare__in=_open_wishes(handover)),
        status__in=UNDELIVERED,
        contact__user=handover.outgoing.user_id,
    ).delete()


def _open_wishes(handover: Handover) -> QuerySet[WelfareRequest]:
    """Officers who asked Staff Welfare for a call and still wait for it."""
    return WelfareRequest.objects.filter(post=handover.post, answered_at=None)


def _tell_incoming(
    handover: Handover, contacts: list[Contact], referrals: list[Referral], at: datetime
) -> None:
    """Queue a notice of each referral, and of each officer who waits for a call. The step names
    the handover: a post may come back.
    """
    due = database_now()
    notices = [
        notice
        for referral in referrals
        for notice in outbox.notices_for(referral, contacts, now=at, due=due)
    ]
    told = {"priority": Priority.ROUTINE, "now": at, "due": due}
    for wish in _open_wishes(handover).prefetch_related("notifications"):
        written_to = {notice.address for notice in wish.notifications.all()}
        new = [contact for contact in contacts if contact.address not in written_to]
        notices += outbox.notices_about(new, **told, welfare=wish)
    for notice in notices:
        notice.step = f"handover-{handover.pk}"
    insert_rows(notices)


def _record(handover: Handover, referrals: list[Referral], at: datetime) -> None:
    """The story of each report says that its recipient is somebody else from now on."""
    insert_rows(
        [
            HistoryEntry(
                report=referral.report,
                referral=referral,
                at=at,
                actor=handover.incoming,
                verb=Verb.HANDED_OVER,
                details={"handover": str(handover.public_id)},
            )
            for referral in referrals
        ]
    )


def _seen_by(user: User) -> QuerySet:
    return Report.objects.visible_to(user).values("pk")

"""Who is told instead when a contact does not work: the next one of the same post."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from actors.models import Contact, PostHolding
from actors.models.posts import DEPUTIES
from referrals.models import Notification, Referral

MOST_FALLBACKS = 3
STEP = "fallback-"


def fall_back(notice: Notification) -> Notification | None:
    """Queue the same notice for the next working contact; None when there is none left.

    Runs in the caller's transaction and locks the referral, so that two messages that die
    together do not choose the same contact twice.
    """
    referral = Referral.objects.select_for_update(no_key=True).get(pk=notice.referral_id)
    number = referral.notifications.filter(step__startswith=STEP).count() + 1
    contact = next_contact(referral) if number <= MOST_FALLBACKS else None
    if contact is None:
        return None
    return Notification.objects.create(
        referral=referral,
        contact=contact,
        step=f"{STEP}{number}",
        channel=contact.channel,
        address=contact.address,
        language=contact.language,
        priority=notice.priority,
        created_at=Now(),
        next_at=Now(),
    )


def next_contact(referral: Referral) -> Contact | None:
    """A working contact of the referral's post that was not told yet; deputies come last."""
    if referral.post_id is None:
        return None
    holdings = PostHolding.objects.on_duty(Now()).filter(post=referral.post_id)
    told = referral.notifications.filter(
        channel=OuterRef("channel"), address__iexact=OuterRef("address")
    )
    return (
        Contact.objects.notifiable()
        .filter(Q(post=referral.post_id) | Q(user__in=holdings.values("user")))
        .filter(~Exists(told))
        .order_by(Exists(holdings.filter(user=OuterRef("user"), rank__in=DEPUTIES)), "pk")
        .first()
    )

"""Who is told instead when a contact does not work: the next one of the same post, or of the
officer who was asked something.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from actors.models import Contact, PostHolding
from actors.models.posts import DEPUTIES
from referrals.models import Notification, Referral
from referrals.notifications.behind import (
    Behind,
    behind,
    is_to_the_officer,
    keys_behind,
    post_behind,
)
from referrals.notifications.desks import open_link_late
from referrals.notifications.links import CODE_STEP

MOST_FALLBACKS = 3
STEP = "fallback-"


def fall_back(notice: Notification) -> Notification | None:
    """Queue the same notice for the next working contact; None when there is none left.

    Runs in the caller's transaction and locks what the notice is about, so that two messages
    that die together do not choose the same contact twice.
    """
    if notice.step.startswith(CODE_STEP):
        return None  # whoever waits for a code asks for another
    thing = _locked(behind(notice))
    number = thing.notifications.filter(step__startswith=STEP).count() + 1
    contact = next_contact(thing) if number <= MOST_FALLBACKS else None
    if contact is None:
        return None
    if isinstance(thing, Referral):
        open_link_late(thing, contact)
    return Notification.objects.create(
        **keys_behind(notice),
        contact=contact,
        step=f"{STEP}{number}",
        channel=contact.channel,
        address=contact.address,
        language=contact.language,
        priority=notice.priority,
        created_at=Now(),
        next_at=Now(),
    )


def next_contact(thing: Behind) -> Contact | None:
    """A working contact of whom it is for that was not told yet; deputies come last."""
    told = thing.notifications.filter(
        channel=OuterRef("channel"), address__iexact=OuterRef("address")
    )
    return _contacts_of(thing).filter(~Exists(told)).first()


def _contacts_of(thing: Behind) -> QuerySet[Contact]:
    working = Contact.objects.notifiable()
    if is_to_the_officer(thing):
        return working.filter(user=thing.report.reporter_id).order_by("pk")
    post = post_behind(thing)
    if post is None:
        return working.none()
    holdings = PostHolding.objects.on_duty(Now()).filter(post=post)
    is_deputy = Exists(holdings.filter(user=OuterRef("user"), rank__in=DEPUTIES))
    found = working.filter(Q(post=post) | Q(user__in=holdings.values("user")))
    return found.order_by(is_deputy, "pk")


def _locked(thing: Behind) -> Behind:
    return type(thing).objects.select_for_update(no_key=True).get(pk=thing.pk)

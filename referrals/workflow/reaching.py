"""Who can be reached at a post at a moment, whatever has become of it since somebody was told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from actors.models import Contact, DutyShift, Leave, Post, PostHolding
from actors.models.posts import DEPUTIES


def contacts_at(
    post_id: int | None, *, now: datetime, shut_out: Collection[int], deputies_first: bool
) -> list[Contact] | None:
    """Addresses of who is on duty at this post; None where nobody is, whom the portal may tell.

    Args:
        shut_out: organizations that must not learn of it.
        deputies_first: those of the deputies, where one can be written to.
    """
    posts = Post.objects.active().exclude(organization__in=shut_out)
    if post_id is None or not posts.filter(pk=post_id).exists():
        return None
    present = _present(post_id, now)
    found = Contact.objects.notifiable().filter(Q(post=post_id) | Q(user__in=present))
    contacts = list(found.order_by("pk"))
    if not present and not contacts:
        return None
    deputies = _deputies(post_id, now) & present if deputies_first else set()
    return [c for c in contacts if c.user_id in deputies] or contacts


def _present(post_id: int, now: datetime) -> set[int]:
    away = Leave.objects.at(now).filter(user=OuterRef("user"))
    holdings = PostHolding.objects.on_duty(now).filter(~Exists(away), post=post_id)
    return set(holdings.values_list("user", flat=True))


def _deputies(post_id: int, now: datetime) -> set[int]:
    """By how they hold the post, and by the roster."""
    ranked = {"post": post_id, "rank__in": DEPUTIES}
    held = PostHolding.objects.on_duty(now).filter(**ranked).values_list("user", flat=True)
    shifts = DutyShift.objects.at(now).filter(**ranked).values_list("user", flat=True)
    return {*held, *shifts}

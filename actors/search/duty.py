"""Who answers for a post now: the rule of `actors.directory`, asked for posts instead of an area.

Whoever is on shift answers first, then the holder, one of several, the deputies; leave takes
somebody out; without anybody the duty desk answers. A test holds this against resolution.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from actors.directory import Cover
from actors.models import Contact, DutyShift, Leave, PostHolding, Rank, ShiftRank

# Asked in this order: a duty, else a rank; who answers so, answers as what.
_IN_TURN = (
    ({ShiftRank.PRIMARY}, "duty", Cover.SHIFT),
    ({ShiftRank.DEPUTY}, "duty", Cover.SHIFT_DEPUTY),
    ({ShiftRank.SECOND_DEPUTY}, "duty", Cover.SHIFT_DEPUTY),
    ({Rank.PRIMARY, Rank.MEMBER}, "rank", Cover.HOLDER),
    ({Rank.DEPUTY}, "rank", Cover.DEPUTY),
    ({Rank.SECOND_DEPUTY}, "rank", Cover.DEPUTY),
)


@dataclass(frozen=True)
class OnDuty:
    """Who answers for a post, and as what."""

    cover: Cover = Cover.NOBODY
    holdings: list[PostHolding] = field(default_factory=list)


def on_duty(post_ids: Iterable[int], *, at: datetime) -> dict[int, OnDuty]:
    """Who answers for each of these posts at a moment; two statements, whatever their number.

    The holdings come with their user. A post that is missing here has nobody.
    """
    post_ids = list(post_ids)
    held: dict[int, list[PostHolding]] = {}
    for holding in present_holdings(at).filter(post__in=post_ids).select_related("user"):
        held.setdefault(holding.post_id, []).append(holding)
    desks = set(_desks().filter(post__in=post_ids).values_list("post_id", flat=True))
    answering = {post_id: _answering(holdings) for post_id, holdings in held.items()}
    return {post_id: OnDuty(Cover.DESK) for post_id in desks} | answering


def present_holdings(at: datetime) -> QuerySet[PostHolding]:
    """Holdings in force of people who are not on leave; each says which `duty` it has."""
    shifts = DutyShift.objects.at(at).filter(post=OuterRef("post"), user=OuterRef("user"))
    away = Leave.objects.at(at).filter(user=OuterRef("user"))
    present = PostHolding.objects.on_duty(at).exclude(Exists(away))
    return present.annotate(duty=Subquery(shifts.values("rank")[:1])).order_by("pk")


def is_answered(post: OuterRef, *, at: datetime) -> Q:
    """Whether somebody, or a desk, answers for the post of an outer query at a moment."""
    away = Leave.objects.at(at).filter(user=OuterRef("user"))
    present = PostHolding.objects.on_duty(at).exclude(Exists(away)).filter(post=post)
    return Q(Exists(present)) | Q(Exists(_desks().filter(post=post)))


def _desks() -> QuerySet[Contact]:
    return Contact.objects.notifiable().filter(post__isnull=False)


def _answering(present: list[PostHolding]) -> OnDuty:
    for wanted, attribute, cover in _IN_TURN:
        found = [holding for holding in present if getattr(holding, attribute) in wanted]
        if found:
            return OnDuty(cover, found)
    return OnDuty()

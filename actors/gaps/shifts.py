"""Hours of a duty roster in which nobody is on duty.

A shift counts for as long as its person holds the post, is not on leave and has an active
account: exactly then resolution (`actors.directory`) lets them answer first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.db.models.functions import Greatest, Least

from actors.models import DutyShift, Leave, Mission, Post, User

# From a moment up to another, which is outside.
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Watch:
    """A time in which somebody present is on duty for a post."""

    post_id: int
    user: User
    rank: str
    begins: datetime
    ends: datetime

    @property
    def span(self) -> Span:
        return self.begins, self.ends


def uncovered(post: Post, begins: datetime, ends: datetime) -> list[Span]:
    """The times between two moments in which nobody is on duty for this post; two statements."""
    return uncovered_of([post], begins, ends)[post.pk]


def uncovered_shifts(mission: Mission, begins: datetime, ends: datetime) -> dict[Post, list[Span]]:
    """The posts of a mission that keep a roster and have gaps in it, in order, with the gaps.

    Three statements, whatever the number of posts and shifts. Posts have their organization.
    """
    posts = list(rostered(mission))
    gaps = uncovered_of(posts, begins, ends)
    return {post: gaps[post.pk] for post in posts if gaps[post.pk]}


def rostered(mission: Mission):
    """The posts of a mission that keep a duty roster."""
    posts = Post.objects.active().filter(organization__mission=mission, has_roster=True)
    return posts.select_related("organization")


def uncovered_of(posts: Sequence[Post], begins: datetime, ends: datetime) -> dict[int, list[Span]]:
    """The gaps of each of these posts by its primary key; two statements."""
    covered = defaultdict(list)
    for watch in watches(posts, begins, ends):
        covered[watch.post_id].append(watch.span)
    return {post.pk: without((begins, ends), covered[post.pk]) for post in posts}


def watches(posts: Sequence[Post], begins: datetime, ends: datetime) -> list[Watch]:
    """Who is on duty when between two moments, by beginning; two statements.

    A shift that leave interrupts gives two.
    """
    shifts = list(_shifts(posts, begins, ends))
    away = _away({shift.user_id for shift in shifts}, begins, ends)
    found = [
        Watch(shift.post_id, shift.user, shift.rank, *span)
        for shift in shifts
        for span in without((shift.present_from, shift.present_until), away[shift.user_id])
    ]
    return sorted(found, key=lambda watch: (watch.begins, watch.user.name))


def without(whole: Span, taken: Iterable[Span]) -> list[Span]:
    """What is left of a time without those taken from it, which may overlap; in order."""
    left, (at, end) = [], whole
    for begins, ends in sorted(taken):
        if begins > at:
            left.append((at, min(begins, end)))
        at = max(at, ends)
        if at >= end:
            break
    if at < end:
        left.append((at, end))
    return [span for span in left if span[0] < span[1]]


def _shifts(posts: Sequence[Post], begins: datetime, ends: datetime):
    """Shifts between two moments, once for each holding during which they count."""
    shifts = DutyShift.objects.between(begins, ends).filter(
        post__in=[post.pk for post in posts],
        user__is_active=True,
        post__holdings__user=F("user"),
        post__holdings__held_from__lt=F("ends_at"),
        post__holdings__held_until__gt=F("begins_at"),
    )
    return shifts.select_related("user").annotate(
        present_from=Greatest("begins_at", "post__holdings__held_from", begins),
        present_until=Least("ends_at", "post__holdings__held_until", ends),
    )


def _away(users: set[int], begins: datetime, ends: datetime) -> dict[int, list[Span]]:
    away = defaultdict(list)
    leave = Leave.objects.between(begins, ends).filter(user__in=users)
    for user, *span in leave.values_list("user", "begins_at", "ends_at"):
        away[user].append(tuple(span))
    return away

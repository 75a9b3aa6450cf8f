"""Where a child would fall through: who answers for each role and service in every area at once.

It says for all areas what `actors.directory.Directory` says for one; a test holds the two
against each other. What answers for an area answers for all below it that have nothing nearer,
so one walk from the regions down is enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from actors.directory import Cover
from actors.gaps.reading import Ground, Place, PostRow, Presence
from actors.models.assurance import MARKED_AFTER, UNUSABLE_AFTER

# Who is asked first: whoever is on shift, then the holders. A shift comes before every rank.
_DUTIES = {"primary": 0, "deputy": 1, "second": 2}
_RANKS = {"primary": 3, "member": 3, "deputy": 4, "second": 5}
_COVERS = (
    Cover.SHIFT,
    Cover.SHIFT_DEPUTY,
    Cover.SHIFT_DEPUTY,
    Cover.HOLDER,
    Cover.DEPUTY,
    Cover.DEPUTY,
)


class State(IntEnum):
    """How an area stands for one role or service, worst first."""

    NOBODY = 0
    UNUSABLE = 1
    MARKED = 2
    DEPUTY = 3
    COVERED = 4


class Answer(NamedTuple):
    """The entry that answers: a post (with who and as what) or a service.

    `area` is where in the tree it was found; None: it answers for the whole mission.
    """

    pk: int
    assured_on: date
    area: int | None
    cover: Cover = Cover.HOLDER
    holders: tuple[int, ...] = ()

    @property
    def is_deputy(self) -> bool:
        return self.cover in (Cover.DEPUTY, Cover.SHIFT_DEPUTY)


# By role, or by kind of service: their codes do not meet.
Answers = dict[str, Answer]


@dataclass(frozen=True)
class Coverage:
    """Who answers where in a mission, at the moment the ground was read."""

    ground: Ground

    def of(self, area: int) -> Answers:
        """All that answers in an area, nearest first of each role; nothing for nobody."""
        return self._by_area[area]

    def state(self, area: int, what: str, *, on: date) -> State:
        return state_of(self._by_area[area].get(what), on)

    @cached_property
    def _by_area(self) -> dict[int, Answers]:
        posts, services = _posts_by_area(self.ground), _services_by_area(self.ground)
        whole = posts[None], services[None]
        found: dict[int, tuple[Answers, Answers]] = {}
        for place in self._downwards():
            above = found.get(place.parent, whole)
            here = above[0] | posts.get(place.pk, {})
            found[place.pk] = here, _best_of(above[1], services.get(place.pk, {}))
        return {pk: roles | kinds for pk, (roles, kinds) in found.items()}

    def _downwards(self) -> list[Place]:
        """Each area after the one it lies in: levels rise strictly (`Area.clean`)."""
        return sorted(self.ground.places.values(), key=attrgetter("level"))


def state_of(answer: Answer | None, on: date) -> State:
    """The worst that is true of an answer on a day."""
    if answer is None:
        return State.NOBODY
    age = on - answer.assured_on
    if age > MARKED_AFTER:
        return State.UNUSABLE if age > UNUSABLE_AFTER else State.MARKED
    return State.DEPUTY if answer.is_deputy else State.COVERED


def _posts_by_area(ground: Ground) -> dict[int | None, Answers]:
    """The best staffed post of each role of each area itself; None: of the whole mission."""
    found: dict[int | None, Answers] = {None: {}}
    for post in ground.posts:
        holders, cover = _answering(ground.present.get(post.pk, ()), post)
        if cover == Cover.NOBODY:
            continue
        for area in post.areas or (None,):
            answers = found.setdefault(area, {})
            answer = Answer(post.pk, post.assured_on, area, cover, holders)
            known = answers.get(post.role)
            # Posts come by their number: of two alike the first stays.
            if known is None or known.is_deputy > answer.is_deputy:
                answers[post.role] = answer
    return found


def _answering(present: list[Presence], post: PostRow) -> tuple[tuple[int, ...], Cover]:
    if not present:
        return (), Cover.DESK if post.has_desk else Cover.NOBODY
    turns = [_DUTIES.get(each.duty, _RANKS[each.rank]) for each in present]
    first = min(turns)
    holders = [each.user for each, turn in zip(present, turns, strict=True) if turn == first]
    return tuple(holders), _COVERS[first]


def _services_by_area(ground: Ground) -> dict[int | None, Answers]:
    found: dict[int | None, Answers] = {None: {}}
    for service in ground.services:
        for area in service.areas or (None,):
            answer = Answer(service.pk, service.assured_on, area)
            answers = found.setdefault(area, {})
            found[area] = _best_of(answers, {service.kind: answer})
    return found


def _best_of(above: Answers, here: Answers) -> Answers:
    """Services do not take turns: that confirmed last stands for its kind, the nearer of equals."""
    best = dict(above)
    for kind, answer in here.items():
        if kind not in best or answer.assured_on >= best[kind].assured_on:
            best[kind] = answer
    return best

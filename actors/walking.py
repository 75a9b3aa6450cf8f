"""The way up for one role: what was found at each place, and why it was passed over.

It explains `Directory.resolve` on the same reading, without a statement of its own: the post it
says was chosen is exactly the one `resolve` gives.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from actors.directory import Directory, Seat
from actors.models import Area
from actors.roles import Role


class Outcome(StrEnum):
    """What became of a post that was found on the way."""

    CHOSEN = "chosen"
    NOBODY = "nobody"
    ON_LEAVE = "on_leave"
    IMPLICATED = "implicated"
    FARTHER = "farther"
    DEPUTY = "deputy"
    ONE_IS_ENOUGH = "one_is_enough"


@dataclass(frozen=True)
class Found:
    """One post on the way."""

    seat: Seat
    outcome: Outcome


@dataclass(frozen=True)
class Step:
    """One place on the way and its posts: an area, or the whole mission where `area` is None.

    A supervisor is looked for along the filer's own line instead: then `organization_id` names
    the organization, and there is no area.
    """

    area: Area | None = None
    organization_id: int | None = None
    found: tuple[Found, ...] = ()


def walk(
    directory: Directory,
    role: str,
    *,
    implicated: Collection[int] = frozenset(),
    filer_organizations: Sequence[int] = (),
    on_leave: Collection[int] = frozenset(),
) -> list[Step]:
    """Every place on the way, nearest first, with the posts of the role found there.

    Args:
        directory: what was read for the area.
        role: whom to look for.
        implicated, filer_organizations: as for `Directory.resolve`.
        on_leave: ids of posts which nobody answers for because their holders are away.
    """
    chosen = directory.resolve(role, implicated=implicated, filer_organizations=filer_organizations)
    posts = [seat for seat in directory.seats if seat.role == role]
    if role == Role.UNPOL_SUPERVISOR:
        places = [Step(organization_id=pk) for pk in filer_organizations]
        where = {pk: place for place, pk in enumerate(filer_organizations)}
        posts = [seat for seat in posts if seat.organization_id in where]
    else:
        places = [Step(area) for area in (*directory.area.path(), None)]
        where = None

    def place_of(seat: Seat) -> int:
        return seat.distance if where is None else where[seat.organization_id]

    def found(seat: Seat) -> Found:
        if seat is chosen:
            return Found(seat, Outcome.CHOSEN)
        cannot = _cannot_answer(seat, implicated, on_leave)
        return Found(seat, cannot or _not_needed(seat, chosen, place_of))

    return [
        Step(
            place.area,
            place.organization_id,
            tuple(found(seat) for seat in posts if place_of(seat) == number),
        )
        for number, place in enumerate(places)
    ]


def _cannot_answer(
    seat: Seat, implicated: Collection[int], on_leave: Collection[int]
) -> Outcome | None:
    if seat.organization_id in implicated:
        return Outcome.IMPLICATED
    if seat.is_staffed:
        return None
    return Outcome.ON_LEAVE if seat.post_id in on_leave else Outcome.NOBODY


def _not_needed(seat: Seat, chosen: Seat, place_of: Callable[[Seat], int]) -> Outcome:
    """Why a post that could answer was not taken: another one was."""
    if (place_of(chosen), chosen.distance) < (place_of(seat), seat.distance):
        return Outcome.FARTHER
    is_deputy = seat.is_deputy and not chosen.is_deputy
    return Outcome.DEPUTY if is_deputy else Outcome.ONE_IS_ENOUGH

"""One cell of the gap board: who would answer, where that is found, and what could."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Model, Prefetch, Q

from actors.gaps.board import Column
from actors.gaps.coverage import Answer, Coverage, State, state_of
from actors.gaps.reading import Ground, Place
from actors.models import Mission, Post, PostHolding, Service


@dataclass(frozen=True)
class Entry:
    """A post or a service that serves the area. `answers`: it is the one that would."""

    entry: Model
    covers: list[str]
    people: list[str]
    assured_on: date
    answers: bool


@dataclass(frozen=True)
class Cell:
    """An area and a role or kind of service at a moment.

    `found_in` is the area in which the answer was found; None for the whole mission.
    """

    place: Place
    column: Column
    state: State
    answer: Answer | None
    found_in: Place | None
    entries: list[Entry]


def cell_of(
    mission: Mission, coverage: Coverage, place: Place, column: Column, *, at: datetime
) -> Cell:
    """What stands behind a cell; at most three statements."""
    answer = coverage.of(place.pk).get(column.code)
    path = _path(coverage.ground, place)
    read = _services if column.is_service else _posts
    return Cell(
        place=place,
        column=column,
        state=state_of(answer, at.astimezone(mission.zone).date()),
        answer=answer,
        found_in=coverage.ground.places.get(answer.area) if answer else None,
        entries=[_entry(entry, answer) for entry in read(mission, path, column.code, at)],
    )


def _path(ground: Ground, place: Place) -> list[int]:
    path = [place.pk]
    while place.parent in ground.places:
        place = ground.places[place.parent]
        path.append(place.pk)
    return path


def _posts(mission: Mission, path: list[int], role: str, at: datetime):
    on_duty = PostHolding.objects.on_duty(at).by_rank().select_related("user")
    return (
        _covering(Post.objects.active(), mission, path)
        .filter(role=role)
        .prefetch_related("areas", Prefetch("holdings", on_duty, to_attr="held_now"))
    )


def _services(mission: Mission, path: list[int], kind: str, at: datetime):
    return (
        _covering(Service.objects.active(), mission, path)
        .filter(kind=kind)
        .prefetch_related("areas")
    )


def _covering(entries, mission: Mission, path: list[int]):
    here = Q(areas=None) | Q(areas__in=path)
    found = entries.filter(here, organization__mission=mission).distinct()
    return found.select_related("organization").order_by("pk")


def _entry(entry: Post | Service, answer: Answer | None) -> Entry:
    return Entry(
        entry=entry,
        covers=[area.name for area in entry.areas.all()],
        people=[holding.user.name for holding in getattr(entry, "held_now", ())],
        assured_on=min(entry.assured_on, entry.organization.assured_on),
        answers=answer is not None and answer.pk == entry.pk,
    )

"""The areas of a mission as the search knows them: by name, and what lies above and below."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from rapidfuzz import fuzz, process

from actors.models import Area, Mission
from actors.search.plain import plain_words

# "Port Sella" still means Port Sela; shorter names differ by too little.
ALIKE = 87
SHORTEST_FUZZY = 5


class Place(NamedTuple):
    """An area, as far as the search needs it: a mission may have thousands."""

    pk: int
    code: str
    name: str
    parent_id: int | None


@dataclass(frozen=True)
class Places:
    """The areas in use of one mission, read once for each page."""

    areas: dict[int, Place]

    @classmethod
    def of(cls, mission: Mission) -> Places:
        """Read them; one statement."""
        found = Area.objects.active().filter(mission=mission).order_by("name", "code")
        places = map(Place._make, found.values_list(*Place._fields))
        return cls({place.pk: place for place in places})

    def listed(self) -> list[Place]:
        """By name."""
        return list(self.areas.values())

    def coded(self, code: str) -> Place | None:
        return next((area for area in self.areas.values() if area.code == code), None)

    def named(self, words: list[str], *, fuzzy: bool) -> list[Place]:
        """Areas whose name or P-code is these plain words, or nearly so if `fuzzy`."""
        said = " ".join(words)
        if not fuzzy:
            return self._by_name.get(said, [])
        if len(said) < SHORTEST_FUZZY:
            return []
        hit = process.extractOne(said, self._by_name.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE)
        return self._by_name[hit[0]] if hit else []

    def above(self, area: Place) -> list[int]:
        """Ids of the areas that contain this one, nearest first."""
        found, parent = [], self.areas.get(area.parent_id)
        while parent is not None:
            found.append(parent.pk)
            parent = self.areas.get(parent.parent_id)
        return found

    def inside(self, area: Place) -> list[int]:
        """Ids of this area and of all below it."""
        found = [area.pk]
        for pk in found:
            found += self._children.get(pk, [])
        return found

    @cached_property
    def _by_name(self) -> dict[str, list[Place]]:
        names: dict[str, list[Place]] = {}
        for area in self.areas.values():
            for name in {" ".join(plain_words(area.name)), area.code.casefold()}:
                names.setdefault(name, []).append(area)
        return names

    @cached_property
    def _children(self) -> dict[int, list[int]]:
        children: dict[int, list[int]] = {}
        for area in self.areas.values():
            children.setdefault(area.parent_id, []).append(area.pk)
        return children

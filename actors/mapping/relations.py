"""Who relates to whom: relations that were recorded, and those that follow from the directory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise, product

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from actors.models import (
    Area,
    CoordinationBody,
    Mission,
    Organization,
    PathwayStep,
    Post,
    Relation,
    RelationKind,
    Service,
)
from actors.models.services import ServiceStatus


class Derivation(TextChoices):
    """What a relation follows from that nobody recorded."""

    PATHWAY = "pathway", _("Follows from a pathway")
    MEMBERSHIP = "membership", _("Member of the body")
    PARENT = "parent", _("Part of it")


@dataclass(frozen=True)
class Actor:
    """An organization as the map shows it."""

    pk: int
    name: str
    short_name: str
    kind: str
    parent_id: int | None = None


@dataclass(frozen=True)
class Line:
    """One relation from an actor to another. `derived` says from what, if nobody recorded it."""

    origin: int
    kind: str
    target: int
    note: str = ""
    derived: str = ""

    @property
    def ends(self) -> frozenset[int]:
        return frozenset((self.origin, self.target))


@dataclass(frozen=True)
class Place:
    """An area of the tree."""

    pk: int
    code: str
    name: str
    level: int
    parent_id: int | None


@dataclass(frozen=True)
class Offer:
    """A service that is open. Without areas it is for the whole mission."""

    actor: int
    kind: str
    areas: frozenset[int]


@dataclass(frozen=True)
class Network:
    """All actors of a mission and what is between them.

    `bodies` and `pathways` hold who sits or stands in each; `works_in` the areas of each actor's
    posts, services and body, with None for the whole mission.
    """

    actors: dict[int, Actor]
    lines: tuple[Line, ...] = ()
    offers: tuple[Offer, ...] = ()
    places: dict[int, Place] = field(default_factory=dict)
    bodies: dict[int, frozenset[int]] = field(default_factory=dict)
    pathways: dict[str, frozenset[int]] = field(default_factory=dict)
    works_in: dict[int, frozenset[int | None]] = field(default_factory=dict)

    def up_from(self, area: int | None) -> Iterator[int]:
        """This area and those above it, nearest first."""
        while area in self.places:
            yield area
            area = self.places[area].parent_id

    def working_in(self, region: int) -> frozenset[int]:
        """The actors at work in a region, or in the whole mission."""
        inside = {pk for pk in self.places if region in self.up_from(pk)}
        inside |= {None, *self.up_from(region)}
        return frozenset(pk for pk, areas in self.works_in.items() if areas & inside)

    def only(
        self, *, region: int | None = None, kind: str = "", relations: Iterable[str] = ()
    ) -> Network:
        """The part that a filter leaves: lines inside a region, with one end of a kind, and of
        certain relations; the actors of the kind, and those at the other ends.
        """
        inside = set(self.actors) if region is None else self.working_in(region) & set(self.actors)
        chosen = {pk for pk in inside if kind in ("", self.actors[pk].kind)}
        wanted = frozenset(relations) or frozenset(RelationKind.values)
        lines = tuple(
            line
            for line in self.lines
            if line.kind in wanted and line.ends <= inside and line.ends & chosen
        )
        kept = chosen.union(*(line.ends for line in lines))
        actors = {pk: actor for pk, actor in self.actors.items() if pk in kept}
        return Network(actors, lines, self.offers, self.places, self.bodies, self.pathways)


def read_network(mission: Mission, *, on: date) -> Network:
    """Everything the map needs, for the pathways valid on a day; nine statements."""
    actors = {actor.pk: actor for actor in _actors(mission)}
    members = _members(mission)
    body_areas = dict(
        CoordinationBody.objects.filter(organization__mission=mission).values_list(
            "organization_id", "area_id"
        )
    )
    steps = _steps(mission, on)
    services = _areas_of(Service.objects.active().filter(status=ServiceStatus.ACTIVE), mission)
    posts = _areas_of(Post.objects.active(), mission)
    lines = _once(
        actors, [*_recorded(mission), *_seats(members), *_parts(actors.values()), *_referred(steps)]
    )
    return Network(
        actors=actors,
        lines=tuple(lines),
        offers=tuple(Offer(actor, kind, areas) for actor, kind, areas in services),
        places={place.pk: place for place in _places(mission)},
        bodies={pk: frozenset(ids) for pk, ids in members.items()},
        pathways={name: frozenset(ids) for name, ids in _standing(steps).items()},
        works_in=_works_in([*services, *posts], body_areas),
    )


def _actors(mission: Mission) -> Iterator[Actor]:
    found = Organization.objects.active().filter(mission=mission).order_by("name")
    return (
        Actor(*row) for row in found.values_list("pk", "name", "short_name", "kind", "parent_id")
    )


def _recorded(mission: Mission) -> Iterator[Line]:
    found = Relation.objects.filter(origin__mission=mission).order_by("pk")
    return (Line(*row) for row in found.values_list("origin_id", "kind", "target_id", "note"))


def _parts(actors: Iterable[Actor]) -> Iterator[Line]:
    for actor in actors:
        if actor.parent_id is not None:
            yield Line(
                actor.pk, RelationKind.REPORTS_TO, actor.parent_id, derived=Derivation.PARENT
            )


def _members(mission: Mission) -> dict[int, set[int]]:
    """Who sits in each body: members and chairs, by the body's organization."""
    seated = defaultdict(set)
    for role in (CoordinationBody.members, CoordinationBody.chairs):
        rows = role.through.objects.filter(coordinationbody__organization__mission=mission)
        for body, member in rows.values_list("coordinationbody__organization", "organization"):
            seated[body].add(member)
    return seated


def _seats(members: dict[int, set[int]]) -> Iterator[Line]:
    for body, seated in members.items():
        for member in sorted(seated):
            yield Line(member, RelationKind.COORDINATES_IN, body, derived=Derivation.MEMBERSHIP)


def _steps(mission: Mission, on: date) -> list[PathwayStep]:
    valid = Q(pathway__valid_until=None) | Q(pathway__valid_until__gte=on)
    found = PathwayStep.objects.filter(
        valid, pathway__area__mission=mission, pathway__valid_from__lte=on
    )
    return list(
        found.select_related("pathway__area", "service").order_by("pathway_id", "position", "pk")
    )


def _standing(steps: list[PathwayStep]) -> dict[str, set[int]]:
    """Who stands in each pathway, by its name."""
    standing = defaultdict(set)
    for step in steps:
        standing[f"{step.pathway.area.name}: {step.pathway.get_concern_display()}"].add(
            step.service.organization_id
        )
    return standing


def _referred(steps: list[PathwayStep]) -> Iterator[Line]:
    """Each service of a step refers to each of the next step, first choices and backups alike."""
    by_step = defaultdict(lambda: defaultdict(set))
    for step in steps:
        by_step[step.pathway_id][step.position].add(step.service.organization_id)
    for positions in by_step.values():
        in_order = [sorted(positions[position]) for position in sorted(positions)]
        for here, there in pairwise(in_order):
            for origin, target in product(here, there):
                yield Line(origin, RelationKind.REFERS_TO, target, derived=Derivation.PATHWAY)


def _once(actors: dict[int, Actor], lines: Iterable[Line]) -> list[Line]:
    """Each relation between two actors in use once; what was recorded goes before the derived."""
    kept: dict[tuple, Line] = {}
    for line in lines:
        if line.origin != line.target and line.ends <= actors.keys():
            kept.setdefault((line.origin, line.kind, line.target), line)
    order = list(RelationKind)
    return sorted(
        kept.values(),
        key=lambda line: (
            actors[line.origin].name,
            order.index(line.kind),
            actors[line.target].name,
        ),
    )


def _areas_of(found, mission: Mission) -> list[tuple[int, str, frozenset[int]]]:
    """(organization, kind, areas) of services or posts; no areas is the whole mission."""
    kind = "kind" if found.model is Service else "role"
    rows = (
        found.filter(organization__mission=mission)
        .order_by("pk")
        .values_list("pk", "organization_id", kind, "areas")
    )
    gathered: dict[int, tuple[int, str, set[int]]] = {}
    for pk, organization, kind_of, area in rows:
        areas = gathered.setdefault(pk, (organization, kind_of, set()))[2]
        if area is not None:
            areas.add(area)
    return [(organization, of, frozenset(areas)) for organization, of, areas in gathered.values()]


def _works_in(
    at_work: Iterable[tuple[int, str, frozenset[int]]], bodies: dict[int, int | None]
) -> dict[int, frozenset[int | None]]:
    areas: dict[int, set[int | None]] = defaultdict(set)
    for organization, _kind, covered in at_work:
        areas[organization] |= covered or {None}
    for organization, area in bodies.items():
        areas[organization].add(area)
    return {organization: frozenset(found) for organization, found in areas.items()}


def _places(mission: Mission) -> Iterator[Place]:
    found = Area.objects.active().filter(mission=mission).order_by("code")
    return (Place(*row) for row in found.values_list("pk", "code", "name", "level", "parent_id"))

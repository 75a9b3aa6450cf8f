"""What the network of actors lacks (CP staff module, activity 6.1: are we coordinating with the
right actors, who else, where are the holes): pure, on a network that was read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import networkx as nx
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from actors.languages import by_letters, listed
from actors.mapping.relations import Network
from actors.models import DISTRICT, RelationKind, ServiceKind

NAMED = 3  # of a longer list; the others are counted


class WeaknessKind(TextChoices):
    CONFLICT = "conflict", gettext_lazy("In conflict, and at one table")
    CUT_POINT = "cut_point", gettext_lazy("One actor holds the referrals together")
    ONLY_PROVIDER = "only_provider", gettext_lazy("One provider only")
    NOT_REFERRED = "not_referred", gettext_lazy("Nobody refers to them")


@dataclass(frozen=True)
class Weakness:
    """One finding: whom it concerns, what is so, and what to do."""

    kind: str
    actors: frozenset[int]
    what: str
    to_do: str


def find_weaknesses(network: Network) -> list[Weakness]:
    """Everything found in the whole network, the gravest kind first."""
    finders: tuple[Callable[[Network], Iterator[Weakness]], ...] = (
        _conflicts,
        _cut_points,
        _only_providers,
        _not_referred,
    )
    return [weakness for find in finders for weakness in find(network)]


def _conflicts(network: Network) -> Iterator[Weakness]:
    """Actors in conflict that sit in one body or stand in one pathway."""
    pairs = {line.ends for line in network.lines if line.kind == RelationKind.CONFLICT}
    for pair in sorted(pairs, key=lambda pair: _names(network, pair)):
        names = dict(zip(("one", "other"), _names(network, pair), strict=True))
        for body, seated in network.bodies.items():
            if pair <= seated and body in network.actors:
                where = names | {"body": network.actors[body].name}
                yield Weakness(
                    WeaknessKind.CONFLICT,
                    pair | {body},
                    _("%(one)s and %(other)s are in conflict, and both sit in %(body)s.") % where,
                    _(
                        "Agree with the chair who speaks about what, and meet each of them alone "
                        "where it matters."
                    ),
                )
        for pathway, standing in network.pathways.items():
            if pair <= standing:
                where = names | {"pathway": pathway}
                yield Weakness(
                    WeaknessKind.CONFLICT,
                    pair,
                    _(
                        "%(one)s and %(other)s are in conflict, and both stand in the pathway "
                        "“%(pathway)s”."
                    )
                    % where,
                    _("Agree how a child gets from one to the other, or choose another service."),
                )


def _cut_points(network: Network) -> Iterator[Weakness]:
    """Actors without whom the referrals fall into parts."""
    graph = nx.Graph(
        (line.origin, line.target) for line in network.lines if line.kind == RelationKind.REFERS_TO
    )
    points = sorted(nx.articulation_points(graph), key=lambda pk: network.actors[pk].name)
    for point in points:
        cut_off = _cut_off(network, graph, point)
        yield Weakness(
            WeaknessKind.CUT_POINT,
            frozenset({point}),
            _("Without %(name)s, no referrals connect %(others)s with the others.")
            % {
                "name": network.actors[point].name,
                "others": _some(network.actors[pk].name for pk in cut_off),
            },
            _("Agree on a second way for them, and record whom they would refer to then."),
        )


def _cut_off(network: Network, graph: nx.Graph, point: int) -> list[int]:
    """Whom the loss of `point` parts from the largest rest, by name."""
    around = nx.node_connected_component(graph, point) - {point}
    parts = list(nx.connected_components(graph.subgraph(around)))
    largest = max(parts, key=lambda part: (len(part), -min(part)))
    rest = around - largest
    return sorted(rest, key=lambda pk: network.actors[pk].name)


def _only_providers(network: Network) -> Iterator[Weakness]:
    """Services that some districts get from one actor alone."""
    alone = defaultdict(list)
    districts = [place for place in network.places.values() if place.level == DISTRICT]
    providers = _providers(network)
    for place in districts:
        above = [None, *network.up_from(place.pk)]
        for kind, by_area in providers.items():
            here = set().union(*(by_area.get(area, ()) for area in above))
            if len(here) == 1:
                alone[kind, here.pop()].append(place.name)
    found = sorted(alone.items(), key=lambda item: (network.actors[item[0][1]].name, item[0][0]))
    for (kind, provider), names in found:
        where = _("every district") if len(names) == len(districts) else _some(names)
        yield Weakness(
            WeaknessKind.ONLY_PROVIDER,
            frozenset({provider}),
            _("%(name)s alone offers this in %(where)s: %(service)s.")
            % {
                "name": network.actors[provider].name,
                "where": where,
                "service": ServiceKind(kind).label,
            },
            _("Find a second provider before this one is full or has to leave."),
        )


def _providers(network: Network) -> dict[str, dict[int | None, set[int]]]:
    """Who offers each kind of service for which area; None is the whole mission."""
    providers = defaultdict(lambda: defaultdict(set))
    for offer in network.offers:
        for area in offer.areas or {None}:
            providers[offer.kind][area].add(offer.actor)
    return providers


def _not_referred(network: Network) -> Iterator[Weakness]:
    """Actors that offer services and are on no list of anybody."""
    reached = {line.target for line in network.lines if line.kind == RelationKind.REFERS_TO}
    offered = defaultdict(set)
    for offer in network.offers:
        if offer.actor not in reached:
            offered[offer.actor].add(str(ServiceKind(offer.kind).label))
    for actor in sorted(offered, key=lambda pk: network.actors[pk].name):
        yield Weakness(
            WeaknessKind.NOT_REFERRED,
            frozenset({actor}),
            _("Nobody refers children to %(name)s. It offers: %(services)s.")
            % {
                "name": network.actors[actor].name,
                "services": _some(sorted(offered[actor], key=by_letters)),
            },
            _("Ask who knows of it. Add it to a pathway, or record who refers to it."),
        )


def _names(network: Network, actors: Iterable[int]) -> list[str]:
    return sorted((network.actors[pk].name for pk in actors), key=by_letters)


def _some(names: Iterable[str]) -> str:
    """The first few by name, and how many more there are."""
    names = list(names)
    first, more = listed(names[:NAMED]), len(names) - NAMED
    if more <= 0:
        return first
    counted = ngettext("%(n)s more", "%(n)s more", more) % {"n": more}
    return _("%(listed)s and %(more)s") % {"listed": first, "more": counted}

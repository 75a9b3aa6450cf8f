"""The land and borders around a mission, cut out of Natural Earth.

The source is TopoJSON: borders are stored once, as arcs of whole-number steps, and each country
is a list of arcs (https://github.com/topojson/topojson-specification). Only what lies in the
mission's box is decoded into GeoJSON: some kilobytes instead of the whole world.

Longitudes of a box count on beyond 180 where the mission lies across the antimeridian.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate, pairwise
from math import cos, radians
from pathlib import Path
from typing import NamedTuple

from django.contrib.staticfiles import finders

SOURCE = "Natural Earth, 1:50m"
FILE = "vendor/world-atlas/countries-50m.json"
# What is shown around the outermost areas: a quarter of their extent, at least so many degrees.
MARGIN = 0.25
LEAST_MARGIN = 1.0
# About 100 metres; the source is no finer.
DECIMALS = 3
# The width of a map on the screen, of its height.
NARROWEST = 0.8
# Points closer than this share of the map's width cannot be told apart on a screen.
THINNED_TO = 1 / 800
# Of the world as web maps project it.
HIGHEST_LATITUDE = 85.0
# Nearer to a pole there is only its own point.
POLE = 89.9

Point = tuple[float, float]
Ring = list[Point]


class Box(NamedTuple):
    """Degrees. `east` is more than `west`, and more than 180 beyond the antimeridian."""

    west: float
    south: float
    east: float
    north: float


def box_around(points: Iterable[Point]) -> Box | None:
    """The smallest box around points (longitude, latitude), with a margin; None without any.

    Points on both sides of the antimeridian get a box across it, not one around the world.
    """
    points = list(points)
    if not points:
        return None
    west, width = _span([longitude for longitude, _latitude in points])
    # A map ends where its projection does.
    edge = HIGHEST_LATITUDE - LEAST_MARGIN
    latitudes = [min(max(latitude, -edge), edge) for _longitude, latitude in points]
    south, north = min(latitudes), max(latitudes)
    above = max((north - south) * MARGIN, LEAST_MARGIN)
    # Towards the poles a web map stretches heights: without more beside it, a strip were left.
    height = (north - south + 2 * above) / cos(radians((north + south) / 2))
    beside = max(width * MARGIN, LEAST_MARGIN, (height * NARROWEST - width) / 2)
    if width + 2 * beside >= 360:
        west, width, beside = -180.0, 360.0, 0.0
    return Box(
        west=round(west - beside, DECIMALS),
        south=round(max(south - above, -HIGHEST_LATITUDE), DECIMALS),
        east=round(west + width + beside, DECIMALS),
        north=round(min(north + above, HIGHEST_LATITUDE), DECIMALS),
    )


def _span(longitudes: list[float]) -> tuple[float, float]:
    """Where the longitudes begin and how far they reach: all but the widest gap between them."""
    turned = sorted({longitude % 360 for longitude in longitudes})
    after = [*turned[1:], turned[0] + 360]
    gap, begin = max((b - a, b) for a, b in zip(turned, after, strict=True))
    west = (begin + 180) % 360 - 180
    return west, 360 - gap


@lru_cache(maxsize=64)
def base_map(box: Box) -> str:
    """GeoJSON of the land in a box, one feature a country, without names; some kilobytes."""
    world = json.loads(Path(finders.find(FILE)).read_text(encoding="utf-8"))
    arcs = _arcs(world, finest=(box.east - box.west) * THINNED_TO)
    shapes = (_shape(country, arcs, box) for country in world["objects"]["countries"]["geometries"])
    features = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "MultiPolygon", **shape}}
        for shape in ({"coordinates": polygons} for polygons in shapes if polygons)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))


def _arcs(world: dict, finest: float) -> list[Ring]:
    """The points of each arc in degrees; of those closer than `finest` the first stays.

    An arc is thinned before it is joined to others, so that neighbours keep one border.
    """
    (scale_x, scale_y), (west, south) = (world["transform"][k] for k in ("scale", "translate"))
    decoded = []
    for steps in world["arcs"]:
        columns, rows = zip(*steps, strict=True)
        xs = [column * scale_x + west for column in accumulate(columns)]
        ys = [row * scale_y + south for row in accumulate(rows)]
        decoded.append(_thinned(list(zip(xs, ys, strict=True)), finest))
    return decoded


def _thinned(points: Ring, finest: float) -> Ring:
    kept = points[:1]
    for x, y in points[1:-1]:
        if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= finest:
            kept.append((x, y))
    return kept + points[-1:]


def _shape(country: dict, arcs: list[Ring], box: Box) -> list[list[Ring]]:
    """The polygons of a country inside the box."""
    polygons = [country["arcs"]] if country["type"] == "Polygon" else country.get("arcs", ())
    found = []
    for polygon in polygons:
        rings = [_unrolled(_joined(numbers, arcs)) for numbers in polygon]
        # The source draws Antarctica as the pole with the coast as a hole in it.
        rings = [ring for ring in rings if any(abs(y) < POLE for _x, y in ring)]
        for turn in _turns(rings[0], box):
            cut = [_cut([(x + turn, y) for x, y in ring], box) for ring in rings]
            if cut[0]:
                found.append([ring for ring in cut if ring])
    return found


def _turns(ring: Ring, box: Box) -> list[int]:
    """By how many degrees a ring may be turned around the Earth to reach the box."""
    xs, ys = zip(*ring, strict=True)
    if max(ys) < box.south or min(ys) > box.north:
        return []
    west, east = min(xs), max(xs)
    return [t for t in (-360, 0, 360) if west + t <= box.east and east + t >= box.west]


def _joined(numbers: list[int], arcs: list[Ring]) -> Ring:
    """The ring that arcs make one after another; a negative number is arc `~number` backwards."""
    ring: Ring = []
    for number in numbers:
        points = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring.extend(points[1:] if ring else points)
    return ring


def _unrolled(ring: Ring) -> Ring:
    """The ring with longitudes that never jump at the antimeridian.

    One that goes around a pole (Antarctica) ends a whole turn further and is closed along it.
    """
    unrolled, turn = ring[:1], 0
    for (x, _y), (next_x, next_y) in pairwise(ring):
        turn -= 360 * round((next_x - x) / 360)
        unrolled.append((next_x + turn, next_y))
    first, last = unrolled[0], unrolled[-1]
    if abs(last[0] - first[0]) > 180:
        pole = 90.0 if first[1] > 0 else -90.0
        unrolled += [(last[0], pole), (first[0], pole)]
    return unrolled


def _cut(ring: Ring, box: Box) -> Ring:
    """The part of a ring inside the box (Sutherland and Hodgman, 1974); empty for none."""
    sides = ((0, box.west, 1), (0, box.east, -1), (1, box.south, 1), (1, box.north, -1))
    for axis, edge, sign in sides:
        ring = _cut_side(ring, axis, edge, sign)
        if not ring:
            return []
    rounded = [(round(x, DECIMALS), round(y, DECIMALS)) for x, y in ring]
    kept = [b for a, b in pairwise([rounded[-1], *rounded]) if a != b]
    return [*kept, kept[0]] if len(kept) > 2 else []


def _cut_side(ring: Ring, axis: int, edge: float, sign: int) -> Ring:
    """The part of a ring on one side of a line along a meridian or parallel."""
    kept = []
    for before, after in pairwise([ring[-1], *ring]):
        from_edge = (before[axis] - edge) * sign, (after[axis] - edge) * sign
        if (from_edge[0] < 0) != (from_edge[1] < 0):
            share = from_edge[0] / (from_edge[0] - from_edge[1])
            crossing = [a + share * (b - a) for a, b in zip(before, after, strict=True)]
            crossing[axis] = edge
            kept.append((crossing[0], crossing[1]))
        if from_edge[1] >= 0:
            kept.append(after)
    return kept

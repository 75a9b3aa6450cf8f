"""The base map is cut to the mission, wherever on Earth it lies."""

import json
from math import cos, radians

import pytest

from actors.mapping.basemap import Box, base_map, box_around

CENTRAL_AFRICA = [(14.4, 2.2), (27.4, 11.0)]
PLATEAU = [(67.8, -78.4), (69.3, -78.8), (71.9, -80.9)]
FIJI = [(177.1, -18.2), (-179.2, -16.8)]


def positions(geojson: str) -> list[tuple[float, float]]:
    polygons = [p for f in json.loads(geojson)["features"] for p in f["geometry"]["coordinates"]]
    return [tuple(position) for rings in polygons for ring in rings for position in ring]


def test_the_box_holds_all_points_with_a_margin():
    assert box_around(CENTRAL_AFRICA) == Box(11.15, 0.0, 30.65, 13.2)
    assert box_around([(18.0, 4.0)]) == Box(17.0, 3.0, 19.0, 5.0)
    assert box_around([]) is None


def test_across_the_antimeridian_the_box_stays_small():
    assert box_around(FIJI) == Box(176.1, -19.2, 181.8, -15.8)


def test_near_a_pole_the_box_is_no_strip():
    box = box_around(PLATEAU)
    assert (box.south, box.north) == (-81.9, -77.4)
    assert (box.east - box.west) * cos(radians(79.65)) == pytest.approx(0.8 * 4.5, rel=0.01)


def test_a_box_never_reaches_beyond_the_maps_own_edge():
    box = box_around([(0, -90), (10, 89), (120, 0), (-120, 0)])
    assert (box.south, box.north) == (-85.0, 85.0)
    assert box.east - box.west == 360


@pytest.mark.parametrize("points", [CENTRAL_AFRICA, PLATEAU, FIJI, [(0, -90), (10, -89)]])
def test_all_that_is_drawn_lies_in_the_box_and_is_closed(points):
    box = box_around(points)
    drawn = base_map(box)
    found = positions(drawn)
    assert found
    assert all(box.west <= x <= box.east and box.south <= y <= box.north for x, y in found)
    for feature in json.loads(drawn)["features"]:
        for rings in feature["geometry"]["coordinates"]:
            assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in rings)


def test_on_the_antarctic_plateau_all_is_land():
    box = box_around(PLATEAU)
    corners = {(x, y) for x in (box.west, box.east) for y in (box.south, box.north)}
    (feature,) = json.loads(base_map(box))["features"]
    ((ring,),) = feature["geometry"]["coordinates"]
    assert {tuple(position) for position in ring} == corners


def test_land_on_both_sides_of_the_antimeridian_is_drawn():
    longitudes = [x for x, _y in positions(base_map(box_around(FIJI)))]
    assert min(longitudes) < 178
    assert max(longitudes) >= 180


def test_the_open_sea_is_empty():
    assert json.loads(base_map(box_around([(-30, -30)])))["features"] == []


def test_borders_of_neighbours_are_the_same_line():
    features = json.loads(base_map(box_around(CENTRAL_AFRICA)))["features"]
    inside = [
        {tuple(p) for rings in f["geometry"]["coordinates"] for ring in rings for p in ring}
        for f in features
    ]
    shared = [a & b for n, a in enumerate(inside) for b in inside[n + 1 :]]
    assert max(len(points) for points in shared) > 20


def test_it_is_small_carries_no_names_and_is_the_same_each_time():
    drawn = base_map(box_around(CENTRAL_AFRICA))
    assert len(drawn) < 30_000
    assert {json.dumps(f["properties"]) for f in json.loads(drawn)["features"]} == {"{}"}
    base_map.cache_clear()
    assert base_map(box_around(CENTRAL_AFRICA)) == drawn

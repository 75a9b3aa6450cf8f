"""What the maps of a mission are drawn on: its own map, or the land around its areas."""

from __future__ import annotations

import json

from actors.mapping.basemap import Box, Point, base_map, box_around
from actors.mapping.mission_map import points_of
from actors.models import Area, Mission, MissionMap


def centres_of(mission: Mission) -> dict[int, Point]:
    """Longitude and latitude of each area whose centre is known, by the area's key."""
    known = Area.objects.active().filter(
        mission=mission, latitude__isnull=False, longitude__isnull=False
    )
    rows = known.values_list("pk", "longitude", "latitude")
    return {pk: (float(longitude), float(latitude)) for pk, longitude, latitude in rows}


def own_map_of(mission: Mission) -> MissionMap | None:
    return MissionMap.objects.filter(mission=mission).first()


def box_of(centres: dict[int, Point], own: MissionMap | None) -> Box | None:
    """The part of the Earth a mission's map shows; None while no place of it is known."""
    return box_around([*centres.values(), *(points_of(own.geojson) if own else ())])


def ground_of(centres: dict[int, Point], own: MissionMap | None) -> str | None:
    """GeoJSON as text: the mission's own map, or the land around its areas; None without places."""
    if own:
        return json.dumps(own.geojson, separators=(",", ":"))
    box = box_of(centres, None)
    return base_map(box) if box else None

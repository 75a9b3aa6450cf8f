"""Keeping a mission's own map."""

from __future__ import annotations

from actors.models import Mission, MissionMap, User


def keep_map(*, mission: Mission, geojson: dict, source: str, user: User) -> MissionMap:
    """Put a map that was read (`actors.mapping.mission_map`) in place of the one before."""
    kept, _is_new = MissionMap.objects.update_or_create(
        mission=mission, defaults={"geojson": geojson, "source": source, "uploaded_by": user}
    )
    return kept


def remove_map(*, mission: Mission) -> bool:
    """Go back to the base map; False if the mission had none of its own."""
    removed, _by_model = MissionMap.objects.filter(mission=mission).delete()
    return removed > 0

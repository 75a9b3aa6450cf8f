"""What a mission's directory holds at one moment, read whole: four statements, whatever its size.

Plain SQL for the same reason as in `actors.directory`: twenty thousand posts are read at once.
Areas are asked for post by post, from the index: joined, they took 20 s while the database had no
statistics of a mission just brought in.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection

from actors.models import Mission, ServiceStatus


class Place(NamedTuple):
    """An area of the mission, retired ones included: what lies below them still counts."""

    pk: int
    code: str
    name: str
    level: int
    parent: int | None
    in_use: bool


class PostRow(NamedTuple):
    """A post in use. No areas: the whole mission."""

    pk: int
    role: str
    assured_on: date
    areas: tuple[int, ...]
    has_desk: bool


class Presence(NamedTuple):
    """Somebody who holds a post and is there: as what, and on which duty if on shift."""

    user: int
    rank: str
    duty: str | None


class ServiceRow(NamedTuple):
    """A service that is open. No areas: the whole mission."""

    pk: int
    kind: str
    assured_on: date
    areas: tuple[int, ...]


@dataclass(frozen=True)
class Ground:
    """One reading of a mission's directory."""

    places: dict[int, Place]
    posts: list[PostRow]
    present: dict[int, list[Presence]]
    services: list[ServiceRow]


def read_ground(mission: Mission, *, at: datetime) -> Ground:
    """Read areas, posts, who is there at a moment, and services; four statements."""
    known = {"mission": mission.pk, "at": at, "open": ServiceStatus.ACTIVE.value}
    present = defaultdict(list)
    for post, user, rank, duty in _rows(_PRESENT, known):
        present[post].append(Presence(user, rank, duty))
    return Ground(
        places={row[0]: Place(*row) for row in _rows(_PLACES, known)},
        posts=[PostRow(*row) for row in _rows(_POSTS, known)],
        present=dict(present),
        services=[ServiceRow(*row) for row in _rows(_SERVICES, known)],
    )


def _rows(statement: str, known: dict[str, object]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, known)
        return cursor.fetchall()


_PLACES = """
SELECT id, code, name, level, parent_id, retired_at IS NULL
FROM actors_area WHERE mission_id = %(mission)s ORDER BY level, code
"""

_POSTS = """
SELECT p.id, p.role, least(p.assured_on, o.assured_on),
  ARRAY(SELECT area_id FROM actors_post_areas a WHERE a.post_id = p.id),
  EXISTS (SELECT FROM actors_contact c
    WHERE c.post_id = p.id AND c.channel = 'email' AND c.failed_at IS NULL)
FROM actors_post p JOIN actors_organization o ON o.id = p.organization_id
WHERE o.mission_id = %(mission)s AND p.retired_at IS NULL AND o.retired_at IS NULL
ORDER BY p.id
"""

_PRESENT = """
SELECT h.post_id, h.user_id, h.rank, s.rank
FROM actors_postholding h
JOIN actors_user u ON u.id = h.user_id AND u.is_active
JOIN actors_post p ON p.id = h.post_id AND p.retired_at IS NULL
JOIN actors_organization o ON o.id = p.organization_id AND o.mission_id = %(mission)s
LEFT JOIN actors_dutyshift s ON s.post_id = h.post_id AND s.user_id = h.user_id
  AND s.begins_at <= %(at)s AND s.ends_at > %(at)s
WHERE h.held_from <= %(at)s AND h.held_until > %(at)s AND NOT EXISTS (
  SELECT 1 FROM actors_leave l
  WHERE l.user_id = h.user_id AND l.begins_at <= %(at)s AND l.ends_at > %(at)s)
ORDER BY h.id
"""

_SERVICES = """
SELECT v.id, v.kind, least(v.assured_on, o.assured_on),
  ARRAY(SELECT area_id FROM actors_service_areas a WHERE a.service_id = v.id)
FROM actors_service v JOIN actors_organization o ON o.id = v.organization_id
WHERE o.mission_id = %(mission)s AND v.retired_at IS NULL AND o.retired_at IS NULL
  AND v.status = %(open)s
ORDER BY v.id
"""

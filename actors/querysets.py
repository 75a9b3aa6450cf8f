"""Questions about who exists, in the words a user would say."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from django.db import connection, models
from django.db.models import Q

if TYPE_CHECKING:
    from actors.models import Area, Mission

# Ancestors, descendants and declared affiliates of some organizations, themselves included.
# Siblings are left out: a parent in common is not a tie (policy 2.6, NO_SELF_ROUTE).
_RELATED = """
WITH RECURSIVE
up(id, parent_id) AS (
  SELECT id, parent_id FROM actors_organization WHERE id = ANY(%(ids)s)
  UNION SELECT o.id, o.parent_id FROM actors_organization o JOIN up ON o.id = up.parent_id
),
down(id) AS (
  SELECT id FROM actors_organization WHERE id = ANY(%(ids)s)
  UNION SELECT o.id FROM actors_organization o JOIN down ON o.parent_id = down.id
)
SELECT id FROM up
UNION SELECT id FROM down
UNION SELECT to_organization_id FROM actors_organization_affiliates
      WHERE from_organization_id = ANY(%(ids)s)
"""

_LINE = """
WITH RECURSIVE up(id, parent_id, path) AS (
  SELECT id, parent_id, ARRAY[id] FROM actors_organization WHERE id = %s
  UNION ALL
  SELECT o.id, o.parent_id, path || o.id
  FROM actors_organization o JOIN up ON o.id = up.parent_id WHERE o.id <> ALL(path)
)
SELECT id FROM up ORDER BY array_length(path, 1)
"""


# An area and those above it, nearest first.
_PATH = """
WITH RECURSIVE up AS (
  SELECT a.*, 0 AS step FROM actors_area a WHERE mission_id = %(mission)s AND code = %(code)s
  UNION ALL SELECT a.*, up.step + 1 FROM actors_area a JOIN up ON a.id = up.parent_id
  WHERE up.step < 10
)
SELECT * FROM up ORDER BY step
"""


class AreaQuerySet(models.QuerySet):
    def with_path(self) -> AreaQuerySet:
        """Load each area with all its parents and its mission in one statement."""
        return self.select_related("mission", "parent__parent__parent")

    def of_mission(self, mission: Mission, code: str) -> Area | None:
        """The mission's area of this code with all its parents; one statement, without joins."""
        path = list(self.raw(_PATH, {"mission": mission.pk, "code": code}))
        for area, parent in pairwise(path):
            area.parent = parent
        for area in path:
            area.mission = mission
        return path[0] if path else None


class OrganizationQuerySet(models.QuerySet):
    def active(self) -> OrganizationQuerySet:
        return self.filter(retired_at=None)

    def related_to(self, ids: list[int]) -> frozenset[int]:
        """Ids of the organizations tied to any of these, themselves included; one statement."""
        if not ids:
            return frozenset()
        with connection.cursor() as cursor:
            cursor.execute(_RELATED, {"ids": list(ids)})
            return frozenset(row[0] for row in cursor.fetchall())

    def line_of(self, organization_id: int | None) -> list[int]:
        """Ids from this organization up to the topmost, nearest first; one statement."""
        with connection.cursor() as cursor:
            cursor.execute(_LINE, [organization_id])
            return [row[0] for row in cursor.fetchall()]


class PostQuerySet(models.QuerySet):
    def active(self) -> PostQuerySet:
        return self.filter(retired_at=None, organization__retired_at=None)

    def covering(self, area: Area) -> PostQuerySet:
        """Posts that answer for this area: of the area itself, of one above it, or mission-wide."""
        return (
            self.active()
            .filter(organization__mission_id=area.mission_id)
            .filter(Q(areas=None) | Q(areas__in=area.path()))
        )


class HoldingQuerySet(models.QuerySet):
    def on_duty(self, at: datetime) -> HoldingQuerySet:
        """Holdings in force at this moment, by people whose account is active."""
        return self.filter(held_from__lte=at, held_until__gt=at, user__is_active=True)

    def unfinished(self, at: datetime) -> HoldingQuerySet:
        """Holdings in force at this moment or still to begin."""
        return self.filter(held_until__gt=at)

"""Questions about who exists, in the words a user would say."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from django.db import connection, models
from django.db.models import Q

if TYPE_CHECKING:
    from actors.models import Area, Mission

# Who answers for a post is asked in this order (`actors.models.Rank`).
RANKS = ("primary", "member", "deputy", "second")

# Ancestors, descendants and declared affiliates of some organizations, themselves included.
# Siblings are left out: a parent in common is not a tie (policy 2.6, NO_SELF_ROUTE). Who is
# linked to a party (with all that is part of them) is tied to that party's whole line, and the
# party's line to them: asked from either side the answer is the same.
_RELATED = """
WITH RECURSIVE
up(id, parent_id, party_link_id) AS (
  SELECT id, parent_id, party_link_id FROM actors_organization WHERE id = ANY(%(ids)s)
  UNION SELECT o.id, o.parent_id, o.party_link_id
  FROM actors_organization o JOIN up ON o.id = up.parent_id
),
down(id) AS (
  SELECT id FROM actors_organization WHERE id = ANY(%(ids)s)
  UNION SELECT o.id FROM actors_organization o JOIN down ON o.parent_id = down.id
),
own(id) AS (SELECT id FROM up UNION SELECT id FROM down),
linked(id) AS (
  SELECT o.id FROM actors_organization o JOIN own ON o.party_link_id = own.id
  UNION SELECT o.id FROM actors_organization o JOIN linked ON o.parent_id = linked.id
),
party_up(id, parent_id) AS (
  SELECT o.id, o.parent_id FROM actors_organization o JOIN up ON o.id = up.party_link_id
  UNION SELECT o.id, o.parent_id
  FROM actors_organization o JOIN party_up ON o.id = party_up.parent_id
),
party_down(id) AS (
  SELECT o.id FROM actors_organization o JOIN up ON o.id = up.party_link_id
  UNION SELECT o.id FROM actors_organization o JOIN party_down ON o.parent_id = party_down.id
)
SELECT id FROM own
UNION SELECT id FROM linked
UNION SELECT id FROM party_up
UNION SELECT id FROM party_down
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
  SELECT a.*, 0 AS step FROM actors_area a
  WHERE mission_id = %(mission)s AND code = %(code)s AND retired_at IS NULL
  UNION ALL SELECT a.*, up.step + 1 FROM actors_area a JOIN up ON a.id = up.parent_id
  WHERE up.step < 10
)
SELECT * FROM up ORDER BY step
"""


class InUseQuerySet(models.QuerySet):
    def active(self) -> InUseQuerySet:
        return self.filter(retired_at=None)


class MissionQuerySet(InUseQuerySet):
    """Missions; `active()` leaves out the retired."""


class AreaQuerySet(InUseQuerySet):
    def with_path(self) -> AreaQuerySet:
        """Load each area with all its parents and its mission in one statement."""
        return self.select_related("mission", "parent__parent__parent")

    def of_mission(self, mission: Mission, code: str) -> Area | None:
        """The mission's area of this code with all its parents; one statement, without joins.

        None for a retired area: nothing new happens there.
        """
        path = list(self.raw(_PATH, {"mission": mission.pk, "code": code}))
        for area, parent in pairwise(path):
            area.parent = parent
        for area in path:
            area.mission = mission
        return path[0] if path else None


class OrganizationQuerySet(InUseQuerySet):
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

    def by_rank(self) -> HoldingQuerySet:
        """The holder first, then those of several, then deputies."""
        place = models.Case(
            *(models.When(rank=rank, then=step) for step, rank in enumerate(RANKS)),
            output_field=models.IntegerField(),
        )
        return self.order_by(place, "pk")


class ServiceQuerySet(InUseQuerySet):
    def active(self) -> ServiceQuerySet:
        """Services that are not retired, of organizations that are not."""
        return self.filter(retired_at=None, organization__retired_at=None)

    def covering(self, area: Area) -> ServiceQuerySet:
        """Services that serve this area: itself, one above it, or the whole mission."""
        return (
            self.active()
            .filter(organization__mission_id=area.mission_id)
            .filter(Q(areas=None) | Q(areas__in=area.path()))
            .distinct()
        )


class ContactQuerySet(models.QuerySet):
    def notifiable(self) -> ContactQuerySet:
        """Addresses the portal can write to and that work."""
        return self.filter(channel="email", failed_at=None)


class ShiftQuerySet(models.QuerySet):
    def at(self, moment: datetime) -> ShiftQuerySet:
        return self.filter(begins_at__lte=moment, ends_at__gt=moment)

    def between(self, begins: datetime, ends: datetime) -> ShiftQuerySet:
        """Shifts of which some part lies in this time."""
        return self.filter(begins_at__lt=ends, ends_at__gt=begins)


class LeaveQuerySet(models.QuerySet):
    def at(self, moment: datetime) -> LeaveQuerySet:
        return self.filter(begins_at__lte=moment, ends_at__gt=moment)

    def between(self, begins: datetime, ends: datetime) -> LeaveQuerySet:
        return self.filter(begins_at__lt=ends, ends_at__gt=begins)

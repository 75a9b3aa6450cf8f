"""Resolution: which post, organization and people answer for a role in an area at a moment.

A `Directory` is one reading of the posts that cover an area (one statement, whatever the
number of roles and the depth of the tree); resolving a role on it asks the database nothing
more. Whoever is on shift answers first. Without a shift the holders of the post do: a missing
roster is a gap to mend (gap board), never a reason to tell nobody. Leave takes somebody out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from django.db import connection
from django.db.models import Q

from actors.models import Area, Contact
from actors.roles import Role


class Cover(StrEnum):
    """Why these people answer for a post at a moment."""

    SHIFT = "shift"
    SHIFT_DEPUTY = "shift_deputy"
    HOLDER = "holder"
    DEPUTY = "deputy"
    DESK = "desk"
    NOBODY = "nobody"


# Who is asked first, and what it means when they answer.
_IN_TURN = (
    ("on_shift", Cover.SHIFT),
    ("shift_deputies", Cover.SHIFT_DEPUTY),
    ("shift_seconds", Cover.SHIFT_DEPUTY),
    ("primaries", Cover.HOLDER),
    ("deputies", Cover.DEPUTY),
    ("seconds", Cover.DEPUTY),
)


@dataclass(frozen=True)
class Seat:
    """A post as it stands at one moment: where, how near to the area, and who holds it."""

    post_id: int
    role: str
    title: str
    organization_id: int
    organization: str
    hrddp_status: str
    security_rating: int | None
    assured_on: date
    distance: int
    holders: tuple[int, ...] = ()
    cover: Cover = Cover.NOBODY
    has_desk: bool = False

    @property
    def is_deputy(self) -> bool:
        return self.cover in (Cover.DEPUTY, Cover.SHIFT_DEPUTY)

    @property
    def is_staffed(self) -> bool:
        """Somebody holds it, or its duty desk can be reached without a person being named."""
        return bool(self.holders) or self.has_desk


@dataclass
class Directory:
    """The seats that cover one area at one moment. `read_at` is the database's clock."""

    area: Area
    read_at: datetime
    seats: list[Seat] = field(default_factory=list)

    @classmethod
    def covering(cls, area: Area, *, at: datetime) -> Directory:
        """Read the directory for an area loaded `with_path()`; one statement."""
        path_length = len(area.path())
        read_at, rows = _rows(area, at)
        seats = [_seat(row, path_length) for row in rows]
        return cls(area, read_at, sorted(seats, key=lambda seat: (seat.distance, seat.post_id)))

    def candidates(self, role: str) -> list[Seat]:
        """Staffed seats of the role, nearest to the area first; a primary before a deputy."""
        seats = [seat for seat in self.seats if seat.role == role and seat.is_staffed]
        return sorted(seats, key=lambda seat: (seat.distance, seat.is_deputy))

    def resolve(
        self,
        role: str,
        *,
        filer_organizations: Iterable[int] = (),
        implicated: Collection[int] = frozenset(),
    ) -> Seat | None:
        """The seat that answers for a role, or None where nobody does.

        A supervisor is the filer's own line (policy 2.1): `filer_organizations` are the filer's
        organization and those above it, nearest first. `implicated` organizations are passed
        over, and the next one covering the area is taken (policy 2.10).
        """
        seats = [s for s in self.candidates(role) if s.organization_id not in implicated]
        if role == Role.UNPOL_SUPERVISOR:
            line = {pk: step for step, pk in enumerate(filer_organizations)}
            own = [seat for seat in seats if seat.organization_id in line]
            return min(own, key=lambda seat: line[seat.organization_id], default=None)
        return seats[0] if seats else None

    def seat_of(self, post_id: int | None) -> Seat | None:
        """The seat of one post, if it still covers the area."""
        return next((seat for seat in self.seats if seat.post_id == post_id), None)

    def roster(self) -> str:
        """Cover by the field focal point: on_duty, deputy or none (policy 2.4, R02)."""
        seat = self.resolve(Role.UNPOL_CPFP_FIELD)
        if seat is None:
            return "none"
        return "deputy" if seat.is_deputy else "on_duty"

    def hrddp(self, *, implicated: Collection[int] = frozenset()) -> str:
        """Due-diligence status of the host-State unit here; without one it counts as pending."""
        seat = self.resolve(Role.HS_POLICE_SPECIALISED, implicated=implicated)
        return (seat.hrddp_status if seat else "") or "pending"


def contacts_of(seats: Iterable[Seat]) -> dict[int, list[Contact]]:
    """Addresses to write to per post: of those who answer and of its desk; one statement."""
    seats = list(seats)
    posts = {seat.post_id for seat in seats}
    users = {pk for seat in seats for pk in seat.holders}
    found = Contact.objects.notifiable().filter(Q(post__in=posts) | Q(user__in=users))
    contacts = list(found.order_by("pk"))
    return {
        seat.post_id: [
            c for c in contacts if c.post_id == seat.post_id or c.user_id in seat.holders
        ]
        for seat in seats
    }


def _seat(row: dict, path_length: int) -> Seat:
    nearest = row["nearest"]
    holders, cover = _answering(row)
    return Seat(
        distance=path_length if nearest is None else nearest - 1,
        holders=holders,
        cover=cover,
        **{name: row[name] for name in _AS_READ},
    )


def _answering(row: dict) -> tuple[tuple[int, ...], Cover]:
    """Who answers for a post, and as what; the first of `_IN_TURN` that is anybody."""
    for column, cover in _IN_TURN:
        if row[column]:
            return tuple(row[column]), cover
    return (), Cover.DESK if row["has_desk"] else Cover.NOBODY


_AS_READ = (
    "post_id",
    "role",
    "title",
    "organization_id",
    "organization",
    "hrddp_status",
    "security_rating",
    "assured_on",
    "has_desk",
)

# One statement for the posts that answer for an area, whoever holds them, and the time (a row
# without a post where there is none). Plain SQL, for building the same through the ORM took
# longer than PostgreSQL needs to answer it; and written so that it asks indexes about the posts
# of one area, not about all of a large mission. Supervisors are read whatever they cover: they
# answer for their own people, not for a place.
_SEATS = """
WITH clock AS (SELECT clock_timestamp() AS read_at),
near AS (
  SELECT post_id, min(array_position(%(path)s, area_id)) AS nearest
  FROM actors_post_areas WHERE area_id = ANY(%(path)s) GROUP BY post_id
),
seat AS (
  SELECT p.id AS post_id, p.role, p.title, o.id AS organization_id, o.name AS organization,
    o.security_rating, near.nearest, least(p.assured_on, o.assured_on) AS assured_on,
    CASE WHEN o.hrddp_status <> '' AND o.hrddp_expires_on < %(at)s::date THEN 'pending'
      ELSE o.hrddp_status END AS hrddp_status
  FROM actors_post p JOIN actors_organization o ON o.id = p.organization_id
  LEFT JOIN near ON near.post_id = p.id
  WHERE o.mission_id = %(mission)s AND p.retired_at IS NULL AND o.retired_at IS NULL
    AND (near.post_id IS NOT NULL OR p.role = %(supervisor)s
      OR NOT EXISTS (SELECT FROM actors_post_areas a WHERE a.post_id = p.id))
),
present AS (
  SELECT h.post_id, h.user_id, h.id, h.rank, s.rank AS duty
  FROM seat JOIN actors_postholding h ON h.post_id = seat.post_id
  JOIN actors_user u ON u.id = h.user_id AND u.is_active
  LEFT JOIN actors_dutyshift s ON s.post_id = h.post_id AND s.user_id = h.user_id
    AND s.begins_at <= %(at)s AND s.ends_at > %(at)s
  WHERE h.held_from <= %(at)s AND h.held_until > %(at)s AND NOT EXISTS (
    SELECT FROM actors_leave l
    WHERE l.user_id = h.user_id AND l.begins_at <= %(at)s AND l.ends_at > %(at)s)
),
held AS (
  SELECT post_id,
    array_agg(user_id ORDER BY id) FILTER (WHERE duty = 'primary') AS on_shift,
    array_agg(user_id ORDER BY id) FILTER (WHERE duty = 'deputy') AS shift_deputies,
    array_agg(user_id ORDER BY id) FILTER (WHERE duty = 'second') AS shift_seconds,
    array_agg(user_id ORDER BY id) FILTER (WHERE rank IN ('primary', 'member')) AS primaries,
    array_agg(user_id ORDER BY id) FILTER (WHERE rank = 'deputy') AS deputies,
    array_agg(user_id ORDER BY id) FILTER (WHERE rank = 'second') AS seconds
  FROM present GROUP BY post_id
)
SELECT clock.read_at, seat.*, held.on_shift, held.shift_deputies, held.shift_seconds,
  held.primaries, held.deputies, held.seconds,
  EXISTS (SELECT FROM actors_contact c
    WHERE c.post_id = seat.post_id AND c.channel = 'email' AND c.failed_at IS NULL) AS has_desk
FROM clock LEFT JOIN (seat LEFT JOIN held ON held.post_id = seat.post_id) ON true
ORDER BY seat.post_id
"""


def _rows(area: Area, at: datetime) -> tuple[datetime, list[dict]]:
    known = {
        "path": [place.pk for place in area.path()],
        "at": at,
        "mission": area.mission_id,
        "supervisor": Role.UNPOL_SUPERVISOR.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SEATS, known)
        names = [column.name for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    read_at, posts = found[0]["read_at"], [row for row in found if row["post_id"] is not None]
    return read_at, posts

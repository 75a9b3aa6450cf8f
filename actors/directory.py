"""Resolution: which post, organization and people answer for a role in an area at a moment.

A `Directory` is one reading of the posts that cover an area (two statements, whatever the
number of roles); resolving a role on it asks the database nothing more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q

from actors.models import Area, Contact, Post, PostHolding
from actors.roles import Role


@dataclass(frozen=True)
class Seat:
    """A post as it stands at one moment: where, how near to the area, and who holds it."""

    post_id: int
    role: str
    title: str
    organization_id: int
    organization: str
    hrddp_status: str
    distance: int
    holders: tuple[int, ...] = ()
    is_deputy: bool = False
    has_desk: bool = False

    @property
    def is_staffed(self) -> bool:
        """Somebody holds it, or its duty desk can be reached without a person being named."""
        return bool(self.holders) or self.has_desk


@dataclass
class Directory:
    """The seats that cover one area at one moment."""

    area: Area
    seats: list[Seat] = field(default_factory=list)

    @classmethod
    def covering(cls, area: Area, *, at: datetime) -> Directory:
        """Read the directory for an area loaded `with_path()`; two statements."""
        rows = _post_rows(area)
        holdings = _holdings([row["pk"] for row in rows], at)
        distance = {place.pk: step for step, place in enumerate(area.path())}
        seats = [_seat(row, holdings.get(row["pk"], []), distance) for row in rows]
        return cls(area, sorted(seats, key=lambda seat: (seat.distance, seat.post_id)))

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

    def roster(self) -> str:
        """Cover by the field focal point: on_duty, deputy or none (policy 2.4, R02)."""
        seat = self.resolve(Role.UNPOL_CPFP_FIELD)
        if seat is None:
            return "none"
        return "deputy" if seat.is_deputy else "on_duty"

    def hrddp(self) -> str:
        """Due-diligence status of the host-State unit here; without one it counts as pending."""
        seat = self.resolve(Role.HS_POLICE_SPECIALISED)
        return (seat.hrddp_status if seat else "") or "pending"


def contacts_of(seats: Iterable[Seat]) -> dict[int, list[Contact]]:
    """Working contacts per post: those of its holders and of its duty desk; one statement."""
    seats = list(seats)
    posts = {seat.post_id for seat in seats}
    users = {pk for seat in seats for pk in seat.holders}
    found = Contact.objects.filter(failed_at=None).filter(Q(post__in=posts) | Q(user__in=users))
    by_post: dict[int, list[Contact]] = {seat.post_id: [] for seat in seats}
    for contact in found.order_by("pk"):
        for seat in {seat.post_id: seat for seat in seats}.values():
            if contact.post_id == seat.post_id or contact.user_id in seat.holders:
                by_post[seat.post_id].append(contact)
    return by_post


def _post_rows(area: Area) -> list[dict]:
    covered = Post.areas.through.objects.filter(post=OuterRef("pk")).values("area_id")
    desks = Contact.objects.filter(post=OuterRef("pk"), failed_at=None).values("pk")
    return list(
        Post.objects.covering(area)
        .annotate(covered=ArraySubquery(covered), desks=ArraySubquery(desks))
        .distinct()
        .values(
            "pk",
            "role",
            "title",
            "organization_id",
            "organization__name",
            "organization__hrddp_status",
            "covered",
            "desks",
        )
    )


def _holdings(post_ids: list[int], at: datetime) -> dict[int, list[tuple[int, bool]]]:
    found: dict[int, list[tuple[int, bool]]] = {}
    rows = PostHolding.objects.on_duty(at).filter(post__in=post_ids).order_by("is_deputy", "pk")
    for post_id, user_id, is_deputy in rows.values_list("post_id", "user_id", "is_deputy"):
        found.setdefault(post_id, []).append((user_id, is_deputy))
    return found


def _seat(row: dict, holdings: list[tuple[int, bool]], distance: dict[int, int]) -> Seat:
    primaries = tuple(user for user, is_deputy in holdings if not is_deputy)
    deputies = tuple(user for user, is_deputy in holdings if is_deputy)
    nearest = min((distance[pk] for pk in row["covered"] if pk in distance), default=len(distance))
    return Seat(
        post_id=row["pk"],
        role=row["role"],
        title=row["title"],
        organization_id=row["organization_id"],
        organization=row["organization__name"],
        hrddp_status=row["organization__hrddp_status"],
        distance=nearest,
        holders=primaries or deputies,
        is_deputy=not primaries and bool(deputies),
        has_desk=bool(row["desks"]),
    )

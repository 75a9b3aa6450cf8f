"""What somebody stands for at this moment: the posts they hold, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property

from django.db import connection
from django.db.models import Field
from django.utils import timezone

from actors.models import Mission, Organization, Post, User
from actors.roles import Role


@dataclass(frozen=True)
class Standing:
    """A person's posts now. Everything they may see or do is derived from it."""

    posts: tuple[Post, ...]

    @property
    def post_ids(self) -> list[int]:
        return [post.pk for post in self.posts]

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(post.role for post in self.posts)

    @property
    def organizations(self) -> list[Organization]:
        return [post.organization for post in self.posts]

    @property
    def group_ids(self) -> list[int]:
        """The groups that explicit shares to their organizations name."""
        return [organization.group_id for organization in self.organizations]

    @property
    def serves_host_state(self) -> bool:
        return any(organization.serves_host_state for organization in self.organizations)

    @cached_property
    def related_organization_ids(self) -> frozenset[int]:
        """Organizations whose implication shuts this person out (policy 2.6, NO_SELF_ROUTE)."""
        return Organization.objects.related_to([org.pk for org in self.organizations])

    def missions(self, role: str | None = None) -> list[Mission]:
        """Missions in which they hold a post (of this role, if one is named)."""
        found = {
            post.organization.mission.pk: post.organization.mission
            for post in self.posts
            if role is None or post.role == role
        }
        return list(found.values())

    def missions_in_use(self) -> list[Mission]:
        """Missions in which they may do something new: not the retired ones."""
        return [mission for mission in self.missions() if mission.retired_at is None]

    def filing_post(self, mission: Mission) -> Post | None:
        """The post from which they file in this mission: the officer's own, else any."""
        here = [post for post in self.posts if post.organization.mission_id == mission.pk]
        return min(here, key=lambda post: post.role != Role.UNPOL_OFFICER, default=None)


def standing_of(user: User, at: datetime | None = None) -> Standing:
    """The posts this user holds now (or at a moment); one statement, remembered on the user."""
    if not user.is_authenticated:
        return Standing(posts=())
    if at is None and hasattr(user, "_standing"):
        return user._standing
    standing = _load(user, at or timezone.now())
    if at is None:
        user._standing = standing
    return standing


def _load(user: User, at: datetime) -> Standing:
    with connection.cursor() as cursor:
        cursor.execute(_held_sql(), {"user": user.pk, "at": at})
        posts = [_post(row) for row in cursor.fetchall()]
    return Standing(posts=tuple({post.pk: post for post in posts}.values()))


@cache
def _held_sql() -> str:
    """Posts with organization and mission. Plain SQL: every request begins with this, and the
    ORM needs longer to put the joins together than PostgreSQL to answer them.
    """
    columns = ", ".join(
        f'{alias}."{field.column}"'
        for alias, model in _PARTS
        for field in model._meta.concrete_fields
    )
    return f"""
        SELECT {columns} FROM actors_postholding h
        JOIN actors_user u ON u.id = h.user_id AND u.is_active
        JOIN actors_post p ON p.id = h.post_id AND p.retired_at IS NULL
        JOIN actors_organization o ON o.id = p.organization_id AND o.retired_at IS NULL
        JOIN actors_mission m ON m.id = o.mission_id
        WHERE h.user_id = %(user)s AND h.held_from <= %(at)s AND h.held_until > %(at)s
        ORDER BY h.rank IN ('deputy', 'second'), h.held_from, h.id
    """  # noqa: S608 - names of our own columns only


def _post(row: tuple) -> Post:
    """A row of `_held_sql` as a post with its organization and mission."""
    parts, begin = [], 0
    for _alias, model in _PARTS:
        fields = model._meta.concrete_fields
        values = map(_value, fields, row[begin : begin + len(fields)])
        names = [field.attname for field in fields]
        parts.append(model.from_db(connection.alias, names, list(values)))
        begin += len(fields)
    post, organization, organization.mission = parts
    post.organization = organization
    return post


def _value(field: Field, stored: object) -> object:
    """What the ORM makes of a stored value: JSON comes as text, for example."""
    read = getattr(field, "from_db_value", None)
    return read(stored, None, connection) if read else stored


_PARTS = (("p", Post), ("o", Organization), ("m", Mission))

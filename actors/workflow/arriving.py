"""Somebody arrives: whom they call in an area, and that they have read it.

Module 5 for UN police asks everybody, on arrival, to find out who the focal points are and how
reporting works in this mission (field policy, section 1a, key messages 5.1 and 5.2).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When

from actors.directory import Directory, Seat
from actors.models import (
    Area,
    Channel,
    Contact,
    ContactsRead,
    DutyShift,
    Leave,
    Mission,
    Organization,
    Post,
    PostHolding,
    Rank,
    User,
)
from actors.permissions import Reach, Viewer
from actors.roles import Role
from actors.standing import standing_of

# Who is led to "My contacts" after signing in for the first time.
ARRIVING = frozenset(
    {Role.UNPOL_OFFICER, Role.UNPOL_CPFP_FIELD, Role.UNPOL_CPFP_HQ, Role.UNPOL_SUPERVISOR}
)
# Whose own supervisor is a UN police supervisor.
SUPERVISED = ARRIVING | {Role.UNPOL_INVESTIGATION}

_CHANNELS = (Channel.PHONE, Channel.RADIO, Channel.EMAIL)


class ContactsChangedError(ValueError):
    """What somebody confirms to have read is no longer what is true."""


class Line(StrEnum):
    """Whom one may have to call."""

    FOCAL_POINT = "focal_point"
    DEPUTY = "deputy"
    HEADQUARTERS = "headquarters"
    LEAD = "lead"
    SUPERVISOR = "supervisor"
    WELFARE = "welfare"
    JOC = "joc"


@dataclass(frozen=True)
class Answer:
    """Who answers on a line: the post, who of its people, and how they are reached.

    `seat` is None where nobody does. `stands_in` marks headquarters answering for an area that
    has no focal point on duty. Each holding has `until`, the end of the shift, None without one.
    """

    line: Line
    seat: Seat | None = None
    people: list[PostHolding] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    stands_in: bool = False


@dataclass(frozen=True)
class Calls:
    """All answers for an area, and the digest of what a reader has to know of them."""

    area: Area
    answers: list[Answer]
    digest: str

    @property
    def contacts(self) -> list[Contact]:
        """Every contact shown, each once."""
        shown = {c.pk: c for answer in self.answers for c in answer.contacts}
        return list(shown.values())


def areas_to_choose(*, viewer: Viewer) -> list[Area]:
    """The mission's areas; `is_own` marks those the viewer's posts name. One statement.

    A supervisor's post often names none: then those of the colleagues of the same site count.
    """
    posts = _posts_here(viewer)
    named = Post.areas.through.objects.filter(area=OuterRef("pk"))
    of_site = {"post__organization__in": {post.organization_id for post in posts}}
    marked = Area.objects.active().annotate(
        is_own=Exists(named.filter(post__in=[post.pk for post in posts])),
        is_near=Exists(named.filter(post__retired_at=None, **of_site)),
    )
    areas = list(marked.filter(mission=viewer.mission).order_by("level", "name"))
    if not any(area.is_own for area in areas):
        for area in areas:
            area.is_own = area.is_near
    return areas


def whom_to_call(*, viewer: Viewer, area: Area, at: datetime) -> Calls:
    """Who answers for an area loaded with its path; one reading of the directory.

    Four statements whatever there is to show. Contacts are only those the viewer may see.
    """
    directory = Directory.covering(area, at=at)
    seats = _seats(viewer, directory)
    holdings = _holdings(seats.values(), at)
    contacts = _contacts(viewer, seats.values(), holdings)
    answers = [_answer(line, seat, holdings, contacts) for line, seat in seats.items()]
    return Calls(area, answers, _digest(viewer.mission, area, seats, holdings, contacts))


def reading_of(*, user: User, mission: Mission, digest: str) -> ContactsRead | None:
    """When this was read; else the last reading for the same area; None: never. One statement."""
    place = digest.partition(":")[0]
    past = ContactsRead.objects.filter(user=user, mission=mission, digest__startswith=f"{place}:")
    same_first = Case(When(digest=digest, then=Value(0)), default=Value(1))
    return past.order_by(same_first, "-read_at").first()


@transaction.atomic
def confirm_reading(*, user: User, mission: Mission, read: str, current: str) -> ContactsRead:
    """Note that somebody has read whom to call. `read` is the digest of the page they had.

    Raises:
        ContactsChangedError: it changed while they were reading.
    """
    if read != current:
        raise ContactsChangedError
    reading, _created = ContactsRead.objects.get_or_create(
        user=user, mission=mission, digest=current
    )
    return reading


def mission_to_read_of(user: User) -> Mission | None:
    """The mission whose contacts a newcomer has not read; at most one statement."""
    missions = {
        post.organization.mission.pk: post.organization.mission
        for post in standing_of(user).posts
        if post.role in ARRIVING and post.organization.mission.retired_at is None
    }
    if not missions:
        return None
    known = ContactsRead.objects.filter(user=user, mission__in=missions)
    read = set(known.values_list("mission", flat=True).order_by().distinct())
    return next((mission for pk, mission in missions.items() if pk not in read), None)


def post_of(viewer: Viewer) -> Post | None:
    """The viewer's own post in the mission looked at, None for administrators."""
    return standing_of(viewer.user).filing_post(viewer.mission)


def _posts_here(viewer: Viewer) -> list[Post]:
    posts = standing_of(viewer.user).posts
    return [post for post in posts if post.organization.mission_id == viewer.mission.pk]


def _seats(viewer: Viewer, directory: Directory) -> dict[Line, Seat | None]:
    """The seat on each line that concerns this viewer.

    Who is not of the mission reaches it through those who lead on child protection alone.
    """
    lead = {Line.LEAD: directory.resolve(viewer.mission.lead_role)}
    if viewer.reach < Reach.INSIDE:
        return lead
    field_seat = directory.resolve(Role.UNPOL_CPFP_FIELD)
    headquarters = directory.resolve(Role.UNPOL_CPFP_HQ)
    nearest = field_seat or headquarters
    seats = {Line.FOCAL_POINT: nearest}
    if nearest:
        seats[Line.DEPUTY] = nearest
    if field_seat:
        seats[Line.HEADQUARTERS] = headquarters
    seats |= lead
    post = post_of(viewer)
    if post and post.role in SUPERVISED:
        seats[Line.SUPERVISOR] = _supervisor(directory, post)
    return seats | {
        Line.JOC: directory.resolve(Role.JOC),
        Line.WELFARE: directory.resolve(Role.STAFF_WELFARE),
    }


def _supervisor(directory: Directory, post: Post) -> Seat | None:
    """A supervisor's own supervisor sits further up the line."""
    line = Organization.objects.line_of(post.organization_id)
    own_line = line[1:] if post.role == Role.UNPOL_SUPERVISOR else line
    return directory.resolve(Role.UNPOL_SUPERVISOR, filer_organizations=own_line)


def _holdings(seats: Iterable[Seat | None], at: datetime) -> list[PostHolding]:
    """Everybody who holds these posts now, marked with leave and the end of their shift."""
    posts = {seat.post_id for seat in seats if seat}
    away = Leave.objects.at(at).filter(user=OuterRef("user"))
    shift = DutyShift.objects.at(at).filter(post=OuterRef("post"), user=OuterRef("user"))
    found = PostHolding.objects.on_duty(at).filter(post__in=posts).select_related("user")
    marked = found.annotate(is_away=Exists(away), until=Subquery(shift.values("ends_at")[:1]))
    return list(marked.by_rank())


def _contacts(
    viewer: Viewer, seats: Iterable[Seat | None], holdings: list[PostHolding]
) -> list[Contact]:
    """The contacts of desks and people the viewer may see: telephone first."""
    posts = {seat.post_id for seat in seats if seat}
    people = {holding.user_id for holding in holdings}
    found = viewer.contacts().filter(Q(post__in=posts) | Q(user__in=people))
    found = found.select_related("user", "post__organization")
    by_channel = sorted(found, key=lambda c: (_CHANNELS.index(c.channel), c.pk))
    return sorted(by_channel, key=lambda c: c.post_id is None)


def _answer(
    line: Line, seat: Seat | None, holdings: list[PostHolding], contacts: list[Contact]
) -> Answer:
    if seat is None:
        return Answer(line)
    of_post = [h for h in holdings if h.post_id == seat.post_id]
    if line == Line.DEPUTY:
        people, desk = _in_reserve(seat, of_post), None
    else:
        people, desk = [h for h in of_post if h.user_id in seat.holders], seat.post_id
    users = {h.user_id for h in people}
    return Answer(
        line,
        seat,
        people,
        contacts=[c for c in contacts if c.user_id in users or (desk and c.post_id == desk)],
        stands_in=line == Line.FOCAL_POINT and seat.role == Role.UNPOL_CPFP_HQ,
    )


def _in_reserve(seat: Seat, of_post: list[PostHolding]) -> list[PostHolding]:
    """Who is here and does not answer already: a holder off shift, then the deputies."""
    here = [h for h in of_post if not h.is_away and h.user_id not in seat.holders]
    return [h for h in here if h.rank != Rank.MEMBER]


def _digest(
    mission: Mission,
    area: Area,
    seats: dict[Line, Seat | None],
    holdings: list[PostHolding],
    contacts: list[Contact],
) -> str:
    """What a reader has to know: posts, all their people and desks, and the reporting line.

    Not who is on shift at this hour: that changes thrice a day and needs no new reading.
    The area's code comes first, for each area is read on its own.
    """
    known = [
        [(line, seat and seat.post_id) for line, seat in seats.items()],
        sorted((h.post_id, h.user_id, h.user.name, h.rank) for h in holdings),
        sorted((c.post_id, c.channel, c.address) for c in contacts if c.post_id),
        [mission.lead_role, mission.reporting_line, mission.emergency_bypass],
        mission.reporting_line_words,
    ]
    said = hashlib.sha256(json.dumps(known).encode()).hexdigest()
    return f"{area.code}:{said[:40]}"

"""A large mission for `./run bench directory`: 500 districts, 40 roles, 20,000 entries to search.

Everything is made from numbers, so that each run has the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle, islice

from django.contrib.auth.models import Group
from django.utils import timezone

from actors.models import (
    Area,
    Contact,
    Mission,
    Organization,
    OrganizationKind,
    Post,
    PostHolding,
    Rank,
    Service,
    ServiceKind,
    User,
)
from actors.roles import Role

REGIONS, DISTRICTS_EACH = 20, 25
DISTRICTS = REGIONS * DISTRICTS_EACH
# Who answers everywhere, in each region, in each district: 40 roles, as the gap board shows them.
EVERYWHERE, REGIONAL, LOCAL = slice(0, 25), slice(25, 34), slice(34, 40)
NEVER_ROUTED = {
    Role.UNPOL_OFFICER,
    Role.UNPOL_SUPERVISOR,
    Role.HS_POLICE_GENERAL,
    Role.HS_SECURITY_FORCES,
    Role.COMMUNITY_LEADER,
    Role.NGO_REPORTER,
}
ROLES = [role for role in Role if role not in NEVER_ROUTED][:40]
PEOPLE, ORGANIZATIONS, SERVICES = 1_000, 2_000, 15_000
# fmt: off
WORDS = [
    "shelter", "clinic", "counselling", "legal", "learning", "reunification", "tracing", "water",
    "food", "registration", "livelihood", "mediation", "girls", "boys", "night", "mobile", "lake",
    "river", "northern", "hill", "market", "school", "harbour", "bridge", "garden", "hope",
    "dawn", "cedar", "acacia", "sparrow", "heron",
]
# fmt: on
LANGUAGES = ("en", "fr", "ar", "sw")


@dataclass(frozen=True)
class Country:
    """What was built."""

    mission: Mission
    districts: list[Area]
    organizations: list[Organization]


def build_country() -> Country:
    """Store the mission with all its entries; takes some seconds."""
    mission = Mission.objects.create(code="UNBENCH", name="Bench mission", is_fictional=True)
    regions = _areas(mission, 1, [(f"XB{n:02d}", f"Region {n}", None) for n in range(REGIONS)])
    districts = _areas(
        mission,
        2,
        [
            (f"{region.code}{n:02d}", f"{WORDS[n].title()} {region.name}", region)
            for region in regions
            for n in range(DISTRICTS_EACH)
        ],
    )
    organizations = _organizations(mission)
    _posts(organizations[0], regions, districts)
    _services(organizations, districts)
    return Country(mission, districts, organizations)


def _areas(mission: Mission, level: int, rows: list[tuple]) -> list[Area]:
    return Area.objects.bulk_create(
        Area(mission=mission, level=level, code=code, name=name, parent=parent)
        for code, name, parent in rows
    )


def _organizations(mission: Mission) -> list[Organization]:
    names = [_name(n, "Association") for n in range(ORGANIZATIONS)]
    groups = Group.objects.bulk_create(Group(name=f"UNBENCH: {name}") for name in names)
    return Organization.objects.bulk_create(
        Organization(
            mission=mission,
            name=name,
            group=group,
            kind=OrganizationKind.NGO_NATIONAL if n else OrganizationKind.MISSION_COMPONENT,
            description=f"Help for children: {_name(n * 7, 'and more')}.",
        )
        for n, (name, group) in enumerate(zip(names, groups, strict=True))
    )


def _posts(organization: Organization, regions: list[Area], districts: list[Area]) -> None:
    wanted = [(role, None) for role in ROLES[EVERYWHERE]]
    wanted += [(role, area) for role in ROLES[REGIONAL] for area in regions]
    wanted += [(role, area) for role in ROLES[LOCAL] for area in districts]
    posts = Post.objects.bulk_create(
        Post(role=role, organization=organization, title=f"{role.label}, {area or 'mission'}")
        for role, area in wanted
    )
    covered = [(post, area) for post, (_role, area) in zip(posts, wanted, strict=True) if area]
    Post.areas.through.objects.bulk_create(
        Post.areas.through(post=post, area=area) for post, area in covered
    )
    _hold(posts)


def _hold(posts: list[Post]) -> None:
    """Nine of ten posts have a holder, each third of these a deputy, each tenth a deputy only."""
    users = User.objects.bulk_create(
        User(username=f"bench{n}", name=f"Person {n}", email=f"bench{n}@example.org")
        for n in range(PEOPLE)
    )
    Contact.objects.bulk_create(Contact(user=user, address=user.email) for user in users)
    now = timezone.now()
    during = {"held_from": now - timedelta(days=30), "held_until": now + timedelta(days=200)}
    people = cycle(users)
    held = []
    for number, post in enumerate(posts):
        if number % 10:
            held.append(PostHolding(post=post, user=next(people), rank=Rank.PRIMARY, **during))
        if number % 3 == 0 and number % 20:
            held.append(PostHolding(post=post, user=next(people), rank=Rank.DEPUTY, **during))
    PostHolding.objects.bulk_create(held)


def _services(organizations: list[Organization], districts: list[Area]) -> None:
    kinds = cycle(ServiceKind.values)
    services = Service.objects.bulk_create(
        Service(
            organization=organizations[1 + n % (ORGANIZATIONS - 1)],
            name=_name(n, "service"),
            kind=next(kinds),
            description=f"For children who need it: {_name(n * 3 + 1, 'every day')}.",
            languages=[LANGUAGES[n % 4], LANGUAGES[(n + 1) % 4]],
        )
        for n in range(SERVICES)
    )
    Service.areas.through.objects.bulk_create(
        Service.areas.through(service=service, area=districts[n % DISTRICTS])
        for n, service in enumerate(services)
    )


def _name(number: int, last: str) -> str:
    """Three words and the number, the same each time."""
    steps = (number, number // 7 + 3, number // 31 + 11)
    words = [WORDS[step % len(WORDS)].title() for step in steps]
    return " ".join([*words, last, str(number)])


def queries(count: int) -> list[str]:
    """What people type: one word, two, a beginning, a kind with a place, and a slip."""
    shapes = cycle(
        [
            lambda a, b, n: a,
            lambda a, b, n: f"{a} {b}",
            lambda a, b, n: a[:4],
            lambda a, b, n: f"{a} Region {n % REGIONS}",
            lambda a, b, n: f"{a}{b[:1]}x",
        ]
    )
    pairs = ((WORDS[n % len(WORDS)], WORDS[(n * 5 + 2) % len(WORDS)], n) for n in range(count))
    return [shape(*pair) for shape, pair in zip(shapes, islice(pairs, count), strict=False)]

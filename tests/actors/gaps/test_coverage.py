"""The gap board says of every area and role exactly what resolution says."""

from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from actors.directory import Cover, Directory
from actors.gaps.coverage import Coverage, State
from actors.gaps.reading import read_ground
from actors.models import Area, Rank, ServiceKind, ShiftRank
from actors.roles import Role
from tests.factories import (
    AreaFactory,
    ContactFactory,
    DutyShiftFactory,
    LeaveFactory,
    OrganizationFactory,
    PostFactory,
    PostHoldingFactory,
    RegionFactory,
    ServiceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

ROLES = (Role.WHO, Role.CPA, Role.JOC, Role.UNPOL_CPFP_FIELD)
DAY = timedelta(days=1)


def coverage_of(mission, at=None) -> Coverage:
    return Coverage(read_ground(mission, at=at or timezone.now()))


@pytest.mark.parametrize("seed", range(25))
def test_it_says_what_resolution_says(mission, other_mission, seed):
    scatter(mission, Random(seed))
    scatter(other_mission, Random(seed + 1000))
    for at in (timezone.now(), timezone.now() + 5 * DAY):
        coverage = coverage_of(mission, at)
        for area in Area.objects.with_path().filter(mission=mission):
            directory = Directory.covering(area, at=at)
            for role in ROLES:
                assert said(coverage.of(area.pk).get(role)) == said_by(directory.resolve(role))


def said(answer) -> tuple | None:
    return answer and (answer.pk, answer.cover, answer.holders, answer.assured_on)


def said_by(seat) -> tuple | None:
    return seat and (seat.post_id, seat.cover, seat.holders, seat.assured_on)


def scatter(mission, dice: Random) -> None:
    """A random directory with everything that resolution looks at."""
    regions = [RegionFactory(mission=mission) for _ in range(3)]
    districts = [AreaFactory(parent=dice.choice(regions)) for _ in range(5)]
    villages = [AreaFactory(parent=dice.choice(districts)) for _ in range(4)]
    areas = [*regions, *districts, *villages]
    Area.objects.filter(pk=districts[0].pk).update(retired_at=timezone.now())
    organizations = [OrganizationFactory(mission=mission) for _ in range(4)]
    organizations[0].retired_at = timezone.now()
    organizations[0].assured_on = timezone.now().date() - 200 * DAY
    organizations[0].save()
    people = [UserFactory(is_active=dice.random() > 0.2) for _ in range(8)]
    for person in people:
        if dice.random() < 0.3:
            LeaveFactory(user=person)
    for _ in range(14):
        settle_post(mission, dice, organizations, areas, people)


def settle_post(mission, dice: Random, organizations, areas, people) -> None:
    now = timezone.now()
    post = PostFactory(
        role=dice.choice(ROLES),
        organization=dice.choice(organizations),
        areas=dice.sample(areas, dice.choice([0, 1, 1, 2, 3])),
        retired_at=dice.choice([None, None, None, now]),
        assured_on=now.date() - dice.randrange(300) * DAY,
    )
    if dice.random() < 0.3:
        ContactFactory(user=None, post=post, failed_at=dice.choice([None, now]))
    ranks = dice.sample([*Rank, Rank.MEMBER], dice.randrange(4))
    for person, rank in zip(dice.sample(people, len(ranks)), ranks, strict=True):
        begins = now + dice.choice([-10, -10, -10, 2]) * DAY
        PostHoldingFactory(
            post=post,
            user=person,
            rank=rank,
            held_from=begins,
            held_until=begins + dice.choice([5, 11, 12, 300, 300]) * DAY,
        )
    shifts = dice.sample(list(ShiftRank), dice.randrange(3))
    for person, rank in zip(dice.sample(people, len(shifts)), shifts, strict=True):
        begins = now + dice.choice([timedelta(hours=-1), timedelta(hours=-1), 5 * DAY])
        DutyShiftFactory(post=post, user=person, rank=rank, begins_at=begins)


def test_a_service_of_the_region_serves_its_districts(mission, region, district):
    service = ServiceFactory(
        organization=OrganizationFactory(mission=mission), areas=[region], kind="health"
    )
    neighbour = AreaFactory(parent=RegionFactory(mission=mission))
    coverage = coverage_of(mission)
    assert coverage.of(district.pk)[ServiceKind.HEALTH].pk == service.pk
    assert ServiceKind.HEALTH not in coverage.of(neighbour.pk)


def test_the_service_confirmed_last_stands_for_its_kind(mission, region, district):
    today = timezone.now().date()
    organization = OrganizationFactory(mission=mission)
    stale = {"kind": "health", "organization": organization, "assured_on": today - 200 * DAY}
    ServiceFactory(**stale, areas=[district])
    assert coverage_of(mission).state(district.pk, "health", on=today) == State.UNUSABLE
    ServiceFactory(kind="health", organization=organization, areas=[region])
    assert coverage_of(mission).state(district.pk, "health", on=today) == State.COVERED


@pytest.mark.parametrize("status", ["inactive", "temporarily closed", "defunct"])
def test_a_service_that_is_not_open_serves_nobody(mission, district, status):
    ServiceFactory(organization=OrganizationFactory(mission=mission), kind="health", status=status)
    assert coverage_of(mission).of(district.pk) == {}


@pytest.mark.parametrize(
    ("days", "state"),
    [(90, State.COVERED), (91, State.MARKED), (180, State.MARKED), (181, State.UNUSABLE)],
)
def test_an_entry_is_unassured_after_90_days_and_more_so_after_180(mission, district, days, state):
    today = timezone.now().date()
    post = PostFactory(
        role=Role.WHO,
        organization=OrganizationFactory(mission=mission),
        assured_on=today - days * DAY,
    )
    PostHoldingFactory(post=post)
    assert coverage_of(mission).state(district.pk, Role.WHO, on=today) == state


def test_a_deputy_alone_is_less_than_covered(mission, district):
    today = timezone.now().date()
    post = PostFactory(role=Role.WHO, organization=OrganizationFactory(mission=mission))
    assert coverage_of(mission).state(district.pk, Role.WHO, on=today) == State.NOBODY
    PostHoldingFactory(post=post, rank=Rank.DEPUTY)
    assert coverage_of(mission).of(district.pk)[Role.WHO].cover == Cover.DEPUTY
    assert coverage_of(mission).state(district.pk, Role.WHO, on=today) == State.DEPUTY


def test_it_is_read_in_four_statements(mission, district, django_assert_num_queries):
    for role in ROLES:
        PostHoldingFactory(post__organization__mission=mission, post__role=role)
    with django_assert_num_queries(4):
        assert set(coverage_of(mission).of(district.pk)) == set(ROLES)

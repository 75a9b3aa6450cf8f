"""The walk up the area tree says why each post was passed over, and ends where resolution does."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from actors.directory import Cover, Directory, Seat
from actors.models import Area
from actors.roles import Role
from actors.walking import Outcome, Step, walk
from tests.factories import (
    AreaFactory,
    LeaveFactory,
    OrganizationFactory,
    PostFactory,
    PostHoldingFactory,
)

REGION = Area(pk=1, name="Lakeside", code="QM02", level=1)
DISTRICT = Area(pk=2, name="Port Sela", code="QM0201", level=2, parent=REGION)
ROLES = (Role.WHO, Role.JOC, Role.UNPOL_SUPERVISOR)


def seat(post_id: int, distance: int = 0, **fields) -> Seat:
    """A post that its holder answers for, unless told otherwise."""
    values = {
        "role": Role.WHO,
        "title": "",
        "organization_id": post_id,
        "organization": f"Organization {post_id}",
        "hrddp_status": "",
        "security_rating": None,
        "assured_on": date(2026, 1, 1),
        "holders": (post_id,),
        "cover": Cover.HOLDER,
    }
    return Seat(post_id=post_id, distance=distance, **values | fields)


def nobody_at(post_id: int, distance: int = 0) -> Seat:
    return seat(post_id, distance, holders=(), cover=Cover.NOBODY)


def directory(*seats: Seat) -> Directory:
    """As `Directory.covering` sorts what it reads."""
    in_order = sorted(seats, key=lambda seat: (seat.distance, seat.post_id))
    return Directory(DISTRICT, timezone.now(), in_order)


def outcomes(steps: list[Step]) -> list[list[tuple[int, str]]]:
    return [[(each.seat.post_id, each.outcome) for each in step.found] for step in steps]


def test_every_place_is_named_from_the_district_to_the_whole_mission():
    steps = walk(directory(), Role.WHO)
    assert [step.area for step in steps] == [DISTRICT, REGION, None]
    assert outcomes(steps) == [[], [], []]


def test_the_nearest_answers_and_those_farther_away_are_not_needed():
    found = outcomes(walk(directory(seat(1, 1), seat(2, 2), seat(3, 0, role=Role.JOC)), Role.WHO))
    assert found == [[], [(1, Outcome.CHOSEN)], [(2, Outcome.FARTHER)]]


def test_who_cannot_answer_is_passed_over_with_the_reason():
    seats = (nobody_at(1), nobody_at(2), seat(3), seat(4, 1))
    steps = walk(directory(*seats), Role.WHO, implicated={3}, on_leave={2})
    assert outcomes(steps) == [
        [(1, Outcome.NOBODY), (2, Outcome.ON_LEAVE), (3, Outcome.IMPLICATED)],
        [(4, Outcome.CHOSEN)],
        [],
    ]


def test_at_one_place_a_holder_goes_before_a_deputy_and_one_is_enough():
    deputy = seat(1, cover=Cover.DEPUTY)
    found = outcomes(walk(directory(deputy, seat(2), seat(3)), Role.WHO))[0]
    assert found == [(1, Outcome.DEPUTY), (2, Outcome.CHOSEN), (3, Outcome.ONE_IS_ENOUGH)]


def test_a_duty_desk_answers_although_its_people_are_on_leave():
    desk = seat(1, holders=(), cover=Cover.DESK, has_desk=True)
    assert outcomes(walk(directory(desk), Role.WHO, on_leave={1}))[0] == [(1, Outcome.CHOSEN)]


def test_a_supervisor_is_looked_for_along_the_filers_line_and_not_by_place():
    seats = [seat(n, distance=n, role=Role.UNPOL_SUPERVISOR) for n in (1, 2)]
    other = seat(9, role=Role.UNPOL_SUPERVISOR)
    steps = walk(directory(*seats, other), Role.UNPOL_SUPERVISOR, filer_organizations=[7, 2, 1])
    assert [(step.organization_id, step.area) for step in steps] == [
        (7, None),
        (2, None),
        (1, None),
    ]
    assert outcomes(steps) == [[], [(2, Outcome.CHOSEN)], [(1, Outcome.FARTHER)]]


SEATS = st.lists(
    st.builds(
        lambda role, distance, organization, cover: {
            "role": role,
            "distance": distance,
            "organization_id": organization,
            "cover": cover,
            "holders": () if cover in (Cover.NOBODY, Cover.DESK) else (1,),
            "has_desk": cover == Cover.DESK,
        },
        st.sampled_from(ROLES),
        st.integers(0, 2),
        st.integers(1, 5),
        st.sampled_from(Cover),
    ),
    max_size=8,
)


@given(
    seats=SEATS,
    implicated=st.frozensets(st.integers(1, 5), max_size=3),
    line=st.lists(st.integers(1, 5), unique=True, max_size=4),
    role=st.sampled_from(ROLES),
    on_leave=st.frozensets(st.integers(0, 7)),
)
def test_the_chosen_one_is_exactly_the_one_that_resolution_gives(
    seats, implicated, line, role, on_leave
):
    read = directory(*(seat(number, **fields) for number, fields in enumerate(seats)))
    asked = {"implicated": implicated, "filer_organizations": line}
    steps = walk(read, role, **asked, on_leave=on_leave)
    found = [each for step in steps for each in step.found]
    chosen = [each.seat for each in found if each.outcome == Outcome.CHOSEN]
    resolved = read.resolve(role, **asked)
    assert chosen == ([resolved] if resolved else [])
    posts = [each.seat.post_id for each in found]
    assert len(posts) == len(set(posts))
    if role != Role.UNPOL_SUPERVISOR:
        assert sorted(posts) == [s.post_id for s in sorted(read.seats, key=_post) if s.role == role]


def _post(seat: Seat) -> int:
    return seat.post_id


@pytest.mark.django_db
def test_it_asks_the_database_nothing(mission, region, district, django_assert_num_queries):
    sub = AreaFactory(parent=district, level=3)
    holding = PostHoldingFactory(
        post=PostFactory(role=Role.WHO, organization=OrganizationFactory(mission=mission))
    )
    away = PostHoldingFactory(
        post=PostFactory(
            role=Role.WHO, organization=OrganizationFactory(mission=mission), areas=[region]
        )
    )
    LeaveFactory(user=away.user)
    area = Area.objects.with_path().get(pk=sub.pk)
    read = Directory.covering(area, at=timezone.now() + timedelta(minutes=1))
    with django_assert_num_queries(0):
        steps = walk(read, Role.WHO, on_leave={away.post_id})
    assert [step.area for step in steps] == [sub, district, region, None]
    assert outcomes(steps)[2:] == [
        [(away.post_id, Outcome.ON_LEAVE)],
        [(holding.post_id, Outcome.CHOSEN)],
    ]

"""Gaps in a roster, held against counting minute by minute."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.directory import Cover, Directory
from actors.gaps.shifts import uncovered, uncovered_shifts, watches, without
from actors.models import DutyShift
from tests.factories import (
    AreaFactory,
    DutyShiftFactory,
    LeaveFactory,
    OrganizationFactory,
    PostFactory,
    PostHoldingFactory,
    UserFactory,
)

MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)
MINUTES = 240

minutes = st.integers(0, MINUTES)
spans = st.lists(
    st.tuples(minutes, minutes).filter(lambda span: span[0] < span[1]), min_size=0, max_size=6
)


def at(minute: int) -> datetime:
    return MIDNIGHT + timedelta(minutes=minute)


def counted(taken) -> set[int]:
    return {minute for begins, ends in taken for minute in range(begins, ends)}


def as_minutes(found) -> list[tuple[int, int]]:
    return [tuple((moment - MIDNIGHT) // timedelta(minutes=1) for moment in span) for span in found]


@given(whole=st.tuples(minutes, minutes), taken=spans)
def test_what_is_left_is_what_counting_every_minute_leaves(whole, taken):
    left = as_minutes(without(tuple(map(at, whole)), [tuple(map(at, span)) for span in taken]))
    assert counted(left) == counted([whole]) - counted(taken)
    assert left == sorted(left)
    assert all(end < begin for (_, end), (begin, _) in pairwise(left))
    assert all(begins < ends for begins, ends in left)


@pytest.fixture
def post(mission):
    return PostFactory(organization=OrganizationFactory(mission=mission), has_roster=True)


def holder(post, *, held=(-1000, 1000), **person):
    user = UserFactory(**person)
    held_from, held_until = map(at, held)
    PostHoldingFactory(
        post=post, user=user, rank="member", held_from=held_from, held_until=held_until
    )
    return user


def on_duty(post, user, begins: int, ends: int, rank="primary"):
    DutyShiftFactory(post=post, user=user, rank=rank, begins_at=at(begins), ends_at=at(ends))


def gaps(post) -> list[tuple[int, int]]:
    return as_minutes(uncovered(post, at(0), at(MINUTES)))


def test_a_post_without_shifts_is_uncovered_all_the_time(post):
    assert gaps(post) == [(0, MINUTES)]


def test_shifts_of_any_rank_cover_and_those_reaching_out_count_inside(post):
    first, second = holder(post), holder(post)
    on_duty(post, first, -30, 60)
    on_duty(post, second, 60, 120, rank="deputy")
    on_duty(post, first, 200, 400)
    assert gaps(post) == [(120, 200)]


def test_leave_an_inactive_account_and_an_ended_holding_uncover(post):
    away, gone, ended = holder(post), holder(post, is_active=False), holder(post, held=(-9, 190))
    on_duty(post, away, 0, 60)
    LeaveFactory(user=away, begins_at=at(20), ends_at=at(40))
    on_duty(post, gone, 60, 120)
    on_duty(post, ended, 120, 240)
    assert gaps(post) == [(20, 40), (60, 120), (190, 240)]


def test_a_shift_of_somebody_who_never_held_the_post_covers_nothing(post):
    on_duty(post, UserFactory(), 0, 60)
    assert gaps(post) == [(0, MINUTES)]


def test_two_holdings_one_after_the_other_carry_one_shift(post):
    user = holder(post, held=(-10, 50))
    PostHoldingFactory(post=post, user=user, rank="member", held_from=at(50), held_until=at(500))
    on_duty(post, user, 0, 120)
    assert gaps(post) == [(120, 240)]


def test_a_shift_that_leave_interrupts_is_two_watches(post):
    user = holder(post)
    on_duty(post, user, 0, 60)
    LeaveFactory(user=user, begins_at=at(20), ends_at=at(40))
    found = watches([post], at(0), at(MINUTES))
    assert as_minutes(watch.span for watch in found) == [(0, 20), (40, 60)]


@pytest.mark.parametrize("minute", [10, 30, 70, 130, 189, 190, 230])
def test_resolution_lets_a_shift_answer_exactly_where_there_is_no_gap(post, mission, minute):
    away, ended = holder(post), holder(post, held=(-9, 190))
    on_duty(post, away, 0, 60)
    LeaveFactory(user=away, begins_at=at(20), ends_at=at(40))
    on_duty(post, ended, 120, 240)
    seat = Directory.covering(AreaFactory(mission=mission), at=at(minute)).seat_of(post.pk)
    is_gap = minute in counted(gaps(post))
    assert (seat.cover == Cover.SHIFT) == (not is_gap)


def test_only_posts_in_use_that_keep_a_roster_are_asked_for_gaps(post, mission, other_mission):
    PostFactory(organization=post.organization)
    PostFactory(organization=post.organization, has_roster=True, retired_at=MIDNIGHT)
    PostFactory(organization=OrganizationFactory(mission=other_mission), has_roster=True)
    covered = PostFactory(organization=post.organization, has_roster=True)
    on_duty(covered, holder(covered), 0, MINUTES)
    found = uncovered_shifts(mission, at(0), at(MINUTES))
    assert {key: as_minutes(spans) for key, spans in found.items()} == {post: [(0, MINUTES)]}


@pytest.mark.parametrize("number", [1, 3, 50])
def test_gaps_of_any_number_of_posts_take_three_statements(
    mission, number, django_assert_num_queries
):
    organization = OrganizationFactory(mission=mission)
    for _step in range(number):
        post = PostFactory(organization=organization, has_roster=True)
        on_duty(post, holder(post), 0, 60)
    assert DutyShift.objects.count() == number
    with django_assert_num_queries(3):
        found = uncovered_shifts(mission, at(0), at(MINUTES))
        assert [str(post.organization) for post in found] == [organization.name] * number

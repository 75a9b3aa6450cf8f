"""Keeping a roster: single shifts, weekly rules and leave, and what is refused."""

import threading
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from actors.models import DutyShift, Leave
from actors.workflow.rosters import (
    AlreadyOver,
    add_leave,
    add_series,
    add_shift,
    remove_leave,
    remove_series,
    remove_shift,
    shifts_left_empty,
)
from actors.workflow.weekly_rule import WeeklyRule, in_zone
from tests.factories import (
    DutyShiftFactory,
    LeaveFactory,
    MissionFactory,
    OrganizationFactory,
    PostFactory,
    PostHoldingFactory,
    UserFactory,
)

HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
EVERY_DAY = range(7)


@pytest.fixture
def post(db):
    mission = MissionFactory(time_zone="Africa/Bangui")
    return PostFactory(organization=OrganizationFactory(mission=mission), has_roster=True)


@pytest.fixture
def keeper(post):
    return PostHoldingFactory(post=post, user=UserFactory(name="Asha")).user


@pytest.fixture
def deputy(post):
    return PostHoldingFactory(post=post, rank="deputy", user=UserFactory(name="Ben")).user


@pytest.fixture
def noon():
    """Tomorrow at noon."""
    now = timezone.now() + timedelta(days=1)
    return now.replace(hour=12, minute=0, second=0, microsecond=0)


def refused(act, **given) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refusal:
        act(**given)
    return refusal.value.message_dict


def put(post, user, begins_at, hours=8, *, by, rank="primary"):
    ends_at = begins_at + hours * HOUR
    return add_shift(post=post, user=user, rank=rank, begins_at=begins_at, ends_at=ends_at, by=by)


def rule(first: date, last: date, begins=time(8), ends=time(16), weekdays=EVERY_DAY) -> WeeklyRule:
    return WeeklyRule(weekdays, begins, ends, first, last)


def in_days(days: int) -> date:
    return timezone.now().date() + timedelta(days=days)


# Who may


def test_the_holder_and_administrators_keep_the_roster_deputies_do_not(
    post, keeper, deputy, administrator, noon
):
    assert put(post, deputy, noon, by=keeper).user == deputy
    assert put(post, keeper, noon, by=administrator, rank="deputy").user == keeper
    with pytest.raises(PermissionDenied):
        put(post, deputy, noon + 24 * HOUR, by=deputy)


def test_a_holder_of_another_post_does_not_keep_this_roster(post, deputy, noon):
    stranger = PostHoldingFactory(post=PostFactory(organization=post.organization)).user
    shift = DutyShiftFactory(post=post, user=deputy)
    with pytest.raises(PermissionDenied):
        put(post, deputy, noon, by=stranger)
    with pytest.raises(PermissionDenied):
        remove_shift(shift=shift, by=stranger)
    with pytest.raises(PermissionDenied):
        remove_series(post=post, series=shift.series, by=stranger)
    assert list(post.shifts.all()) == [shift]


# One shift


def test_a_shift_is_stored_as_given(post, keeper, deputy, noon):
    shift = put(post, deputy, noon, 10, by=keeper, rank="second")
    stored = DutyShift.objects.get(pk=shift.pk)
    assert (stored.post, stored.user, stored.rank) == (post, deputy, "second")
    assert (stored.begins_at, stored.ends_at) == (noon, noon + 10 * HOUR)


def test_only_who_holds_the_post_during_the_whole_shift_is_put_on_duty(post, keeper, noon):
    leaves = UserFactory(name="Cira")
    PostHoldingFactory(post=post, user=leaves, rank="deputy", held_until=noon + HOUR)
    given = {"post": post, "rank": "primary", "by": keeper, "begins_at": noon}
    found = refused(add_shift, user=leaves, ends_at=noon + 2 * HOUR, **given)
    assert list(found) == ["user"]
    assert "Cira does not hold this post" in found["user"][0]
    assert list(refused(add_shift, user=UserFactory(), ends_at=noon + HOUR, **given)) == ["user"]
    assert put(post, leaves, noon, 1, by=keeper).user == leaves


def test_two_people_do_not_have_one_duty_at_one_time(post, keeper, deputy, noon):
    put(post, deputy, noon, by=keeper)
    given = {"post": post, "user": keeper, "by": keeper, "rank": "primary"}
    found = refused(add_shift, begins_at=noon + HOUR, ends_at=noon + 2 * HOUR, **given)
    assert list(found) == ["rank"]
    assert "Ben has this duty already" in found["rank"][0]
    put(post, keeper, noon + 8 * HOUR, by=keeper)
    put(post, keeper, noon, by=keeper, rank="deputy")


def test_nobody_has_two_duties_of_a_post_at_one_time(post, keeper, deputy, noon):
    put(post, deputy, noon, by=keeper)
    given = {"post": post, "user": deputy, "by": keeper, "rank": "deputy"}
    found = refused(add_shift, begins_at=noon + HOUR, ends_at=noon + 2 * HOUR, **given)
    assert list(found) == ["user"]
    assert "Ben is on the roster already (On duty)" in found["user"][0]


def test_a_shift_without_length_or_in_the_past_is_refused(post, keeper, noon):
    given = {"post": post, "user": keeper, "by": keeper, "rank": "primary"}
    assert list(refused(add_shift, begins_at=noon, ends_at=noon, **given)) == ["ends_at"]
    now = timezone.now()
    past = {"begins_at": now - 2 * HOUR, "ends_at": now - HOUR}
    assert list(refused(add_shift, **past, **given)) == ["ends_at"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_add_the_same_duty_at_once_one_is_told(post, keeper, deputy, noon, monkeypatch):
    # Both have looked before either writes: only the database stands between them.
    both_have_looked = threading.Barrier(2, timeout=20)
    monkeypatch.setattr(
        "actors.workflow.rosters._check_free", lambda shifts: both_have_looked.wait()
    )
    outcomes = []

    def add(user):
        try:
            outcomes.append(put(post, user, noon, by=keeper).user)
        except ValidationError as refusal:
            outcomes.append(refusal.message_dict)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=add, args=[user]) for user in (keeper, deputy)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = {"rank": ["Somebody else has this duty at that time."]}
    assert told in outcomes
    assert DutyShift.objects.count() == 1


# Weekly rules


def test_a_rule_makes_a_shift_on_each_of_its_days_in_the_missions_time(post, keeper, deputy):
    first, last = in_days(1), in_days(14)
    made = add_series(
        post=post, user=deputy, rank="primary", rule=rule(first, last, weekdays=[0, 2]), by=keeper
    )
    assert len(made) == 4
    assert len({shift.series for shift in made}) == 1
    zone = ZoneInfo("Africa/Bangui")
    local = [shift.begins_at.astimezone(zone) for shift in made]
    assert {(at.weekday(), at.hour) for at in local} == {(0, 8), (2, 8)}
    assert {shift.ends_at - shift.begins_at for shift in made} == {8 * HOUR}


def test_a_night_shift_ends_the_next_day(post, keeper):
    first = in_days(1)
    (shift,) = add_series(
        post=post,
        user=keeper,
        rank="primary",
        rule=rule(first, first, time(20), time(6)),
        by=keeper,
    )
    assert shift.begins_at == datetime.combine(first, time(19), UTC)
    assert shift.ends_at == datetime.combine(first + timedelta(days=1), time(5), UTC)


def test_a_rule_names_each_day_in_the_way_and_makes_nothing(post, keeper, deputy):
    zone = post.organization.mission.zone
    for days, user, rank in ((2, keeper, "primary"), (3, deputy, "second")):
        at = in_zone(datetime.combine(in_days(days), time(9)), zone)
        put(post, user, at, 1, by=keeper, rank=rank)
    given = {"post": post, "user": deputy, "rank": "primary", "by": keeper}
    found = refused(add_series, rule=rule(in_days(1), in_days(5)), **given)

    def day(days):
        return in_days(days).strftime("%a %-d %b %Y")

    assert found == {
        "rank": [f"{day(2)}: Asha has this duty already."],
        "user": [f"{day(3)}: Ben is on the roster already (Second deputy on duty)."],
    }
    assert post.shifts.count() == 2


def test_a_rule_past_the_end_of_the_holding_names_the_days_and_stops_counting(post, keeper):
    leaves = UserFactory(name="Cira")
    PostHoldingFactory(
        post=post, user=leaves, rank="deputy", held_until=timezone.now() + timedelta(days=10)
    )
    given = {"post": post, "user": leaves, "rank": "primary", "by": keeper}
    found = refused(add_series, rule=rule(in_days(1), in_days(100)), **given)
    assert list(found) == ["user"]
    assert len(found["user"]) == 21
    assert found["user"][-1] in ("And 70 more.", "And 71 more.")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"weekdays": []}, "weekdays"),
        ({"first": -1}, "first_day"),
        ({"last": 0}, "last_day"),
        ({"last": 367}, "last_day"),
    ],
    ids=["no weekday", "begins in the past", "ends before it begins", "longer than 366 days"],
)
def test_a_rule_that_cannot_be_is_refused_at_its_field(post, keeper, changed, field):
    first, last = in_days(changed.pop("first", 1)), in_days(changed.pop("last", 5))
    given = {"post": post, "user": keeper, "rank": "primary", "by": keeper}
    assert list(refused(add_series, rule=rule(first, last, **changed), **given)) == [field]


def test_a_rule_without_any_of_its_weekdays_is_refused(post, keeper):
    tomorrow = in_days(1)
    weekdays = [(tomorrow.weekday() + 1) % 7]
    given = {"post": post, "user": keeper, "rank": "primary", "by": keeper}
    found = refused(add_series, rule=rule(tomorrow, tomorrow, weekdays=weekdays), **given)
    assert list(found) == ["weekdays"]


def test_the_longest_rule_takes_few_statements(post, keeper, django_assert_max_num_queries):
    PostHoldingFactory(
        post=post,
        rank="deputy",
        user=(user := UserFactory()),
        held_until=timezone.now() + timedelta(days=400),
    )
    longest = rule(in_days(1), in_days(366))
    with django_assert_max_num_queries(8):
        made = add_series(post=post, user=user, rank="primary", rule=longest, by=keeper)
    assert len(made) == post.shifts.count() == 366


# The clock on the wall


def test_hours_stay_the_same_when_the_clocks_change():
    made = rule(date(2026, 10, 24), date(2026, 10, 26)).spans(BERLIN)
    assert [span[0].astimezone(BERLIN).hour for span in made] == [8, 8, 8]
    assert [span[0].hour for span in made] == [6, 7, 7]


def test_an_hour_that_the_clocks_skip_moves_on():
    day = date(2026, 3, 29)
    ((begins, ends),) = rule(day, day, time(2, 30), time(6)).spans(BERLIN)
    assert begins.astimezone(BERLIN).time() == time(3, 30)
    assert ends.astimezone(BERLIN).time() == time(6)


def test_a_night_in_which_the_clocks_change_is_an_hour_shorter_or_longer():
    def length(day):
        ((begins, ends),) = rule(day, day, time(20), time(8)).spans(NEW_YORK)
        return ends - begins

    assert length(date(2026, 3, 7)) == 11 * HOUR
    assert length(date(2026, 10, 31)) == 13 * HOUR


def test_a_day_on_which_all_its_hours_are_skipped_has_no_shift():
    day = date(2026, 3, 29)
    made = rule(day - timedelta(days=1), day, time(2), time(3)).spans(BERLIN)
    assert [span[0].date() for span in made] == [date(2026, 3, 28)]


@given(
    first=st.dates(date(2026, 1, 1), date(2027, 12, 1)),
    begins=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    ends=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    zone=st.sampled_from([BERLIN, NEW_YORK, ZoneInfo("Africa/Cairo"), ZoneInfo("UTC")]),
)
def test_the_shifts_of_a_rule_never_overlap_and_last_a_day_at_most(first, begins, ends, zone):
    made = rule(first, first + timedelta(days=20), begins, ends).spans(zone)
    assert all(begin < end <= begin + 25 * HOUR for begin, end in made)
    assert all(one[1] <= other[0] for one, other in pairwise(made))


# Taking off


def test_a_shift_to_come_is_removed_one_under_way_ends_now_one_over_stays(post, keeper, noon):
    coming = put(post, keeper, noon, by=keeper)
    running = DutyShiftFactory(post=post, user=keeper)
    over = DutyShiftFactory(post=post, user=keeper, begins_at=noon - 100 * HOUR)
    remove_shift(shift=coming, by=keeper)
    remove_shift(shift=running, by=keeper)
    with pytest.raises(AlreadyOver):
        remove_shift(shift=over, by=keeper)
    with pytest.raises(AlreadyOver):
        remove_shift(shift=coming, by=keeper)
    assert list(post.shifts.order_by("begins_at")) == [over, running]
    running.refresh_from_db()
    assert timezone.now() - running.ends_at < timedelta(seconds=20)


def test_of_a_series_only_what_is_to_come_goes(post, keeper):
    running = DutyShiftFactory(post=post, user=keeper)
    other = put(post, keeper, timezone.now() + 300 * HOUR, by=keeper)
    for day in (1, 2, 3):
        begins = timezone.now() + timedelta(days=day)
        DutyShiftFactory(post=post, user=keeper, begins_at=begins, series=running.series)
    assert remove_series(post=post, series=running.series, by=keeper) == 3
    assert set(post.shifts.all()) == {running, other}
    with pytest.raises(AlreadyOver):
        remove_series(post=post, series=running.series, by=keeper)


# Leave


def test_people_note_their_own_leave_and_administrators_anybodys(
    keeper, deputy, administrator, noon
):
    span = {"begins_at": noon, "ends_at": noon + 24 * HOUR}
    assert add_leave(user=deputy, by=deputy, **span).user == deputy
    assert add_leave(user=keeper, by=administrator, **span).user == keeper
    with pytest.raises(PermissionDenied):
        add_leave(user=deputy, by=keeper, **span)


def test_leave_without_length_in_the_past_or_twice_is_refused(keeper, noon):
    given = {"user": keeper, "by": keeper}
    assert list(refused(add_leave, begins_at=noon, ends_at=noon, **given)) == ["ends_at"]
    past = {"begins_at": noon - 99 * HOUR, "ends_at": noon - 98 * HOUR}
    assert list(refused(add_leave, **past, **given)) == ["ends_at"]
    add_leave(begins_at=noon, ends_at=noon + HOUR, **given)
    assert refused(add_leave, begins_at=noon, ends_at=noon + HOUR, **given) == {
        "begins_at": ["This overlaps with other leave of this person."]
    }


def test_leave_names_the_shifts_it_leaves_to_nobody(post, keeper, deputy, noon):
    alone = put(post, deputy, noon, 8, by=keeper)
    put(post, deputy, noon + 24 * HOUR, 8, by=keeper)
    put(post, keeper, noon + 24 * HOUR, 8, by=keeper, rank="deputy")
    leave = add_leave(user=deputy, begins_at=noon + 2 * HOUR, ends_at=noon + 90 * HOUR, by=deputy)
    assert shifts_left_empty(leave) == [(alone, [(noon + 2 * HOUR, noon + 8 * HOUR)])]


def test_leave_to_come_is_removed_leave_under_way_ends_now(keeper, deputy, noon):
    coming = add_leave(user=keeper, begins_at=noon, ends_at=noon + HOUR, by=keeper)
    running = LeaveFactory(user=keeper, ends_at=timezone.now() + HOUR)
    with pytest.raises(PermissionDenied):
        remove_leave(leave=running, by=deputy)
    remove_leave(leave=coming, by=keeper)
    remove_leave(leave=running, by=keeper)
    assert list(Leave.objects.all()) == [running]
    assert not Leave.objects.at(timezone.now()).exists()
    with pytest.raises(AlreadyOver):
        remove_leave(leave=running, by=keeper)

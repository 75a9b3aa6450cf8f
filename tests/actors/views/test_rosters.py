"""The roster pages: who sees them, what they say, and keeping a roster by its forms."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from actors.models import DutyShift, Leave
from actors.views.roster_week import Week, span_words
from tests.factories import (
    DutyShiftFactory,
    LeaveFactory,
    MissionFactory,
    OrganizationFactory,
    PostFactory,
    PostHoldingFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
# A Tuesday; in Bangui it is 11:00.
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def _tuesday():
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def mission(db):
    return MissionFactory(code="UNMIX", time_zone="Africa/Bangui")


@pytest.fixture
def post(mission):
    organization = OrganizationFactory(mission=mission, name="UNMIX Police")
    return PostFactory(organization=organization, title="Focal point", has_roster=True)


@pytest.fixture
def holder(post):
    return PostHoldingFactory(post=post, user=UserFactory(name="Asha")).user


@pytest.fixture
def deputy(post):
    return PostHoldingFactory(post=post, rank="deputy", user=UserFactory(name="Ben")).user


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words(response) -> str:
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(text.split())


def address(post, name="roster") -> str:
    return reverse(name, args=[post.public_id])


def day(response, heading: str) -> dict[str, list[tuple[str, str]]]:
    """What one day of the calendar says, by kind."""
    (found,) = (each for each in response.context["days"] if each["heading"] == heading)
    return {
        cell["kind"]: [(block["words"], block.get("name", "")) for block in cell["blocks"]]
        for cell in found["cells"]
        if cell["blocks"]
    }


SHIFT = {"rank": "primary", "begins_at": "2026-11-25T08:00", "ends_at": "2026-11-25T16:00"}
RULE = {
    "rank": "primary",
    "weekdays": ["0", "2"],
    "begins": "20:00",
    "ends": "06:00",
    "first_day": "2026-11-24",
    "last_day": "2026-12-07",
}


# Who


def test_the_list_is_for_the_mission(post, holder, mission):
    ngo = OrganizationFactory(mission=mission, kind="ngo_national")
    partner = PostHoldingFactory(post__organization=ngo).user
    assert signed_in(holder).get(reverse("rosters")).status_code == 200
    assert signed_in(partner).get(reverse("rosters")).status_code == 404
    assert Client().get(reverse("rosters")).status_code == 302


def test_a_roster_is_for_the_mission_and_for_who_holds_the_post(post, holder, mission):
    ngo = OrganizationFactory(mission=mission, kind="ngo_national")
    own = PostFactory(organization=ngo, has_roster=True)
    partner = PostHoldingFactory(post=own).user
    assert signed_in(partner).get(address(own)).status_code == 200
    assert signed_in(partner).get(address(post)).status_code == 404
    assert signed_in(holder).get(address(own)).status_code == 200
    assert signed_in(UserFactory()).get(address(post)).status_code == 404


def test_a_roster_of_another_mission_is_not_there(post, holder, other_mission):
    other = PostFactory(organization=OrganizationFactory(mission=other_mission), has_roster=True)
    assert signed_in(holder).get(address(other)).status_code == 404


@pytest.mark.parametrize(
    ("who", "forms"),
    [
        ("holder", {"shift", "rule", "leave"}),
        ("deputy", {"leave"}),
        ("administrator", {"shift", "rule", "leave"}),
        ("colleague", set()),
    ],
)
def test_everybody_finds_the_forms_they_may_use(request, post, holder, deputy, mission, who, forms):
    if who == "colleague":
        user = PostHoldingFactory(post__organization=post.organization).user
    else:
        user = request.getfixturevalue(who)
    assert set(signed_in(user).get(address(post)).context["forms"]) == forms


def test_who_may_not_use_a_form_is_told_nothing(post, holder, deputy):
    DutyShiftFactory(post=post, user=holder, begins_at=NOW + HOUR)
    shift = DutyShift.objects.get()
    page = signed_in(deputy)
    for url in (
        address(post, "add-shift"),
        address(post, "add-weekly-rule"),
        reverse("remove-shift", args=[shift.public_id]),
        reverse("remove-series", args=[post.public_id, shift.series]),
    ):
        assert page.post(url, SHIFT | {"user": deputy.public_id}).status_code == 404
    assert DutyShift.objects.get() == shift


# What it says


def test_the_list_says_who_is_on_duty_and_when_nobody_is_next(post, holder, deputy):
    PostFactory(organization=post.organization, title="No roster")
    empty = PostFactory(organization=post.organization, title="Nobody here", has_roster=True)
    DutyShiftFactory(post=post, user=deputy, begins_at=NOW - HOUR, ends_at=NOW + 2 * HOUR)
    DutyShiftFactory(
        post=post, user=holder, rank="deputy", begins_at=NOW - HOUR, ends_at=NOW + HOUR
    )
    response = signed_in(holder).get(reverse("rosters"))
    rows = {row["post"]: row for row in response.context["rows"]}
    assert set(rows) == {post, empty}
    assert [each["name"] for each in rows[post]["on_duty"]] == ["Ben", "Asha"]
    assert rows[post]["gap"].startswith("Tue 24 Nov 13:00 - ")
    assert (rows[post]["is_now"], rows[empty]["is_now"]) == (False, True)
    assert rows[empty]["on_duty"] == []


def test_without_rosters_the_list_says_what_to_do(holder, post):
    type(post).objects.update(has_roster=False)
    assert "No post keeps a duty roster" in words(signed_in(holder).get(reverse("rosters")))


def test_a_week_shows_shifts_gaps_and_leave_by_day_in_the_missions_time(post, holder, deputy):
    DutyShiftFactory(
        post=post,
        user=holder,
        begins_at=datetime(2026, 11, 25, 17, tzinfo=UTC),
        ends_at=datetime(2026, 11, 26, 5, tzinfo=UTC),
    )
    LeaveFactory(user=deputy, begins_at=NOW, ends_at=NOW + 2 * HOUR)
    response = signed_in(holder).get(address(post))
    assert day(response, "Tue 24 Nov") == {
        "gap": [("all day", "")],
        "leave": [("11:00-13:00", "Ben")],
    }
    assert day(response, "Wed 25 Nov") == {
        "primary": [("from 18:00 to Thu 06:00", "Asha")],
        "gap": [("until 18:00", "")],
    }
    assert day(response, "Thu 26 Nov") == {
        "primary": [("until 06:00", "Asha")],
        "gap": [("from 06:00 to Mon 00:00", "")],
    }
    assert "Nobody on duty" in words(response)


def test_a_shift_of_somebody_away_is_marked_and_is_a_gap(post, holder, deputy):
    DutyShiftFactory(post=post, user=deputy, begins_at=NOW, ends_at=NOW + HOUR)
    LeaveFactory(user=deputy, begins_at=NOW - HOUR, ends_at=NOW + 2 * HOUR)
    response = signed_in(holder).get(address(post))
    assert day(response, "Tue 24 Nov")["gap"] == [("all day", "")]
    (block,) = next(
        cell["blocks"] for cell in response.context["days"][1]["cells"] if cell["kind"] == "primary"
    )
    assert (block["words"], block["note"]) == ("11:00-12:00", "on leave")


def test_a_post_without_a_roster_shows_no_gaps(post, holder):
    type(post).objects.update(has_roster=False)
    response = signed_in(holder).get(address(post))
    assert day(response, "Tue 24 Nov") == {}
    assert "This post keeps no roster." in words(response)


@pytest.mark.parametrize(
    ("asked", "monday"),
    [
        ("2026-W50", "Mon 7 Dec"),
        ("2026-W53", "Mon 28 Dec"),
        ("", "Mon 23 Nov"),
        ("next", "Mon 23 Nov"),
        ("2026-W77", "Mon 23 Nov"),
        ("9999-W52", "Mon 23 Nov"),
    ],
)
def test_a_week_is_asked_for_by_its_name(post, holder, asked, monday):
    response = signed_in(holder).get(address(post), {"week": asked})
    assert response.context["days"][0]["heading"] == monday


def test_a_day_on_which_the_clocks_change_has_23_or_25_hours():
    lengths = [
        [(end - begin) / HOUR for _day, (begin, end) in Week.named(name, BERLIN, NOW).days]
        for name in ("2026-W13", "2026-W43")
    ]
    assert lengths == [[24] * 6 + [23], [24] * 6 + [25]]


def test_the_end_of_a_day_is_24_hours():
    ((_day, span), *_others) = Week.named("2026-W48", BERLIN, NOW).days
    assert span_words((span[0] + 20 * HOUR, span[1]), span, BERLIN) == "20:00-24:00"


@pytest.mark.parametrize("number", [1, 3, 50])
def test_the_pages_take_the_same_number_of_statements_whatever_they_show(
    post, holder, administrator, number, django_assert_max_num_queries
):
    for step in range(number):
        begins = NOW + step * HOUR
        other = PostFactory(organization=post.organization, has_roster=True)
        DutyShiftFactory(post=other, user=PostHoldingFactory(post=other).user, begins_at=begins)
        user = PostHoldingFactory(post=post, rank="member").user
        LeaveFactory(user=user)
        DutyShiftFactory(post=post, user=user, begins_at=begins, ends_at=begins + HOUR)
    page = signed_in(administrator)
    with django_assert_max_num_queries(11):
        page.get(reverse("rosters"))
    with django_assert_max_num_queries(19):
        page.get(address(post))


# Keeping it


def test_the_holder_adds_a_shift_in_the_missions_time(post, holder, deputy):
    given = SHIFT | {"user": deputy.public_id}
    response = signed_in(holder).post(address(post, "add-shift"), given)
    assert response.url == f"{address(post)}?week=2026-W48"
    shift = DutyShift.objects.get()
    assert (shift.user, shift.begins_at) == (deputy, datetime(2026, 11, 25, 7, tzinfo=UTC))


def test_a_rule_makes_its_shifts_in_one_act(post, holder, deputy):
    given = RULE | {"user": deputy.public_id}
    page = signed_in(holder)
    response = page.post(address(post, "add-weekly-rule"), given, follow=True)
    assert "4 shifts are on the roster." in words(response)
    assert [shift.begins_at for shift in DutyShift.objects.order_by("begins_at")] == [
        datetime(2026, *month_day, 19, tzinfo=UTC)
        for month_day in ((11, 25), (11, 30), (12, 2), (12, 7))
    ]
    (series,) = response.context["series"]
    assert (series["name"], series["shifts"], series["last"]) == ("Ben", 4, "Mon 7 Dec 2026")


def test_a_refused_rule_names_the_day_and_who_and_keeps_what_was_typed(post, holder, deputy):
    DutyShiftFactory(post=post, user=holder, begins_at=datetime(2026, 11, 30, 22, tzinfo=UTC))
    given = RULE | {"user": deputy.public_id, "week": "2026-W49"}
    response = signed_in(holder).post(address(post, "add-weekly-rule"), given)
    assert response.status_code == 422
    form = response.context["forms"]["rule"]
    assert form.errors == {"rank": ["Mon 30 Nov 2026: Asha has this duty already."]}
    assert form["last_day"].value() == "2026-12-07"
    assert response.context["week"].name == "2026-W49"
    assert response.context["opened"] == "rule"
    assert DutyShift.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"user": ""}, "user"),
        ({"user": "nobody"}, "user"),
        ({"rank": "chief"}, "rank"),
        ({"begins_at": ""}, "begins_at"),
        ({"begins_at": "tomorrow"}, "begins_at"),
        ({"begins_at": "2026-02-30T08:00"}, "begins_at"),
        ({"begins_at": "2026-11-25T08:00Z"}, "begins_at"),
        ({"ends_at": "2206-11-25T08:00"}, "ends_at"),
        ({"ends_at": "2026-11-25T08:00"}, "ends_at"),
        ({"begins_at": "2026-11-01T08:00", "ends_at": "2026-11-01T16:00"}, "ends_at"),
        ({"ends_at": "2028-11-25T08:00"}, "user"),
    ],
)
def test_a_shift_that_cannot_be_is_refused_at_its_field(post, holder, changed, field):
    given = SHIFT | {"user": holder.public_id} | changed
    response = signed_in(holder).post(address(post, "add-shift"), given)
    assert response.status_code == 422
    assert list(response.context["forms"]["shift"].errors) == [field]
    assert not DutyShift.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": ["7"]}, "weekdays"),
        ({"begins": "25:00"}, "begins"),
        ({"first_day": "2026-02-30"}, "first_day"),
        ({"first_day": "9999-12-31", "last_day": "9999-12-31"}, "first_day"),
        ({"last_day": "2026-11-23"}, "last_day"),
        ({"last_day": "2027-11-25"}, "last_day"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_at_its_field(post, holder, changed, field):
    given = RULE | {"user": holder.public_id} | changed
    response = signed_in(holder).post(address(post, "add-weekly-rule"), given)
    assert response.status_code == 422
    assert next(iter(response.context["forms"]["rule"].errors)) == field
    assert not DutyShift.objects.exists()


def test_shifts_and_series_are_taken_off(post, holder):
    begins = [timezone.now() + days * timedelta(days=1) for days in (1, 2, 3)]
    first = DutyShiftFactory(post=post, user=holder, begins_at=begins[0])
    for at in begins[1:]:
        DutyShiftFactory(post=post, user=holder, begins_at=at, series=first.series)
    page = signed_in(holder)
    response = page.post(reverse("remove-shift", args=[first.public_id]), {"week": "2026-W49"})
    assert response.url == f"{address(post)}?week=2026-W49"
    assert DutyShift.objects.count() == 2
    series = reverse("remove-series", args=[post.public_id, first.series])
    page.post(series)
    assert DutyShift.objects.count() == 0
    assert "No shift of this series is still to come." in words(page.post(series, follow=True))


def test_people_note_their_own_leave_and_are_told_what_is_then_empty(post, holder, deputy):
    DutyShiftFactory(post=post, user=deputy, begins_at=NOW + HOUR, ends_at=NOW + 9 * HOUR)
    span = {"begins_at": "2026-11-24T13:00", "ends_at": "2026-11-30T08:00"}
    page = signed_in(deputy)
    given = span | {"user": deputy.public_id}
    said = words(page.post(address(post, "add-leave"), given, follow=True))
    assert "Nobody is on duty then: Focal point, Tue 24 Nov 13:00 - 20:00." in said
    assert Leave.objects.get().begins_at == NOW + 2 * HOUR
    own = reverse("remove-leave", args=[post.public_id, Leave.objects.get().public_id])
    assert signed_in(holder).post(own).status_code == 404
    page.post(own)
    assert not Leave.objects.exists()


def test_nobody_notes_the_leave_of_somebody_else(post, holder, deputy):
    given = {
        "begins_at": "2026-11-25T12:00",
        "ends_at": "2026-11-30T08:00",
        "user": deputy.public_id,
    }
    response = signed_in(holder).post(address(post, "add-leave"), given)
    assert list(response.context["forms"]["leave"].errors) == ["user"]
    assert not Leave.objects.exists()


def test_nothing_is_changed_by_following_a_link(post, holder):
    page = signed_in(holder)
    for name in ("add-shift", "add-weekly-rule", "add-leave"):
        assert page.get(address(post, name)).status_code == 405

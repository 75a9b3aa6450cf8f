"""Posts, holders, shifts and leave in the tables: what cannot be at one time is refused."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from actors.admin.posts import PostHoldingAdmin
from actors.models import DutyShift, Leave, PostHolding, Rank
from tests.actors.pages import act, address, errors_on, new_row, row_errors, store
from tests.factories import (
    ContactFactory,
    DutyShiftFactory,
    LeaveFactory,
    PostFactory,
    PostHoldingFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def moment(name: str, days: int) -> dict[str, object]:
    return {f"{name}_0": (timezone.now() + timedelta(days=days)).date(), f"{name}_1": "00:00"}


def times(first: int, last: int, begins: str = "held_from", ends: str = "held_until"):
    return moment(begins, first) | moment(ends, last)


def test_a_second_holder_is_refused_and_told_who_is_in_the_way(admin_pages):
    holding = PostHoldingFactory(user__name="Leila Haddad")
    facts = {"post": holding.post_id, "user": UserFactory().pk, **times(0, 90)}
    response = store(admin_pages, address(PostHolding, "add"), **facts)
    (message,) = errors_on(response)["held_from"]
    assert set(errors_on(response)) == {"held_from"}
    assert "Leila Haddad holds this post from" in message
    assert date_format(holding.held_until) in message
    deputy = store(admin_pages, address(PostHolding, "add"), **facts, rank="deputy")
    assert deputy.status_code == 302


def test_two_new_holders_on_one_page_are_refused_at_the_row(admin_pages):
    post, users = PostFactory(), UserFactory.create_batch(2)
    rows = {}
    for number, user in enumerate(users):
        row = {"user": user.pk, "rank": "primary", **times(number, 90)}
        rows |= new_row("holdings", number, **row)
    response = store(admin_pages, address(post), **rows)
    (errors,) = row_errors(response)
    assert set(errors) == {"held_from"}
    assert errors["held_from"][0].startswith(f"{users[0].name} holds this post until")
    assert not PostHolding.objects.exists()
    later = rows | {f"holdings-1-{name}": value for name, value in times(90, 120).items()}
    assert store(admin_pages, address(post), **later).status_code == 302


def test_one_person_holds_a_post_once_at_a_time(admin_pages):
    post, user = PostFactory(), UserFactory()
    rows = {}
    for number, rank in enumerate((Rank.PRIMARY, Rank.DEPUTY)):
        row = {"post": post.pk, "rank": rank, **times(0, 90)}
        rows |= new_row("holdings", number, **row)
    response = store(admin_pages, address(user), **rows)
    assert [set(errors) for errors in row_errors(response)] == [{"held_from"}]


def test_who_held_a_post_is_not_rewritten(admin_pages):
    holding, other = PostHoldingFactory(), UserFactory()
    later = moment("held_until", 20)
    assert store(admin_pages, address(holding), user=other.pk, **later).status_code == 302
    rows = {"holdings-0-user": other.pk, "holdings-0-rank": "deputy"}
    assert store(admin_pages, address(holding.post), **rows).status_code == 302
    stored = PostHolding.objects.get()
    assert (stored.user, stored.rank) == (holding.user, "deputy")


def test_a_post_of_many_costs_no_more_statements(admin_pages):
    post, counts = PostFactory(), []
    for number in (1, 2, 47):
        PostHoldingFactory.create_batch(number, post=post, rank="member")
        for _desk in range(number):
            ContactFactory(user=None, post=post)
        with CaptureQueriesContext(connection) as statements:
            assert admin_pages.get(address(post)).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] == counts[2]


@pytest.mark.parametrize("day", ["2026-02-30", "tomorrow"])
def test_a_day_that_is_none_is_refused_at_its_field(admin_pages, day):
    response = store(admin_pages, address(PostHoldingFactory()), held_until_0=day)
    assert set(errors_on(response)) == {"held_until"}


def test_of_two_at_once_one_wins_and_the_other_is_told(admin_pages, monkeypatch):
    rival, stock = UserFactory(), PostHoldingAdmin.save_model

    def after_somebody_else(self, request, obj, form, change):
        PostHolding.objects.create(
            post=obj.post, user=rival, held_from=obj.held_from, held_until=obj.held_until
        )
        stock(self, request, obj, form, change)

    monkeypatch.setattr(PostHoldingAdmin, "save_model", after_somebody_else)
    url = address(PostHolding, "add")
    facts = {"post": PostFactory().pk, "user": UserFactory().pk, **times(0, 90)}
    response = store(admin_pages, url, **facts)
    assert response.url == url
    assert "Nothing of yours was stored" in admin_pages.get(url).content.decode()


def test_retiring_a_post_says_whose_access_ends(admin_pages):
    post = PostHoldingFactory().post
    PostHoldingFactory(post=post, rank="deputy")
    page = act(admin_pages, "retire", post).content.decode()
    assert "2 people lose the access these posts gave, from now on." in page


def test_a_post_has_a_roster_and_a_desk_with_phone_and_radio(admin_pages):
    post = PostFactory()
    phone = {"label": "Night", "channel": "phone", "address": "+44 20 7946 0123"}
    rows = new_row("contacts", 0, **phone, language="en")
    rows |= new_row("contacts", 1, channel="radio", address="SELA 7", language="en")
    assert store(admin_pages, address(post), has_roster="on", **rows).status_code == 302
    post.refresh_from_db()
    assert post.has_roster
    assert {str(contact) for contact in post.contacts.all()} == {
        "Telephone: +442079460123",
        "Radio call sign: SELA 7",
    }


def test_one_number_in_two_spellings_is_refused(admin_pages):
    rows = {}
    for number, spelled in enumerate(("+44 20 7946 0123", "+442079460123")):
        row = {"channel": "phone", "address": spelled, "language": "en"}
        rows |= new_row("contacts", number, **row)
    response = store(admin_pages, address(PostFactory()), **rows)
    assert row_errors(response) == [{"address": ["This address is already listed."]}]


def test_a_shift_is_of_somebody_who_holds_the_post_then(admin_pages):
    holding = PostHoldingFactory()
    facts = {"post": holding.post_id, **times(1, 2, "begins_at", "ends_at")}
    url = address(DutyShift, "add")
    response = store(admin_pages, url, **facts, user=UserFactory().pk)
    assert set(errors_on(response)) == {"user"}
    assert store(admin_pages, url, **facts, user=holding.user_id).status_code == 302


@pytest.mark.parametrize("factory", [DutyShiftFactory, LeaveFactory])
def test_shifts_and_leave_end_after_they_begin_and_can_be_deleted(admin_pages, factory):
    holding = PostHoldingFactory()
    post = {"post": holding.post} if factory is DutyShiftFactory else {}
    entry = factory(user=holding.user, **post)
    response = store(admin_pages, address(entry), **moment("ends_at", -9))
    assert set(errors_on(response)) == {"ends_at"}
    admin_pages.post(address(entry, "delete"), {"post": "yes"})
    assert not type(entry).objects.exists()


def test_leave_may_begin_without_a_time(admin_pages):
    facts = times(1, 8, "begins_at", "ends_at") | {"begins_at_1": "", "ends_at_1": ""}
    added = store(admin_pages, address(Leave, "add"), user=UserFactory().pk, **facts)
    assert added.status_code == 302


def test_a_person_has_a_sex_and_languages(admin_pages):
    user = UserFactory()
    facts = {"sex": "female", "spoken_languages": ["ar", "so"]}
    assert store(admin_pages, address(user), **facts).status_code == 302
    user.refresh_from_db()
    assert (user.sex, user.spoken_languages) == ("female", ["ar", "so"])

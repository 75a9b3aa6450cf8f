"""Who answers for a post at a moment: shifts, deputies, leave, accounts, and ties to a party."""

from datetime import UTC, datetime, timedelta

import pytest

from actors.directory import Cover, Directory
from actors.models import Area, Organization
from actors.roles import Role
from tests.factories import (
    AreaFactory,
    ContactFactory,
    DutyShiftFactory,
    LeaveFactory,
    OrganizationFactory,
    PostFactory,
    PostHoldingFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
ROLE = Role.UNPOL_CPFP_FIELD


@pytest.fixture
def post(mission):
    return PostFactory(role=ROLE, organization=OrganizationFactory(mission=mission))


@pytest.fixture
def holder(post):
    return held(post, "primary")


@pytest.fixture
def deputy(post):
    return held(post, "deputy")


@pytest.fixture
def second(post):
    return held(post, "second")


def held(post, rank, **fields):
    span = {"held_from": NOON - 99 * HOUR, "held_until": NOON + 99 * HOUR}
    return PostHoldingFactory(post=post, rank=rank, **span | fields).user


def on_shift(post, user, rank="primary", begins=NOON - HOUR, ends=NOON + HOUR):
    DutyShiftFactory(post=post, user=user, rank=rank, begins_at=begins, ends_at=ends)


def away(user, begins=NOON - HOUR, ends=NOON + HOUR):
    LeaveFactory(user=user, begins_at=begins, ends_at=ends)


def answering(district, at=NOON) -> tuple[list[int], Cover]:
    """Who answers for the post there and then, and as what."""
    area = Area.objects.with_path().get(pk=district.pk)
    seat = Directory.covering(area, at=at).resolve(ROLE)
    return ([], Cover.NOBODY) if seat is None else (list(seat.holders), seat.cover)


# Shifts


def test_who_is_on_shift_answers_before_the_holder(post, holder, deputy, district):
    on_shift(post, deputy)
    assert answering(district) == ([deputy.pk], Cover.SHIFT)


def test_without_a_shift_the_holder_answers(post, holder, deputy, district):
    on_shift(post, deputy, begins=NOON - 9 * HOUR, ends=NOON - 8 * HOUR)
    assert answering(district) == ([holder.pk], Cover.HOLDER)


@pytest.mark.parametrize(
    ("at", "cover"),
    [
        (NOON - HOUR - SECOND, Cover.HOLDER),
        (NOON - HOUR, Cover.SHIFT),
        (NOON + HOUR - SECOND, Cover.SHIFT),
        (NOON + HOUR, Cover.HOLDER),
    ],
    ids=["a second before", "at its beginning", "a second before its end", "at its end"],
)
def test_a_shift_counts_from_its_beginning_up_to_its_end(post, holder, deputy, district, at, cover):
    on_shift(post, deputy)
    assert answering(district, at)[1] == cover


def test_on_one_shift_the_primary_answers_then_the_deputy_then_the_second(
    post, holder, deputy, second, district
):
    for user, rank in ((second, "second"), (deputy, "deputy"), (holder, "primary")):
        on_shift(post, user, rank)
    assert answering(district) == ([holder.pk], Cover.SHIFT)
    away(holder)
    assert answering(district) == ([deputy.pk], Cover.SHIFT_DEPUTY)
    away(deputy)
    assert answering(district) == ([second.pk], Cover.SHIFT_DEPUTY)


def test_a_deputy_on_shift_answers_before_a_holder_without_one(post, holder, deputy, district):
    on_shift(post, deputy, "deputy")
    assert answering(district) == ([deputy.pk], Cover.SHIFT_DEPUTY)


def test_a_shift_of_another_post_is_not_one_here(post, holder, deputy, district):
    other = PostFactory(role=Role.JOC, organization=post.organization)
    held(other, "primary", user=deputy)
    on_shift(other, deputy)
    assert answering(district) == ([holder.pk], Cover.HOLDER)


def test_a_shift_after_the_holding_has_ended_is_nobodys(post, holder, district):
    gone = held(post, "deputy", held_until=NOON)
    on_shift(post, gone)
    assert answering(district, NOON - SECOND) == ([gone.pk], Cover.SHIFT)
    assert answering(district) == ([holder.pk], Cover.HOLDER)


# Holders, leave and accounts


def test_leave_takes_somebody_out_then_the_next_answers(post, holder, deputy, second, district):
    assert answering(district) == ([holder.pk], Cover.HOLDER)
    away(holder)
    assert answering(district) == ([deputy.pk], Cover.DEPUTY)
    away(deputy)
    assert answering(district) == ([second.pk], Cover.DEPUTY)
    away(second)
    assert answering(district) == ([], Cover.NOBODY)


@pytest.mark.parametrize(
    ("at", "cover"),
    [
        (NOON - HOUR - SECOND, Cover.HOLDER),
        (NOON - HOUR, Cover.DEPUTY),
        (NOON + HOUR - SECOND, Cover.DEPUTY),
        (NOON + HOUR, Cover.HOLDER),
    ],
    ids=["a second before", "at its beginning", "a second before its end", "at its end"],
)
def test_leave_counts_from_its_beginning_up_to_its_end(post, holder, deputy, district, at, cover):
    away(holder)
    assert answering(district, at)[1] == cover


def test_leave_of_who_is_on_shift_lets_the_holder_answer(post, holder, deputy, district):
    on_shift(post, deputy)
    away(deputy)
    assert answering(district) == ([holder.pk], Cover.HOLDER)


def test_a_closed_account_answers_neither_on_shift_nor_as_holder(post, deputy, district):
    gone = held(post, "primary", user=UserFactory(is_active=False))
    on_shift(post, gone)
    assert answering(district) == ([deputy.pk], Cover.DEPUTY)


@pytest.mark.parametrize(
    ("at", "answers"),
    [(NOON - SECOND, False), (NOON, True), (NOON + HOUR - SECOND, True), (NOON + HOUR, False)],
)
def test_a_holding_counts_from_its_beginning_up_to_its_end(post, district, at, answers):
    user = held(post, "primary", held_from=NOON, held_until=NOON + HOUR)
    assert answering(district, at)[0] == ([user.pk] if answers else [])


def test_several_who_hold_a_post_together_all_answer(post, district):
    users = [held(post, "member") for _step in range(3)]
    assert answering(district) == ([user.pk for user in users], Cover.HOLDER)


def test_a_desk_answers_when_everybody_is_away_and_is_no_person(post, holder, district):
    ContactFactory(user=None, post=post)
    away(holder)
    assert answering(district) == ([], Cover.DESK)


def test_a_nearer_deputy_answers_before_a_farther_holder(mission, post, deputy, district):
    far, near = PostFactory(role=ROLE, organization=post.organization), post
    near.areas.set([district])
    held(far, "primary")
    assert answering(district) == ([deputy.pk], Cover.DEPUTY)


def test_at_one_distance_a_holder_answers_before_a_deputy(post, deputy, district):
    other = PostFactory(role=ROLE, organization=post.organization)
    holder = held(other, "primary")
    assert answering(district) == ([holder.pk], Cover.HOLDER)


def test_the_roster_of_the_field_focal_point_says_deputy_on_a_deputys_shift(
    post, holder, deputy, district
):
    on_shift(post, deputy, "deputy")
    area = Area.objects.with_path().get(pk=district.pk)
    assert Directory.covering(area, at=NOON).roster() == "deputy"


# Due diligence


@pytest.mark.parametrize("status", ["cleared", "conditional", "not_cleared"])
@pytest.mark.parametrize(
    ("expires", "is_valid"),
    [(None, True), (1, True), (0, True), (-1, False)],
    ids=["no end", "tomorrow", "today", "yesterday"],
)
def test_due_diligence_that_has_expired_is_pending(mission, status, expires, is_valid):
    on = None if expires is None else NOON.date() + timedelta(days=expires)
    unit = OrganizationFactory(mission=mission, hrddp_status=status, hrddp_expires_on=on)
    held(PostFactory(role=Role.HS_POLICE_SPECIALISED, organization=unit), "primary")
    directory = Directory.covering(AreaFactory(mission=mission), at=NOON)
    assert directory.hrddp() == (status if is_valid else "pending")


# Ties to a party


@pytest.fixture
def party(mission):
    return OrganizationFactory(mission=mission, name="Party", kind="armed_group")


def related(organization) -> set[str]:
    names = Organization.objects.filter(pk__in=Organization.objects.related_to([organization.pk]))
    return set(names.values_list("name", flat=True))


def test_who_is_linked_to_a_party_is_tied_to_its_whole_line_from_both_sides(mission, party):
    wing = OrganizationFactory(parent=party, name="Wing")
    charity = OrganizationFactory(mission=mission, name="Charity", party_link=party)
    clinic = OrganizationFactory(parent=charity, name="Clinic")
    assert related(party) == {"Party", "Wing", "Charity", "Clinic"}
    assert related(wing) == {"Party", "Wing", "Charity", "Clinic"}
    assert related(charity) == {"Party", "Wing", "Charity", "Clinic"}
    assert related(clinic) == {"Party", "Wing", "Charity", "Clinic"}


def test_a_link_to_a_wing_reaches_its_party_and_not_the_wing_beside(mission, party):
    wing = OrganizationFactory(parent=party, name="Wing")
    beside = OrganizationFactory(parent=party, name="Beside")
    charity = OrganizationFactory(mission=mission, name="Charity", party_link=wing)
    assert related(charity) == {"Charity", "Wing", "Party"}
    assert related(wing) == {"Charity", "Wing", "Party"}
    assert related(party) == {"Party", "Wing", "Beside", "Charity"}
    assert related(beside) == {"Beside", "Party"}


def test_two_charities_of_one_party_are_not_tied_to_each_other(mission, party):
    one = OrganizationFactory(mission=mission, name="One", party_link=party)
    OrganizationFactory(mission=mission, name="Two", party_link=party)
    assert related(one) == {"One", "Party"}


def test_without_a_link_nobody_is_tied(mission, party):
    assert related(OrganizationFactory(mission=mission, name="Charity")) == {"Charity"}
    assert related(party) == {"Party"}


def test_a_tie_is_seen_alike_from_both_sides(mission, party):
    """Whatever the tree: who is tied to somebody has that somebody tied to them."""
    wing = OrganizationFactory(parent=party)
    cell = OrganizationFactory(parent=wing)
    network = OrganizationFactory(mission=mission)
    charity = OrganizationFactory(parent=network, party_link=wing)
    clinic = OrganizationFactory(parent=charity)
    everybody = [party, wing, cell, network, charity, clinic]
    ties = {
        (one.pk, other) for one in everybody for other in Organization.objects.related_to([one.pk])
    }
    assert {(other, one) for one, other in ties} == ties

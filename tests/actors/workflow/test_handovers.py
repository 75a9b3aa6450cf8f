"""Starting, signing and calling off a handover, and the post passing."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from actors.models import DirectoryMail, DutyShift, Handover, PostHolding
from actors.models.people import NOT_BOTH
from actors.workflow.handovers import (
    HandoverClosed,
    cancel_handover,
    handovers_of,
    is_signed,
    pass_on_post,
    posts_to_hand_over,
    sign_handover,
    start_handover,
)
from tests.factories import (
    ContactFactory,
    DutyShiftFactory,
    OrganizationFactory,
    PostFactory,
    PostHoldingFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(mission):
    return PostFactory(organization=OrganizationFactory(mission=mission))


@pytest.fixture
def outgoing(post):
    return PostHoldingFactory(post=post, user=UserFactory(name="Asha")).user


@pytest.fixture
def incoming():
    return UserFactory(name="Ben")


def in_days(days: int):
    return timezone.now() + timedelta(days=days)


def start(post, incoming, by, *, days=200, note="") -> Handover:
    return start_handover(post=post, incoming=incoming, held_until=in_days(days), note=note, by=by)


def refused(post, incoming, by, **given) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refusal:
        start(post, incoming, by, **given)
    assert not Handover.objects.exists()
    return refusal.value.message_dict


def signed(handover) -> Handover:
    now = timezone.now()
    sign_handover(handover=handover, by=handover.outgoing.user, at=now)
    return sign_handover(handover=handover, by=handover.incoming, at=now)


def passed(handover) -> PostHolding:
    handover, now = signed(handover), timezone.now()
    return pass_on_post(handover=handover, at=now)


# Starting


def test_the_holder_starts_and_the_other_side_is_written_to(post, outgoing, incoming):
    handover = start(post, incoming, outgoing, note=" The keys are in the safe. ")
    assert (handover.outgoing.user, handover.incoming) == (outgoing, incoming)
    assert (handover.started_by, handover.note) == (outgoing, "The keys are in the safe.")
    assert [(row.user, row.kind, row.path) for row in DirectoryMail.objects.all()] == [
        (incoming, "handover", f"/directory/handovers/{handover.public_id}/")
    ]


def test_an_administrator_starts_and_both_sides_are_written_to(
    post, outgoing, incoming, administrator
):
    start(post, incoming, administrator)
    assert {row.user for row in DirectoryMail.objects.all()} == {outgoing, incoming}


def test_nobody_else_starts_one(post, outgoing, incoming):
    deputy = PostHoldingFactory(post=post, rank="deputy").user
    for by in (deputy, incoming, UserFactory()):
        with pytest.raises(PermissionDenied):
            start(post, incoming, by)
    assert not Handover.objects.exists()


def test_an_administrator_hands_over_for_a_holder_whose_time_is_over(
    mission, incoming, administrator
):
    left = PostHoldingFactory(
        post__organization__mission=mission, held_until=timezone.now() - timedelta(days=2)
    )
    with pytest.raises(PermissionDenied):
        start(left.post, incoming, left.user)
    handover = start(left.post, incoming, administrator)
    assert handover.outgoing == left
    assert passed(handover).user == incoming
    ended = PostHolding.objects.get(pk=left.pk)
    assert ended.held_until == left.held_until


def test_a_post_nobody_ever_held_has_nothing_to_hand_over(post, incoming, administrator):
    with pytest.raises(PermissionDenied):
        start(post, incoming, administrator)


def test_who_may_not_hold_the_post_is_refused_at_the_field(
    post, outgoing, administrator, other_mission
):
    assert refused(post, administrator, outgoing) == {"incoming": [NOT_BOTH]}
    assert list(refused(post, outgoing, outgoing)) == ["incoming"]
    assert list(refused(post, UserFactory(is_active=False), outgoing)) == ["incoming"]
    assert list(refused(post, UserFactory(email=""), outgoing)) == ["incoming"]
    unreached = ContactFactory(failed_at=timezone.now()).user
    assert list(refused(post, unreached, outgoing)) == ["incoming"]
    planned = PostHoldingFactory(post=post, rank="deputy", held_from=in_days(9)).user
    assert list(refused(post, planned, outgoing)) == ["incoming"]


@pytest.mark.parametrize("stranger", ["of another mission", "of a host-State body"])
def test_only_an_administrator_lets_somebody_from_elsewhere_in(
    post, outgoing, administrator, mission, other_mission, stranger
):
    elsewhere = {
        "of another mission": {"mission": other_mission},
        "of a host-State body": {"mission": mission, "kind": "host_state_police"},
    }[stranger]
    incoming = PostHoldingFactory(post__organization=OrganizationFactory(**elsewhere)).user
    assert list(refused(post, incoming, outgoing)) == ["incoming"]
    assert passed(start(post, incoming, administrator)).user == incoming


def test_a_colleague_of_the_mission_may_take_over(post, outgoing, mission):
    contingent = OrganizationFactory(mission=mission, kind="contingent")
    colleague = PostHoldingFactory(post__organization=contingent).user
    assert passed(start(post, colleague, outgoing)).user == colleague


def test_a_day_that_is_over_or_already_somebody_elses_is_refused(post, outgoing, incoming):
    assert list(refused(post, incoming, outgoing, days=-1)) == ["held_until"]
    PostHolding.objects.filter(user=outgoing).update(held_until=in_days(30))
    PostHoldingFactory(
        post=post, user=UserFactory(name="Cira"), held_from=in_days(60), held_until=in_days(90)
    )
    found = refused(post, incoming, outgoing, days=61)
    assert "Cira holds this post from" in found["held_until"][0]
    assert passed(start(post, incoming, outgoing, days=59)).user == incoming


def test_one_handover_of_a_holding_at_a_time(post, outgoing, incoming):
    first = start(post, incoming, outgoing)
    with pytest.raises(ValidationError) as refusal:
        start(post, incoming, outgoing)
    assert refusal.value.message_dict == {
        "__all__": ["A handover of this post is under way already."]
    }
    cancel_handover(handover=first, by=outgoing)
    assert start(post, incoming, outgoing).is_open


# Signing


def test_it_is_signed_once_both_have_confirmed(post, outgoing, incoming):
    handover = start(post, incoming, outgoing)
    at = timezone.now()
    assert not is_signed(sign_handover(handover=handover, by=incoming, at=at))
    handover = sign_handover(handover=handover, by=outgoing, at=at)
    assert is_signed(handover)
    assert (handover.outgoing_confirmed_at, handover.incoming_confirmed_at) == (at, at)
    assert (handover.outgoing_confirmed_by, handover.stand_in_reason) == (outgoing, "")


def test_each_side_confirms_once(post, outgoing, incoming):
    handover = start(post, incoming, outgoing)
    for by in (outgoing, incoming):
        sign_handover(handover=handover, by=by, at=timezone.now())
        with pytest.raises(HandoverClosed):
            sign_handover(handover=handover, by=by, at=timezone.now())


def test_an_administrator_confirms_for_who_left_with_a_reason(
    post, outgoing, incoming, administrator
):
    handover = start(post, incoming, administrator)
    given = {"handover": handover, "by": administrator, "at": timezone.now()}
    with pytest.raises(ValidationError) as refusal:
        sign_handover(**given, reason=" ")
    assert list(refusal.value.message_dict) == ["reason"]
    handover = sign_handover(**given, reason="Left on 3 May.")
    assert handover.outgoing_confirmed_by == administrator
    assert handover.stand_in_reason == "Left on 3 May."
    with pytest.raises(HandoverClosed):
        sign_handover(**given, reason="Twice.")
    assert not is_signed(Handover.objects.get())


def test_nobody_else_confirms_or_cancels(post, outgoing, incoming):
    handover, stranger = start(post, incoming, outgoing), UserFactory()
    with pytest.raises(PermissionDenied):
        sign_handover(handover=handover, by=stranger, at=timezone.now())
    with pytest.raises(PermissionDenied):
        cancel_handover(handover=handover, by=stranger)
    assert Handover.objects.get().is_open


@pytest.mark.parametrize("who", ["outgoing", "incoming", "administrator"])
def test_either_side_or_an_administrator_calls_it_off(request, post, outgoing, incoming, who):
    by = request.getfixturevalue(who)
    handover = cancel_handover(handover=start(post, incoming, outgoing), by=by)
    assert (handover.is_open, handover.cancelled_by) == (False, by)
    for act in (cancel_handover, lambda **given: sign_handover(at=timezone.now(), **given)):
        with pytest.raises(HandoverClosed):
            act(handover=handover, by=outgoing)


# Passing


def test_the_post_passes_to_the_second(post, outgoing, incoming):
    handover, at = signed(start(post, incoming, outgoing, days=100)), timezone.now()
    taken = pass_on_post(handover=handover, at=at)
    ended = PostHolding.objects.get(user=outgoing)
    assert ended.held_until == taken.held_from == at
    assert (taken.user, taken.rank, taken.held_until) == (
        incoming,
        "primary",
        handover.held_until,
    )


def test_a_deputy_who_takes_over_stops_being_deputy(post, outgoing):
    deputy = PostHoldingFactory(post=post, rank="deputy")
    passed(start(post, deputy.user, outgoing))
    held = PostHolding.objects.on_duty(timezone.now()).filter(user=deputy.user)
    assert [holding.rank for holding in held] == ["primary"]


def test_the_outgoing_holders_shifts_to_come_go_and_nobody_elses(post, outgoing, incoming):
    running = DutyShiftFactory(post=post, user=outgoing)
    over = DutyShiftFactory(post=post, user=outgoing, begins_at=in_days(-9))
    DutyShiftFactory(post=post, user=outgoing, begins_at=in_days(2))
    deputys = DutyShiftFactory(
        post=post,
        user=PostHoldingFactory(post=post, rank="deputy").user,
        rank="deputy",
        begins_at=in_days(2),
    )
    elsewhere = DutyShiftFactory(post=PostFactory(), user=outgoing, begins_at=in_days(2))
    taken = passed(start(post, incoming, outgoing))
    assert set(DutyShift.objects.all()) == {over, running, deputys, elsewhere}
    running.refresh_from_db()
    assert running.ends_at == taken.held_from


def test_a_newcomer_is_given_the_address_they_sign_in_with(post, outgoing, incoming):
    passed(start(post, incoming, outgoing))
    assert [contact.address for contact in incoming.contacts.all()] == [incoming.email]


def test_what_has_changed_since_the_start_stops_it(post, outgoing, incoming):
    handover = signed(start(post, incoming, outgoing))
    type(incoming).objects.filter(pk=incoming.pk).update(is_active=False)
    fresh = Handover.objects.get(pk=handover.pk)
    with pytest.raises(ValidationError) as refusal:
        pass_on_post(handover=fresh, at=timezone.now())
    assert list(refusal.value.message_dict) == ["incoming"]
    assert PostHolding.objects.on_duty(timezone.now()).get(post=post).user == outgoing


# Who sees them


def test_people_see_their_own_handovers_and_administrators_those_of_a_mission(
    post, outgoing, incoming, administrator, mission, other_mission
):
    own = start(post, incoming, outgoing)
    elsewhere = PostHoldingFactory(post__organization__mission=other_mission)
    other = start(elsewhere.post, UserFactory(), elsewhere.user)
    assert set(handovers_of(outgoing)) == set(handovers_of(incoming)) == {own}
    assert set(handovers_of(UserFactory())) == set()
    assert set(handovers_of(administrator, mission)) == {own}
    assert set(handovers_of(administrator)) == {own, other}


def test_people_hand_over_what_they_hold_and_administrators_what_was_ever_held(
    post, outgoing, administrator, mission
):
    deputy = PostHoldingFactory(post=post, rank="deputy").user
    PostFactory(organization=post.organization)
    assert list(posts_to_hand_over(outgoing, mission)) == [post]
    assert list(posts_to_hand_over(deputy, mission)) == []
    assert list(posts_to_hand_over(administrator, mission)) == [post]

"""The handover pages: starting, confirming on both sides, calling off, and who sees what."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from actors.models import Handover, PostHolding
from actors.roles import Role
from actors.workflow.entries import settle_administrator
from actors.workflow.handovers import start_handover
from tests.factories import PostFactory, PostHoldingFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def incoming(db):
    return UserFactory(name="Ben Newcomer", email="ben@example.org")


@pytest.fixture
def administrator(db):
    return settle_administrator(user=UserFactory(is_staff=True))


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words(response) -> str:
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(text.split())


def new_page(unmix, role=Role.CPA) -> str:
    return f"{reverse('new-handover')}?post={unmix.posts[role].public_id}"


def begun(unmix, incoming, role=Role.CPA) -> Handover:
    return start_handover(
        post=unmix.posts[role],
        incoming=incoming,
        held_until=timezone.now() + timedelta(days=200),
        note="The keys are in the safe.",
        by=unmix.user(role),
    )


def address(handover, name="handover") -> str:
    return reverse(name, args=[handover.public_id])


def typed(**changes) -> dict[str, str]:
    day = (timezone.now() + timedelta(days=100)).date()
    return {"incoming": "BEN@example.org", "held_until": day.isoformat(), "note": ""} | changes


def test_the_whole_act_from_page_to_page(unmix, as_role, incoming):
    unmix.file()
    cpa, ben = as_role(Role.CPA), signed_in(incoming)
    started = cpa.post(new_page(unmix), typed())
    handover = Handover.objects.get()
    assert started.url == address(handover)
    cpa.post(address(handover, "confirm-handover"))
    assert PostHolding.objects.filter(user=incoming).count() == 0
    done = ben.post(address(handover, "confirm-handover"), follow=True)
    assert "Both have confirmed: the post has changed hands." in words(done)
    assert "1 open item moved with the post." in words(done)
    assert ben.get(reverse("desk")).status_code == 200
    assert cpa.get(new_page(unmix)).status_code == 404


def test_the_last_day_ends_at_midnight_of_the_mission(unmix, as_role, incoming):
    unmix.mission.time_zone = "Africa/Bangui"
    unmix.mission.save()
    year = timezone.now().year + 1
    as_role(Role.CPA).post(new_page(unmix), typed(held_until=f"{year}-05-03"))
    assert Handover.objects.get().held_until.isoformat() == f"{year}-05-03T23:00:00+00:00"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"incoming": ""}, "incoming"),
        ({"incoming": "nobody@example.org"}, "incoming"),
        ({"incoming": "cpa@example.org"}, "incoming"),
        ({"held_until": ""}, "held_until"),
        ({"held_until": "2020-01-01"}, "held_until"),
        ({"held_until": "9999-12-31"}, "held_until"),
        ({"note": "x" * 2001}, "note"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(unmix, as_role, incoming, changed, field):
    response = as_role(Role.CPA).post(new_page(unmix), typed(**changed))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Handover.objects.exists()


def test_only_the_holder_and_administrators_open_the_form(unmix, as_role, administrator):
    deputy = PostHoldingFactory(post=unmix.posts[Role.CPA], rank="deputy").user
    assert as_role(Role.CPA).get(new_page(unmix)).status_code == 200
    assert signed_in(administrator).get(new_page(unmix)).status_code == 200
    for page in (as_role(Role.HOPC), signed_in(deputy), signed_in(UserFactory())):
        assert page.get(new_page(unmix)).status_code == 404
        assert page.post(new_page(unmix), typed()).status_code == 404
    assert Client().get(new_page(unmix)).status_code == 302


@pytest.mark.parametrize("query", ["", "?post=", "?post=1", "?post=" + "0" * 32])
def test_a_post_that_is_not_there_is_404(unmix, as_role, query):
    assert as_role(Role.CPA).get(reverse("new-handover") + query).status_code == 404


def test_each_sees_what_they_may_of_what_is_open(unmix, as_role, incoming, administrator):
    reference = unmix.file().report.reference
    handover = begun(unmix, incoming)
    outgoing = words(as_role(Role.CPA).get(address(handover)))
    newcomer = words(signed_in(incoming).get(address(handover)))
    keeper = words(signed_in(administrator).get(address(handover)))
    for page in (outgoing, newcomer, keeper):
        assert "1 open item waits at the post and moves with it." in page
        assert "The keys are in the safe." in page
    assert [reference in page for page in (outgoing, newcomer, keeper)] == [True, False, False]


def test_a_stranger_sees_no_handover(unmix, as_role, incoming):
    handover = begun(unmix, incoming)
    stranger = as_role(Role.HOPC)
    for page in (stranger, signed_in(UserFactory())):
        assert page.get(address(handover)).status_code == 404
        assert page.post(address(handover, "confirm-handover")).status_code == 404
        assert page.post(address(handover, "cancel-handover")).status_code == 404
    assert list(stranger.get(reverse("handovers")).context["rows"]) == []
    assert Handover.objects.get().is_open


def test_a_newcomer_without_a_post_finds_their_handover(unmix, incoming):
    page = signed_in(incoming)
    assert page.get(reverse("handovers")).status_code == 404
    handover = begun(unmix, incoming)
    (row,) = page.get(reverse("handovers")).context["rows"]
    assert row["handover"] == handover


def test_each_finds_the_posts_they_may_hand_over(unmix, as_role, administrator):
    posts = as_role(Role.CPA).get(reverse("handovers")).context["posts"]
    assert posts == [unmix.posts[Role.CPA]]
    posts = signed_in(administrator).get(reverse("handovers")).context["posts"]
    assert set(posts) == set(unmix.posts.values())


def test_an_administrator_confirms_with_a_reason_only(unmix, incoming, administrator):
    handover, keeper = begun(unmix, incoming), signed_in(administrator)
    refused = keeper.post(address(handover, "confirm-handover"), {"reason": ""})
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["reason"]
    said = keeper.post(
        address(handover, "confirm-handover"), {"reason": "Left on 3 May."}, follow=True
    )
    assert "In their place, because: Left on 3 May." in words(said)


def test_confirming_twice_says_so(unmix, as_role, incoming):
    handover, cpa = begun(unmix, incoming), as_role(Role.CPA)
    cpa.post(address(handover, "confirm-handover"))
    said = words(cpa.post(address(handover, "confirm-handover"), follow=True))
    assert "This is confirmed already." in said


def test_what_stands_in_the_way_is_said_on_the_page(unmix, as_role, incoming):
    handover = begun(unmix, incoming)
    signed_in(incoming).post(address(handover, "confirm-handover"))
    incoming.is_active = False
    incoming.save()
    refused = as_role(Role.CPA).post(address(handover, "confirm-handover"))
    assert refused.status_code == 422
    assert "This account is closed." in words(refused)
    assert Handover.objects.get().outgoing_confirmed_at is None


def test_a_cancelled_handover_says_who_called_it_off(unmix, as_role, incoming):
    handover = begun(unmix, incoming)
    said = signed_in(incoming).post(address(handover, "cancel-handover"), follow=True)
    assert "Cancelled. Nothing has changed hands." in words(said)
    said = as_role(Role.CPA).post(address(handover, "confirm-handover"), follow=True)
    assert "Ben Newcomer has cancelled this handover." in words(said)


def test_nothing_is_confirmed_or_cancelled_by_following_a_link(unmix, as_role, incoming):
    handover, cpa = begun(unmix, incoming), as_role(Role.CPA)
    assert cpa.get(address(handover, "confirm-handover")).status_code == 405
    assert cpa.get(address(handover, "cancel-handover")).status_code == 405


@pytest.mark.parametrize("number", [1, 3, 50])
def test_the_pages_take_the_same_number_of_statements_whatever_they_show(
    unmix, administrator, number, django_assert_max_num_queries
):
    for _step in range(number):
        post = PostFactory(organization=unmix.organizations["UNMIX Police"])
        holding = PostHoldingFactory(post=post)
        handover = start_handover(
            post=post,
            incoming=UserFactory(),
            held_until=timezone.now() + timedelta(days=9),
            by=holding.user,
        )
    page = signed_in(administrator)
    with django_assert_max_num_queries(9):
        page.get(reverse("handovers"))
    with django_assert_max_num_queries(9):
        page.get(address(handover))


@pytest.mark.parametrize("number", [1, 3])
def test_open_items_take_the_same_number_of_statements(
    unmix, as_role, incoming, number, django_assert_max_num_queries
):
    for _step in range(number):
        unmix.file()
    handover, cpa = begun(unmix, incoming), as_role(Role.CPA)
    with django_assert_max_num_queries(9):
        assert len(cpa.get(address(handover)).context["items"]) == number

"""The lists of the directory: what they answer, and at what cost."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from knox.models import AuthToken

from actors.models import (
    Contact,
    ContactLook,
    ContactsRead,
    DirectoryMail,
    Handover,
    Organization,
    Post,
    PostHolding,
    Scope,
    TokenScope,
    User,
)
from actors.roles import Role
from tests.actors.pages import address
from tests.factories import (
    ActivityFactory,
    AreaFactory,
    ContactFactory,
    CoordinationBodyFactory,
    DocumentFactory,
    DutyShiftFactory,
    LeaveFactory,
    LocationFactory,
    OrganizationFactory,
    PathwayFactory,
    PostFactory,
    PostHoldingFactory,
    RegionFactory,
    RelationFactory,
    ServiceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
LISTS = sorted(admin.site._registry, key=lambda model: model.__name__)


def rows_of(pages, model, **asked):
    response = pages.get(address(model, "changelist"), asked)
    assert response.status_code == 200, asked
    return set(response.context["cl"].result_list)


def text_of(pages, model, **asked) -> str:
    return pages.get(address(model, "changelist"), asked).content.decode()


def add_some_of_everything(mission, number: int) -> None:
    region = RegionFactory(mission=mission)
    parent = OrganizationFactory(mission=mission)
    for _step in range(number):
        post = PostFactory(
            organization=OrganizationFactory(parent=parent), areas=[AreaFactory(parent=region)]
        )
        holdings = PostHoldingFactory.create_batch(2, post=post, rank="member")
        for holding in holdings:
            ContactFactory(user=holding.user)
        ContactFactory(user=None, post=post)
        offer_something(post.organization, parent)
        keep_the_roster(*holdings)
        write_records(mission, *holdings)


def offer_something(organization, other) -> None:
    mission, area = organization.mission, AreaFactory(mission=organization.mission)
    service = ServiceFactory(organization=organization, areas=[area])
    service.locations.add(LocationFactory(area=area))
    ContactFactory(user=None, service=service)
    ContactFactory(user=None, organization=organization)
    body = CoordinationBodyFactory(organization__mission=mission, area=area)
    PathwayFactory(area=area, endorsed_by=body)
    DocumentFactory(mission=mission, area=area, organization=organization)
    ActivityFactory(organization=organization, area=area)
    RelationFactory(origin=organization, target=other)


def keep_the_roster(holding, other) -> None:
    DutyShiftFactory(post=holding.post, user=holding.user)
    LeaveFactory(user=holding.user)
    Handover.objects.create(
        post=holding.post,
        outgoing=holding,
        incoming=other.user,
        held_until=holding.held_until,
        started_by=holding.user,
    )


def write_records(mission, holding, other) -> None:
    contact = other.user.contacts.get()
    ContactLook.objects.create(viewer=holding.user, contact=contact, whose="Her", where="search")
    ContactsRead.objects.create(user=holding.user, mission=mission, digest="0")
    DirectoryMail.objects.create(user=holding.user, kind="gaps", key="2026-W07", path="/")
    token, _secret = AuthToken.objects.create(holding.user)
    TokenScope.objects.create(token=token, scopes=[Scope.REPORTS], label="Patrol app")


@pytest.mark.parametrize("model", LISTS)
def test_a_longer_list_costs_no_more_statements(admin_pages, mission, model):
    counts = []
    for number in (2, 8):
        add_some_of_everything(mission, number)
        with CaptureQueriesContext(connection) as statements:
            assert admin_pages.get(address(model, "changelist")).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 16


@pytest.mark.parametrize("model", LISTS)
def test_every_list_can_be_searched(admin_pages, mission, model):
    add_some_of_everything(mission, 1)
    assert rows_of(admin_pages, model, q="nothing like this") == set()


def test_a_post_says_who_is_on_duty_and_what_it_covers(admin_pages, mission, district):
    post = PostFactory(organization__mission=mission, areas=[district])
    PostHoldingFactory(post=post, user__name="Leila Haddad")
    PostHoldingFactory(post=post, user__name="Tomasz Zielinski", rank="deputy")
    long_ago = timezone.now() - timedelta(days=10)
    PostHoldingFactory(post=post, user__name="Somebody gone", rank="member", held_until=long_ago)
    page = text_of(admin_pages, Post)
    assert "Leila Haddad, Tomasz Zielinski (deputy)" in page
    assert "Port Sela" in page
    assert "Somebody gone" not in page


def test_an_empty_post_stands_out(admin_pages):
    staffed, empty = PostHoldingFactory().post, PostFactory()
    assert rows_of(admin_pages, Post, staffed="no") == {empty}
    assert rows_of(admin_pages, Post, staffed="yes") == {staffed}
    page = text_of(admin_pages, Post, staffed="no")
    assert "Nobody" in page
    assert "The whole mission" in page


@pytest.mark.parametrize(
    ("moment", "start", "end"),
    [("now", -9, 99), ("leaving", -9, 9), ("coming", 9, 99), ("over", -9, -1)],
)
def test_focal_points_by_moment(admin_pages, moment, start, end):
    begins, ends = (timezone.now() + timedelta(days=day) for day in (start, end))
    wanted = PostHoldingFactory(held_from=begins, held_until=ends)
    for other in ((-9, 99), (9, 99), (-9, -1)):
        if other != (start, end):
            begins, ends = (timezone.now() + timedelta(days=day) for day in other)
            PostHoldingFactory(held_from=begins, held_until=ends)
    found = rows_of(admin_pages, PostHolding, moment=moment)
    assert wanted in found
    assert len(found) == (2 if (moment, end) == ("now", 9) else 1)


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        ("On duty", {}),
        ("On duty, as deputy", {"rank": "deputy"}),
        ("Sign-in is off", {"user__is_active": False}),
        ("Still to begin", {"held_from": timezone.now() + timedelta(days=3)}),
        ("Over", {"held_until": timezone.now() - timedelta(days=3)}),
    ],
)
def test_a_focal_point_says_whether_they_are_there(admin_pages, words, changes):
    PostHoldingFactory(**changes)
    assert f'field-standing">{words}<' in text_of(admin_pages, PostHolding)


def test_an_address_that_did_not_work_is_found(admin_pages):
    failed = ContactFactory(failed_at=timezone.now())
    works = ContactFactory()
    assert rows_of(admin_pages, Contact, works="no") == {failed}
    assert rows_of(admin_pages, Contact, works="yes") == {works}
    assert rows_of(admin_pages, Contact, q=failed.user.name) == {failed}


def test_people_who_cannot_be_told_are_found(admin_pages, administrator):
    reachable = ContactFactory().user
    silent = ContactFactory(failed_at=timezone.now()).user
    unknown = UserFactory()
    assert rows_of(admin_pages, User, reachable="no") == {silent, unknown, administrator}
    assert rows_of(admin_pages, User, reachable="yes") == {reachable}
    page = text_of(admin_pages, User)
    assert "Did not work since" in page
    assert "No address" in page


def test_who_maintains_the_directory_is_found(admin_pages, administrator):
    other = UserFactory()
    assert rows_of(admin_pages, User, maintains="yes") == {administrator}
    assert rows_of(admin_pages, User, maintains="no") == {other}
    assert rows_of(admin_pages, User, maintains="perhaps") == {administrator, other}


def test_a_user_shows_the_posts_held_now(admin_pages):
    holding = PostHoldingFactory(post__role=Role.JOC)
    assert str(holding.post) in text_of(admin_pages, User)


def test_lists_can_be_narrowed_to_a_mission(admin_pages, mission, other_mission):
    here, there = (OrganizationFactory(mission=m) for m in (mission, other_mission))
    assert rows_of(admin_pages, Organization, mission__id__exact=mission.pk) == {here}
    post = PostFactory(organization=there)
    found = rows_of(admin_pages, Post, organization__mission__id__exact=other_mission.pk)
    assert found == {post}

"""Changing the directory through its pages: what is kept, retired, refused."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from actors.models import Area, Contact, Organization, Post, PostHolding, User
from actors.roles import Role
from tests.actors.pages import act, address, errors_on, filled, store
from tests.factories import (
    PASSWORD,
    AreaFactory,
    ContactFactory,
    CoordinationBodyFactory,
    DocumentFactory,
    LocationFactory,
    MissionFactory,
    OrganizationFactory,
    PathwayFactory,
    PostFactory,
    PostHoldingFactory,
    ServiceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def change(pages, entry, **changes):
    return store(pages, address(entry), **changes)


KEPT = [
    MissionFactory,
    AreaFactory,
    OrganizationFactory,
    PostFactory,
    ServiceFactory,
    LocationFactory,
    CoordinationBodyFactory,
    PathwayFactory,
    DocumentFactory,
]


@pytest.fixture(params=KEPT)
def kept(request, db):
    return request.param()


def test_what_reports_point_to_is_never_deleted(admin_pages, kept):
    response = admin_pages.post(address(kept, "delete"), {"post": "yes"}, follow=True)
    assert "nothing is deleted" in response.content.decode()
    assert type(kept).objects.filter(pk=kept.pk).exists()


def test_not_even_by_a_superuser(client, kept):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    client.post(address(kept, "delete"), {"post": "yes"})
    assert type(kept).objects.filter(pk=kept.pk).exists()


def test_people_and_holdings_are_not_deleted(admin_pages):
    holding = PostHoldingFactory()
    for entry in (holding, holding.user):
        assert admin_pages.post(address(entry, "delete"), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    "factory",
    [
        MissionFactory,
        AreaFactory,
        OrganizationFactory,
        PostFactory,
        ServiceFactory,
        LocationFactory,
        DocumentFactory,
    ],
)
def test_retiring_and_bringing_back(admin_pages, factory):
    entry = factory()
    page = act(admin_pages, "retire", entry).content.decode()
    entry.refresh_from_db()
    assert entry.retired_at
    assert "1 entry retired" in page
    assert LogEntry.objects.filter(object_id=entry.pk, change_message="Retired.").exists()
    act(admin_pages, "restore", entry)
    entry.refresh_from_db()
    assert entry.retired_at is None


def test_what_is_retired_is_not_offered_for_choice(admin_pages, mission):
    used = OrganizationFactory(mission=mission, name="Used")
    OrganizationFactory(mission=mission, name="Retired", retired_at=timezone.now())
    asked = {"app_label": "actors", "model_name": "post", "field_name": "organization", "term": "e"}
    answer = admin_pages.get(reverse("admin:autocomplete"), asked).json()
    assert [row["id"] for row in answer["results"]] == [str(used.pk)]


def test_an_area_is_refused_inside_its_own_child(admin_pages, region, district):
    response = change(admin_pages, region, parent=district.pk)
    assert errors_on(response) == {"parent": ["An area cannot lie inside itself."]}


def test_a_wrong_time_zone_is_refused_at_its_field(admin_pages, mission):
    response = change(admin_pages, mission, time_zone="Atlantis")
    assert "time_zone" in errors_on(response)


def test_the_mission_of_an_area_is_fixed(admin_pages, district, other_mission):
    assert change(admin_pages, district, mission=other_mission.pk).status_code == 302
    assert Area.objects.get(pk=district.pk).mission == district.mission


def test_an_organization_is_added_with_the_group_for_shares(admin_pages, mission):
    facts = {"mission": mission.pk, "name": "WHO office", "kind": "un_entity"}
    added = filled(admin_pages, address(Organization, "add")) | facts
    assert admin_pages.post(address(Organization, "add"), added).status_code == 302
    assert Organization.objects.get().group.name.startswith("UNMIX: WHO office ")


def test_a_name_is_given_once_per_mission(admin_pages, mission):
    facts = {"mission": mission.pk, "name": "WHO office", "kind": "un_entity"}
    OrganizationFactory(mission=mission, name="WHO office")
    response = admin_pages.post(address(Organization, "add"), facts)
    assert "already has an organization of this name" in str(errors_on(response))


def test_affiliates_are_others_of_the_same_mission(admin_pages, mission, other_mission):
    organization = OrganizationFactory(mission=mission)
    for wrong in (organization, OrganizationFactory(mission=other_mission)):
        response = change(admin_pages, organization, affiliates=[wrong.pk])
        assert "affiliates" in errors_on(response)
    right = OrganizationFactory(mission=mission)
    assert change(admin_pages, organization, affiliates=[right.pk]).status_code == 302
    assert list(organization.affiliates.all()) == [right]


def test_a_post_covers_areas_of_its_own_mission(admin_pages, mission, other_mission, district):
    post = PostFactory(organization__mission=mission)
    wrong = AreaFactory(mission=other_mission)
    response = change(admin_pages, post, areas=[wrong.pk])
    assert errors_on(response) == {"areas": ["An area belongs to another mission."]}
    assert change(admin_pages, post, areas=[district.pk]).status_code == 302
    assert list(post.areas.all()) == [district]


def test_a_post_is_added_with_holder_and_duty_desk(admin_pages, mission, district):
    holder, now = UserFactory(), timezone.now()
    facts = filled(admin_pages, address(Post, "add")) | {
        "role": Role.UNPOL_CPFP_FIELD,
        "organization": OrganizationFactory(mission=mission).pk,
        "areas": [district.pk],
        "holdings-TOTAL_FORMS": 1,
        "holdings-0-user": holder.pk,
        "holdings-0-rank": "primary",
        "holdings-0-held_from_0": now.date(),
        "holdings-0-held_from_1": "00:00",
        "holdings-0-held_until_0": (now + timedelta(days=180)).date(),
        "contacts-TOTAL_FORMS": 1,
        "contacts-0-channel": "email",
        "contacts-0-address": "desk@example.org",
        "contacts-0-language": "en",
    }
    response = admin_pages.post(address(Post, "add"), facts)
    assert response.status_code == 302, errors_on(response)
    post = Post.objects.get()
    assert post.holdings.get().user == holder
    assert post.contacts.get().address == "desk@example.org"


def test_the_role_of_a_post_is_fixed(admin_pages):
    post = PostFactory(role=Role.WHO)
    assert change(admin_pages, post, role=Role.CPA, title="Health cluster").status_code == 302
    post.refresh_from_db()
    assert (post.role, post.title) == (Role.WHO, "Health cluster")


def test_dates_that_end_before_they_begin_are_refused(admin_pages):
    holding = PostHoldingFactory()
    before = (holding.held_from - timedelta(days=2)).date()
    response = change(admin_pages, holding, held_until_0=before)
    assert set(errors_on(response)) == {"held_until"}
    assert PostHolding.objects.get() == holding


def test_a_changed_address_works_until_it_fails(admin_pages):
    contact = ContactFactory(failed_at=timezone.now())
    assert change(admin_pages, contact).status_code == 302
    assert Contact.objects.get().failed_at
    assert change(admin_pages, contact, address="new@example.org").status_code == 302
    assert Contact.objects.get().failed_at is None


def test_a_contact_is_used_again_on_the_administrators_word(admin_pages):
    contact = ContactFactory(failed_at=timezone.now())
    act(admin_pages, "trust", contact)
    contact.refresh_from_db()
    assert contact.failed_at is None


def test_the_same_address_twice_is_refused_at_its_row(admin_pages):
    user = ContactFactory(address="one@example.org").user
    row = {"channel": "email", "address": "One@example.org", "language": "en"}
    rows = {f"contacts-1-{name}": value for name, value in row.items()}
    response = change(admin_pages, user, **rows, **{"contacts-TOTAL_FORMS": 2})
    assert "This address is already listed." in response.content.decode()
    assert user.contacts.count() == 1


NEW = {
    "username": "joana",
    "name": "Joana Prates",
    "email": "joana@example.org",
    "language": "en",
    "password1": PASSWORD,
    "password2": PASSWORD,
}


def test_a_user_is_made_and_can_be_told_at_once(admin_pages, client):
    response = admin_pages.post(address(User, "add"), NEW)
    user = User.objects.get(username="joana")
    assert response.url == address(user)
    assert user.check_password(PASSWORD)
    assert [contact.address for contact in user.contacts.all()] == ["joana@example.org"]
    assert not user.is_staff
    assert not user.groups.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "TAKEN@example.org"}, "email"),
        ({"username": "TAKEN"}, "username"),
        ({"password1": "short", "password2": "short"}, "password2"),
        ({"name": ""}, "name"),
    ],
)
def test_a_user_is_refused_at_the_field(admin_pages, changes, field):
    UserFactory(username="taken", email="taken@example.org")
    response = admin_pages.post(address(User, "add"), NEW | changes)
    assert set(errors_on(response)) == {field}


def test_rights_are_given_with_one_tick_and_taken_back(admin_pages):
    user = UserFactory()
    assert change(admin_pages, user, is_staff="on").status_code == 302
    assert user.groups.get().name == "Directory administrators"
    user.refresh_from_db()
    data = filled(admin_pages, address(user))
    del data["is_staff"]
    admin_pages.post(address(user), data)
    assert not user.groups.exists()


def test_nobody_makes_themselves_a_superuser(admin_pages, administrator):
    assert change(admin_pages, administrator, is_superuser="on").status_code == 302
    administrator.refresh_from_db()
    assert not administrator.is_superuser


def test_who_holds_a_post_cannot_maintain_the_directory(admin_pages):
    user = PostHoldingFactory().user
    response = change(admin_pages, user, is_staff="on")
    assert "is_staff" in errors_on(response)


def test_who_maintains_the_directory_gets_no_post(admin_pages, administrator):
    facts = filled(admin_pages, address(PostHolding, "add")) | {
        "post": PostFactory().pk,
        "user": administrator.pk,
        "held_until_0": "2099-01-01",
        "held_until_1": "00:00",
    }
    response = admin_pages.post(address(PostHolding, "add"), facts)
    assert "Nobody may both" in str(errors_on(response))
    assert not PostHolding.objects.exists()

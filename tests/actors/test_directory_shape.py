"""What the models refuse: trees with circles, missions that mix, ends before beginnings."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from actors.models import Area, Contact
from tests.factories import (
    AreaFactory,
    ContactFactory,
    OrganizationFactory,
    PostHoldingFactory,
    RegionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def refused_fields(entry) -> set[str]:
    with pytest.raises(ValidationError) as refusal:
        entry.full_clean()
    return set(refusal.value.message_dict)


def test_an_area_cannot_lie_inside_itself(region):
    region.parent = region
    assert refused_fields(region) == {"parent"}


def test_an_area_cannot_lie_inside_its_own_child(region, district):
    region.parent = district
    assert refused_fields(region) == {"parent"}


def test_an_area_cannot_be_lowered_to_the_level_of_its_children(region, district):
    region.level = district.level
    assert refused_fields(region) == {"level"}


def test_an_area_cannot_lie_in_another_mission(district, other_mission):
    district.parent = RegionFactory(mission=other_mission)
    assert refused_fields(district) == {"parent"}


def test_an_area_can_move_to_another_region_of_its_mission(district, mission):
    district.parent = RegionFactory(mission=mission)
    district.full_clean()


@pytest.mark.parametrize(("latitude", "longitude"), [(91, 0), (0, -181)])
def test_a_centre_lies_on_earth(district, latitude, longitude):
    district.latitude, district.longitude = latitude, longitude
    with pytest.raises(ValidationError):
        district.full_clean()


def test_the_way_up_from_an_area_asks_nothing_more(district, region, django_assert_num_queries):
    area = Area.objects.with_path().get(pk=district.pk)
    with django_assert_num_queries(0):
        assert area.path() == [district, region]


def test_an_organization_cannot_be_part_of_itself():
    parent = OrganizationFactory()
    child = OrganizationFactory(parent=parent)
    parent.parent = child
    assert refused_fields(parent) == {"parent"}


def test_an_organization_cannot_be_part_of_one_of_another_mission(mission, other_mission):
    organization = OrganizationFactory(mission=mission)
    organization.parent = OrganizationFactory(mission=other_mission)
    assert refused_fields(organization) == {"parent"}


def test_a_holding_cannot_end_before_it_begins():
    holding = PostHoldingFactory()
    holding.held_until = holding.held_from - timedelta(minutes=1)
    assert refused_fields(holding) == {"held_until"}


def test_nobody_both_maintains_the_directory_and_holds_a_post():
    holding = PostHoldingFactory()
    holding.user.is_staff = True
    assert "is_staff" in refused_fields(holding.user)
    holding.user.save()
    assert "__all__" in refused_fields(holding)


def test_a_past_post_does_not_bar_from_maintaining_the_directory():
    yesterday = timezone.now() - timedelta(days=1)
    holding = PostHoldingFactory(held_until=yesterday)
    holding.user.is_staff = True
    holding.user.full_clean()


def test_two_people_cannot_share_the_address_they_sign_in_with():
    UserFactory(email="lead@example.org")
    assert refused_fields(UserFactory.build(email="Lead@Example.org")) >= {"email"}


def test_an_address_must_be_one():
    assert refused_fields(ContactFactory.build(user=UserFactory(), address="nobody")) == {"address"}


def test_a_changed_address_counts_as_working():
    contact = ContactFactory(failed_at=timezone.now())
    contact.address = "other@example.org"
    contact.full_clean()
    assert contact.failed_at is None


def test_an_address_that_stays_still_does_not_work():
    contact = ContactFactory(failed_at=timezone.now())
    contact.language = "en"
    contact.full_clean()
    assert contact.failed_at


def test_a_contact_is_of_a_person_or_of_a_post():
    assert refused_fields(Contact(address="nobody@example.org")) == {"__all__"}


def test_mission_settings_have_the_names_of_the_policy(mission):
    assert mission.policy_settings()["mass_threshold"] == 5
    assert len(mission.policy_settings()) == len(mission.POLICY_SETTINGS)


def test_a_district_of_a_factory_is_valid():
    AreaFactory().full_clean()

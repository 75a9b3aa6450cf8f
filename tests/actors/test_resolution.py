"""Role and area to the organization and the people on duty."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actors.directory import Directory, contacts_of
from actors.models import Area, Organization, Post, PostHolding
from actors.roles import Role
from tests.factories import (
    AreaFactory,
    ContactFactory,
    OrganizationFactory,
    PostFactory,
    PostHoldingFactory,
    RegionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def staffed(mission, role=Role.WHO, *, areas=(), name=None, **holding) -> PostHolding:
    names = {"name": name} if name else {}
    organization = OrganizationFactory(mission=mission, **names)
    post = PostFactory(role=role, organization=organization, areas=areas)
    return PostHoldingFactory(post=post, **holding)


def read(area: Area) -> Directory:
    return Directory.covering(Area.objects.with_path().get(pk=area.pk), at=timezone.now())


def test_the_nearest_post_answers(mission, region, district):
    whole = staffed(mission)
    regional = staffed(mission, areas=[region])
    local = staffed(mission, areas=[district])
    assert read(district).resolve(Role.WHO).post_id == local.post_id
    local.delete()
    assert read(district).resolve(Role.WHO).post_id == regional.post_id
    regional.delete()
    assert read(district).resolve(Role.WHO).post_id == whole.post_id


def test_a_post_of_a_neighbour_does_not_answer(mission, district):
    staffed(mission, areas=[AreaFactory(parent=RegionFactory(mission=mission))])
    assert read(district).resolve(Role.WHO) is None


def test_a_post_of_another_mission_does_not_answer(other_mission, district):
    staffed(other_mission)
    assert read(district).resolve(Role.WHO) is None


def test_a_retired_post_or_organization_does_not_answer(mission, district):
    for retired in (staffed(mission).post, staffed(mission).post.organization):
        retired.retired_at = timezone.now()
        retired.save()
    assert read(district).resolve(Role.WHO) is None


@pytest.mark.parametrize("days", [(1, 5), (-5, -1)], ids=["not yet", "no more"])
def test_who_is_not_on_duty_does_not_answer(mission, district, days):
    start, end = (timezone.now() + timedelta(days=day) for day in days)
    staffed(mission, held_from=start, held_until=end)
    assert read(district).resolve(Role.WHO) is None


def test_who_cannot_sign_in_does_not_answer(mission, district):
    staffed(mission, user=UserFactory(is_active=False))
    assert read(district).resolve(Role.WHO) is None


def test_a_deputy_stands_in_and_the_roster_says_so(mission, district):
    primary = staffed(mission, Role.UNPOL_CPFP_FIELD)
    deputy = PostHoldingFactory(post=primary.post, rank="deputy")
    assert read(district).resolve(Role.UNPOL_CPFP_FIELD).holders == (primary.user_id,)
    assert read(district).roster() == "on_duty"
    primary.delete()
    assert read(district).resolve(Role.UNPOL_CPFP_FIELD).holders == (deputy.user_id,)
    assert read(district).roster() == "deputy"
    deputy.delete()
    assert read(district).roster() == "none"


def test_a_duty_desk_answers_without_a_person(mission, district):
    post = PostFactory(role=Role.JOC, organization=OrganizationFactory(mission=mission))
    assert read(district).resolve(Role.JOC) is None
    desk = ContactFactory(user=None, post=post)
    seat = read(district).resolve(Role.JOC)
    assert contacts_of([seat])[post.pk] == [desk]


def test_a_desk_that_does_not_work_is_none(mission, district):
    post = PostFactory(role=Role.JOC, organization=OrganizationFactory(mission=mission))
    ContactFactory(user=None, post=post, failed_at=timezone.now())
    assert read(district).resolve(Role.JOC) is None


def test_only_working_contacts_of_those_on_duty_are_used(mission, district):
    holding = staffed(mission)
    works = ContactFactory(user=holding.user)
    ContactFactory(user=holding.user, failed_at=timezone.now())
    PostHoldingFactory(post=holding.post, rank="deputy")
    assert contacts_of([read(district).resolve(Role.WHO)]) == {holding.post_id: [works]}


def test_the_implicated_organization_is_passed_over(mission, district):
    near = staffed(mission, areas=[district])
    far = staffed(mission)
    seat = read(district).resolve(Role.WHO, implicated={near.post.organization_id})
    assert seat.organization_id == far.post.organization_id


def test_a_supervisor_is_the_filers_own_line(mission, district):
    police = OrganizationFactory(mission=mission)
    site = OrganizationFactory(parent=police)
    other = staffed(mission, Role.UNPOL_SUPERVISOR)
    above = PostHoldingFactory(post=PostFactory(role=Role.UNPOL_SUPERVISOR, organization=police))
    line = Organization.objects.line_of(site.pk)
    resolve = read(district).resolve
    found = resolve(Role.UNPOL_SUPERVISOR, filer_organizations=line)
    assert found.post_id == above.post_id
    assert resolve(Role.UNPOL_SUPERVISOR) is None
    line = Organization.objects.line_of(other.post.organization_id)
    assert resolve(Role.UNPOL_SUPERVISOR, filer_organizations=line).post_id == other.post_id


def test_due_diligence_is_that_of_the_unit_here(mission, district):
    assert read(district).hrddp() == "pending"
    unit = OrganizationFactory(mission=mission, hrddp_status="cleared")
    post = PostFactory(role=Role.HS_POLICE_SPECIALISED, organization=unit, areas=[district])
    ContactFactory(user=None, post=post)
    assert read(district).hrddp() == "cleared"


def test_roles_are_resolved_from_one_reading(mission, district, django_assert_num_queries):
    for role in (Role.WHO, Role.JOC, Role.CPA, Role.UNICEF_CP):
        staffed(mission, role)
    area = Area.objects.with_path().get(pk=district.pk)
    with django_assert_num_queries(1):
        directory = Directory.covering(area, at=timezone.now())
        assert all(directory.resolve(role) for role in (Role.WHO, Role.JOC, Role.CPA))


def test_a_tie_reaches_parents_children_and_affiliates_but_not_siblings(mission):
    parent = OrganizationFactory(mission=mission)
    implicated = OrganizationFactory(parent=parent)
    child, sibling = OrganizationFactory(parent=implicated), OrganizationFactory(parent=parent)
    affiliate = OrganizationFactory(mission=mission)
    implicated.affiliates.add(affiliate)
    related = Organization.objects.related_to([implicated.pk])
    assert related == {parent.pk, implicated.pk, child.pk, affiliate.pk}
    assert sibling.pk not in related
    assert Organization.objects.related_to([]) == frozenset()


def test_posts_covering_an_area(mission, region, district):
    regional = staffed(mission, areas=[region]).post
    whole = staffed(mission).post
    assert set(Post.objects.covering(district)) == {regional, whole}

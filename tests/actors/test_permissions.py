"""Whose contact data is shown to whom: a table of who looks and what they may find."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actors.models import Contact, PostHolding
from actors.permissions import Reach, viewer_of
from actors.roles import Role
from tests.factories import ContactFactory, OrganizationFactory, PostFactory, PostHoldingFactory

pytestmark = pytest.mark.django_db


def viewer(unmix, role):
    return viewer_of(unmix.user(role), unmix.mission)


@pytest.mark.parametrize(
    ("role", "reach"),
    [
        (Role.CPA, Reach.FULL),
        (Role.CPA_SENIOR, Reach.FULL),
        (Role.UNPOL_OFFICER, Reach.INSIDE),
        (Role.HUMAN_RIGHTS, Reach.INSIDE),
        (Role.UNICEF_CP, Reach.PARTNER),
        (Role.PSS_PROVIDER, Reach.PARTNER),
        (Role.HS_POLICE_SPECIALISED, Reach.OWN),
    ],
)
def test_how_far_each_sees(unmix, role, reach):
    assert viewer(unmix, role).reach == reach


def test_human_rights_sees_everything_where_there_is_no_adviser(unmix):
    unmix.mission.has_cpa = False
    unmix.mission.save()
    assert viewer(unmix, Role.HUMAN_RIGHTS).reach == Reach.FULL


def test_an_officer_sees_colleagues_and_no_helper_outside(unmix):
    seen = {contact.address for contact in viewer(unmix, Role.UNPOL_OFFICER).contacts()}
    assert "joc@example.org" in seen
    assert "cpa@example.org" in seen
    assert "pss_provider@example.org" not in seen
    assert "hs_police_specialised@example.org" not in seen


@pytest.mark.parametrize("role", [Role.PSS_PROVIDER, Role.HS_POLICE_SPECIALISED])
def test_others_see_their_own_and_the_lead_alone(unmix, role):
    seen = {contact.address for contact in viewer(unmix, role).contacts()}
    assert seen == {f"{role.lower()}@example.org", "cpa@example.org"}


def test_somebody_who_left_the_mission_is_a_colleague_no_longer(unmix):
    joc = unmix.user(Role.JOC)
    PostHolding.objects.filter(user=joc).update(held_until=timezone.now() - timedelta(days=1))
    for role in (Role.UNPOL_OFFICER, Role.CPA):
        seen = {contact.address for contact in viewer(unmix, role).contacts()}
        assert "joc@example.org" not in seen


def test_a_former_adviser_is_not_shown_to_partners(unmix):
    now = timezone.now()
    away = OrganizationFactory(mission=unmix.mission, kind="ngo_national")
    person = ContactFactory().user
    helper = PostFactory(role=Role.LEGAL_AID_PROVIDER, organization=away)
    PostHoldingFactory(user=person, post=helper)
    PostHoldingFactory(
        user=person,
        post=unmix.posts[Role.CPA],
        rank="deputy",
        held_from=now - timedelta(days=90),
        held_until=now - timedelta(days=60),
    )
    assert not viewer(unmix, Role.UNICEF_CP).contacts().filter(user=person).exists()
    assert viewer(unmix, Role.CPA).contacts().filter(user=person).exists()


def test_an_address_is_found_once_however_many_posts_its_owner_holds(unmix):
    cpa = unmix.user(Role.CPA)
    for _post in range(3):
        post = PostFactory(organization=unmix.organizations["Child Protection Section"])
        PostHoldingFactory(post=post, user=cpa)
    found = viewer(unmix, Role.UNPOL_OFFICER).contacts().filter(user=cpa)
    assert list(found) == list(Contact.objects.filter(user=cpa))

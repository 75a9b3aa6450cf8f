"""What somebody stands for follows from the posts they hold at a moment."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from actors.models import OrganizationKind
from actors.roles import Role
from actors.standing import standing_of
from tests.factories import OrganizationFactory, PostFactory, PostHoldingFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_nobody_stands_for_nothing():
    assert standing_of(AnonymousUser()).posts == ()
    assert standing_of(UserFactory()).posts == ()


def test_posts_end_with_their_holding():
    holding = PostHoldingFactory()
    later = holding.held_until + timedelta(seconds=1)
    assert standing_of(holding.user).roles == {Role.CPA}
    assert standing_of(holding.user, later).roles == set()


def test_a_retired_post_opens_nothing():
    holding = PostHoldingFactory()
    holding.post.retired_at = timezone.now()
    holding.post.save()
    assert standing_of(holding.user).posts == ()


def test_a_standing_is_asked_once(django_assert_num_queries):
    holding = PostHoldingFactory()
    with django_assert_num_queries(1):
        assert standing_of(holding.user) is standing_of(holding.user)
        assert standing_of(holding.user).organizations == [holding.post.organization]


def test_an_officer_files_from_the_officers_post(mission):
    site = OrganizationFactory(mission=mission)
    user = UserFactory()
    for role in (Role.UNPOL_CPFP_FIELD, Role.UNPOL_OFFICER):
        PostHoldingFactory(post=PostFactory(role=role, organization=site), user=user)
    assert standing_of(user).filing_post(mission).role == Role.UNPOL_OFFICER


def test_there_is_no_post_to_file_from_in_another_mission(mission, other_mission):
    holding = PostHoldingFactory(
        post=PostFactory(organization=OrganizationFactory(mission=mission))
    )
    standing = standing_of(holding.user)
    assert standing.missions(Role.CPA) == [mission]
    assert standing.missions(Role.WHO) == []
    assert standing.filing_post(other_mission) is None


def test_a_host_state_post_is_known_as_one():
    unit = OrganizationFactory(kind=OrganizationKind.HOST_STATE_POLICE)
    holding = PostHoldingFactory(post=PostFactory(organization=unit))
    assert standing_of(holding.user).serves_host_state
    assert not standing_of(PostHoldingFactory().user).serves_host_state


def test_the_settings_of_a_mission_are_as_the_mission_itself_has_them(unmix):
    unmix.mission.deadlines = {"acknowledge": {"emergency": 20}}
    unmix.mission.save()
    (mission,) = standing_of(unmix.user(Role.CPA)).missions()
    assert mission.deadlines == {"acknowledge": {"emergency": 20}}

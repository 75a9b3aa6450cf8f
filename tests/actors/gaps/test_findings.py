"""What needs doing in the directory, and that it is found whatever the number of rows."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.gaps.findings import findings
from actors.models import ContactsRead, Handover, PathwayStep
from actors.roles import Role
from tests.factories import (
    AreaFactory,
    ContactFactory,
    CoordinationBodyFactory,
    OrganizationFactory,
    PathwayFactory,
    PostFactory,
    PostHoldingFactory,
    ServiceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def found(mission, key: str) -> list[tuple[str, bool]]:
    """What is found of one sort, in order: what, and whether it is bad."""
    groups = {group.key: group for group in findings(mission, timezone.now()).groups}
    return [(str(each.title), each.is_bad) for each in groups[key].findings]


def post_of(mission, title="Desk", role=Role.WHO, **post):
    organization = OrganizationFactory(mission=mission)
    return PostFactory(role=role, title=title, organization=organization, **post)


def reachable(post, **holding):
    user = UserFactory()
    ContactFactory(user=user)
    return PostHoldingFactory(post=post, user=user, **holding)


def test_a_mission_without_areas_and_entries_has_nothing_to_mend(mission):
    assert findings(mission, timezone.now()).number == 0


def test_roles_without_anybody_are_found_with_the_widest_gap_first(mission, region, district):
    AreaFactory(parent=region)
    reachable(post_of(mission, areas=[district]))
    titles = [title for title, _bad in found(mission, "nobody")]
    assert titles[-1] == Role.WHO.label
    assert Role.UNPOL_OFFICER.label not in titles
    assert Role.UNPOL_SUPERVISOR.label not in titles


def test_a_post_with_a_roster_and_nobody_on_duty_is_found(mission):
    reachable(post_of(mission, title="Duty post", has_roster=True))
    reachable(post_of(mission, title="Day post"))
    assert found(mission, "shifts") == [("Duty post", True)]


def test_posts_are_unreachable_without_a_desk_and_without_a_holder_who_has_an_address(mission):
    post_of(mission, title="Nobody")
    PostHoldingFactory(post=post_of(mission, title="No address"))
    reachable(post_of(mission, title="Holder"))
    ContactFactory(user=None, post=post_of(mission, title="Desk"))
    ContactFactory(user=None, post=post_of(mission, title="Dead desk"), failed_at=timezone.now())
    post_of(mission, title="Patrol", role=Role.UNPOL_OFFICER)
    post_of(mission, title="Retired", retired_at=timezone.now())
    assert sorted(found(mission, "unreachable")) == [
        ("Dead desk", True),
        ("No address", True),
        ("Nobody", True),
    ]


def test_a_holder_who_leaves_soon_is_found_until_somebody_is_set_to_follow(mission):
    now = timezone.now()
    post = post_of(mission, title="Adviser")
    leaving = reachable(post, held_until=now + 10 * DAY)
    PostHoldingFactory(post=post, rank="deputy")
    reachable(post_of(mission, title="Stays"), held_until=now + 15 * DAY)
    assert found(mission, "leaving") == [("Adviser", False)]
    handover = Handover.objects.create(
        post=post,
        outgoing=leaving,
        incoming=UserFactory(),
        held_until=now + 200 * DAY,
        started_by=leaving.user,
    )
    assert found(mission, "leaving") == []
    handover.cancelled_at = now
    handover.save()
    assert found(mission, "leaving") == [("Adviser", False)]
    reachable(post, held_from=now + 10 * DAY)
    assert found(mission, "leaving") == []


def test_assessments_and_agreements_are_found_before_they_end_and_after(mission):
    today = timezone.now().date()
    OrganizationFactory(mission=mission, name="Ends soon", sharing_expires_on=today + 30 * DAY)
    OrganizationFactory(mission=mission, name="Has ended", hrddp_expires_on=today - DAY)
    OrganizationFactory(mission=mission, name="Holds", sharing_expires_on=today + 31 * DAY)
    assert found(mission, "ending") == [("Has ended", True), ("Ends soon", False)]


def test_entries_not_confirmed_are_found_and_bad_after_180_days(mission):
    today = timezone.now().date()
    organization = OrganizationFactory(mission=mission, name="NGO", assured_on=today - 91 * DAY)
    ServiceFactory(organization=organization, name="Clinic", assured_on=today - 181 * DAY)
    PostFactory(organization=organization, title="Doctor", assured_on=today - 92 * DAY)
    PostFactory(organization=organization, title="Nurse", assured_on=today - 90 * DAY)
    body = CoordinationBodyFactory(
        organization=OrganizationFactory(mission=mission, name="Cluster", kind="coordination_body"),
        assured_on=today - 93 * DAY,
    )
    assert found(mission, "unconfirmed") == [
        ("Clinic", True),
        (str(body), False),
        ("Doctor", False),
        ("NGO", False),
    ]


def test_pathways_are_found_when_they_end_unfollowed_or_lead_nowhere(mission, region, district):
    today = timezone.now().date()
    other = AreaFactory(parent=region)
    ends = PathwayFactory(area=district, valid_until=today + 10 * DAY)
    dead = PathwayFactory(area=other)
    service = ServiceFactory(organization=OrganizationFactory(mission=mission))
    PathwayStep.objects.create(pathway=dead, position=1, service=service)
    assert found(mission, "pathways") == [(str(ends), False)]
    service.status = "defunct"
    service.save()
    PathwayFactory(area=district, version=2, valid_from=today + 11 * DAY)
    assert found(mission, "pathways") == [(str(dead), True)]


def test_broken_addresses_are_found_by_whose_they_are_and_never_shown(mission, other_mission):
    broken = {"failed_at": timezone.now()}
    holding = PostHoldingFactory(post=post_of(mission))
    ContactFactory(user=holding.user, **broken)
    ContactFactory(user=None, post=post_of(mission, title="Night desk"), **broken)
    ContactFactory(user=PostHoldingFactory(post=post_of(other_mission)).user, **broken)
    ContactFactory(user=UserFactory(), **broken)
    assert sorted(found(mission, "contacts")) == sorted(
        [(holding.user.name, False), ("Night desk", False)]
    )


def test_officers_who_have_not_confirmed_their_contacts_are_found_longest_first(mission):
    now = timezone.now()
    patrol = post_of(mission, role=Role.UNPOL_OFFICER)
    people = [
        PostHoldingFactory(post=patrol, rank="member", held_from=now - days * DAY).user
        for days in (3, 40, 9)
    ]
    PostHoldingFactory(post=post_of(mission, role=Role.CPA))
    ContactsRead.objects.create(user=people[2], mission=mission, digest="a")
    assert found(mission, "unread") == [(people[1].name, False), (people[0].name, False)]


def test_the_number_of_statements_stays_the_same(mission, region):
    counted = []
    for more in (1, 2, 20):
        for _ in range(more):
            area = AreaFactory(parent=region)
            PathwayFactory(area=area, valid_until=timezone.now().date() + DAY)
            post = post_of(mission, areas=[area], has_roster=True)
            holding = PostHoldingFactory(post=post, held_until=timezone.now() + DAY)
            ContactFactory(user=holding.user, failed_at=timezone.now())
        with CaptureQueriesContext(connection) as asked:
            assert findings(mission, timezone.now()).number > 0
        counted.append(len(asked))
    assert counted == [counted[0]] * 3
    assert counted[0] <= 16

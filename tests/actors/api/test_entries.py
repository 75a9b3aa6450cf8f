"""Every kind of entry: listed in constant SQL, read by id, kept with the page's own sentences."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.models import (
    CoordinationBody,
    Handover,
    Meeting,
    OpeningHours,
    PathwayStep,
    PostHolding,
    Service,
)
from tests.actors.api.conftest import ROOT
from tests.factories import (
    ActivityFactory,
    AreaFactory,
    ContactFactory,
    CoordinationBodyFactory,
    DocumentFactory,
    DutyShiftFactory,
    LeaveFactory,
    LocationFactory,
    MissionFactory,
    OrganizationFactory,
    PathwayFactory,
    PostFactory,
    PostHoldingFactory,
    RelationFactory,
    ServiceFactory,
)


def an_area(mission):
    AreaFactory(mission=mission, parent=AreaFactory(mission=mission, level=1))


def an_organization(mission):
    parent = OrganizationFactory(mission=mission)
    party = OrganizationFactory(mission=mission, kind="armed_group")
    one = OrganizationFactory(mission=mission, parent=parent, party_link=party)
    one.affiliates.add(OrganizationFactory(mission=mission))


def a_service(mission) -> Service:
    area = AreaFactory(mission=mission)
    service = ServiceFactory(organization__mission=mission, areas=[area])
    service.locations.add(LocationFactory(area=area))
    OpeningHours.objects.create(
        service=service, weekdays=["MO"], opens_at="08:00", closes_at="12:00"
    )
    return service


def a_location(mission):
    LocationFactory(area__mission=mission)


def a_holding(mission) -> PostHolding:
    area = AreaFactory(mission=mission)
    return PostHoldingFactory(post=PostFactory(organization__mission=mission, areas=[area]))


def a_shift(mission):
    holding = a_holding(mission)
    DutyShiftFactory(post=holding.post, user=holding.user)


def a_leave(mission):
    LeaveFactory(user=a_holding(mission).user)


def a_contact(mission):
    holding = a_holding(mission)
    ContactFactory(user=holding.user)
    ContactFactory(user=None, post=holding.post)
    ContactFactory(user=None, organization=holding.post.organization)
    ContactFactory(user=None, service=a_service(mission))


def a_body(mission) -> CoordinationBody:
    body = CoordinationBodyFactory(organization__mission=mission, area=AreaFactory(mission=mission))
    body.chairs.add(OrganizationFactory(mission=mission))
    body.members.add(OrganizationFactory(mission=mission))
    return body


def a_meeting(mission):
    Meeting.objects.create(body=a_body(mission), begins_at=timezone.now())


def a_pathway(mission):
    pathway = PathwayFactory(area__mission=mission, endorsed_by=a_body(mission))
    PathwayStep.objects.create(pathway=pathway, position=1, service=a_service(mission))


def a_document(mission):
    DocumentFactory(
        mission=mission,
        area=AreaFactory(mission=mission),
        organization=OrganizationFactory(mission=mission),
    )


def an_activity(mission):
    ActivityFactory(organization__mission=mission)


def a_relation(mission):
    RelationFactory(origin__mission=mission)


def a_handover(mission):
    holding = a_holding(mission)
    Handover.objects.create(
        post=holding.post,
        outgoing=holding,
        incoming=a_holding(mission).user,
        held_until=timezone.now() + timedelta(days=200),
        started_by=holding.user,
    )


MAKERS = {
    "areas": an_area,
    "organizations": an_organization,
    "services": a_service,
    "locations": a_location,
    "posts": a_holding,
    "people": a_holding,
    "holdings": a_holding,
    "shifts": a_shift,
    "leave": a_leave,
    "contacts": a_contact,
    "pathways": a_pathway,
    "bodies": a_body,
    "meetings": a_meeting,
    "documents": a_document,
    "activities": an_activity,
    "relations": a_relation,
    "handovers": a_handover,
}


def statements(api, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert api.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("kind", MAKERS)
def test_a_page_takes_as_many_statements_with_1_3_or_50_rows(keeper, mission, kind):
    address, counts = f"{ROOT}{kind}/", []
    for rows in (1, 2, 47):
        for _ in range(rows):
            MAKERS[kind](mission)
        counts.append(statements(keeper, address))
    assert keeper.get(address).data["count"] >= 50
    assert len(set(counts)) == 1
    assert counts[0] <= 12


@pytest.mark.parametrize("kind", MAKERS)
def test_an_entry_is_read_by_the_name_the_list_gives(keeper, mission, kind):
    MAKERS[kind](mission)
    MissionFactory()
    address = f"{ROOT}{kind}/"
    first = keeper.get(address, {"mission": mission.code}).json()["results"][0]
    name = first.get("id") or first["code"]
    extra = {"mission": mission.code} if kind == "areas" else {}
    assert keeper.get(f"{address}{name}/", extra).json() == first


@pytest.mark.parametrize("kind", sorted(set(MAKERS) - {"people", "handovers"}))
def test_what_was_read_can_be_sent_back_and_changes_nothing(keeper, mission, kind):
    MAKERS[kind](mission)
    address = f"{ROOT}{kind}/"
    first = keeper.get(address).json()["results"][0]
    one = f"{address}{first.get('id') or first['code']}/"
    answer = keeper.put(one, first, format="json")
    assert answer.status_code == 200, answer.json()
    assert answer.json() == first

"""Coordination bodies and pathways in the tables."""

from datetime import date

import pytest

from actors.models import CoordinationBody, Meeting, Pathway, PathwayStep
from tests.actors.pages import address, errors_on, new_row, row_errors, store
from tests.factories import (
    AreaFactory,
    CoordinationBodyFactory,
    OrganizationFactory,
    PathwayFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db
ADD = address(Pathway, "add")


def pathway_from(area, begins: str, **facts) -> dict[str, object]:
    return {"area": area.pk, "concern": "abduction", "valid_from": begins} | facts


def test_a_body_is_an_organization_of_its_kind(admin_pages):
    facts = {"organization": OrganizationFactory().pk, "kind": "cp_subcluster"}
    response = store(admin_pages, address(CoordinationBody, "add"), **facts)
    assert set(errors_on(response)) == {"organization"}


def test_chairs_and_members_are_of_the_mission(admin_pages):
    body, foreign = CoordinationBodyFactory(), OrganizationFactory()
    response = store(admin_pages, address(body), chairs=[foreign.pk], members=[foreign.pk])
    assert set(errors_on(response)) == {"chairs", "members"}
    here = OrganizationFactory(mission=body.organization.mission)
    assert store(admin_pages, address(body), members=[here.pk]).status_code == 302
    assert list(body.members.all()) == [here]


def test_meetings_stand_below_their_body(admin_pages):
    body = CoordinationBodyFactory()
    times = {"begins_at_0": "2026-05-05", "begins_at_1": "10:00", "place": "OCHA, room 2"}
    assert store(admin_pages, address(body), **new_row("meetings", **times)).status_code == 302
    assert Meeting.objects.get().place == "OCHA, room 2"
    ends = {"ends_at_0": "2026-05-05", "ends_at_1": "09:00"}
    row = new_row("meetings", 1, **times, **ends)
    assert row_errors(store(admin_pages, address(body), **row)) == [
        {"ends_at": ["The end must come after the beginning."]}
    ]


def test_a_pathway_overlapping_another_version_names_it(admin_pages, district):
    running = store(admin_pages, ADD, **pathway_from(district, "2026-01-01"))
    assert running.status_code == 302
    response = store(admin_pages, ADD, **pathway_from(district, "2026-06-01"))
    assert errors_on(response) == {
        "valid_from": ["Version 1 is valid from 1 January 2026 on. Give it a last day first."]
    }
    Pathway.objects.update(valid_until=date(2026, 6, 30))
    response = store(admin_pages, ADD, **pathway_from(district, "2026-06-01"))
    assert errors_on(response) == {
        "valid_from": [
            "Version 1 is valid from 1 January 2026 until 30 June 2026. Begin after that."
        ]
    }
    added = store(admin_pages, ADD, **pathway_from(district, "2026-07-01"))
    assert added.status_code == 302
    assert Pathway.objects.get(valid_from=date(2026, 7, 1)).version == 2


def test_a_pathway_before_and_one_elsewhere_are_not_in_the_way(admin_pages, district):
    store(admin_pages, ADD, **pathway_from(district, "2026-06-01"))
    before = pathway_from(district, "2026-01-01", valid_until="2026-05-31")
    assert store(admin_pages, ADD, **before).status_code == 302
    elsewhere = pathway_from(AreaFactory(), "2026-06-01")
    assert store(admin_pages, ADD, **elsewhere).status_code == 302


def test_a_pathway_is_not_in_its_own_way(admin_pages):
    pathway = PathwayFactory()
    assert store(admin_pages, address(pathway), note="Agreed in May").status_code == 302


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"valid_until": "2000-01-01"}, "valid_until"),
        ({"endorsed_on": "2026-01-01"}, "endorsed_by"),
        ({"valid_from": "2026-02-30"}, "valid_from"),
    ],
)
def test_an_impossible_pathway_is_refused_at_its_field(admin_pages, facts, field):
    response = store(admin_pages, address(PathwayFactory()), **facts)
    assert set(errors_on(response)) == {field}


def test_steps_are_services_of_the_mission_with_one_first_choice(admin_pages, district):
    own = ServiceFactory.create_batch(2, organization__mission=district.mission)
    foreign = ServiceFactory()

    def steps(*services) -> dict[str, object]:
        rows = {}
        for number, service in enumerate(services):
            row = {"position": 1, "rank": "primary", "service": service.pk}
            rows |= new_row("steps", number, **row)
        return pathway_from(district, "2026-01-01") | rows

    assert row_errors(store(admin_pages, ADD, **steps(foreign))) == [
        {"service": ["The service belongs to another mission."]}
    ]
    assert row_errors(store(admin_pages, ADD, **steps(*own))) == [
        {"rank": ["This step has a first choice already."]}
    ]
    backup = steps(*own) | {"steps-1-rank": "backup"}
    assert store(admin_pages, ADD, **backup).status_code == 302
    assert [step.rank for step in PathwayStep.objects.order_by("pk")] == ["primary", "backup"]


def test_a_step_can_be_taken_out(admin_pages):
    pathway = PathwayFactory()
    service = ServiceFactory(organization__mission=pathway.area.mission)
    pathway.steps.create(position=1, service=service)
    assert store(admin_pages, address(pathway), **{"steps-0-DELETE": "on"}).status_code == 302
    assert not pathway.steps.exists()

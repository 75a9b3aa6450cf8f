"""HSDS out: valid by the published schemas, complete, and silent about where a shelter lies."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from actors.exchange.hsds import export_hsds
from actors.models import Organization, Service
from actors.permissions import Reach, Viewer
from tests.actors.exchange.hsds_files import exported, keeper_of, settle_directory
from tests.factories import LocationFactory, ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db

SCHEMAS = Path(__file__).resolve().parents[4] / "shared" / "hsds" / "schema"
KINDS = {"organizations": "organization", "services": "service", "locations": "location"}


def validator(kind: str) -> Draft202012Validator:
    schemas = {path.name: json.loads(path.read_text()) for path in SCHEMAS.glob("*.json")}
    resources = {
        name: Resource.from_contents(schema, default_specification=DRAFT202012)
        for name, schema in schemas.items()
    }
    return Draft202012Validator(
        schemas[f"{kind}.json"],
        registry=Registry().with_resources(resources.items()),
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )


def viewer_with(mission, reach: Reach) -> Viewer:
    return Viewer(user=UserFactory(), mission=mission, reach=reach)


def named(document: dict, part: str, name: str) -> dict:
    return next(each for each in document[part] if each["name"] == name)


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason=f"the published HSDS schemas are not in {SCHEMAS}")
@pytest.mark.parametrize("part", KINDS)
def test_every_object_is_valid_by_the_published_schema(part):
    document = exported(keeper_of(settle_directory()))
    check = validator(KINDS[part])
    assert document[part]
    assert [error.message for one in document[part] for error in check.iter_errors(one)] == []
    assert not check.is_valid({**document[part][0], "id": "no uuid"})


def test_the_directory_is_said_in_the_words_of_hsds():
    document = exported(keeper_of(settle_directory()))
    service = named(document, "services", "Counselling")
    organization = named(document, "organizations", "Hearth and Haven")
    parent = named(document, "organizations", "Kesara Relief")
    place = named(document, "locations", "House by the river")
    assert organization["parent_organization_id"] == parent["id"]
    assert parent["description"] == "International NGO"
    assert [c["email"] for c in organization["contacts"]] == ["desk@example.org"]
    assert (service["organization_id"], service["status"]) == (
        organization["id"],
        "temporarily closed",
    )
    assert [phone["number"] for phone in service["phones"]] == ["+442079460123"]
    assert [
        (hours["freq"], hours["byday"], hours["opens_at"], hours["closes_at"])
        for hours in service["schedules"]
    ] == [
        ("WEEKLY", "MO,FR", "08:00+03:00", "12:30:15+03:00"),
        ("WEEKLY", "SA", "09:00+03:00", "10:00+03:00"),
    ]
    assert {area["extent"] for area in service["service_areas"]} == {"QM02", "QM0201"}
    assert [at["location"] for at in service["service_at_locations"]] == [place]
    assert (place["external_identifier"], place["location_type"]) == ("QM0201", "physical")
    said = {a["taxonomy_term"]["code"]: a.get("value") for a in service["attributes"]}
    assert said == {
        "psychosocial": None,
        "serves_girls": "yes",
        "serves_boys": "yes",
        "is_free": "yes",
        "has_interpreter": "yes",
        "trained_on_sexual_violence": "yes",
        "capacity_maximum": "20",
        "capacity_available": "0",
        "capacity_updated_at": "2026-05-03T10:20:30.000405+00:00",
    }


def test_assessments_are_never_exported():
    mission = settle_directory()
    Organization.objects.update(perception_note="CANARY", hrddp_conditions="CANARY")
    assert "CANARY" not in json.dumps(exported(keeper_of(mission)))


@pytest.mark.parametrize(
    ("reach", "shown"),
    [
        (Reach.FULL, {"House by the river", "Secret house"}),
        (Reach.INSIDE, {"House by the river"}),
        (Reach.PARTNER, {"House by the river"}),
        (Reach.OWN, set()),
    ],
)
def test_where_a_shelter_lies_is_exported_for_full_reach_only(reach, shown):
    mission = settle_directory()
    secret = Service.objects.get(name="Night shelter").locations.get()
    # Another service of the same house must not give it away either.
    ServiceFactory(organization__mission=mission, name="Meals").locations.add(secret)
    document = exported(viewer_with(mission, reach))
    assert {place["name"] for place in document["locations"]} == shown
    assert ("Secret house" in json.dumps(document)) is (reach == Reach.FULL)


def test_only_what_is_chosen_is_exported():
    viewer = keeper_of(settle_directory())
    document = export_hsds(
        viewer,
        organizations=Organization.objects.filter(name="Kesara Relief"),
        services=Service.objects.filter(name="Counselling"),
    )
    found = {part: [one["name"] for one in several] for part, several in document.items()}
    assert found == {
        "organizations": ["Kesara Relief"],
        "services": ["Counselling"],
        "locations": ["House by the river"],
    }


def test_an_export_takes_as_many_statements_with_3_or_50_services():
    mission = settle_directory()
    viewer, counts = keeper_of(mission), []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            exported(viewer)
        counts.append(len(captured))
        area = mission.areas.first()
        for _ in range(47):
            service = ServiceFactory(organization__mission=mission, areas=[area])
            service.locations.add(LocationFactory(area=area))
    assert counts[0] == counts[1] <= 10

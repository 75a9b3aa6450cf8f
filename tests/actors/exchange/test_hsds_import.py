"""HSDS in: a round trip changes nothing, a bad file changes nothing either."""

import json
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.exchange.running import NotApplied
from actors.models import Contact, Location, Organization, Service
from tests.actors.exchange.hsds_files import (
    apply,
    check,
    exported,
    keeper_of,
    problems_with,
    settle_directory,
)
from tests.factories import MissionFactory, OrganizationFactory, ServiceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mission():
    return settle_directory()


@pytest.fixture
def document(mission) -> dict[str, list[dict]]:
    return exported(keeper_of(mission))


def one(document: dict, part: str, name: str) -> dict:
    return next(each for each in document[part] if each["name"] == name)


def path_of(document: dict, part: str, name: str) -> str:
    return f"{part}[{document[part].index(one(document, part, name))}]"


def forget_directory() -> None:
    Contact.objects.all().delete()
    Service.objects.all().delete()
    Location.objects.all().delete()
    Organization.objects.exclude(parent=None).delete()
    Organization.objects.all().delete()
    Group.objects.all().delete()


def test_a_round_trip_changes_nothing(mission, document):
    outcome = check(mission, document)
    assert (outcome.problems, outcome.warnings, outcome.differences) == ([], [], [])
    assert (outcome.unchanged, outcome.rows) == (7, 7)
    assert apply(mission, document).unchanged == 7
    assert exported(keeper_of(mission)) == document


def test_a_lost_directory_comes_back_as_it_was(mission, document):
    forget_directory()
    outcome = apply(mission, document)
    assert (outcome.added, outcome.problems) == (7, [])
    again = exported(keeper_of(mission))
    for service in (*document["services"], *again["services"]):
        for hours in service["schedules"]:
            del hours["id"]  # hours are replaced as a whole
    assert again == document


def test_checking_changes_nothing(mission, document):
    forget_directory()
    assert check(mission, document).added == 7
    assert Organization.objects.count() == 0


def test_a_change_is_shown_and_then_made(mission, document):
    service = one(document, "services", "Counselling")
    service |= {"status": "active", "alert": "", "minimum_age": 6}
    service["languages"] = service["languages"][:1]
    service["schedules"] = service["schedules"][:1]
    service["service_areas"] = []
    service["phones"][0]["number"] = "+442079460999"
    (difference,) = check(mission, document).differences
    assert (difference["key"], difference["is_new"]) == ("Counselling", False)
    assert {name: (old, new) for name, old, new in difference["fields"]} == {
        "status": ("temporarily closed", "active"),
        "alert": ("Closed until 3 May.", ""),
        "minimum_age": ("0", "6"),
        "languages": ("sw, fr", "sw"),
        "schedules": (
            "Monday, Friday 08:00-12:30; Saturday 09:00-10:00",
            "Monday, Friday 08:00-12:30",
        ),
        "areas": (difference["fields"][-3][1], ""),
        "phone": ("+442079460123 Night", "+442079460999 Night"),
    }
    apply(mission, document)
    assert check(mission, document).unchanged == 7
    stored = Service.objects.get(name="Counselling")
    assert (stored.status, stored.minimum_age, stored.languages) == ("active", 6, ["sw"])
    assert stored.opening_hours.count() == 1


def test_an_entry_is_known_by_its_name_where_its_id_is_not(mission, document):
    organization = one(document, "organizations", "Kesara Relief")
    helper = one(document, "organizations", "Hearth and Haven")
    other = "11111111-2222-4333-8444-555555555555"
    organization |= {"id": other, "alternate_name": "KR"}
    helper["parent_organization_id"] = other
    one(document, "services", "Bare")["organization_id"] = other
    outcome = apply(mission, document)
    assert (outcome.added, outcome.changed) == (0, 1)
    stored = Organization.objects.get(name="Kesara Relief")
    assert (stored.short_name, str(stored.public_id) == other) == ("KR", False)


def test_what_a_file_does_not_say_is_left_alone(mission, document):
    for service in document["services"]:
        for name in ("alert", "languages", "schedules", "phones", "service_areas", "attributes"):
            service.pop(name, None)
    assert check(mission, document).unchanged == 7


def test_a_parent_may_stand_further_down_the_file(mission, document):
    forget_directory()
    document["organizations"].reverse()
    assert apply(mission, document).added == 7
    document["organizations"].reverse()
    assert check(mission, document).unchanged == 7


def test_a_later_confirmation_stays_and_one_to_come_is_refused(mission, document):
    service = one(document, "services", "Counselling")
    service["assured_date"] = "2026-09-01"
    assert check(mission, document).unchanged == 7
    service["assured_date"] = "2026-11-01"
    apply(mission, document)
    assert Service.objects.get(name="Counselling").assured_on == date(2026, 11, 1)
    service["assured_date"] = (timezone.now().date() + timedelta(days=1)).isoformat()
    path = path_of(document, "services", "Counselling")
    assert problems_with(mission, document) == {
        f"{path}.assured_date": "This day is still to come."
    }


@pytest.mark.parametrize(
    ("change", "where", "sentence"),
    [
        ({"minimum_age": 18}, "minimum_age", "It serves no child: the lowest age is 18 or more."),
        ({"minimum_age": 9, "maximum_age": 3}, "maximum_age", "The highest age is below"),
        ({"minimum_age": "young"}, "minimum_age", "This must be a whole number."),
        ({"minimum_age": True}, "minimum_age", "This must be a whole number."),
        ({"minimum_age": 1.5}, "minimum_age", "This must be a whole number."),
        ({"name": ""}, "name", "This is required."),
        ({"name": 7}, "name", "This must be text."),
        ({"name": "nul\0"}, "name", "This holds characters that are no text."),
        ({"name": "\ud800"}, "name", "This holds characters that are no text."),
        ({"name": "x" * 201}, "name", "Ensure this value has at most 200 characters"),
        ({"status": "asleep"}, "status", "Value 'asleep' is not a valid choice."),
        ({"id": "7"}, "id", "This is no UUID."),
        ({"id": None}, "id", "This is required."),
        ({"languages": [{"code": "xx"}]}, "languages", "Not a language we know: xx."),
        ({"languages": "fr"}, "languages", "This must be a list."),
        ({"languages": [1]}, "languages[0]", "This must be an object."),
        ({"service_areas": [{"extent": "QX"}]}, "service_areas[0].extent", "There is no such"),
        (
            {"service_at_locations": [{"location_id": "11111111-2222-4333-8444-555555555555"}]},
            "service_at_locations[0].location_id",
            "There is no such entry",
        ),
        ({"schedules": [{"byday": "XX"}]}, "schedules[0].byday", "Write the days as MO,TU,WE."),
        (
            {"schedules": [{"byday": "MO", "opens_at": "12:00", "closes_at": "08:00"}]},
            "schedules[0].closes_at",
            "It must close after it opens.",
        ),
        (
            {"schedules": [{"byday": "MO", "opens_at": "08:00-05:00", "closes_at": "12:00"}]},
            "schedules[0].opens_at",
            "Give the hour in the mission's time zone, Africa/Nairobi.",
        ),
        ({"phones": [{"number": "112"}]}, "phones[0].number", "Write it with + and the code"),
        ({"phones": [{"number": "+44123"}]}, "phones[0].number", "No such telephone number"),
        ({"contacts": [{"email": "nobody"}]}, "contacts[0].email", "Enter a valid email"),
        (
            {"organization_id": "11111111-2222-4333-8444-555555555555"},
            "organization_id",
            "There is no such entry",
        ),
    ],
)
def test_a_bad_object_is_told_by_its_path_and_refuses_the_file(
    mission, document, change, where, sentence
):
    one(document, "services", "Bare")["alert"] = "would be changed"
    path = path_of(document, "services", "Counselling")
    one(document, "services", "Counselling").update(change)
    found = problems_with(mission, document)
    assert found[f"{path}.{where}"].startswith(sentence)
    with pytest.raises(NotApplied):
        apply(mission, document)
    assert Service.objects.get(name="Bare").alert == ""


def test_a_feature_that_is_neither_yes_nor_no_is_refused(mission, document):
    service = one(document, "services", "Counselling")
    service["attributes"][1]["value"] = "perhaps"
    path = path_of(document, "services", "Counselling")
    assert problems_with(mission, document) == {f"{path}.attributes[1].value": "Say yes or no."}


def test_a_service_for_nobody_is_refused(mission, document):
    service = one(document, "services", "Counselling")
    for attribute in service["attributes"][1:3]:
        attribute["value"] = "no"
    path = path_of(document, "services", "Counselling")
    assert problems_with(mission, document) == {
        f"{path}.serves_girls": "It must serve girls, boys or both."
    }


def test_a_new_entry_without_a_kind_is_refused(mission, document):
    new = {"id": "11111111-2222-4333-8444-555555555555", "name": "New", "description": "New"}
    document["organizations"].append(new)
    assert problems_with(mission, document) == {
        "organizations[2].attributes": (
            "Say the kind: an attribute with a term of the taxonomy organization_kind."
        )
    }


def test_an_entry_told_twice_or_of_a_taken_name_is_refused(mission, document):
    document["organizations"].append(dict(document["organizations"][0]))
    path = path_of(document, "services", "Night shelter")
    one(document, "services", "Night shelter")["name"] = "Counselling"
    found = problems_with(mission, document)
    assert found["organizations[2].id"] == "The file speaks of this entry twice."
    assert found[f"{path}.name"] == "This mission or organization has an entry of this name."


def test_an_id_of_another_mission_is_refused(mission, document):
    other = ServiceFactory(organization__mission=MissionFactory())
    service = one(document, "services", "Counselling")
    service |= {"id": str(other.public_id), "name": "Brand new"}
    path = path_of(document, "services", "Brand new")
    assert problems_with(mission, document)[f"{path}.id"] == (
        "An entry of another mission has this id."
    )


def test_a_retired_entry_is_not_brought_back_by_a_file(mission, document):
    Organization.objects.filter(name="Kesara Relief").update(retired_at=timezone.now())
    path = path_of(document, "organizations", "Kesara Relief")
    assert problems_with(mission, document) == {
        f"{path}.id": "This entry is retired. Bring it back into use first."
    }


def test_an_organization_that_is_part_of_itself_is_refused(mission, document):
    upper = one(document, "organizations", "Kesara Relief")
    lower = one(document, "organizations", "Hearth and Haven")
    upper["parent_organization_id"] = lower["id"]
    (problem,) = check(mission, document).problems
    assert problem["field"].endswith(".parent_organization_id")
    assert problem["message"] == "An organization cannot be part of itself."


def test_a_field_the_portal_does_not_keep_is_told_once(mission, document):
    for service in document["services"]:
        service["wait_time"] = "two weeks"
    outcome = check(mission, document)
    assert [warning["field"] for warning in outcome.warnings] == ["services[0].wait_time"]
    assert outcome.unchanged == 7


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This is no whole JSON file: see line 1, column 1."),
        (b'{"organizations": [', "This is no whole JSON file: see line 1, column 20."),
        ('{"organizations": [], "a": "é"}'.encode("latin-1"), "The file is not UTF-8 text."),
        (b"[]", "An HSDS file is an object with the lists"),
        (b'{"locations": []}', "An HSDS file is an object with the lists"),
        (b'{"services": [], "cats": []}', "There is no such list in an HSDS file."),
        (b'{"services": {}}', "This must be a list."),
        (b'{"services": [1]}', "This must be an object."),
        (b'{"services": [NaN]}', "This is no JSON file that can be read."),
        (b'{"services": [' + b"9" * 5000 + b"]}", "This is no JSON file that can be read."),
        (b"[" * 200_000, "This is no JSON file that can be read."),
    ],
)
def test_a_file_that_is_no_hsds_is_refused_whole(mission, content, sentence):
    (problem,) = check(mission, content).problems
    assert problem["line"] == 0
    assert problem["message"].startswith(sentence)


def test_every_cut_of_a_file_is_refused(mission, document):
    content = json.dumps(document).encode()
    for length in range(0, len(content), 997):
        assert check(mission, content[:length]).refused == 1


def test_checking_takes_as_many_statements_with_3_or_50_services(mission):
    counts = []
    for _ in range(2):
        document = exported(keeper_of(mission))
        with CaptureQueriesContext(connection) as captured:
            check(mission, document)
        counts.append(len(captured))
        owner = OrganizationFactory(mission=mission)
        for _ in range(47):
            ServiceFactory(organization=owner)
    assert counts[0] == counts[1] <= 25

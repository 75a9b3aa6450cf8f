"""Services in the tables: whom they serve, when they are open, how many places are free."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actors.admin.services import served_in_words
from actors.models import OpeningHours, Service
from tests.actors.pages import address, errors_on, new_row, row_errors, store
from tests.factories import AreaFactory, LocationFactory, OrganizationFactory, ServiceFactory

pytestmark = pytest.mark.django_db
HOURS = {"weekdays": ["MO", "WE"], "opens_at": "08:00", "closes_at": "16:30"}


def test_a_service_that_serves_nobody_is_refused(admin_pages):
    service = ServiceFactory()
    response = store(admin_pages, address(service), serves_girls="", serves_boys="")
    assert errors_on(response) == {"serves_girls": ["It must serve girls, boys or both."]}


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"minimum_age": 18}, "minimum_age"),
        ({"minimum_age": 12, "maximum_age": 6}, "maximum_age"),
        ({"capacity_available": 5, "capacity_maximum": 3}, "capacity_available"),
        ({"capacity_available": -1}, "capacity_available"),
        ({"languages": ["klingon"]}, "languages"),
    ],
)
def test_impossible_figures_are_refused_at_their_field(admin_pages, facts, field):
    response = store(admin_pages, address(ServiceFactory()), **facts)
    assert set(errors_on(response)) == {field}


def test_areas_and_locations_are_of_the_mission(admin_pages):
    service, area, house = ServiceFactory(), AreaFactory(), LocationFactory()
    response = store(admin_pages, address(service), areas=[area.pk], locations=[house.pk])
    assert errors_on(response) == {
        "areas": ["An area belongs to another mission."],
        "locations": ["A location belongs to another mission."],
    }
    here = LocationFactory(area__mission=service.organization.mission)
    response = store(admin_pages, address(service), areas=[here.area.pk], locations=[here.pk])
    assert response.status_code == 302
    assert list(service.locations.all()) == [here]


def test_a_new_service_is_held_against_the_mission_chosen(admin_pages):
    facts = {
        "organization": OrganizationFactory().pk,
        "name": "Listening corner",
        "kind": "psychosocial",
        "areas": [AreaFactory().pk],
    }
    response = store(admin_pages, address(Service, "add"), **facts)
    assert set(errors_on(response)) == {"areas"}


def test_languages_are_chosen_by_name(admin_pages):
    service = ServiceFactory()
    page = admin_pages.get(address(service)).content.decode()
    assert "français" in page
    assert store(admin_pages, address(service), languages=["fr", "sg"]).status_code == 302
    service.refresh_from_db()
    assert service.languages == ["fr", "sg"]


def test_opening_hours_are_days_to_tick(admin_pages):
    service = ServiceFactory()
    added = store(admin_pages, address(service), **new_row("opening_hours", **HOURS))
    assert added.status_code == 302
    hours = OpeningHours.objects.get()
    assert str(hours) == "Monday, Wednesday 08:00-16:30"
    changes = {"opening_hours-0-weekdays": ["TU"]}
    assert store(admin_pages, address(service), **changes).status_code == 302
    hours.refresh_from_db()
    assert hours.weekdays == ["TU"]
    assert store(admin_pages, address(service), **{"opening_hours-0-DELETE": "on"}).url
    assert not OpeningHours.objects.exists()


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"closes_at": "07:00"}, "closes_at"),
        ({"weekdays": []}, "weekdays"),
        ({"opens_at": "25:00"}, "opens_at"),
        ({"valid_from": "2026-05-01", "valid_until": "2026-04-01"}, "valid_until"),
    ],
)
def test_impossible_opening_hours_are_refused_at_their_field(admin_pages, facts, field):
    row = new_row("opening_hours", **(HOURS | facts))
    response = store(admin_pages, address(ServiceFactory()), **row)
    assert [set(errors) for errors in row_errors(response)] == [{field}]


def test_places_are_dated_when_the_figures_change(admin_pages):
    service = ServiceFactory()
    assert store(admin_pages, address(service), alert="Closed today").status_code == 302
    service.refresh_from_db()
    assert service.capacity_updated_at is None
    before = timezone.now()
    assert store(admin_pages, address(service), capacity_available=3).status_code == 302
    service.refresh_from_db()
    assert before < service.capacity_updated_at < before + timedelta(minutes=1)
    counted = service.capacity_updated_at
    store(admin_pages, address(service), alert="Open again")
    service.refresh_from_db()
    assert service.capacity_updated_at == counted


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "girls, boys"),
        ({"serves_boys": False, "minimum_age": 6, "maximum_age": 17}, "girls, from 6, to 17"),
    ],
)
def test_whom_a_service_takes_in_words(facts, words):
    assert served_in_words(ServiceFactory.build(organization=None, **facts)) == words


@pytest.mark.parametrize(
    ("free", "places", "words"),
    [(3, 10, "3 / 10"), (None, 10, "? / 10"), (3, None, "3"), (None, None, "-")],
)
def test_the_list_says_how_many_places_are_free(admin_pages, free, places, words):
    ServiceFactory(capacity_available=free, capacity_maximum=places)
    page = admin_pages.get(address(Service, "changelist")).content.decode()
    assert f'field-free_places">{words}<' in page


def test_half_a_point_is_refused(admin_pages):
    response = store(admin_pages, address(LocationFactory()), latitude="4.5")
    assert set(errors_on(response)) == {"longitude"}

"""A directory with one of everything that HSDS carries, and files made of it."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

from actors.exchange.hsds import contacts_for, export_hsds
from actors.exchange.hsds_reading import HsdsSource
from actors.exchange.running import File, apply_file, check_file
from actors.models import Mission, Organization, Service
from actors.permissions import Viewer, viewer_of
from tests.factories import (
    AreaFactory,
    ContactFactory,
    LocationFactory,
    MissionFactory,
    OrganizationFactory,
    RegionFactory,
    ServiceFactory,
    UserFactory,
)


def settle_directory() -> Mission:
    """Two organizations, a full service with everything, a bare one, and a shelter."""
    mission = MissionFactory(code="UNHSDS", time_zone="Africa/Nairobi")
    region = RegionFactory(mission=mission, code="QM02")
    district = AreaFactory(parent=region, code="QM0201")
    parent = OrganizationFactory(mission=mission, name="Kesara Relief", kind="ngo_international")
    helper = OrganizationFactory(
        parent=parent,
        name="Hearth and Haven",
        short_name="H&H",
        kind="ngo_national",
        description="Looks after children. Öffnet früh. عربى",
        website="https://example.org/hearth",
        specialised_in_children=True,
    )
    house = LocationFactory(
        area=district,
        name="House by the river",
        address="Behind the market",
        latitude=Decimal("1.23450"),
        longitude=Decimal("-20.5"),
        is_accessible=True,
        has_safe_entrance=True,
    )
    full = _full_service(helper)
    full.areas.set([region, district])
    full.locations.add(house)
    _hours(full)
    ServiceFactory(organization=parent, name="Bare", serves_boys=False, is_free=False)
    shelter = ServiceFactory(organization=helper, name="Night shelter", kind="safe_shelter")
    shelter.locations.add(LocationFactory(area=district, name="Secret house"))
    ContactFactory(user=None, organization=helper, label="Desk", address="desk@example.org")
    number = {"channel": "phone", "address": "+442079460123", "label": "Night"}
    ContactFactory(user=None, service=full, **number)
    ContactFactory(user=None, service=shelter, **number)
    return mission


def _full_service(helper: Organization) -> Service:
    return ServiceFactory(
        organization=helper,
        name="Counselling",
        kind="psychosocial",
        description="Talks,\nplay. ",
        status="temporarily closed",
        alert="Closed until 3 May.",
        minimum_age=0,
        maximum_age=17,
        eligibility="Every child",
        how_to_apply="Call the desk",
        required_documents="None, ever",
        fees="None",
        languages=["sw", "fr"],
        has_interpreter=True,
        trained_on_sexual_violence=True,
        capacity_maximum=20,
        capacity_available=0,
        capacity_updated_at=datetime(2026, 5, 3, 10, 20, 30, 405, tzinfo=UTC),
        assured_on=date(2026, 10, 1),
    )


def _hours(service: Service) -> None:
    service.opening_hours.create(weekdays=["MO", "FR"], opens_at="08:00", closes_at="12:30:15")
    service.opening_hours.create(
        weekdays=["SA"],
        opens_at="09:00",
        closes_at="10:00",
        valid_from=date(2026, 1, 1),
        valid_until=date(2026, 12, 31),
    )


def keeper_of(mission: Mission) -> Viewer:
    return viewer_of(UserFactory(is_staff=True), mission)


def exported(viewer: Viewer) -> dict[str, list[dict]]:
    """What a browser would get: through JSON and back."""
    document = export_hsds(viewer, contacts=contacts_for(viewer))
    return json.loads(json.dumps(document))


def file_of(mission: Mission, document: object) -> File:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return File(HsdsSource(), content, "directory.json", mission, UserFactory(is_staff=True))


def check(mission: Mission, document: object):
    return check_file(file_of(mission, document), progress=_nobody)


def apply(mission: Mission, document: object):
    return apply_file(file_of(mission, document), progress=_nobody)


def problems_with(mission: Mission, document: object) -> dict[str, str]:
    """The sentence at each path."""
    return {problem["field"]: problem["message"] for problem in check(mission, document).problems}


def _nobody(done: int, total: int) -> None:
    """Nobody watches."""

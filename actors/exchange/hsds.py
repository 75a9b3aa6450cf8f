"""Organizations, services and places as Open Referral HSDS 3.0 writes them.

What HSDS cannot say is left out: assessments, ties, posts and people. Texts and lists are written
also when they are empty, so that a reader can tell "none" from "not said".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone, translation

from actors.exchange.hsds_terms import P_CODE, attributes_of, derived
from actors.languages import NAMES
from actors.models import (
    Channel,
    Contact,
    Location,
    OpeningHours,
    Organization,
    Service,
    ServiceKind,
)
from actors.permissions import Reach, Viewer

ACCESSIBLE = "Without steps"
INTERPRETER = "An interpreter can be had."


def export_hsds(
    viewer: Viewer,
    organizations: QuerySet[Organization] | None = None,
    services: QuerySet[Service] | None = None,
    contacts: Iterable[Contact] = (),
) -> dict[str, list[dict[str, object]]]:
    """The viewer's directory, or the part that is chosen, as `{"organizations", "services",
    "locations"}`; each object is valid by the published schema of its kind.

    Both querysets are narrowed to what the viewer may see, and so are places. `contacts` are
    written as they are given (`contacts_for`); whoever gives them records the look. Statements:
    one for each kind of row, whatever their number.
    """
    seen_organizations, seen_services = viewer.organizations(), viewer.services()
    if organizations is not None:
        seen_organizations = seen_organizations.filter(pk__in=organizations.values("pk"))
    if services is not None:
        seen_services = seen_services.filter(pk__in=services.values("pk"))
    with translation.override("en"):
        return _Export(viewer, contacts).whole(seen_organizations, seen_services)


def contacts_for(viewer: Viewer) -> QuerySet[Contact]:
    """What HSDS can carry of the contact data this person may be shown."""
    carried = Q(organization__isnull=False) | Q(service__isnull=False)
    in_use = Q(organization__retired_at=None) & Q(
        service__retired_at=None, service__organization__retired_at=None
    )
    found = viewer.contacts().filter(carried, in_use).exclude(channel=Channel.RADIO)
    return found.select_related("organization", "service__organization").order_by("pk")


def places_shown(viewer: Viewer) -> QuerySet[Location]:
    """Places in use of services this person knows of. Where a shelter lies is known to few."""
    found = Location.objects.filter(mission=viewer.mission, retired_at=None)
    found = found.select_related("mission", "area")
    if viewer.reach == Reach.FULL:
        return found
    placed = Service.objects.filter(locations__isnull=False)
    known = placed.filter(pk__in=viewer.services().values("pk"))
    shelters = placed.filter(kind=ServiceKind.SAFE_SHELTER)
    found = found.filter(pk__in=known.values("locations"))
    return found.exclude(pk__in=shelters.values("locations"))


class _Export:
    """One export: through whose eyes, and the contacts by whom they reach."""

    def __init__(self, viewer: Viewer, contacts: Iterable[Contact]):
        self.viewer = viewer
        self.contacts: dict[tuple[str, int], list[Contact]] = defaultdict(list)
        for contact in contacts:
            owner = "organization" if contact.organization_id else "service"
            self.contacts[owner, contact.organization_id or contact.service_id].append(contact)

    def whole(
        self, organizations: QuerySet[Organization], services: QuerySet[Service]
    ) -> dict[str, list[dict[str, object]]]:
        parents = Prefetch("parent", self.viewer.organizations())
        offered = services.select_related("organization").prefetch_related(
            "areas", "opening_hours", Prefetch("locations", places_shown(self.viewer))
        )
        offered = list(offered.order_by("name", "pk"))
        places = {place.pk: place for service in offered for place in service.locations.all()}
        acting = organizations.prefetch_related(parents).order_by("name", "pk")
        return {
            "organizations": [self._organization(each) for each in acting],
            "services": [self._service(service) for service in offered],
            "locations": [_location(place) for place in places.values()],
        }

    def _organization(self, organization: Organization) -> dict[str, object]:
        known = {
            "id": str(organization.public_id),
            "name": organization.name,
            "alternate_name": organization.short_name,
            "description": organization.description or organization.get_kind_display(),
            "attributes": attributes_of("organization", organization),
        }
        if organization.website:
            known["website"] = organization.website
        if organization.parent:
            known["parent_organization_id"] = str(organization.parent.public_id)
        return known | self._reached("organization", organization)

    def _service(self, service: Service) -> dict[str, object]:
        known = {
            "id": str(service.public_id),
            "organization_id": str(service.organization.public_id),
            "name": service.name,
            "description": service.description,
            "status": service.status,
            "alert": service.alert,
            "eligibility_description": service.eligibility,
            "application_process": service.how_to_apply,
            "fees_description": service.fees,
            "interpretation_services": INTERPRETER if service.has_interpreter else "",
            "assured_date": service.assured_on.isoformat(),
            "languages": [_language(service, code) for code in service.languages],
            "schedules": [self._hours(service, hours) for hours in service.opening_hours.all()],
            "service_areas": [_area(service, area) for area in service.areas.all()],
            "service_at_locations": [_at(service, place) for place in service.locations.all()],
            "required_documents": _papers(service),
            "attributes": attributes_of("service", service),
        }
        ages = {name: getattr(service, name) for name in ("minimum_age", "maximum_age")}
        known |= {name: age for name, age in ages.items() if age is not None}
        return known | self._reached("service", service)

    def _hours(self, service: Service, hours: OpeningHours) -> dict[str, object]:
        zone = self.viewer.mission.zone
        known = {
            "id": str(hours.public_id),
            "service_id": str(service.public_id),
            "freq": "WEEKLY",
            "byday": ",".join(hours.weekdays),
            "opens_at": clock(hours.opens_at, zone),
            "closes_at": clock(hours.closes_at, zone),
        }
        days = {"valid_from": hours.valid_from, "valid_to": hours.valid_until}
        return known | {name: day.isoformat() for name, day in days.items() if day}

    def _reached(self, entity: str, owner: Organization | Service) -> dict[str, object]:
        """Nothing where no contact is shown: that says nothing about whether there are any."""
        contacts, link = self.contacts[entity, owner.pk], {f"{entity}_id": str(owner.public_id)}
        mails = [_contact(each) | link for each in contacts if each.channel == Channel.EMAIL]
        calls = [_phone(each) | link for each in contacts if each.channel == Channel.PHONE]
        return ({"contacts": mails} if mails else {}) | ({"phones": calls} if calls else {})


def clock(hour: time, zone: ZoneInfo) -> str:
    """An hour of the mission with the offset of today, such as 08:00+03:00."""
    offset = datetime.combine(timezone.now().astimezone(zone).date(), hour, zone).strftime("%z")
    exact = "minutes" if not (hour.second or hour.microsecond) else "auto"
    return f"{hour.isoformat(exact)}{offset[:3]}:{offset[3:5]}"


def _location(place: Location) -> dict[str, object]:
    known = {
        "id": str(place.public_id),
        "location_type": "physical",
        "name": place.name,
        "description": place.address,
        "external_identifier": place.area.code,
        "external_identifier_type": P_CODE,
        "accessibility": [],
        "attributes": attributes_of("location", place),
    }
    if place.is_accessible:
        one = {"id": derived(place, "accessibility"), "location_id": known["id"]}
        known["accessibility"] = [one | {"description": ACCESSIBLE}]
    if place.latitude is not None:
        known |= {"latitude": float(place.latitude), "longitude": float(place.longitude)}
    return known


def _at(service: Service, place: Location) -> dict[str, object]:
    return {
        "id": derived(service, f"location:{place.public_id}"),
        "service_id": str(service.public_id),
        "location_id": str(place.public_id),
        "location": _location(place),
    }


def _area(service: Service, area) -> dict[str, object]:
    return {
        "id": derived(service, f"area:{area.code}"),
        "service_id": str(service.public_id),
        "name": area.name,
        "extent": area.code,
        "extent_type": P_CODE,
    }


def _language(service: Service, code: str) -> dict[str, object]:
    one = {"id": derived(service, f"language:{code}"), "service_id": str(service.public_id)}
    return one | {"code": code, "name": NAMES.get(code, code)}


def _papers(service: Service) -> list[dict[str, object]]:
    if not service.required_documents:
        return []
    one = {"id": derived(service, "papers"), "service_id": str(service.public_id)}
    return [one | {"document": service.required_documents}]


def _contact(contact: Contact) -> dict[str, object]:
    return {"id": str(contact.public_id), "name": contact.label, "email": contact.address}


def _phone(contact: Contact) -> dict[str, object]:
    one = {"id": str(contact.public_id), "number": contact.address}
    return one | {"type": "voice", "description": contact.label}

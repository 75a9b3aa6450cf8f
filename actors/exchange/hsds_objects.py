"""One HSDS object read: what it says in the portal's terms, and what is wrong with it where.

What an object does not say is left alone; null or an empty text or list clears it.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from actors.exchange.hsds_file import place_named
from actors.exchange.hsds_said import Said
from actors.exchange.hsds_terms import FEATURES, FIGURES, KIND, MOMENTS, NO, YES, taxonomy_of
from actors.models import OrganizationKind, ServiceKind, Weekday

REQUIRED = {
    "organization": ("id", "name", "description"),
    "service": ("id", "name", "status"),
    "location": ("id", "location_type"),
}
# HSDS name, our name: texts that are taken as they are.
TEXTS = {
    "organization": {
        "name": "name",
        "alternate_name": "short_name",
        "description": "description",
        "website": "website",
    },
    "service": {
        "name": "name",
        "description": "description",
        "status": "status",
        "alert": "alert",
        "eligibility_description": "eligibility",
        "application_process": "how_to_apply",
        "fees_description": "fees",
    },
    "location": {"name": "name", "description": "address"},
}
PARTS = {
    "organization": {"id", "parent_organization_id", "contacts", "phones", "attributes"},
    "service": {
        "id",
        "organization_id",
        "organization",
        "minimum_age",
        "maximum_age",
        "assured_date",
        "interpretation_services",
        "languages",
        "schedules",
        "service_areas",
        "service_at_locations",
        "required_documents",
        "contacts",
        "phones",
        "attributes",
    },
    "location": {
        "id",
        "location_type",
        "latitude",
        "longitude",
        "external_identifier",
        "external_identifier_type",
        "accessibility",
        "attributes",
    },
}
KINDS = {"organization": OrganizationKind, "service": ServiceKind}


def read_object(entity: str, path: str, told: dict[str, Any], zone: ZoneInfo) -> Said:
    """Read one organization, service or location. Nothing is raised: see `Said.problems`."""
    said = Said(entity, path)
    for name in REQUIRED[entity]:
        if told.get(name) in (None, ""):
            said.refuse(name, _("This is required."))
    said.ignored = sorted(set(told) - set(TEXTS[entity]) - PARTS[entity])
    _read_texts(said, told)
    _read_attributes(said, told)
    said.links["id"] = said.uuid("id", told.get("id"))
    _BY_ENTITY[entity](said, told, zone)
    return said


def _read_texts(said: Said, told: dict[str, Any]) -> None:
    for name, ours in TEXTS[said.entity].items():
        if name in told:
            said.values[ours] = said.text(name, told[name])


def _read_attributes(said: Said, told: dict[str, Any]) -> None:
    """Kind, features and figures; attributes of other taxonomies are not the portal's."""
    for path, one in said.items(told, "attributes"):
        term = one.get("taxonomy_term")
        term = term if isinstance(term, dict) else {}
        taxonomy, code = term.get("taxonomy"), term.get("code")
        if said.entity in KINDS and taxonomy == taxonomy_of(said.entity, KIND):
            _read_kind(said, path, code)
        elif taxonomy == taxonomy_of(said.entity, ""):
            _read_feature(said, path, code, one.get("value"))


def _read_kind(said: Said, path: str, code: object) -> None:
    if code in KINDS[said.entity].values:
        said.values["kind"] = code
    else:
        said.refuse(f"{path}.taxonomy_term.code", _("There is no such kind."))


def _read_feature(said: Said, path: str, code: object, value: object) -> None:
    if code in FEATURES[said.entity]:
        if value in (YES, NO):
            said.values[code] = value == YES
        else:
            said.refuse(f"{path}.value", _("Say yes or no."))
    elif code in FIGURES.get(said.entity, ()):
        said.values[code] = said.number(f"{path}.value", value)
    elif code in MOMENTS.get(said.entity, ()):
        said.values[code] = said.moment(f"{path}.value", value)


def _read_organization(said: Said, told: dict[str, Any], zone: ZoneInfo) -> None:
    if "parent_organization_id" in told:
        parent = told["parent_organization_id"]
        said.links["parent"] = said.uuid("parent_organization_id", parent)
    _drop_stand_in(said)
    _read_contacts(said, told)


def _drop_stand_in(said: Said) -> None:
    """HSDS requires a description; the export says the kind where there is none."""
    kind = said.values.get("kind")
    if kind and said.values.get("description") == KINDS["organization"](kind).label:
        said.values["description"] = ""


def _read_location(said: Said, told: dict[str, Any], zone: ZoneInfo) -> None:
    if told.get("location_type") not in (None, "", "physical"):
        said.refuse("location_type", _("Only physical locations are kept."))
    if "external_identifier" in told:
        said.links["area"] = said.text("external_identifier", told["external_identifier"])
    for name in ("latitude", "longitude"):
        if name in told:
            said.values[name] = said.degrees(name, told[name])


def _read_service(said: Said, told: dict[str, Any], zone: ZoneInfo) -> None:
    owner = told.get("organization_id")
    if owner is None and isinstance(told.get("organization"), dict):
        owner = told["organization"].get("id")
    if owner is not None:
        said.links["organization"] = said.uuid("organization_id", owner)
    for name in ("minimum_age", "maximum_age"):
        if name in told:
            said.values[name] = said.number(name, told[name])
    if told.get("assured_date"):
        said.values["assured_on"] = said.day("assured_date", told["assured_date"])
    if "has_interpreter" not in said.values and "interpretation_services" in told:
        said.values["has_interpreter"] = bool(told["interpretation_services"])
    _read_lists(said, told)
    if "schedules" in told:
        said.hours = [_hours(said, path, one, zone) for path, one in said.items(told, "schedules")]
    _read_contacts(said, told)


def _read_lists(said: Said, told: dict[str, Any]) -> None:
    if "languages" in told:
        codes = [said.text(f"{p}.code", o.get("code")) for p, o in said.items(told, "languages")]
        said.values["languages"] = codes
    if "required_documents" in told:
        papers = said.items(told, "required_documents")
        named = [said.text(f"{path}.document", one.get("document")) for path, one in papers]
        said.values["required_documents"] = ", ".join(filter(None, named))
    if "service_areas" in told:
        said.links["areas"] = [
            (f"{path}.extent", said.text(f"{path}.extent", one.get("extent")))
            for path, one in said.items(told, "service_areas")
        ]
    if "service_at_locations" in told:
        said.links["locations"] = [
            (f"{path}.location_id", said.uuid(f"{path}.location_id", place_named(one)))
            for path, one in said.items(told, "service_at_locations")
        ]


def _hours(said: Said, path: str, one: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    if one.get("freq") not in (None, "WEEKLY"):
        said.refuse(f"{path}.freq", _("Only hours that return each week are kept."))
    days = [day.strip() for day in said.text(f"{path}.byday", one.get("byday")).split(",")]
    if not set(days) <= set(Weekday.values):
        said.refuse(f"{path}.byday", _("Write the days as MO,TU,WE."))
    return {
        "weekdays": days,
        "opens_at": said.clock(f"{path}.opens_at", one.get("opens_at"), zone),
        "closes_at": said.clock(f"{path}.closes_at", one.get("closes_at"), zone),
        "valid_from": said.day(f"{path}.valid_from", one.get("valid_from")),
        "valid_until": said.day(f"{path}.valid_to", one.get("valid_to")),
        "path": path,
    }


def _read_contacts(said: Said, told: dict[str, Any]) -> None:
    """E-mail addresses of contacts, and telephone numbers, also those of contacts."""
    for path, one in said.items(told, "contacts"):
        label = said.text(f"{path}.name", one.get("name"))
        if one.get("email"):
            _add_contact(said, path, one, label, "email")
        for place, phone in said.items(one, "phones", path):
            _add_contact(said, place, phone, label, "number")
    for path, one in said.items(told, "phones"):
        label = said.text(f"{path}.description", one.get("description"))
        _add_contact(said, path, one, label, "number")


def _add_contact(said: Said, path: str, one: dict[str, Any], label: str, name: str) -> None:
    said.contacts.append(
        {
            "id": said.uuid(f"{path}.id", one.get("id")),
            "channel": "email" if name == "email" else "phone",
            "address": said.text(f"{path}.{name}", one.get(name)),
            "label": label,
            "path": f"{path}.{name}",
        }
    )


_BY_ENTITY = {
    "organization": _read_organization,
    "service": _read_service,
    "location": _read_location,
}

"""Tables of the directory as CSV and XLSX: what somebody may see, and only what was asked for."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from import_export.resources import ModelResource
from openpyxl import Workbook

from actors.exchange.resources import resource_for
from actors.models import Activity, Area, Contact, ImportKind, Organization, Service
from actors.permissions import ASSESSMENTS, Reach, Viewer

CSV, XLSX = "csv", "xlsx"
CONTENT_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def export_rows(
    viewer: Viewer, resource: ModelResource, entries: Iterable[Model]
) -> Iterator[list]:
    """The header, then a row for each entry, without what this person may not see."""
    columns = [
        (name, resource.fields[name])
        for name in resource.get_export_order()
        if viewer.sees_assessments or name not in ASSESSMENTS
    ]
    yield [name for name, _field in columns]
    hidden = _hidden_from(viewer)
    for entry in entries:
        gone = hidden(entry)
        yield [
            "" if name in gone else resource.export_field(field, entry) for name, field in columns
        ]


def seen_entries(viewer: Viewer, kind: ImportKind) -> QuerySet:
    """The entries of a table that this person may see, all that a file needs of each included.

    Raises:
        KeyError: there is no such table, or it is not for them.
    """
    entries = _SEEN[kind](viewer)
    return resource_for(entries.model).filter_export(entries).order_by("pk")


def narrowed(viewer: Viewer, entries: QuerySet, asked: Mapping[str, str]) -> QuerySet:
    """Of these entries the ones asked for, by `FILTERS`; all of them when nothing is asked.

    Raises:
        KeyError: something this table cannot be narrowed by; more than was asked for is never
            given.
    """
    filters = FILTERS[entries.model]
    for name, value in asked.items():
        if value:
            entries = entries.filter(filters[name](viewer, value))
    return entries


def as_csv(rows: Iterable[list]) -> bytes:
    """UTF-8 with a byte-order mark, by which Excel knows it."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[list]) -> bytes:
    """One sheet; every cell is text, so nothing in it can be a formula or change its form."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _is(lookup: str) -> Callable[[Viewer, str], Q]:
    return lambda _viewer, value: Q(**{lookup: value})


def _organization(lookup: str) -> Callable[[Viewer, str], Q]:
    """By the public id of an organization."""

    def condition(_viewer: Viewer, value: str) -> Q:
        try:
            return Q(**{lookup: UUID(value)})
        except ValueError:
            return Q(pk=None)

    return condition


def _in_area(lookup: str) -> Callable[[Viewer, str], Q]:
    """In the area of this P-code or in one inside it."""

    def condition(viewer: Viewer, code: str) -> Q:
        here = Q(code=code) | Q(parent__code=code) | Q(parent__parent__code=code)
        here |= Q(parent__parent__parent__code=code)
        areas = Area.objects.filter(here, mission=viewer.mission)
        return Q(**{f"{lookup}__in": areas.values("pk")})

    return condition


def _covering(viewer: Viewer, code: str) -> Q:
    """Services for this area: its own, of one above it, or for the whole mission."""
    area = Area.objects.with_path().filter(mission=viewer.mission, code=code).first()
    served = Service.objects.covering(area) if area else Service.objects.none()
    return Q(pk__in=served.values("pk"))


def _organizations_in(viewer: Viewer, code: str) -> Q:
    """Organizations with a service for this area."""
    area = Area.objects.with_path().filter(mission=viewer.mission, code=code).first()
    served = Service.objects.covering(area) if area else Service.objects.none()
    return Q(pk__in=served.values("organization"))


def _level(_viewer: Viewer, value: str) -> Q:
    return Q(level=value) if value.isdecimal() and len(value) < 3 else Q(pk=None)


# What each table can be narrowed by, as in the address of a list.
FILTERS: dict[type[Model], dict[str, Callable[[Viewer, str], Q]]] = {
    Area: {"q": _is("name__icontains"), "area": _in_area("pk"), "level": _level},
    Organization: {
        "q": _is("name__icontains"),
        "kind": _is("kind"),
        "area": _organizations_in,
        "organization": _organization("public_id"),
    },
    Service: {
        "q": _is("name__icontains"),
        "kind": _is("kind"),
        "status": _is("status"),
        "area": _covering,
        "language": lambda _viewer, value: Q(languages__contains=[value]),
        "organization": _organization("organization__public_id"),
    },
    Contact: {
        "channel": _is("channel"),
        "language": _is("language"),
        "organization": _organization("organization__public_id"),
    },
    Activity: {
        "q": _is("description__icontains"),
        "kind": _is("kind"),
        "status": _is("status"),
        "area": _in_area("area"),
        "organization": _organization("organization__public_id"),
    },
}
WRITERS: dict[str, Callable[[Iterable[list]], bytes]] = {CSV: as_csv, XLSX: as_xlsx}


def _contacts(viewer: Viewer) -> QuerySet:
    if viewer.reach < Reach.FULL or not viewer.is_keeper:
        raise KeyError(ImportKind.CONTACTS)
    return Contact.objects.filter(pk__in=viewer.contacts().values("pk"))


def _areas(viewer: Viewer) -> QuerySet:
    return Area.objects.active().filter(mission=viewer.mission)


def _activities(viewer: Viewer) -> QuerySet:
    return Activity.objects.filter(organization__in=viewer.organizations().values("pk"))


_SEEN: dict[str, Callable[[Viewer], QuerySet]] = {
    ImportKind.AREAS: _areas,
    ImportKind.ORGANIZATIONS: lambda viewer: viewer.organizations(),
    ImportKind.SERVICES: lambda viewer: viewer.services(),
    ImportKind.CONTACTS: _contacts,
    ImportKind.ACTIVITIES: _activities,
}


def _hidden_from(viewer: Viewer) -> Callable[[Model], frozenset[str]]:
    """Which columns of an entry stay empty: names of organizations and places they may not know."""
    known = None
    if viewer.reach < Reach.INSIDE:
        known = set(viewer.organizations().values_list("pk", flat=True))

    def hidden(entry: Model) -> frozenset[str]:
        if isinstance(entry, Organization):
            unknown = known is not None and entry.parent_id not in known
            return frozenset({"parent"}) if unknown else frozenset()
        if isinstance(entry, Service) and not viewer.sees_place_of(entry):
            return frozenset({"locations"})
        return frozenset()

    return hidden

"""A file of HSDS 3.0 JSON taken apart: its objects in an order in which each finds the others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from typing import Any

from django.utils.translation import gettext as _

from actors.exchange.protocol import FileRefused, Problem, Row

# Lists of the document and what is in them, in the order in which they are read.
LISTS = {"organizations": "organization", "locations": "location", "services": "service"}
Located = tuple[str, dict[str, Any]]


def read_rows(content: bytes) -> list[Row]:
    """One row per object, `{"entity", "path", "told"}`: organizations with parents first, places,
    services.

    Raises:
        FileRefused: not UTF-8, no JSON, cut off, or not the lists of an HSDS document.
    """
    document = _document(content)
    lists = {name: list(_objects(document, name)) for name in LISTS}
    lists["organizations"] = _parents_first(lists["organizations"])
    lists["locations"] += _embedded(lists["services"], {_id(o) for _p, o in lists["locations"]})
    located = [(LISTS[name], *one) for name, objects in lists.items() for one in objects]
    return [
        Row(number, {"entity": entity, "path": path, "told": told})
        for number, (entity, path, told) in enumerate(located, start=1)
    ]


def place_named(one: dict[str, Any]) -> object:
    """The id of the location that a `service_at_location` is about."""
    embedded = one.get("location")
    return one.get("location_id") or (embedded.get("id") if isinstance(embedded, dict) else None)


def _document(content: bytes) -> dict[str, Any]:
    try:
        document = json.loads(
            content.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_number
        )
    except UnicodeDecodeError as error:
        raise _refused(_("The file is not UTF-8 text.")) from error
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        said = _("This is no whole JSON file: see line %(line)d, column %(column)d.") % place
        raise _refused(said) from error
    except (RecursionError, ValueError) as error:
        raise _refused(_("This is no JSON file that can be read.")) from error
    if not isinstance(document, dict) or not {"organizations", "services"} & set(document):
        said = _("An HSDS file is an object with the lists organizations, services and locations.")
        raise _refused(said)
    for name in sorted(set(document) - set(LISTS)):
        raise _refused(_("There is no such list in an HSDS file."), name)
    return document


def _no_number(text: str) -> None:
    raise ValueError(text)


def _objects(document: dict[str, Any], name: str) -> Iterator[Located]:
    found = document.get(name, [])
    if not isinstance(found, list):
        raise _refused(_("This must be a list."), name)
    for number, one in enumerate(found):
        path = f"{name}[{number}]"
        if not isinstance(one, dict):
            raise _refused(_("This must be an object."), path)
        yield path, one


def _parents_first(objects: list[Located]) -> list[Located]:
    by_id = {_id(told): (path, told) for path, told in objects}
    if len(by_id) < len(objects):
        return objects  # an id stands there twice, which is told when the second is read
    parents = {own: str(told.get("parent_organization_id")) for own, (_p, told) in by_id.items()}
    tree = {own: [parent.lower()] for own, parent in parents.items() if parent.lower() in by_id}
    try:
        above = list(TopologicalSorter({own: tree.get(own, []) for own in by_id}).static_order())
    except CycleError as error:
        path = by_id[error.args[1][0]][0]
        said = _("An organization cannot be part of itself.")
        raise _refused(said, f"{path}.parent_organization_id") from error
    return [by_id[own] for own in above]


def _embedded(services: list[Located], listed: set[str]) -> Iterator[Located]:
    """Places that stand inside services only."""
    for path, told in services:
        at = told.get("service_at_locations")
        for number, one in enumerate(at if isinstance(at, list) else ()):
            place = one.get("location") if isinstance(one, dict) else None
            if isinstance(place, dict) and _id(place) not in listed:
                listed.add(_id(place))
                yield f"{path}.service_at_locations[{number}].location", place


def _id(told: dict[str, Any]) -> str:
    return str(told.get("id")).lower()


def _refused(message: str, field: str = "") -> FileRefused:
    return FileRefused(Problem(0, field, message))

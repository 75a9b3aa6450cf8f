"""Empty files to begin with: the right header and one example row for each kind of table."""

from __future__ import annotations

from actors.exchange.exporting import WRITERS
from actors.exchange.sources import TABLES
from actors.models import ImportKind

_EXAMPLES: dict[str, dict[str, str]] = {
    ImportKind.AREAS: {
        "code": "XX0101",
        "name": "Example District",
        "level": "2",
        "parent": "XX01",
        "latitude": "4.36122",
        "longitude": "18.55496",
    },
    ImportKind.ORGANIZATIONS: {
        "name": "Example Organization",
        "short_name": "EXO",
        "kind": "ngo_national",
        "website": "https://example.org/",
        "specialised_in_children": "yes",
        "must_report_by_law": "no",
        "do_not_attribute": "no",
        "assured_on": "2026-01-31",
    },
    ImportKind.SERVICES: {
        "organization": "Example Organization",
        "name": "Example service",
        "kind": "psychosocial",
        "status": "active",
        "serves_girls": "yes",
        "serves_boys": "yes",
        "minimum_age": "3",
        "maximum_age": "17",
        "is_free": "yes",
        "languages": "en, fr",
        "areas": "XX0101; XX0102",
        "assured_on": "2026-01-31",
    },
    ImportKind.CONTACTS: {
        "organization": "Example Organization",
        "channel": "email",
        "address": "desk@example.org",
        "language": "en",
        "label": "night duty",
    },
    ImportKind.ACTIVITIES: {
        "organization": "Example Organization",
        "kind": "education",
        "description": "Teaching in the camp",
        "area": "XX0101",
        "begins_on": "2026-01-31",
        "ends_on": "2026-06-30",
        "status": "ongoing",
        "girls": "120",
        "boys": "115",
    },
}


def sample(kind: ImportKind, form: str) -> bytes:
    """A file of a kind, as "csv" or "xlsx".

    Raises:
        KeyError: there is no such kind of table or form.
    """
    write, columns = WRITERS[form], TABLES[kind].columns
    row = [_EXAMPLES[kind].get(name, "") for name in columns.names]
    return write([list(columns.names), row])

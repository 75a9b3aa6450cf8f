"""One object of an HSDS file as it was read, and how its values are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _


@dataclass
class Said:
    """An object as it was read. `values` are plain fields of the entry; `links` are ids and codes
    of others by field, each with its path; `problems` are pairs of path and sentence.
    """

    entity: str
    path: str
    values: dict[str, Any] = field(default_factory=dict)
    links: dict[str, Any] = field(default_factory=dict)
    hours: list[dict[str, Any]] | None = None
    contacts: list[dict[str, Any]] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    @property
    def id(self) -> UUID | None:
        return self.links.get("id")

    def refuse(self, name: str, message: str) -> None:
        self.problems.append((f"{self.path}.{name}" if name else self.path, message))

    def items(
        self, told: dict[str, Any], name: str, within: str = ""
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """The objects of a list with their paths."""
        base = f"{within}.{name}" if within else name
        found = told.get(name)
        if not isinstance(found, list | None):
            self.refuse(base, _("This must be a list."))
            return
        for number, one in enumerate(found or ()):
            if isinstance(one, dict):
                yield f"{base}[{number}]", one
            else:
                self.refuse(f"{base}[{number}]", _("This must be an object."))

    def text(self, name: str, value: object) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            self.refuse(name, _("This must be text."))
            return ""
        if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            self.refuse(name, _("This holds characters that are no text."))
            return ""
        return value

    def uuid(self, name: str, value: object) -> UUID | None:
        if value in (None, ""):
            return None
        try:
            return UUID(value)
        except (AttributeError, TypeError, ValueError):
            self.refuse(name, _("This is no UUID."))
            return None

    def number(self, name: str, value: object) -> int | None:
        """A whole number; HSDS has only "number", and attributes are text."""
        if value in (None, ""):
            return None
        text = str(value).removesuffix(".0")
        if isinstance(value, bool) or not (text.isascii() and text.isdigit() and len(text) < 10):
            self.refuse(name, _("This must be a whole number."))
            return None
        return int(text)

    def degrees(self, name: str, value: object) -> Decimal | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self.refuse(name, _("This must be a number of degrees."))
            return None
        return round(Decimal(value), 5) if abs(value) < 1000 else Decimal(999)

    def day(self, name: str, value: object) -> date | None:
        if value in (None, ""):
            return None
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.refuse(name, _("Write the day as 2026-05-31."))
            return None

    def moment(self, name: str, value: object) -> datetime | None:
        if value in (None, ""):
            return None
        try:
            moment = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            moment = None
        if moment is None or moment.tzinfo is None:
            self.refuse(name, _("Write the moment as 2026-05-31T08:00:00+00:00."))
            return None
        return moment

    def clock(self, name: str, value: object, zone: ZoneInfo) -> time | None:
        """An hour in the mission's time: without an offset, or one its zone has in the year."""
        try:
            hour = time.fromisoformat(value)
        except (TypeError, ValueError):
            self.refuse(name, _("Write the hour as 08:00."))
            return None
        year = timezone.now().year
        offsets = {datetime(year, month, 1, tzinfo=zone).utcoffset() for month in (1, 7)}
        if hour.tzinfo is not None and hour.utcoffset() not in offsets:
            self.refuse(
                name, _("Give the hour in the mission's time zone, %(zone)s.") % {"zone": zone}
            )
        return hour.replace(tzinfo=None)

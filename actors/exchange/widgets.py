"""How one value of the directory is written into a cell and read from it.

`clean` returns the value, or None for an empty cell, and raises ValueError with what to write
instead. `render` is its inverse.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.utils.translation import gettext as _
from import_export.widgets import Widget
from rapidfuzz import fuzz, process

from actors.exchange.cells import folded, joined, parted, plain, text_of

_YES = {"yes", "true", "1", "y", "x"}
_NO = {"no", "false", "0", "n"}


class Text(Widget):
    def clean(self, value, row=None, **kwargs):
        return value or None

    def render(self, value, obj=None, **kwargs):
        return plain(text_of(value))


class YesNo(Widget):
    def clean(self, value, row=None, **kwargs):
        if not value:
            return None
        word = value.casefold()
        if word not in _YES | _NO:
            raise ValueError(_("Write yes or no."))
        return word in _YES

    def render(self, value, obj=None, **kwargs):
        return text_of(value)


class Whole(Widget):
    """A whole number that is not below zero."""

    def clean(self, value, row=None, **kwargs):
        if not value:
            return None
        if not re.fullmatch(r"\d{1,9}(\.0+)?", value, re.ASCII):
            raise ValueError(_("Write a whole number, such as 12."))
        return int(value.split(".")[0])

    def render(self, value, obj=None, **kwargs):
        return text_of(value)


class Degrees(Widget):
    """A coordinate, rounded to five places: a metre."""

    def __init__(self, limit: int, refusal: str):
        super().__init__()
        self.limit, self.refusal = limit, refusal

    def clean(self, value, row=None, **kwargs):
        if not value:
            return None
        try:
            degrees = Decimal(value.replace(",", "."))
            if not abs(degrees) <= self.limit:
                raise ValueError(self.refusal)
            return round(degrees, 5)
        except InvalidOperation as error:
            raise ValueError(_("Write degrees with decimals, such as 4.36122.")) from error

    def render(self, value, obj=None, **kwargs):
        # Round to nearest first: a new entry holds more places than the database keeps.
        return "" if value is None else format(round(value, 5).normalize() + 0, "f")


class Day(Widget):
    def clean(self, value, row=None, **kwargs):
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            message = _("Write the day as year-month-day, such as 2026-05-03.")
            raise ValueError(message) from error

    def render(self, value, obj=None, **kwargs):
        return text_of(value.date() if isinstance(value, datetime) else value)


class Identity(Widget):
    def clean(self, value, row=None, **kwargs):
        if not value:
            return None
        try:
            return UUID(value)
        except ValueError as error:
            raise ValueError(_("Not an id of the portal. Leave it empty for a new one.")) from error

    def render(self, value, obj=None, **kwargs):
        return text_of(value)


class Choice(Widget):
    """One of a list, by its code or its words."""

    def __init__(self, choices: Iterable[tuple[object, str]]):
        super().__init__()
        self.choices = list(choices)
        self.codes = {str(code): code for code, _label in self.choices}

    def clean(self, value, row=None, **kwargs):
        if not value:
            return None
        return self.codes[value] if value in self.codes else self._meant(value)

    def _meant(self, value: str) -> object:
        """By its words in the reader's language, or its code written otherwise."""
        words = {folded(str(label)): code for code, label in self.choices}
        words |= {folded(text): code for text, code in self.codes.items()}
        try:
            return words[folded(value)]
        except KeyError:
            raise ValueError(_unknown(value, list(self.codes))) from None

    def render(self, value, obj=None, **kwargs):
        return text_of(value)


class Codes(Widget):
    """Codes of languages in one cell."""

    def clean(self, value, row=None, **kwargs):
        return re.split(r"[\s,;|]+", value.strip(" ,;|")) if value else []

    def render(self, value, obj=None, **kwargs):
        return ", ".join(value or [])


class Reference(Widget):
    """Another entry of the mission, by its name, P-code or id.

    `clean` is given the `Lookups` of the reading, so that no row asks the database.
    """

    def __init__(self, table: str, attribute: str = "name"):
        super().__init__()
        self.table, self.attribute = table, attribute

    def clean(self, value, row=None, lookups=None, **kwargs):
        return lookups.find(self.table, value) if value else None

    def render(self, value, obj=None, **kwargs):
        return plain(text_of(getattr(value, self.attribute, None)))


class References(Reference):
    """Several entries of the mission in one cell, with semicolons between them."""

    def clean(self, value, row=None, lookups=None, **kwargs):
        return [lookups.find(self.table, name) for name in self.names(value)]

    def names(self, value: str) -> list[str]:
        try:
            return list(dict.fromkeys(plain(name) for name in parted(value or "")))
        except csv.Error as error:
            raise ValueError(_("A quotation mark is not closed.")) from error

    def render(self, value, obj=None, **kwargs):
        entries = value.all() if hasattr(value, "all") else value or []
        return joined(sorted(getattr(entry, self.attribute) for entry in entries))


class Later(Reference):
    """Another row of the same table: it may stand further down, so its name is kept as text."""

    def clean(self, value, row=None, lookups=None, **kwargs):
        return plain(value) or None

    def render(self, value, obj=None, **kwargs):
        return value if isinstance(value, str) else super().render(value)


class LaterSeveral(References):
    """Several other rows of the same table, by name."""

    def clean(self, value, row=None, lookups=None, **kwargs):
        return self.names(value)

    def render(self, value, obj=None, **kwargs):
        return joined(sorted(value)) if isinstance(value, list) else super().render(value)


def _unknown(value: str, known: list[str]) -> str:
    message = _("“%(value)s” is not on the list.") % {"value": value[:80]}
    nearest = process.extractOne(value.casefold(), known, scorer=fuzz.ratio, score_cutoff=60)
    if nearest:
        return message + " " + _("Did you mean “%(name)s”?") % {"name": nearest[0]}
    return message + " " + _("Write one of: %(names)s.") % {"names": ", ".join(known)}

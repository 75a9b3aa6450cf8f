"""The entries of a mission that rows refer to, read once for a whole file."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from rapidfuzz import process

from actors.exchange.cells import plain
from actors.models import Area, Location, Mission, Organization, Post, Service, User

# Looking for what was meant costs milliseconds each; after so many the pattern is plain.
MAX_SUGGESTED = 100


class Lookups:
    """Tables of a mission by name, P-code, login or id. Each is read when first asked for."""

    def __init__(self, mission: Mission):
        self.mission = mission
        self._suggested = 0
        self.table: Callable[[str], dict[str, Any]] = cache(self._read)

    def find(self, table: str, text: str) -> Model:
        """The entry a cell names.

        Raises:
            ValueError: there is none, or it is retired; with the nearest name there is.
        """
        entry = self.table(table).get(plain(text))
        if entry is None:
            raise ValueError(self.unknown(text, self.table(table)))
        if getattr(entry, "retired_at", None):
            raise ValueError(_("“%(name)s” is retired. Bring it back first.") % {"name": text})
        return entry

    def unknown(self, text: str, known: dict[str, Any]) -> str:
        """Says that there is no such name, and which one comes near."""
        message = _("There is no “%(name)s” here.") % {"name": text[:80]}
        self._suggested += 1
        if self._suggested > MAX_SUGGESTED:
            return message
        nearest = process.extractOne(text, known.keys(), score_cutoff=70)
        if not nearest:
            return message
        return message + " " + _("Did you mean “%(name)s”?") % {"name": nearest[0]}

    def _read(self, table: str) -> dict[str, Any]:
        entries, attribute = _TABLES[table](self.mission)
        return {plain(str(getattr(entry, attribute))): entry for entry in entries}


def _organizations(mission: Mission) -> tuple[QuerySet, str]:
    found = Organization.objects.filter(mission=mission)
    return found.only("name", "kind", "mission", "parent", "retired_at"), "name"


def _areas(mission: Mission) -> tuple[QuerySet, str]:
    found = Area.objects.filter(mission=mission)
    return found.only("code", "name", "level", "mission", "parent", "retired_at"), "code"


def _locations(mission: Mission) -> tuple[QuerySet, str]:
    return Location.objects.filter(mission=mission).only("name", "retired_at"), "name"


def _people(mission: Mission) -> tuple[QuerySet, str]:
    found = User.objects.filter(holdings__post__organization__mission=mission).distinct()
    return found.order_by().only("username", "name"), "username"


def _posts(mission: Mission) -> tuple[QuerySet, str]:
    found = Post.objects.filter(organization__mission=mission)
    return found.order_by().only("public_id", "retired_at"), "public_id"


def _services(mission: Mission) -> tuple[QuerySet, str]:
    found = Service.objects.filter(organization__mission=mission)
    return found.only("public_id", "name", "retired_at"), "public_id"


_TABLES: dict[str, Callable[[Mission], tuple[QuerySet, str]]] = {
    "organizations": _organizations,
    "areas": _areas,
    "locations": _locations,
    "people": _people,
    "posts": _posts,
    "services": _services,
}

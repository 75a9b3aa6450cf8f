"""What one mission has already, as an HSDS file may name it."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet

from actors.exchange.hsds_said import Said
from actors.models import Area, Contact, Location, Mission, Organization, Service

MODELS = {"organization": Organization, "location": Location, "service": Service}
HOME = {"organization": "mission", "location": "mission", "service": "organization__mission"}
# What comes with each, so that comparing asks the database nothing more.
ALONG = {
    "organization": (("parent", "party_link"), ("contacts",)),
    "location": (("area",), ()),
    "service": (("organization",), ("areas", "locations", "opening_hours", "contacts")),
}


class Stored:
    """The mission's entries by id and by name, and with them those the file adds.

    Statements: one per kind of entry for a whole file, and one per kind for each chunk.
    """

    def __init__(self, mission: Mission, *, is_applying: bool):
        self.mission, self.is_applying = mission, is_applying
        self.elsewhere: set[UUID] = set()
        self.taken_contacts: set[UUID] = set()
        self._named: dict[tuple[str, Any], Model] = {}

    def look_up(self, objects: list[Said]) -> None:
        """Learn which of the ids in the file belong to entries of other missions."""
        for entity, model in MODELS.items():
            ids = {said.id for said in objects if said.entity == entity and said.id}
            others = model.objects.filter(public_id__in=ids).exclude(**{HOME[entity]: self.mission})
            self.elsewhere.update(others.values_list("public_id", flat=True) if ids else ())
        ids = {told["id"] for said in objects for told in said.contacts if told["id"]}
        taken = Contact.objects.filter(public_id__in=ids).values_list("public_id", flat=True)
        self.taken_contacts.update(taken if ids else ())

    def meant(self, said: Said) -> Model | None:
        """The entry an object is about: by its id, else by its name; None for a new one."""
        by_id = self._entries[said.entity].get(said.id) if said.id else None
        return by_id or self._names.get(self._key_told(said))

    def remember(self, said: Said, entry: Model) -> None:
        """From here on this id of the file means this entry."""
        if said.id:
            self._named.setdefault((said.entity, said.id), entry)

    def find(self, entity: str, key: Any) -> Model | None:
        """An area by its code, another entry by its id: of the file, else of the directory."""
        if entity == "area":
            return self._areas.get(key)
        return self._named.get((entity, key)) or self._entries[entity].get(key)

    def key_of(self, entity: str, entry: Model) -> tuple:
        """What is unique about its name: a service's is so within its organization."""
        owner = getattr(entry, "organization", None) if entity == "service" else None
        return entity, owner and owner.public_id, entry.name

    def rename(self, entity: str, entry: Model, old_key: tuple) -> bool:
        """Note the name it has now; False where another entry has it."""
        if self._names.get(old_key) is entry:
            del self._names[old_key]
        return self._names.setdefault(self.key_of(entity, entry), entry) is entry

    def _key_told(self, said: Said) -> tuple:
        named = said.links.get("organization")
        owner = self.find("organization", named) if said.entity == "service" else None
        return said.entity, owner and owner.public_id, said.values.get("name")

    @cached_property
    def _areas(self) -> dict[str, Area]:
        return {area.code: area for area in Area.objects.filter(mission=self.mission)}

    @cached_property
    def _entries(self) -> dict[str, dict[UUID, Model]]:
        return {
            entity: {entry.public_id: entry for entry in self._of(entity, model)}
            for entity, model in MODELS.items()
        }

    def _of(self, entity: str, model: type[Model]) -> QuerySet:
        related, several = ALONG[entity]
        found = model.objects.filter(**{HOME[entity]: self.mission})
        if self.is_applying:
            found = found.select_for_update(of=("self",), no_key=True)
        return found.select_related(*related).prefetch_related(*several)

    @cached_property
    def _names(self) -> dict[tuple, Model]:
        return {
            self.key_of(entity, entry): entry
            for entity, entries in self._entries.items()
            for entry in entries.values()
        }

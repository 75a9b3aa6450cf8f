"""An HSDS file on its way into one mission; see `actors.exchange.protocol`.

Each object is an entry known by its id, else by its name, else a new one that keeps the id.
Nothing is ever removed but opening hours, which are replaced as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from actors.exchange.hsds_file import read_rows
from actors.exchange.hsds_objects import read_object
from actors.exchange.hsds_parts import contacts_told, hours_told
from actors.exchange.hsds_said import Said
from actors.exchange.hsds_stored import MODELS, Stored
from actors.exchange.hsds_storing import store_entries, store_parts
from actors.exchange.hsds_terms import KIND, taxonomy_of
from actors.exchange.protocol import Change, Judged, Problem, Row, problems_of
from actors.models import Mission, OpeningHours, User

# Where HSDS has what the portal calls so; all else is an attribute.
NAMES = {
    "short_name": "alternate_name",
    "address": "description",
    "eligibility": "eligibility_description",
    "how_to_apply": "application_process",
    "fees": "fees_description",
    "area": "external_identifier",
    "organization": "organization_id",
    "parent": "parent_organization_id",
    "assured_on": "assured_date",
}


@dataclass
class Draft:
    """An object with the entry it is to become, and the lists that are stored apart."""

    said: Said
    entry: Model
    is_new: bool
    several: dict[str, list[Model]] = field(default_factory=dict)
    hours: list[OpeningHours] | None = None
    contacts: list[Model] = field(default_factory=list)

    def refuse(self, name: str, message: str) -> None:
        self.said.refuse(NAMES.get(name, name), message)


class HsdsSource:
    """HSDS 3.0 JSON; see `actors.exchange.protocol.Source`."""

    def rows(self, content: bytes, file_name: str) -> list[Row]:
        return read_rows(content)

    def reading(self, mission: Mission, by: User, *, is_applying: bool) -> HsdsReading:
        return HsdsReading(mission, by, is_applying=is_applying)


class HsdsReading:
    """See `actors.exchange.protocol.Reading`."""

    def __init__(self, mission: Mission, by: User, *, is_applying: bool):
        self.mission, self.by = mission, by
        self.stored = Stored(mission, is_applying=is_applying)
        self.warnings: list[Problem] = []
        self._told: set[int] = set()
        self._ignored: set[tuple[str, str]] = set()

    def judge(self, rows: Sequence[Row]) -> Judged:
        read = [(row, self._read(row)) for row in rows]
        self.stored.look_up([said for _row, said in read])
        judged = Judged()
        for row, said in read:
            change = self._change(row, said)
            judged.problems += [Problem(row.line, *problem) for problem in said.problems]
            if not said.problems:
                judged.changes.append(change)
        return judged

    def store(self, changes: Sequence[Change]) -> None:
        drafts = [change.entry for change in changes if change.is_new or change.fields]
        for entity, model in MODELS.items():
            store_entries(model, [draft for draft in drafts if draft.said.entity == entity])
        store_parts(drafts)

    def close(self) -> list[Problem]:
        return []

    def settle(self) -> None:
        """Nothing waits for the last object: whom others name is read first."""

    def _read(self, row: Row) -> Said:
        said = read_object(**row.values, zone=self.mission.zone)
        for name in said.ignored:
            if (said.entity, name) not in self._ignored:
                self._ignored.add((said.entity, name))
                told = _("The portal keeps no such field; it is left out.")
                self.warnings.append(Problem(row.line, f"{said.path}.{name}", told))
        return said

    def _change(self, row: Row, said: Said) -> Change:
        entry = self.stored.meant(said)
        is_new = entry is None
        draft = Draft(said, self._new(said) if is_new else entry, is_new)
        self._check_identity(draft)
        fields = list(self._filled(draft))
        if not said.problems and (is_new or fields):
            self._check(draft)
        return Change(row.line, str(said.values.get("name", "")), is_new, fields, draft)

    def _new(self, said: Said) -> Model:
        entry = MODELS[said.entity]()
        if said.id:
            entry.public_id = said.id
        if hasattr(entry, "mission_id"):
            entry.mission = self.mission
        if hasattr(entry, "assured_by_id"):
            entry.assured_by = self.by
        return entry

    def _check_identity(self, draft: Draft) -> None:
        said, entry = draft.said, draft.entry
        if said.id in self.stored.elsewhere:
            said.refuse("id", _("An entry of another mission has this id."))
        if getattr(entry, "retired_at", None):
            said.refuse("id", _("This entry is retired. Bring it back into use first."))
        if id(entry) in self._told:
            said.refuse("id", _("The file speaks of this entry twice."))
        self._told.add(id(entry))
        self.stored.remember(said, entry)
        if draft.is_new and said.entity != "location" and "kind" not in said.values:
            words = _("Say the kind: an attribute with a term of the taxonomy %(name)s.")
            said.refuse("attributes", words % {"name": taxonomy_of(said.entity, KIND)})

    def _filled(self, draft: Draft) -> Iterator[list[str]]:
        """Put what was said into the entry; yields what differs as [name, old, new]."""
        values = draft.said.values | dict(self._linked(draft))
        if values.get("assured_on"):
            self._confirm(draft, values)
        old_key = self.stored.key_of(draft.said.entity, draft.entry)
        for name, value in values.items():
            old = None if draft.is_new else getattr(draft.entry, name)
            if draft.is_new or old != value:
                setattr(draft.entry, name, value)
                if not draft.is_new or value not in (None, "", []):
                    yield [NAMES.get(name, name), _words(old), _words(value)]
        if not self.stored.rename(draft.said.entity, draft.entry, old_key):
            draft.refuse("name", _("This mission or organization has an entry of this name."))
        yield from self._filled_lists(draft)

    def _linked(self, draft: Draft) -> Iterator[tuple[str, Model | None]]:
        """The single entries it names: parent, organization, area."""
        links = draft.said.links
        if "parent" in links:
            yield from self._link(draft, "parent", links["parent"], "organization")
        if draft.said.entity == "service":
            yield from self._organization(draft)
        if "area" in links:
            yield from self._link(draft, "area", links["area"], "area")
        elif draft.said.entity == "location" and draft.is_new:
            draft.refuse("area", _("Give the P-code of the area."))

    def _organization(self, draft: Draft) -> Iterator[tuple[str, Model | None]]:
        named = draft.said.links.get("organization")
        if named is None and draft.is_new:
            draft.refuse("organization", _("This is required."))
        if named is None:
            return
        for name, owner in self._link(draft, "organization", named, "organization"):
            if draft.is_new:
                yield name, owner
            elif owner is not draft.entry.organization and owner != draft.entry.organization:
                draft.refuse("organization", _("A service stays with its organization."))

    def _link(
        self, draft: Draft, name: str, key: Any, entity: str
    ) -> Iterator[tuple[str, Model | None]]:
        other = self.stored.find(entity, key)
        if other is None and key:
            draft.refuse(name, _("There is no such entry, here or in the file: %s.") % key)
        elif other is draft.entry:
            draft.refuse(name, _("An organization cannot be part of itself."))
        else:
            yield name, other

    def _confirm(self, draft: Draft, values: dict[str, Any]) -> None:
        """A confirmation of a later day stays."""
        if values["assured_on"] > timezone.now().date():
            draft.refuse("assured_on", _("This day is still to come."))
        if not draft.is_new and values["assured_on"] <= draft.entry.assured_on:
            del values["assured_on"]
        else:
            draft.entry.assured_by = self.by

    def _filled_lists(self, draft: Draft) -> Iterator[list[str]]:
        said = draft.said
        for name, entity in (("areas", "area"), ("locations", "location")):
            if name in said.links:
                yield from self._filled_list(draft, name, entity)
        if said.hours is not None:
            yield from hours_told(draft)
        if said.contacts:
            yield from contacts_told(draft, self.stored)

    def _filled_list(self, draft: Draft, name: str, entity: str) -> Iterator[list[str]]:
        chosen = []
        for path, key in draft.said.links[name]:
            other = self.stored.find(entity, key)
            if other is None:
                draft.said.refuse(path, _("There is no such entry, here or in the file: %s.") % key)
            elif other not in chosen:
                chosen.append(other)
        old = [] if draft.is_new else list(getattr(draft.entry, name).all())
        if sorted(map(str, old)) != sorted(map(str, chosen)):
            draft.several[name] = chosen
            yield [name, _words(old), _words(chosen)]

    def _check(self, draft: Draft) -> None:
        """Hold the entry against the rules of its model. Others it names may be new as well."""
        relations = {f.name for f in draft.entry._meta.get_fields() if f.is_relation}
        try:
            draft.entry.full_clean(relations, validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            for problem in problems_of(0, error):
                draft.refuse(problem.field, problem.message)


def _words(value: Any) -> str:
    """A value as the list of differences shows it."""
    if value in (None, ""):
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(_words(one) for one in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)

"""One table on its way into one mission: rows become new or changed entries.

Which entry a row means is told by its id, else by its `identity`, such as the name. Empty cells
clear what may be empty and leave alone what may not; columns that are not in the file are left
alone. Nothing is ever removed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CharField, Model, Q, QuerySet, TextField, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.resources import ModelResource

from actors.exchange.headers import Columns
from actors.exchange.lookups import Lookups
from actors.exchange.protocol import Change, Judged, Problem, Row, problems_of
from actors.exchange.storing import store_entries
from actors.exchange.widgets import Later, References
from actors.models import Mission, User


@dataclass(slots=True)
class Draft:
    """A row whose cells have been read: values by column, and what is wrong with some."""

    row: Row
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def refuse(self, column: str, message: str) -> None:
        raise ValidationError({**self.errors, column: message})


@dataclass(slots=True)
class Found:
    """What a good row is to become: the entry, what of it is written, and what it is tied to.

    `ties` are the values that are stored apart: to several others, or to rows further down.
    """

    entry: Model
    written: set[str]
    ties: dict[str, Any]


class TableReading:
    """What the tables have in common; see `actors.exchange.protocol.Reading`.

    A table says its `resource`, its `columns`, and in `identity` the attributes by which an entry
    is known, with the columns they come from; the last one narrows best. `follows` leads from a
    column to what is set with it.
    """

    resource: type[ModelResource]
    columns: Columns
    identity: dict[str, str]
    follows: dict[str, str] = {}

    def __init__(self, mission: Mission, by: User, *, is_applying: bool):
        self.mission, self.by, self.is_applying = mission, by, is_applying
        self.lookups = Lookups(mission)
        self.warnings: list[Problem] = []
        self.fields: dict[str, Field] = self.resource().fields
        self.model: type[Model] = self.resource._meta.model
        self._later = [f.attribute for f in self.fields.values() if isinstance(f.widget, Later)]
        self._names = {field.attribute: name for name, field in self.fields.items()}
        self._unchecked = self._not_checked()
        self._lines: dict[tuple, int] = {}

    def scope(self) -> QuerySet:
        """The mission's entries of this table, in use or not."""
        raise NotImplementedError

    def new(self) -> Model:
        """An entry of the mission without values."""
        return self.model()

    def prepare(self, draft: Draft) -> None:
        """Bring values into the form in which they are stored and compared."""

    def note(self, draft: Draft, found: Found, *, is_new: bool) -> None:
        """Remember what `close` needs of a good row."""

    def make_ready(self, entries: list[Model]) -> None:
        """Give new entries what they need before they are stored."""

    def judge(self, rows: Sequence[Row]) -> Judged:
        drafts = [self._draft(row) for row in rows]
        stored = self._stored(drafts)
        judged = Judged()
        for draft in drafts:
            try:
                judged.changes.append(self._change(draft, stored))
            except ValidationError as error:
                judged.problems += self._problems(draft.row.line, error)
        return judged

    def store(self, changes: Sequence[Change]) -> None:
        self.make_ready([change.entry.entry for change in changes if change.is_new])
        store_entries(self.model, changes)

    def close(self) -> list[Problem]:
        return []

    def settle(self) -> None:
        """Nothing waits for the last row, unless a table says so."""

    def _draft(self, row: Row) -> Draft:
        draft = Draft(row)
        for name, text in row.values.items():
            if not text and name in self.columns.required:
                draft.errors[name] = _("This must not be empty.")
                continue
            try:
                widget = self.fields[name].widget
                draft.values[name] = widget.clean(text, row=row.values, lookups=self.lookups)
            except ValueError as error:
                draft.errors[name] = str(error)
        self.prepare(draft)
        return draft

    def _stored(self, drafts: list[Draft]) -> dict[tuple, Model]:
        """The entries that rows may mean, by id and by identity; one statement and its parts."""
        found = self.scope().filter(self.meant(drafts)).select_related(*self.resource.related)
        if self.is_applying:
            found = found.select_for_update(of=("self",), no_key=True)
        entries: dict[tuple, Model] = {}
        for entry in found.prefetch_related(*self.resource.several):
            entries[tuple(getattr(entry, name) for name in self.identity)] = entry
            if "id" in self.fields:
                entries[("id", entry.public_id)] = entry
        return entries

    def meant(self, drafts: list[Draft]) -> Q:
        """Narrows the scope to what rows may mean."""
        last, column = list(self.identity.items())[-1]
        meant = Q(**{f"{last}__in": {draft.values.get(column) or "" for draft in drafts}})
        if "id" in self.fields:
            meant |= Q(public_id__in={draft.values.get("id") for draft in drafts} - {None})
        return meant

    def _change(self, draft: Draft, stored: dict[tuple, Model]) -> Change:
        entry = self._entry(draft, stored)
        is_new = entry is None
        entry = self.new() if is_new else entry
        found = Found(entry, set(), {})
        fields = list(self.filled(draft, found, is_new=is_new))
        if draft.errors:
            raise ValidationError(draft.errors)
        if is_new or fields:
            self._check(found)
        self.note(draft, found, is_new=is_new)
        return Change(draft.row.line, self.shown(draft), is_new, fields, found)

    def shown(self, draft: Draft) -> str:
        """The row's key as people read it."""
        words = (draft.row.values.get(column, "") for column in self.identity.values())
        return " / ".join(word for word in words if word)

    def _entry(self, draft: Draft, stored: dict[tuple, Model]) -> Model | None:
        """The stored entry a row means; None for a new one."""
        column = list(self.identity.values())[-1]
        if any(name in draft.errors for name in self.identity.values()):
            raise ValidationError(draft.errors)
        identity = tuple(_key(draft.values.get(name)) for name in self.identity.values())
        public_id = draft.values.get("id")
        entry = stored.get(("id", public_id) if public_id else identity)
        if public_id and entry is None:
            draft.refuse("id", _("No entry of this mission has this id."))
        if entry is not None and getattr(entry, "retired_at", None):
            draft.refuse(column, _("This entry is retired. Bring it back into use first."))
        for key in [identity] if entry is None else [identity, ("entry", entry.pk)]:
            line = self._lines.setdefault(key, draft.row.line)
            if line != draft.row.line:
                draft.refuse(column, _("Line %(n)d is about the same entry.") % {"n": line})
        if stored.get(identity, entry) is not entry:
            draft.refuse(column, _once(self.model))
        return entry

    def filled(self, draft: Draft, found: Found, *, is_new: bool) -> Iterator[list[str]]:
        """Put the row's values into the entry; those that differ as [column, old, new].

        What is wrong with a value that is stored already is not held against the row.
        """
        for name, text in draft.row.values.items():
            field = self.fields[name]
            old = "" if is_new else self.old_text(field, found.entry)
            if name == "id" or (text == old and not is_new):
                draft.errors.pop(name, None)
            elif name not in draft.errors:
                new = self._put(field, found, draft.values[name])
                if new != old:
                    found.written.add(field.attribute)
                    yield [name, old, new]
                else:
                    found.ties.pop(field.attribute, None)

    def old_text(self, field: Field, entry: Model) -> str:
        """What is stored, as a cell would say it."""
        return field.export(entry)

    def _put(self, field: Field, found: Found, value: Any) -> str:
        """Set one value and return its text."""
        attribute = field.attribute
        if isinstance(field.widget, Later | References):
            found.ties[attribute] = value
            return field.widget.render(value)
        stored_as = self.model._meta.get_field(attribute)
        if value is None and isinstance(stored_as, CharField | TextField):
            value = stored_as.get_default() if stored_as.has_default() else ""
        if value is not None or stored_as.null:
            setattr(found.entry, attribute, value)
        return field.export(found.entry)

    def _check(self, found: Found) -> None:
        """Hold a new or changed entry against the rules of its model, but those of a tree."""
        entry = found.entry
        for column, attribute in self.follows.items():
            if column in found.written:
                setattr(entry, attribute, self.by if attribute.endswith("_by") else timezone.now())
                found.written.add(attribute)
        if self._later:
            # A tree is judged as a whole, in `close`: parents may stand further down the file.
            entry = copy(entry)
            entry.pk = None
            for name in self._later:
                setattr(entry, name, None)
        entry.full_clean(self._unchecked, validate_unique=False, validate_constraints=False)

    def _not_checked(self) -> set[str]:
        """The model's fields that a file does not give, or gives by the name of an entry."""
        given = {
            field.attribute
            for field in self.fields.values()
            if not isinstance(field.widget, Later | References)
        }
        fields = self.model._meta.get_fields()
        return {f.name for f in fields if f.name not in given or f.is_relation}

    def _problems(self, line: int, error: ValidationError) -> list[Problem]:
        return [
            Problem(line, self._names.get(found.field, found.field), found.message)
            for found in problems_of(line, error)
        ]


def _key(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value


def _once(model: type[Model]) -> str:
    """The words of the rule that there is only one entry of a name."""
    rules = model._meta.constraints
    rule = next(rule for rule in rules if isinstance(rule, UniqueConstraint))
    return rule.violation_error_message

"""Areas and organizations hang in trees, and a parent may stand further down the same file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from import_export.fields import Field

from actors.exchange.cells import plain
from actors.exchange.protocol import CHUNK, Problem
from actors.exchange.reading import Draft, Found, TableReading
from actors.exchange.storing import set_several
from actors.exchange.widgets import Later, LaterSeveral


@dataclass(slots=True)
class Node:
    """An entry as the tree will be: `mark` is its level or kind; line 0 when not in the file.

    `parent` is a name where the file changes it, else an id. `ties` are all names that the file
    changes, by attribute.
    """

    name: str
    mark: Any
    parent: int | str | None
    line: int = 0
    ties: dict[str, Any] = field(default_factory=dict)


class TreeReading(TableReading):
    """A table whose rows refer to each other; `table` is its name in the lookups."""

    table: str
    name: str
    mark: str

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        entries = self.lookups.table(self.table).values()
        # As they were at the start: what is stored meanwhile must not change what a row means.
        self._names_before = {entry.pk: plain(getattr(entry, self.name)) for entry in entries}
        self._retired = {self._names_before[entry.pk] for entry in entries if entry.retired_at}
        self.nodes = {
            entry.pk: Node(self._names_before[entry.pk], getattr(entry, self.mark), entry.parent_id)
            for entry in entries
        }

    def old_text(self, field: Field, entry: Model) -> str:
        if isinstance(field.widget, Later):
            pk = getattr(entry, f"{field.attribute}_id")
            return self._names_before.get(pk, "")
        if isinstance(field.widget, LaterSeveral):
            others = getattr(entry, field.attribute).all()
            return field.widget.render([self._names_before[other.pk] for other in others])
        return super().old_text(field, entry)

    def note(self, draft: Draft, found: Found, *, is_new: bool) -> None:
        entry, ties = found.entry, found.ties
        self.nodes[-draft.row.line if is_new else entry.pk] = Node(
            plain(getattr(entry, self.name)),
            getattr(entry, self.mark),
            ties.get("parent", entry.parent_id),
            draft.row.line,
            ties,
        )

    def close(self) -> list[Problem]:
        self._by_name = {node.name: node for node in self.nodes.values()}
        return [problem for node in self.nodes.values() for problem in self._refused(node)]

    def settle(self) -> None:
        ids = dict(self.scope().order_by().values_list(self.name, "pk"))
        ids = {plain(name): pk for name, pk in ids.items()}
        tied = [node for node in self.nodes.values() if node.ties]
        for column in self.fields.values():
            mine = [node for node in tied if column.attribute in node.ties]
            if isinstance(column.widget, LaterSeveral):
                rows = {ids[node.name]: node.ties[column.attribute] for node in mine}
                others = {pk: [ids[name] for name in names] for pk, names in rows.items()}
                set_several(self.model._meta.get_field(column.attribute), others)
            elif mine:
                self._point(column.attribute, mine, ids)

    def judge_edge(self, node: Node, parent: Node) -> str | None:
        """Why one entry cannot be part of another."""
        raise NotImplementedError

    def judge_tie(self, attribute: str, node: Node, other: Node) -> str | None:
        """Why one entry cannot refer to another in this other way."""

    def _point(self, attribute: str, nodes: list[Node], ids: dict[str, int]) -> None:
        entries = [
            self.model(pk=ids[node.name], **{f"{attribute}_id": ids.get(node.ties[attribute])})
            for node in nodes
        ]
        self.model.objects.bulk_update(entries, [attribute], batch_size=CHUNK)

    def parent_of(self, node: Node) -> Node | None:
        if isinstance(node.parent, int):
            return self.nodes.get(node.parent)
        return self._by_name.get(node.parent)

    def _refused(self, node: Node) -> Iterator[Problem]:
        for attribute, value in node.ties.items():
            for name in value if isinstance(value, list) else filter(None, [value]):
                message = self._unknown(name) or self.judge_tie(
                    attribute, node, self._by_name[name]
                )
                if message:
                    yield Problem(node.line, attribute, message)
        parent = self.parent_of(node)
        if parent and (node.line or parent.line):
            message = self.judge_edge(node, parent)
            if message:
                yield Problem(node.line or parent.line, "parent", message)

    def _unknown(self, name: str) -> str | None:
        if name not in self._by_name:
            return self.lookups.unknown(name, self._by_name)
        if name in self._retired:
            return _("“%(name)s” is retired. Bring it back first.") % {"name": name}
        return None

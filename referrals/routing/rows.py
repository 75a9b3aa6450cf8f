"""The rows of a policy: when this holds, these people are told and these tasks begin."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from referrals.routing.conditions import Condition, every, read_condition
from referrals.routing.decision import Recipient, Task
from referrals.routing.node import Node
from referrals.routing.terms import MARKS

# What a recipient may say of a tie: it has no effect on a decision, where the first row stands
# anyway (2.10), and tells the proof that this is meant.
TIES = ("first_stands",)


@dataclass(frozen=True)
class Offer:
    """One recipient or task of a row, made ready for each priority; `condition` is its own.

    `yields`: where an earlier row asks the same of the role, that one stands, and this is meant.
    """

    condition: Condition
    by_priority: Mapping[str, Recipient | Task]
    yields: bool = False


@dataclass(frozen=True)
class Row:
    """`when` is the condition as written, for pages that show the policy as sentences."""

    id: str
    section: str
    when: Any
    reason: str
    source: str
    citation: str
    condition: Condition
    recipients: tuple[Offer, ...]
    tasks: tuple[Offer, ...]


def on_tracks(node, vocabulary):
    """The condition that the track of the report is one of the list at `node`."""
    tracks = node.words(vocabulary["track"].values)
    return read_condition(Node({"fact": "track", "in": list(tracks)}), vocabulary)


def named_once(node, seen):
    """Check that the `id` at `node` is new among `seen`; return the node under that name."""
    name = node.mapping().at("id").text()
    if name in seen:
        raise node.named(name).at("id").refuse("this id is used twice")
    seen.add(name)
    return node.named(name)


class RowReader:
    """Reads the sections of a policy into rows. Raises PolicyError."""

    def __init__(self, terms, vocabulary, holders):
        self._terms, self._vocabulary, self._holders = terms, vocabulary, holders
        self._seen = set()

    def read(self, node):
        return tuple(row for section in node.items() for row in self._section(section))

    def _section(self, node):
        node.mapping(needed=["title", "tracks", "rows"], allowed=())
        title = node.at("title").text()
        track = on_tracks(node.at("tracks"), self._vocabulary)
        return [self._row(row, title, track) for row in node.at("rows").items()]

    def _row(self, node, section, track):
        node = named_once(node, self._seen)
        node.mapping(needed=["id", "when", "reason", "source"], allowed=["recipients", "tasks"])
        if not (node.get("recipients") or node.get("tasks")):
            raise node.at("recipients").refuse("needs recipients or tasks")
        origin = {"rule": node.row, **self._said(node)}
        return Row(
            id=node.row,
            section=section,
            when=node.get("when"),
            reason=origin["reason"],
            source=origin["source"],
            citation=origin["citation"],
            condition=every([track, read_condition(node.at("when"), self._vocabulary)]),
            recipients=self._offers(node, "recipients", self._recipient, origin),
            tasks=self._offers(node, "tasks", self._task, origin),
        )

    def _offers(self, node, key, read, origin):
        items = node.at(key).items() if key in node else []
        return tuple(offer for item in items for offer in read(item, origin))

    def _recipient(self, node, origin):
        node.mapping(
            needed=["role", "kind", "gate", "redaction"],
            allowed=["when", "deadline", "reason", "source", "tie", *MARKS],
        )
        yields = "tie" in node and bool(node.at("tie").word(TIES))
        kind = node.at("kind").word(self._terms.kinds)
        gate = node.at("gate").word(self._terms.gates)
        deadline = self._deadline(node) or self._terms.deadline(kind, gate)
        fields = origin | self._said(node) | self._marks(node)
        fields |= {"kind": kind, "gate": gate, "deadline": deadline}
        fields["redaction"] = node.at("redaction").word(self._terms.redactions)
        return [
            self._offer(Recipient, condition, deadline, {"role": role, **fields}, yields=yields)
            for role, condition in self._holders.of(node, "role")
        ]

    def _task(self, node, origin):
        node.mapping(
            needed=["code", "label", "owner"],
            allowed=["when", "deadline", "due_minutes", "horizon_minutes"],
        )
        fields = {
            **origin,
            "code": node.at("code").text(),
            "label": node.at("label").text(),
            "horizon_minutes": self._minutes(node, "horizon_minutes"),
        }
        due = self._minutes(node, "due_minutes")
        return [
            self._offer(Task, condition, self._deadline(node), {"owner": owner, **fields}, due)
            for owner, condition in self._holders.of(node, "owner")
        ]

    def _offer(self, record, condition, deadline, fields, due=None, *, yields=False):
        """The record made once for each priority, so that deciding only picks."""
        made = {}
        for priority in self._vocabulary["priority"].values:
            minutes = self._terms.minutes(deadline, priority) if due is None else due
            made[priority] = record(due_minutes=minutes, **fields)
        return Offer(condition, made, yields)

    def _said(self, node):
        """Reason and source as written here; a recipient may have its own."""
        said = {}
        if "reason" in node:
            said["reason"] = node.at("reason").text()
        if "source" in node:
            source = self._terms.cite(node.at("source"))
            said |= {"source": source.text, "citation": source.citation}
        return said

    def _marks(self, node):
        words = self._terms.marks
        return {mark: node.at(mark).word(words[mark]) if mark in node else None for mark in MARKS}

    def _deadline(self, node):
        return node.at("deadline").word(self._terms.deadlines) if "deadline" in node else None

    def _minutes(self, node, key):
        return node.at(key).count() if key in node else None

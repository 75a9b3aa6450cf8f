"""The words a policy may use: roles, kinds, gates, redactions, deadlines and sources."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from referrals.routing.errors import not_one_of

TERMS = (
    "sources",
    "abbreviations",
    "roles",
    "kinds",
    "gates",
    "redactions",
    "marks",
    "deadlines",
)
MARKS = ("via", "assigned", "state")


@dataclass(frozen=True)
class Role:
    """Somebody who can be told. `by_hand_only`: never by a row, only by a person's decision."""

    code: str
    label: str
    group: str
    by_hand_only: bool


@dataclass(frozen=True)
class Kind:
    """What a recipient is asked for; the higher rank wins when a role is proposed twice."""

    code: str
    label: str
    rank: int
    deadline: str | None


@dataclass(frozen=True)
class Gate:
    """What stands between the decision and the recipient. `waits`: somebody must open it."""

    code: str
    label: str
    order: int
    waits: bool
    deadline: str | None


@dataclass(frozen=True)
class Source:
    """Where a rule comes from: `citation` as the policy text writes it, `text` for readers."""

    citation: str
    text: str


@dataclass(frozen=True)
class Terms:
    """All words of one policy. `marks` are what a recipient may carry beside its gate."""

    roles: Mapping[str, Role]
    groups: tuple[str, ...]
    kinds: Mapping[str, Kind]
    gates: Mapping[str, Gate]
    redactions: Mapping[str, str]
    marks: Mapping[str, tuple[str, ...]]
    deadlines: Mapping[str, Mapping[str, int]]
    sources: Mapping[str, str]
    abbreviations: Mapping[str, str]

    def roles_of(self, groups):
        return tuple(code for code, role in self.roles.items() if role.group in groups)

    def words_of(self, field):
        """The words a field of a recipient may hold."""
        words = {"role": self.roles, "kind": self.kinds, "gate": self.gates}
        return (words | {"redaction": self.redactions} | self.marks)[field]

    def deadline(self, kind, gate):
        """The name of the deadline a recipient is under: a gate's before a kind's."""
        return self.gates[gate].deadline or self.kinds[kind].deadline

    def minutes(self, deadline, priority):
        """Minutes from filing to `deadline` at `priority`, or None where the policy sets none."""
        return self.deadlines[deadline].get(priority) if deadline else None

    def cite(self, node):
        """Read a source: a list of citations, each beginning with a key of `sources`."""
        citations = [self._readable(item) for item in node.items()]
        if not citations:
            raise node.refuse("needs at least one source")
        return Source("; ".join(node.data), "; ".join(citations))

    def _readable(self, node):
        """'000 KM5.2' -> 'UNPOL module 5, key message 5.2'."""
        source, _, place = node.text().partition(" ")
        if source not in self.sources:
            raise node.refuse(f"the source {not_one_of(source, self.sources)}")
        for short, long in self.abbreviations.items():
            place = re.sub(rf"\b{re.escape(short)}\s*(?=\d)", f"{long} ", place)
        return ", ".join(part for part in (self.sources[source], place) if part)


def read_terms(node):
    """The terms of a policy. Raises PolicyError."""
    deadlines = {
        name: {priority: minutes.count() for priority, minutes in by_priority.entries()}
        for name, by_priority in node.at("deadlines").entries()
    }
    groups = node.at("roles").entries()
    return Terms(
        roles={role.code: role for name, group in groups for role in _read_group(name, group)},
        groups=tuple(name for name, _ in groups),
        kinds={
            code: _read_kind(code, kind, deadlines) for code, kind in node.at("kinds").entries()
        },
        gates={
            code: _read_gate(code, order, gate, deadlines)
            for order, (code, gate) in enumerate(node.at("gates").entries())
        },
        redactions=_texts(node.at("redactions")),
        marks=_marks(node.at("marks").mapping(needed=MARKS, allowed=())),
        deadlines=deadlines,
        sources=_texts(node.at("sources")),
        abbreviations=_texts(node.at("abbreviations")),
    )


def _texts(node):
    return {key: text.text() for key, text in node.entries()}


def _marks(node):
    return {mark: tuple(word.text() for word in words.items()) for mark, words in node.entries()}


def _read_group(name, node):
    node.mapping(needed=["members"], allowed=["by_hand_only"])
    by_hand_only = "by_hand_only" in node and node.at("by_hand_only").flag()
    return [
        Role(code, label.text(), name, by_hand_only) for code, label in node.at("members").entries()
    ]


def _read_kind(code, node, deadlines):
    node.mapping(needed=["label", "rank"], allowed=["deadline"])
    return Kind(code, node.at("label").text(), node.at("rank").count(), _deadline(node, deadlines))


def _read_gate(code, order, node, deadlines):
    node.mapping(needed=["label", "waits"], allowed=["deadline"])
    label, waits = node.at("label").text(), node.at("waits").flag()
    return Gate(code, label, order, waits, _deadline(node, deadlines))


def _deadline(node, deadlines):
    return node.at("deadline").word(deadlines) if "deadline" in node else None

"""Picking recipients by what stands on them, or by what a list fact covers."""

from collections.abc import Callable
from dataclasses import dataclass

from referrals.routing.errors import not_one_of


@dataclass(frozen=True)
class Words:
    """The recipient's `field` is one of `words` (or none of them, when `negated`)."""

    field: str
    words: frozenset
    negated: bool = False

    def holds(self, recipient):
        return (getattr(recipient, self.field) in self.words) is not self.negated


@dataclass(frozen=True)
class Deadline:
    """The recipient has so many minutes, or (`is_set` false) nobody said how many."""

    is_set: bool

    def holds(self, recipient):
        return (recipient.due_minutes is not None) is self.is_set


@dataclass(frozen=True)
class Covered:
    """The recipient's role is one that a value of the list fact speaks for (or `negated`)."""

    fact: str
    covers: dict
    negated: bool = False

    def speaking_for(self, role):
        """The values of the fact that speak for a role."""
        return frozenset(value for value, roles in self.covers.items() if role in roles)


@dataclass(frozen=True)
class Selector:
    """`picks` answers for a recipient and a mapping of all facts: every part must agree."""

    picks: Callable
    parts: tuple


FIELDS = {
    "roles": ("role", False),
    "not_roles": ("role", True),
    "kinds": ("kind", False),
    "gates": ("gate", False),
    "not_gates": ("gate", True),
    "redactions": ("redaction", False),
    "not_redactions": ("redaction", True),
    "states": ("state", False),
    "not_states": ("state", True),
}
COVERED = {"covered_by": False, "not_covered_by": True}


def read_selector(node, terms, vocabulary):
    """The Selector at `node`: a recipient is picked when every key of it agrees.

    Raises PolicyError.
    """
    entries = node.mapping(allowed=(*FIELDS, "groups", "deadline", *COVERED)).entries()
    if not entries:
        raise node.refuse("must say whom to pick")
    parts = tuple(_read_part(key, value, terms, vocabulary) for key, value in entries)
    return Selector(_test_of(parts), parts)


def _read_part(key, node, terms, vocabulary):
    if key in COVERED:
        return Covered(*_covering_fact(node, vocabulary), COVERED[key])
    if key == "deadline":
        return Deadline(node.flag())
    if key == "groups":
        return Words("role", frozenset(terms.roles_of(node.words(terms.groups))))
    field, negated = FIELDS[key]
    return Words(field, frozenset(node.words(terms.words_of(field))), negated)


def _covering_fact(node, vocabulary):
    able = [name for name, fact in vocabulary.items() if fact.covers]
    name = node.text()
    if name not in able:
        raise node.refuse(f"as a fact that covers roles, {not_one_of(name, able)}")
    return name, vocabulary[name].covers


def _test_of(parts):
    tests = [
        _covered_test(part) if isinstance(part, Covered) else _own_test(part) for part in parts
    ]
    if len(tests) == 1:
        return tests[0]
    return lambda recipient, known: all(test(recipient, known) for test in tests)


def _own_test(part):
    return lambda recipient, known: part.holds(recipient)


def _covered_test(part):
    def test(recipient, known):
        covered = any(recipient.role in part.covers.get(value, ()) for value in known[part.fact])
        return covered is not part.negated

    return test

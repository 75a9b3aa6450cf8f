"""Facts that follow from other facts: flash, priority, classification and the like."""

from collections.abc import Callable
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from referrals.routing.conditions import read_condition
from referrals.routing.facts import Fact
from referrals.routing.terms import Source

# What every decision states, so every policy must say how it is found: by a condition (bool) or
# by cases (choice).
STATED = {
    "track": "choice",
    "priority": "choice",
    "classification": "choice",
    "flash": "bool",
    "poc_phase": "choice",
    "interlocutor": "choice",
}
MAY_BE_NOBODY = "interlocutor"


@dataclass(frozen=True)
class Derived:
    """A fact that `find` works out from all facts known before it.

    `cases` and `otherwise` are the same as data: the value of the first condition that holds.
    """

    name: str
    find: Callable
    source: Source
    cases: tuple
    otherwise: Any


def declare_derived(node):
    """The derived facts at `node` as part of the vocabulary. Raises PolicyError."""
    node.mapping(needed=STATED)
    return {name: _declared(name, entry.named(name)) for name, entry in node.entries()}


def read_derived(node, vocabulary, terms):
    """The derived facts at `node`, each after those it depends on. Raises PolicyError."""
    read = {
        name: _read(name, entry.named(name), vocabulary, terms) for name, entry in node.entries()
    }
    needs = {name: sorted(depends & read.keys()) for name, (_, depends) in read.items()}
    try:
        order = list(TopologicalSorter(needs).static_order())
    except CycleError as error:
        circle = error.args[1]
        raise node.at(circle[0]).refuse(f"goes in a circle: {' -> '.join(circle)}") from None
    return tuple(read[name][0] for name in order)


def _declared(name, node):
    by = "bool" if "when" in node.mapping() else "choice"
    node.mapping(needed=["source"], allowed=["when"] if by == "bool" else ["cases", "otherwise"])
    if STATED.get(name, by) != by:
        raise node.refuse(f"needs {'a when' if by == 'choice' else 'cases'}: a decision states it")
    if by == "bool":
        return Fact(name, "derived", "bool")
    values = tuple(dict.fromkeys(_values(name, node)))
    return Fact(name, "derived", "choice", values, node.at("otherwise").data)


def _values(name, node):
    """The values of the cases and of `otherwise`, which only the interlocutor may leave open."""
    for case in node.at("cases").items():
        yield case.mapping(needed=["value", "when"], allowed=()).at("value").text()
    otherwise = node.at("otherwise")
    if otherwise.data is not None or name != MAY_BE_NOBODY:
        yield otherwise.text()


def _read(name, node, vocabulary, terms):
    """(Derived, names of the facts it looks at)."""
    source = terms.cite(node.at("source"))
    if "when" in node:
        condition = read_condition(node.at("when"), vocabulary)
        return Derived(name, condition.test, source, ((condition, True),), False), condition.facts
    cases = tuple(
        (read_condition(case.at("when"), vocabulary), case.at("value").text())
        for case in node.at("cases").items()
    )
    otherwise = node.get("otherwise")
    looked_at = frozenset().union(*(condition.facts for condition, _ in cases))
    return Derived(name, _first_case(cases, otherwise), source, cases, otherwise), looked_at


def _first_case(cases, otherwise):
    tests = [(condition.test, value) for condition, value in cases]

    def find(known):
        for test, value in tests:
            if test(known):
                return value
        return otherwise

    return find

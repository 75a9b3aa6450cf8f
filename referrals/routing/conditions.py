"""Conditions: data in the policy, functions at work.

A condition is one of
    always                                   a word
    flash                                    the name of a fact that is true or false
    {fact: perpetrator, in: [a, b]}          a fact and one comparison
    {all: [...]}, {any: [...]}, {not: ...}   conditions together
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from referrals.routing.errors import FactsError, not_one_of
from referrals.routing.facts import Fact

COMPARISONS = {
    "bool": ("is",),
    "choice": ("is", "in"),
    "text": ("is", "in"),
    "number": ("is", "at_least", "at_most"),
    "list": ("includes", "any_of", "only", "empty"),
}
TOGETHER = ("all", "any", "not")


@dataclass(frozen=True)
class Comparison:
    """One look at one fact: `word` is the comparison, `operand` what it compares with.

    The operand is a value, a frozenset of values, or for numbers a Fact that holds the bound.
    """

    fact: Fact
    word: str
    operand: Any


@dataclass(frozen=True)
class Condition:
    """`test` answers for a mapping of all facts, `facts` are the names it looks at.

    `anchors` are for the index: sets of (fact, value), of each of which at least one member must
    hold for the condition to hold. `form` is the same as data, for the proof: a Comparison, or
    (all | any | not, conditions).
    """

    test: Callable
    facts: frozenset
    anchors: tuple
    form: Any

    def comparisons(self):
        """Every Comparison in it."""
        if isinstance(self.form, Comparison):
            yield self.form
            return
        for part in self.form[1]:
            yield from part.comparisons()


ALWAYS = Condition(lambda known: True, frozenset(), (), ("all", ()))


def read_condition(node, vocabulary):
    """Compile the condition at `node`. Raises PolicyError for an unknown fact, value or word."""
    if isinstance(node.data, str):
        return _read_word(node, vocabulary)
    node.mapping(allowed=("fact", *TOGETHER, *sum(COMPARISONS.values(), ())))
    if "fact" in node:
        return _read_comparison(node, vocabulary)
    if len(node.data) != 1:
        raise node.refuse("must hold exactly one of all, any, not (or a fact)")
    ((word, inner),) = node.entries()
    if word == "not":
        return _negated(inner, vocabulary)
    if word not in TOGETHER:
        raise inner.refuse(f"{word!r} needs a fact beside it")
    conditions = [read_condition(item, vocabulary) for item in inner.items()]
    if not conditions:
        raise inner.refuse("needs at least one condition")
    return every(conditions) if word == "all" else either(conditions)


def every(conditions):
    """The condition that holds when all of `conditions` do."""
    conditions = [condition for condition in conditions if condition is not ALWAYS]
    if len(conditions) < 2:
        return conditions[0] if conditions else ALWAYS
    anchors = tuple(anchor for condition in conditions for anchor in condition.anchors)
    form = ("all", tuple(conditions))
    return Condition(_all_hold(conditions), _facts_of(conditions), anchors, form)


def either(conditions):
    """The condition that holds when at least one of `conditions` does."""
    anchors = ()
    if all(condition.anchors for condition in conditions):
        shortest = (min(condition.anchors, key=len) for condition in conditions)
        anchors = (frozenset().union(*shortest),)
    form = ("any", tuple(conditions))
    return Condition(_one_holds(conditions), _facts_of(conditions), anchors, form)


# Written out as loops (and, for the commonest case, as `and`): deciding spends its time here, and
# all() over a generator takes three times as long.


def _all_hold(conditions):
    tests = tuple(condition.test for condition in conditions)
    if len(tests) == 2:
        first, second = tests
        return lambda known: first(known) and second(known)

    def test(known):
        for each in tests:  # noqa: SIM110
            if not each(known):
                return False
        return True

    return test


def _one_holds(conditions):
    tests = tuple(condition.test for condition in conditions)

    def test(known):
        for each in tests:  # noqa: SIM110
            if each(known):
                return True
        return False

    return test


def _facts_of(conditions):
    return frozenset().union(*(condition.facts for condition in conditions))


def _read_word(node, vocabulary):
    if node.data == "always":
        return ALWAYS
    return _is(_known_fact(node, vocabulary, {"bool"}), True)


def _negated(node, vocabulary):
    if isinstance(node.data, str) and node.data != "always":
        return _is(_known_fact(node, vocabulary, {"bool"}), False)
    inner = read_condition(node, vocabulary)
    return Condition(lambda known: not inner.test(known), inner.facts, (), ("not", (inner,)))


def _known_fact(node, vocabulary, types):
    name = node.text()
    if name not in vocabulary:
        raise node.refuse(f"the fact {not_one_of(name, vocabulary)}")
    fact = vocabulary[name]
    if fact.type not in types:
        raise node.refuse(f"{name!r} is a {fact.type}; say which value: fact, then a comparison")
    return fact


def _read_comparison(node, vocabulary):
    fact = _known_fact(node.at("fact"), vocabulary, COMPARISONS)
    words = [word for word in node.data if word != "fact"]
    if len(words) != 1:
        raise node.refuse(f"needs one comparison of {', '.join(COMPARISONS[fact.type])}")
    value = node.at(words[0])
    if words[0] not in COMPARISONS[fact.type]:
        able = ", ".join(COMPARISONS[fact.type])
        raise value.refuse(f"{fact.name!r} is a {fact.type}; compare it with {able}")
    return BUILDERS[words[0]](fact, value, vocabulary)


def _value(fact, node):
    """The value at `node`, which `fact` must be able to have."""
    try:
        return fact.read(node.data)
    except FactsError as error:
        raise node.refuse(f"{fact.name}: {error.problem}") from None


def _members(fact, node):
    return frozenset(item.word(fact.values) for item in node.items())


def _anchor(fact, values):
    return (frozenset((fact.name, value) for value in values),)


def _compared(fact, word, operand, test, anchored=()):
    """The condition of one comparison; `anchored` are the values of which one must be there."""
    name = fact.name
    anchors = (frozenset((name, value) for value in anchored),) if anchored else ()
    return Condition(test, frozenset([name]), anchors, Comparison(fact, word, operand))


def _is(fact, value):
    name = fact.name
    return _compared(fact, "is", value, lambda known: known[name] == value, [value])


def _in(fact, node, vocabulary):
    name, values = fact.name, frozenset(_value(fact, item) for item in node.items())
    return _compared(fact, "in", values, lambda known: known[name] in values, values)


def _any_of(fact, node, vocabulary):
    name, values = fact.name, _members(fact, node)
    return _compared(
        fact, "any_of", values, lambda known: not values.isdisjoint(known[name]), values
    )


def _includes(fact, node, vocabulary):
    name, value = fact.name, node.word(fact.values)
    return _compared(fact, "any_of", {value}, lambda known: value in known[name], [value])


def _only(fact, node, vocabulary):
    """Something, and nothing else than these."""
    name, values = fact.name, _members(fact, node)

    def test(known):
        return bool(known[name]) and values.issuperset(known[name])

    return _compared(fact, "only", values, test, values)


def _empty(fact, node, vocabulary):
    name, empty = fact.name, node.flag()
    return _compared(fact, "empty", empty, lambda known: (not known[name]) is empty)


def _bound(node, vocabulary):
    """A number, or the fact that holds one."""
    if isinstance(node.data, str):
        return _known_fact(node, vocabulary, {"number"})
    return node.count()


def _ordered(word, fact, node, vocabulary):
    """An unknown number is neither at least nor at most anything."""
    name, bound, holds = fact.name, _bound(node, vocabulary), ORDER[word]
    other = bound.name if isinstance(bound, Fact) else None

    def test(known):
        value = known[name]
        limit = known[other] if other else bound
        return value is not None and limit is not None and holds(value, limit)

    names = frozenset([name, other] if other else [name])
    return Condition(test, names, (), Comparison(fact, word, bound))


ORDER = {"at_least": operator.ge, "at_most": operator.le}
BUILDERS = {
    "is": lambda fact, node, vocabulary: _is(fact, _value(fact, node)),
    "in": _in,
    "includes": _includes,
    "any_of": _any_of,
    "only": _only,
    "empty": _empty,
    "at_least": partial(_ordered, "at_least"),
    "at_most": partial(_ordered, "at_most"),
}

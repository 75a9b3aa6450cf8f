"""Conditions: data in the policy, functions at work.

A condition is one of
    always                                   a word
    flash                                    the name of a fact that is true or false
    {fact: perpetrator, in: [a, b]}          a fact and one comparison
    {all: [...]}, {any: [...]}, {not: ...}   conditions together
"""

from collections.abc import Callable
from dataclasses import dataclass

from referrals.routing.errors import FactsError, not_one_of

COMPARISONS = {
    "bool": ("is",),
    "choice": ("is", "in"),
    "text": ("is", "in"),
    "number": ("is", "at_least", "at_most"),
    "list": ("includes", "any_of", "only", "empty"),
}
TOGETHER = ("all", "any", "not")


@dataclass(frozen=True)
class Condition:
    """`test` answers for a mapping of all facts, `facts` are the names it looks at.

    `anchors` are for the index: sets of (fact, value), of each of which at least one member must
    hold for the condition to hold.
    """

    test: Callable
    facts: frozenset = frozenset()
    anchors: tuple = ()


ALWAYS = Condition(lambda known: True)


def read_condition(node, vocabulary):
    """Compile the condition at `node`. Raises PolicyError for an unknown fact, value or word."""
    if isinstance(node.data, str):
        return _read_word(node, vocabulary)
    node.mapping(allowed=("fact", *TOGETHER, *sum(COMPARISONS.values(), ())))
    if "fact" in node:
        return _read_comparison(node, vocabulary)
    if len(node.data) != 1:
        raise node.refuse("must hold exactly one of all, any, not (or a fact)")
    (word, inner), = node.entries()
    if word == "not":
        return _negated(inner, vocabulary)
    if word not in TOGETHER:
        raise inner.refuse(f"{word!r} needs a fact beside it")
    return (every if word == "all" else either)(
        [read_condition(item, vocabulary) for item in inner.items()]
    )


def every(conditions):
    """The condition that holds when all of `conditions` do."""
    conditions = [condition for condition in conditions if condition is not ALWAYS]
    if len(conditions) < 2:
        return conditions[0] if conditions else ALWAYS
    tests = tuple(condition.test for condition in conditions)

    def test(known):
        for each in tests:  # a loop is faster here than all() over a generator
            if not each(known):
                return False
        return True

    anchors = tuple(anchor for condition in conditions for anchor in condition.anchors)
    return Condition(test, _facts_of(conditions), anchors)


def either(conditions):
    """The condition that holds when at least one of `conditions` does."""
    tests = tuple(condition.test for condition in conditions)

    def test(known):
        for each in tests:
            if each(known):
                return True
        return False

    anchored = conditions and all(condition.anchors for condition in conditions)
    anchor = [frozenset().union(*(min(c.anchors, key=len) for c in conditions))] if anchored else []
    return Condition(test, _facts_of(conditions), tuple(anchor))


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
    return Condition(lambda known: not inner.test(known), inner.facts)


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
    node.at(words[0]).word_in_place(COMPARISONS[fact.type], fact)
    return BUILDERS[words[0]](fact, node.at(words[0]), vocabulary)


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


def _is(fact, value):
    name = fact.name
    return Condition(
        lambda known: known[name] == value, frozenset([name]), _anchor(fact, [value])
    )


def _in(fact, node, vocabulary):
    name, values = fact.name, frozenset(_value(fact, item) for item in node.items())
    return Condition(
        lambda known: known[name] in values, frozenset([name]), _anchor(fact, values)
    )


def _any_of(fact, node, vocabulary):
    name, values = fact.name, _members(fact, node)
    return Condition(
        lambda known: not values.isdisjoint(known[name]), frozenset([name]), _anchor(fact, values)
    )


def _includes(fact, node, vocabulary):
    name, value = fact.name, node.word(fact.values)
    return Condition(
        lambda known: value in known[name], frozenset([name]), _anchor(fact, [value])
    )


def _only(fact, node, vocabulary):
    """Something, and nothing else than these."""
    name, values = fact.name, _members(fact, node)
    return Condition(
        lambda known: bool(known[name]) and values.issuperset(known[name]),
        frozenset([name]),
        _anchor(fact, values),
    )


def _empty(fact, node, vocabulary):
    name, empty = fact.name, node.flag()
    return Condition(lambda known: (not known[name]) is empty, frozenset([name]))


def _bound(fact, node, vocabulary):
    """A number, or the name of a fact that holds one. Returns (constant, fact name)."""
    if isinstance(node.data, str):
        return None, _known_fact(node, vocabulary, {"number"}).name
    return node.count(), None


def _at_least(fact, node, vocabulary):
    return _ordered(fact, node, vocabulary, lambda value, bound: value >= bound)


def _at_most(fact, node, vocabulary):
    return _ordered(fact, node, vocabulary, lambda value, bound: value <= bound)


def _ordered(fact, node, vocabulary, holds):
    """An unknown number is neither at least nor at most anything."""
    name = fact.name
    bound, other = _bound(fact, node, vocabulary)

    def test(known):
        value = known[name]
        limit = bound if other is None else known[other]
        return value is not None and limit is not None and holds(value, limit)

    return Condition(test, frozenset([name, other] if other else [name]))


BUILDERS = {
    "is": lambda fact, node, vocabulary: _is(fact, _value(fact, node)),
    "in": _in,
    "includes": _includes,
    "any_of": _any_of,
    "only": _only,
    "empty": _empty,
    "at_least": _at_least,
    "at_most": _at_most,
}

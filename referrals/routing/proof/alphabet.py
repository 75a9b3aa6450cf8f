"""What the rules can tell apart: every given fact cut into classes that no condition separates."""

import operator
from collections import defaultdict
from dataclasses import dataclass
from functools import partial

from referrals.routing.facts import Fact
from referrals.routing.proof.diagrams import ALL, NONE

OTHER = "(anything else)"


@dataclass(frozen=True)
class Variable:
    """One thing that differs between situations; `classes[usual]` is how it is by default.

    A class is a tuple of values that are all the same to the rules, the first standing for all.
    For a list fact each variable is one group of its values: absent (), or present.
    """

    fact: str
    classes: tuple
    usual: int
    is_list: bool = False


class Alphabet:
    """The variables of a policy, in the order of its facts, and where each comparison holds.

    `comparisons` are all that look at given facts, `looked_up` pairs (list fact, values) that
    selectors ask for; `guards` may be set aside or not.
    """

    def __init__(self, vocabulary, comparisons, looked_up, guards):
        self._vocabulary = vocabulary
        self._by_fact = defaultdict(list)
        for comparison in comparisons:
            self._by_fact[comparison.fact.name].append(comparison)
        self._looked_up = looked_up
        self._numbers = _number_values(vocabulary, self._by_fact)
        self.variables = tuple(self._all_variables(guards))
        self._of_fact = defaultdict(list)
        for position, variable in enumerate(self.variables):
            self._of_fact[variable.fact].append(position)

    def where(self, comparison, diagrams):
        """The situations in which a comparison of a given fact holds."""
        fact, word, operand = comparison.fact, comparison.word, comparison.operand
        if fact.type == "list":
            return self._where_list(fact.name, word, operand, diagrams)
        if isinstance(operand, Fact):
            return self._where_ordered(fact.name, operand.name, word, diagrams)
        return self._where_value(fact.name, lambda value: _holds(word, value, operand), diagrams)

    def includes(self, fact, values, diagrams):
        """The situations in which a list fact holds one of these values."""
        return self._where_list(fact, "any_of", values, diagrams)

    def set_aside(self, guard, diagrams):
        """The situations in which a guard is set aside."""
        return self._where_value(guard, lambda value: value is True, diagrams)

    def situation(self, places):
        """What the class of each variable says: only facts that differ from their default."""
        said = {}
        for variable, place in zip(self.variables, places, strict=True):
            if place == variable.usual:
                continue
            if not variable.is_list:
                said[variable.fact] = variable.classes[place][0]
                continue
            members = said.setdefault(variable.fact, list(self._default(variable.fact)))
            members[:] = [value for value in members if value not in variable.classes[1]]
            members += variable.classes[place][:1]
        return said

    def _default(self, name):
        return self._vocabulary[name].default

    def _all_variables(self, guards):
        for name, fact in self._vocabulary.items():
            yield from VARIABLES[fact.type](self, name, fact)
        for guard in guards:
            yield Variable(guard, ((False,), (True,)), 0)

    def _choice(self, name, fact):
        values = {"bool": (False, True), "choice": fact.values}.get(fact.type)
        if values is None:
            mentioned = {v for c in self._by_fact[name] for v in _operands(c)}
            values = (*sorted(mentioned - {None}), OTHER)
        if fact.default is None:
            values = (None, *values)
        yield from self._cut(name, values, lambda c, value: _holds(c.word, value, c.operand))

    def _number(self, name, fact):
        values, is_alone = self._numbers[name]
        if is_alone:
            yield from self._cut(name, values, lambda c, value: _holds(c.word, value, c.operand))
        else:
            yield self._variable(name, [(value,) for value in values])

    def _cut(self, name, values, holds):
        groups = defaultdict(list)
        for value in values:
            groups[tuple(holds(c, value) for c in self._by_fact[name])].append(value)
        if len(groups) > 1:
            yield self._variable(name, groups.values())

    def _variable(self, name, groups):
        """The default stands for its class in examples."""
        default = self._default(name)
        classes = [sorted(group, key=lambda value: value != default) for group in groups]
        usual = next((n for n, group in enumerate(classes) if default in group), 0)
        return Variable(name, tuple(tuple(group) for group in classes), usual)

    def _list(self, name, fact):
        asked = [_operands(c) for c in self._by_fact[name]]
        asked += [values for asked_name, values in self._looked_up if asked_name == name]
        counts_all = any(c.word in ("only", "empty") for c in self._by_fact[name])
        groups = defaultdict(list)
        for value in fact.values:
            groups[tuple(value in values for values in asked)].append(value)
        for signature, group in groups.items():
            if any(signature) or counts_all:
                usual = int(any(value in fact.default for value in group))
                yield Variable(name, ((), tuple(group)), usual, is_list=True)

    def _where_value(self, name, holds, diagrams):
        for position in self._of_fact[name]:
            classes = self.variables[position].classes
            return diagrams.where(position, {n for n, c in enumerate(classes) if holds(c[0])})
        return ALL if holds(self._default(name)) else NONE

    def _where_list(self, name, word, operand, diagrams):
        positions = self._of_fact[name]
        held = {
            p: not set(self.variables[p].classes[1]).isdisjoint(_set(operand)) for p in positions
        }
        there = diagrams.any_of(
            diagrams.where(p, {1}) for p in positions if held[p] or word == "empty"
        )
        if word == "empty":
            return diagrams.outside(there) if operand else there
        if word == "only":
            others = diagrams.any_of(diagrams.where(p, {1}) for p in positions if not held[p])
            return diagrams.without(there, others)
        return there

    def _where_ordered(self, name, other, word, diagrams):
        """Where a number stands so to another number fact."""
        (position,) = self._of_fact[name]
        found = NONE
        for place, (value, *_) in enumerate(self.variables[position].classes):
            bound = partial(_holds, word, value)
            beside = self._where_value(other, bound, diagrams)
            here = diagrams.both(diagrams.where(position, {place}), beside)
            found = diagrams.either(found, here)
        return found


VARIABLES = {
    "bool": Alphabet._choice,
    "choice": Alphabet._choice,
    "text": Alphabet._choice,
    "number": Alphabet._number,
    "list": Alphabet._list,
}
COMPARE = {
    "is": operator.eq,
    "in": lambda value, values: value in values,
    "at_least": operator.ge,
    "at_most": operator.le,
}
ORDERED = ("at_least", "at_most")


def _holds(word, value, operand):
    """As the compiled condition says: an unknown number is neither at least nor at most."""
    if word in ORDERED and (value is None or operand is None):
        return False
    return COMPARE[word](value, operand)


def _set(operand):
    return operand if isinstance(operand, set | frozenset) else frozenset()


def _operands(comparison):
    """The values a comparison names."""
    if comparison.word == "is":
        return {comparison.operand}
    return _set(comparison.operand)


def _number_values(vocabulary, by_fact):
    """{number fact: (values to try, whether it is compared with no other fact)}.

    Numbers matter only by their order among each other and the constants they are compared with.
    Of k facts compared with each other every order has a witness among the constants and the k
    whole numbers above each of them, and above zero.
    """
    numbers = [name for name, fact in vocabulary.items() if fact.type == "number"]
    pairs = [
        (name, comparison.operand.name)
        for name in numbers
        for comparison in by_fact[name]
        if isinstance(comparison.operand, Fact)
    ]
    values = {}
    for name in numbers:
        family = _family(name, pairs)
        marks = {0, *(vocabulary[member].default for member in family)} - {None}
        for member in family:
            operands = (comparison.operand for comparison in by_fact[member])
            marks.update(operand for operand in operands if isinstance(operand, int))
        tried = sorted({mark + step for mark in marks for step in range(len(family) + 1)})
        unknown = [None] if vocabulary[name].default is None else []
        values[name] = ([*unknown, *tried], len(family) == 1)
    return values


def _family(name, pairs):
    """The facts that are compared with each other, directly or through others."""
    family = {name}
    while joined := {member for pair in pairs if family & set(pair) for member in pair} - family:
        family |= joined
    return family

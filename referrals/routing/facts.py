"""What a decision may depend on: the facts a policy declares, and facts checked against them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from referrals.routing.errors import FactsError, not_one_of

EVERYONE = "everyone"
LISTS = (list, tuple, set, frozenset)
NATURAL_DEFAULTS = {"bool": False, "list": (), "text": None}


@dataclass(frozen=True)
class Fact:
    """One fact of the policy's vocabulary.

    `type` is bool, choice, list, number or text; `values` the words a choice or list may hold.
    A fact whose default is None may be None. `covers` names the roles each value of a list speaks
    for (a need for the providers that serve it), for guards that look at it.
    """

    name: str
    group: str
    type: str
    values: tuple[str, ...] = ()
    default: Any = None
    covers: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def read(self, value):
        """Return `value` as decisions use it. Raise FactsError for one the fact cannot have."""
        if value is None and self.default is None:
            return None
        return READERS[self.type](self, value)

    def refuse(self, problem, value):
        return FactsError(problem, fact=self.name, value=value)


def _read_bool(fact, value):
    if not isinstance(value, bool):
        raise fact.refuse(f"must be true or false, not {value!r}", value)
    return value


def _read_number(fact, value):
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise fact.refuse(f"must be a whole number, zero or more, not {value!r}", value)
    return value


def _read_text(fact, value):
    if not isinstance(value, str):
        raise fact.refuse(f"must be a text, not {value!r}", value)
    return value


def _read_choice(fact, value):
    if not isinstance(value, str) or value not in fact.values:
        raise fact.refuse(not_one_of(value, fact.values), value)
    return value


def _read_list(fact, value):
    """A lone word is a list of one (`consent_scope: all`)."""
    if isinstance(value, str):
        value = (value,)
    if not isinstance(value, LISTS):
        raise fact.refuse(f"must be a list, not {value!r}", value)
    for word in value:
        _read_choice(fact, word)
    if len(value) < 2:
        return tuple(value)
    chosen = set(value)
    return tuple([word for word in fact.values if word in chosen])


READERS = {
    "bool": _read_bool,
    "number": _read_number,
    "text": _read_text,
    "choice": _read_choice,
    "list": _read_list,
}


@dataclass(frozen=True)
class Facts:
    """Facts of one report, its mission and the directory, complete and checked.

    Made by `Policy.facts`; `vocabulary` is what they were checked against.
    """

    values: Mapping[str, Any]
    vocabulary: Mapping[str, Fact] = field(repr=False, compare=False)

    def as_dict(self):
        """The values as JSON knows them."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in self.values.items()
        }


def read_facts(given, vocabulary, defaults):
    """Check the mapping `given` and fill in what it leaves out.

    Raises FactsError naming the fact or value nobody declared, and the nearest one that exists.
    """
    values = dict(defaults)
    for name, value in given.items():
        fact = vocabulary.get(name)
        if fact is None:
            raise FactsError(f"is not a fact; {not_one_of(name, vocabulary)}", fact=name)
        values[name] = fact.read(value)
    return Facts(values, vocabulary)


def read_vocabulary(node, terms):
    """The facts declared under `facts` of a policy, by name. Raises PolicyError."""
    vocabulary = {}
    for group, facts in node.entries():
        for name, declared in facts.entries():
            if name in vocabulary:
                raise declared.refuse(f"the fact {name!r} is declared twice")
            vocabulary[name] = _read_fact(name, group, declared.named(name), terms)
    return vocabulary


def _read_fact(name, group, node, terms):
    node.mapping(needed=["type"], allowed=["values", "roles_of", "default", "covers"])
    kind = node.at("type").word(READERS)
    values = _values(node, kind, terms)
    covers = _covers(node, values, terms)
    undecided = Fact(name, group, kind, values, default=NATURAL_DEFAULTS.get(kind), covers=covers)
    if kind == "choice" or "default" in node:
        return Fact(name, group, kind, values, _default(node, undecided), covers)
    return undecided


def _values(node, kind, terms):
    if "roles_of" in node:
        return terms.roles_of(node.at("roles_of").words(terms.groups))
    if kind not in ("choice", "list"):
        return ()
    return tuple(dict.fromkeys(value.text() for value in node.at("values").items()))


def _covers(node, values, terms):
    """Which roles each value speaks for; a list of roles speaks for each of them."""
    if "roles_of" in node:
        return {role: frozenset([role]) for role in values}
    if "covers" not in node:
        return {}
    return {
        value: _covered(covered, terms)
        for value, covered in node.at("covers").mapping(allowed=values).entries()
    }


def _covered(node, terms):
    if node.data == EVERYONE:
        return frozenset(terms.roles)
    return frozenset(node.words(terms.roles))


def _default(node, fact):
    default = node.at("default")
    if default.data is None and fact.type in ("number", "text"):
        return None
    try:
        return READERS[fact.type](fact, default.data)
    except FactsError as error:
        raise default.refuse(error.problem) from None

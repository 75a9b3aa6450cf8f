"""A policy, compiled once from data and used for every decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from referrals.routing.aliases import Holders
from referrals.routing.derived import Derived, declare_derived, read_derived
from referrals.routing.facts import Fact, read_facts, read_vocabulary
from referrals.routing.guards import Case, Guard, GuardReader
from referrals.routing.index import Index, Offers
from referrals.routing.node import Node
from referrals.routing.rows import Row, RowReader
from referrals.routing.terms import TERMS, Terms, read_terms

ACKNOWLEDGE = "acknowledge"
PARTS = (*TERMS, "name", "facts", "derived", "aliases", "sections", "guard_stages", "guards")


@dataclass(frozen=True, eq=False)
class Policy:
    """`terms` are its words, `vocabulary` the facts callers give, `derived` those it works out,
    `all_facts` both, as conditions may name them.

    `guards` are in the order in which they work, `steps` the cases of all of them.
    """

    name: str
    terms: Terms
    vocabulary: Mapping[str, Fact]
    all_facts: Mapping[str, Fact]
    derived: tuple[Derived, ...]
    rows: tuple[Row, ...]
    guards: tuple[Guard, ...]
    defaults: Mapping[str, Any]
    steps: tuple[tuple[Guard, Case], ...]
    recipients: Offers
    tasks: Offers
    step_index: Index
    translations: Mapping[str, Mapping[str, str]]

    @cached_property
    def overridable(self):
        """Ids of the guards the child protection lead may set aside (policy 2.6)."""
        return tuple(guard.id for guard in self.guards if guard.notice.overridable)

    @property
    def fact_names(self):
        """The facts a caller may give; `vocabulary[name].values` are the words each allows."""
        return tuple(self.vocabulary)

    def in_language(self, text, language):
        """A label, reason or officer text of this policy in a language, or as it is written."""
        return self.translations.get(language, {}).get(text, text)

    def facts(self, given):
        """Check the mapping `given` and complete it. Raises FactsError naming what is unknown."""
        return read_facts(given, self.vocabulary, self.defaults)

    def know(self, facts):
        """A new dict of `facts` and all facts derived from them."""
        if facts.vocabulary is not self.vocabulary:  # checked against another policy
            facts = self.facts(facts.values)
        known = dict(facts.values)
        for fact in self.derived:
            known[fact.name] = fact.find(known)
        return known


def compile_policy(mapping):
    """Turn the plain mapping of a policy file into a Policy.

    Raises PolicyError naming row, field and the nearest valid word for an unknown fact, value,
    role, gate or redaction, a missing source, an id used twice, or derived facts in a circle.
    """
    node = Node(mapping).mapping(needed=PARTS, allowed=["translations"])
    terms = read_terms(node)
    vocabulary = read_vocabulary(node.at("facts"), terms)
    everything = _with_derived(node.at("derived"), vocabulary)
    _check_priorities(node.at("deadlines"), everything["priority"].values)
    rows, guards = _read_rows(node, terms, everything), _read_guards(node, terms, everything)
    steps = tuple((guard, case) for guard in guards for case in guard.cases)
    return Policy(
        name=node.at("name").text(),
        terms=terms,
        vocabulary=vocabulary,
        all_facts=everything,
        derived=read_derived(node.at("derived"), everything, terms),
        rows=rows,
        guards=guards,
        defaults={name: fact.default for name, fact in vocabulary.items()},
        steps=steps,
        recipients=Offers([(row.condition, row.recipients) for row in rows], everything),
        tasks=Offers([(row.condition, row.tasks) for row in rows], everything),
        step_index=Index([case.condition for _, case in steps], everything),
        translations=_read_translations(node),
    )


def _read_rows(node, terms, vocabulary):
    holders = Holders(node.at("aliases"), terms, vocabulary)
    return RowReader(terms, vocabulary, holders).read(node.at("sections"))


def _read_guards(node, terms, vocabulary):
    stages = tuple(stage.text() for stage in node.at("guard_stages").items())
    return GuardReader(terms, vocabulary, stages).read(node.at("guards"))


def _read_translations(node):
    """{language: {text as written: the same in that language}}."""
    if "translations" not in node:
        return {}
    return {
        language: {text: translated.text() for text, translated in texts.entries()}
        for language, texts in node.at("translations").entries()
    }


def _with_derived(node, vocabulary):
    declared = declare_derived(node)
    for name in declared:
        if name in vocabulary:
            raise node.at(name).refuse(f"{name!r} is already the name of a given fact")
    return {**vocabulary, **declared}


def _check_priorities(node, priorities):
    """Deadlines may only name priorities that exist; acknowledging has one for each."""
    for _, by_priority in node.entries():
        by_priority.mapping(allowed=priorities)
    node.at(ACKNOWLEDGE).mapping(needed=priorities)

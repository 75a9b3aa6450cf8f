"""Who answers: the floor, the portal with and without checking facts, and two peers.

Each is a function from a situation to all who are told, made ready once for a rule set.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import rule_engine
import zen

from benchmarks.load import WrongAnswer
from benchmarks.rules_set import CODES, FLAGS, Facts, Recipient, Rule, RuleSet
from referrals.policy_file import STANDARD, read_mapping
from referrals.routing import Decision, Policy, compile_policy, decide
from referrals.routing import Facts as CheckedFacts
from referrals.routing.derived import STATED

Told = set[tuple[str, str, str, str, str]]

FLOOR, PORTAL, CHECKED, ZEN, RULE_ENGINE = "floor", "decide", "facts", "zen", "rule-engine"


def _told_by_us(answer: dict[str, Recipient]) -> Told:
    return {tuple(recipient[1:]) for recipient in answer.values()}


def _told_by_decision(decision: Decision) -> Told:
    return {
        (each.role, each.kind, each.gate, each.redaction, each.rule) for each in decision.recipients
    }


@dataclass(frozen=True)
class Contestant:
    """`answer` is timed on `inputs`, one for each situation; `told` reads what it returned."""

    name: str
    answer: Callable[[Any], Any]
    inputs: Sequence[Any]
    told: Callable[[Any], Told] = _told_by_decision

    def check(self, rule_set: RuleSet) -> None:
        """Raise WrongAnswer unless it tells whom trying every rule tells, in each situation."""
        for given, situation in zip(self.inputs, rule_set.situations, strict=True):
            found, wanted = self.told(self.answer(given)), wanted_in(situation, rule_set.rules)
            if found != wanted:
                raise WrongAnswer(f"{self.name} differs by {sorted(found ^ wanted)[:3]}")


def contestants(rule_set: RuleSet) -> list[Contestant]:
    """Make all of them ready for the rule set."""
    policy = compile_policy(policy_of(rule_set))
    given, rules = rule_set.situations, rule_set.rules
    checked = [policy.facts(facts) for facts in given]
    return [
        Contestant(FLOOR, floor(rules), given, _told_by_us),
        Contestant(PORTAL, deciding(policy), checked),
        Contestant(CHECKED, checking(policy), given),
        Contestant(ZEN, by_zen(rules), given, _told_by_us),
        Contestant(RULE_ENGINE, by_rule_engine(rules), given, _told_by_us),
    ]


def wanted_in(situation: Facts, rules: Iterable[Rule]) -> Told:
    """Whom trying every rule tells."""
    return _told_by_us(_highest([rule.recipient for rule in rules if rule.holds(situation)]))


def _highest(recipients: Iterable[Recipient]) -> dict[str, Recipient]:
    """Of each role the recipient of the greatest weight."""
    told: dict[str, Recipient] = {}
    for recipient in recipients:
        standing = told.get(recipient[1])
        if standing is None or recipient[0] > standing[0]:
            told[recipient[1]] = recipient
    return told


def floor(rules: Iterable[Rule]) -> Callable[[Facts], dict[str, Recipient]]:
    """An index written by hand for rules of exactly this shape."""
    files: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for rule in rules:
        fact, values = rule.also or (None, ())
        for area in rule.areas:
            files[area][rule.code].append((fact, frozenset(values), rule.recipient))

    def told_in(facts: Facts) -> dict[str, Recipient]:
        told: dict[str, Recipient] = {}
        by_code = files[facts["area"]]
        for code in (*facts["violations"], *facts["concerns"], *facts["needs"]):
            for fact, values, recipient in by_code.get(code, ()):
                if fact is None or facts[fact] in values:
                    standing = told.get(recipient[1])
                    if standing is None or recipient[0] > standing[0]:
                        told[recipient[1]] = recipient
        return told

    return told_in


def deciding(policy: Policy) -> Callable[[CheckedFacts], Decision]:
    """The portal on facts that have been checked."""
    return lambda facts: decide(facts, policy)


def checking(policy: Policy) -> Callable[[Facts], Decision]:
    """The portal as filing uses it: facts are checked and completed, then decided on."""
    return lambda given: decide(policy.facts(given), policy)


def policy_of(rule_set: RuleSet) -> dict[str, Any]:
    """The rules as a policy of the portal: the shipped one's words, no guards, and no derived
    facts but those a policy must have, which are always the same here."""
    shipped, _lines = read_mapping(STANDARD)
    facts = {name: shipped["facts"]["report"][name] for name in (*CODES, "perpetrator", *FLAGS)}
    areas = {"type": "choice", "values": list(rule_set.areas), "default": rule_set.areas[0]}
    derived = {name: _constant(shipped["derived"][name]) for name in STATED}
    priority = derived["priority"]["otherwise"]
    rows = [_row(rule) for rule in rule_set.rules]
    return {name: part for name, part in shipped.items() if name != "translations"} | {
        "facts": {"report": {"area": areas, **facts}},
        "derived": derived,
        "deadlines": {name: {priority: 60} for name in shipped["deadlines"]},
        "aliases": {},
        "sections": [{"title": "Made up", "tracks": ["standard"], "rows": rows}],
        "guards": [],
    }


def _constant(derived: dict[str, Any]) -> dict[str, Any]:
    return derived | ({"cases": []} if "cases" in derived else {"when": {"not": "always"}})


def _row(rule: Rule) -> dict[str, Any]:
    recipient = rule.recipient._asdict()
    when: list[Any] = [{"fact": rule.fact, "includes": rule.code}]
    when.append({"fact": "area", "in": list(rule.areas)})
    if rule.also:
        fact, values = rule.also
        flag = fact if values[0] else {"not": fact}
        when.append(flag if fact in FLAGS else {"fact": fact, "in": list(values)})
    return {
        "id": recipient.pop("rule"),
        "when": {"all": when},
        "recipients": [{key: recipient[key] for key in ("role", "kind", "gate", "redaction")}],
        "reason": "Made up.",
        "source": ["D"],
    }


def by_zen(rules: Iterable[Rule]) -> Callable[[Facts], dict[str, Recipient]]:
    """A decision table that collects the ids of all rules that hold, loaded once and compiled.

    Of zen-engine's ways the fastest: static loader, facts as a mapping, one output.
    """
    recipients = {rule.recipient.rule: rule.recipient for rule in rules}
    loader = {"type": "static", "content": {"rules": _table(rules)}}
    evaluate = zen.ZenEngine({"loader": loader}).evaluate

    def told_in(facts: Facts) -> dict[str, Recipient]:
        hits = evaluate("rules", facts)["result"]
        return _highest([recipients[hit["rule"]] for hit in hits])

    return told_in


def _table(rules: Iterable[Rule]) -> dict[str, Any]:
    columns = ("area", *CODES, "perpetrator", *FLAGS)
    content = {
        "hitPolicy": "collect",
        "inputs": [_column(name) for name in columns],
        "outputs": [{"id": "told", "name": "told", "field": "rule"}],
        "rules": [{**dict.fromkeys(columns, ""), **_cells(rule)} for rule in rules],
    }
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "table", "name": "table", "type": "decisionTableNode", "content": content},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [
        {"id": "first", "sourceId": "in", "targetId": "table", "type": "edge"},
        {"id": "last", "sourceId": "table", "targetId": "out", "type": "edge"},
    ]
    return {"nodes": nodes, "edges": edges}


def _column(name: str) -> dict[str, str]:
    """A column that compares a fact, or, for a list, one whose cells say a whole condition."""
    column = {"id": name, "name": name}
    return column if name in CODES else column | {"field": name}


def _cells(rule: Rule) -> dict[str, str]:
    cells = {
        "_id": rule.recipient.rule,
        "area": ", ".join(map(json.dumps, rule.areas)),
        rule.fact: f"contains({rule.fact}, {json.dumps(rule.code)})",
        "told": json.dumps(rule.recipient.rule),
    }
    if rule.also:
        cells[rule.also[0]] = ", ".join(map(json.dumps, rule.also[1]))
    return cells


def by_rule_engine(rules: Iterable[Rule]) -> Callable[[Facts], dict[str, Recipient]]:
    """Every rule compiled once and tried in turn, which is all that rule-engine offers.

    Its fastest words: equality joined with `or`, the area, which fails most often, first.
    """
    compiled = [(rule_engine.Rule(_expression(rule)).matches, rule.recipient) for rule in rules]
    return lambda facts: _highest([recipient for matches, recipient in compiled if matches(facts)])


def _expression(rule: Rule) -> str:
    parts = [_one_of("area", rule.areas), f"{json.dumps(rule.code)} in {rule.fact}"]
    if rule.also:
        fact, values = rule.also
        flag = fact if values[0] else f"not {fact}"
        parts.append(flag if fact in FLAGS else _one_of(fact, values))
    return " and ".join(parts)


def _one_of(fact: str, values: Iterable[str]) -> str:
    return f"({' or '.join(f'{fact} == {json.dumps(value)}' for value in values)})"

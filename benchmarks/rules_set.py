"""Made-up rules in the shape of the shipped policy's rows, and situations to try them on."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple

from referrals.policy_file import standard_policy

Facts = dict[str, Any]

CODES = ("violations", "concerns", "needs")
FLAGS = ("ongoing_threat", "life_saving_need", "media_attention")
ROWS_PER_AREA = 25
SITUATIONS = 200
FEWEST, MOST = 5, 10


class Recipient(NamedTuple):
    """Who is told, and by which rule. Of two for one role the greater weight stands."""

    weight: int
    role: str
    kind: str
    gate: str
    redaction: str
    rule: str


@dataclass(frozen=True)
class Rule:
    """Holds when the area is one of `areas`, the list `fact` has `code`, and `also` is so.

    `also` is nothing, the alleged perpetrators it may be, or a flag and what it must be.
    """

    areas: tuple[str, ...]
    fact: str
    code: str
    also: tuple[str, tuple[Any, ...]] | None
    recipient: Recipient

    def holds(self, facts: Facts) -> bool:
        """Try the rule, as plainly as can be."""
        if facts["area"] not in self.areas or self.code not in facts[self.fact]:
            return False
        return self.also is None or facts[self.also[0]] in self.also[1]


@dataclass(frozen=True)
class RuleSet:
    """Rules, the areas they name, and situations of which each is met by 5 to 10 of them."""

    areas: tuple[str, ...]
    rules: tuple[Rule, ...]
    situations: tuple[Facts, ...]


def make_rule_set(rows: int, situations: int = SITUATIONS) -> RuleSet:
    """Make so many rules and situations, the same ones each time.

    More rules serve more areas, as a portal for more missions would, so that a situation is met
    by as many of 1,000 rules as of 100.
    """
    maker = _Maker(Random(rows), rows)  # noqa: S311 - made-up rules, the same each time
    rules = tuple(maker.rule(position) for position in range(rows))
    return RuleSet(maker.areas, rules, tuple(maker.situation(rules) for _ in range(situations)))


class _Maker:
    """Draws from the words of the shipped policy."""

    def __init__(self, random: Random, rows: int) -> None:
        policy = standard_policy()
        self._random, self._terms = random, policy.terms
        self._words = {name: fact.values for name, fact in policy.vocabulary.items()}
        self.areas = tuple(f"QM{number:04}" for number in range(rows // ROWS_PER_AREA))

    def rule(self, position: int) -> Rule:
        fact = self._random.choice(CODES)
        return Rule(
            areas=tuple(self._random.sample(self.areas, 2)),
            fact=fact,
            code=self._random.choice(self._words[fact]),
            also=self._also(),
            recipient=self._recipient(position),
        )

    def _also(self) -> tuple[str, tuple[Any, ...]] | None:
        kind = self._random.choice(("perpetrator", "flag", None, None))
        if kind == "perpetrator":
            return kind, tuple(self._random.sample(self._words[kind], 4))
        if kind == "flag":
            return self._random.choice(FLAGS), (self._random.random() < 0.5,)
        return None

    def _recipient(self, position: int) -> Recipient:
        """Roles are told by many rules; the highest kind stands, of equal ones the first."""
        terms, choice = self._terms, self._random.choice
        roles = [code for code, role in terms.roles.items() if not role.by_hand_only]
        kind = choice(list(terms.kinds))
        weight = terms.kinds[kind].rank * 1_000_000 - position
        gate, redaction = choice(list(terms.gates)), choice(list(terms.redactions))
        return Recipient(weight, choice(roles), kind, gate, redaction, f"R{position:04}")

    def situation(self, rules: tuple[Rule, ...]) -> Facts:
        """Draw until some, and not too many, of the rules hold."""
        while True:
            facts = self._facts()
            if FEWEST <= sum(rule.holds(facts) for rule in rules) <= MOST:
                return facts

    def _facts(self) -> Facts:
        draw = self._random
        return {
            "area": draw.choice(self.areas),
            "violations": draw.sample(self._words["violations"], draw.randint(1, 2)),
            "concerns": draw.sample(self._words["concerns"], 1),
            "needs": draw.sample(self._words["needs"], draw.randint(1, 2)),
            "perpetrator": draw.choice(self._words["perpetrator"]),
            **{flag: draw.random() < 0.5 for flag in FLAGS},
        }

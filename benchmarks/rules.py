"""`./run bench rules`: decisions per second, and the portal's rules against two engines of PyPI."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from itertools import cycle
from pathlib import Path
from random import SystemRandom
from statistics import median

from benchmarks.pace import Pace
from benchmarks.rules_contestants import (
    CHECKED,
    FLOOR,
    PORTAL,
    RULE_ENGINE,
    ZEN,
    Contestant,
    checking,
    contestants,
    deciding,
)
from benchmarks.rules_set import make_rule_set
from benchmarks.words import say, say_table, with_range
from referrals.decide import ScenarioFile
from referrals.policy_file import standard_policy

ABOUT = """
bench rules: how many reports can one process decide in a second, and how near is that to the least?

The shipped policy decides its worked examples. Then made-up rules of its shape (an area, a
violation, concern or need, and often the alleged perpetrator or a flag), 100 and 1,000 of them,
decide 200 situations, each met by 5 to 10 rules. All get the same facts and give, for each role
that is told, kind, gate, redaction and rule; all must agree before anything is timed.

  floor        an index of dictionaries, written by hand for rules of exactly this shape
  decide       the portal, on facts that have been checked: a whole decision with its reasons
  facts        the portal as filing uses it: facts are checked and completed, then decided
  zen          zen-engine: a decision table that collects, loaded once and compiled
  rule-engine  rule-engine: each rule compiled, all of them tried

The floor and the peers take the facts as they are and check nothing, as `decide` does.
"""
SIZES = (100, 1_000)
SHIPPED = 0  # in place of a number of rows
BATCH = 20
SHARE = 0.1  # of the seconds that a target over HTTP gets: microseconds need no more
SCENARIOS = Path(__file__).parent.parent / "tests" / "referrals" / "routing" / "scenarios.yaml"

# {number of rows: {name of the contestant: microseconds of one decision}}
Round = dict[int, dict[str, float]]


def measure(pace: Pace, sizes: Sequence[int] = SIZES) -> dict[str, object]:
    """Run all rounds, say what came out, and return the figures. Raises WrongAnswer."""
    say(ABOUT)
    targets = {SHIPPED: _shipped()} | {size: _agreeing(size) for size in sizes}
    rounds = [_round(targets, pace) for _ in range(pace.rounds)]
    _say_rounds(rounds, sizes)
    return figures_of(rounds, sizes)


def _shipped() -> list[Contestant]:
    policy = standard_policy()
    file = ScenarioFile(SCENARIOS, policy)
    checked = [file.facts(scenario) for scenario in file.scenarios]
    given = [facts.as_dict() for facts in checked]
    return [
        Contestant(PORTAL, deciding(policy), checked),
        Contestant(CHECKED, checking(policy), given),
    ]


def _agreeing(size: int) -> list[Contestant]:
    """Make the contestants for so many rows. Raises WrongAnswer unless all agree."""
    rule_set = make_rule_set(size)
    targets = contestants(rule_set)
    for target in targets:
        target.check(rule_set)
    return targets


def _round(targets: Mapping[int, Sequence[Contestant]], pace: Pace) -> Round:
    """Give every target its time, in short turns and each time in another random order."""
    everybody = [(size, target) for size, same in targets.items() for target in same]
    spent = {(size, target.name): (0, 0.0) for size, target in everybody}
    for _turn in range(pace.turns):
        for size, target in SystemRandom().sample(everybody, len(everybody)):
            answers, seconds = spent[size, target.name]
            more, longer = press(target, pace.seconds * SHARE / pace.turns)
            spent[size, target.name] = answers + more, seconds + longer
    return {
        size: {
            target.name: 1e6 * spent[size, target.name][1] / spent[size, target.name][0]
            for target in same
        }
        for size, same in targets.items()
    }


def press(target: Contestant, seconds: float) -> tuple[int, float]:
    """Ask the target again and again. Return how many answers took how many seconds."""
    batches = [target.inputs[at : at + BATCH] for at in range(0, len(target.inputs), BATCH)]
    answer, answers = target.answer, 0
    start = time.perf_counter()
    for batch in cycle(batches):
        for given in batch:
            answer(given)
        answers += len(batch)
        taken = time.perf_counter() - start
        if taken >= seconds:
            break
    return answers, taken


def figures_of(rounds: Sequence[Round], sizes: Sequence[int]) -> dict[str, object]:
    """Return the figures for programs: medians over the rounds, ratios taken inside a round."""
    few, many = min(sizes), max(sizes)
    figures: dict[str, object] = {
        "decisions_per_second": round(1e6 / _middle(rounds, SHIPPED, PORTAL)),
        "decisions_per_second_with_facts": round(1e6 / _middle(rounds, SHIPPED, CHECKED)),
        "growth": _growth(rounds, few, many, PORTAL),
        "growth_zen": _growth(rounds, few, many, ZEN),
    }
    for size in sizes:
        names = rounds[0][size]
        figures |= {
            f"microseconds_{size}": {name: round(_middle(rounds, size, name), 2) for name in names},
            f"times_floor_{size}": _ratio(rounds, size, PORTAL, FLOOR),
            f"times_floor_with_facts_{size}": _ratio(rounds, size, CHECKED, FLOOR),
            f"faster_than_zen_{size}": _ratio(rounds, size, ZEN, PORTAL),
            f"faster_than_zen_with_facts_{size}": _ratio(rounds, size, ZEN, CHECKED),
            f"faster_than_rule_engine_{size}": _ratio(rounds, size, RULE_ENGINE, PORTAL),
        }
    return figures


def _middle(rounds: Sequence[Round], size: int, name: str) -> float:
    return median(each[size][name] for each in rounds)


def _ratio(rounds: Sequence[Round], size: int, name: str, other: str) -> float:
    return round(median(each[size][name] / each[size][other] for each in rounds), 2)


def _growth(rounds: Sequence[Round], few: int, many: int, name: str) -> float:
    return round(median(each[many][name] / each[few][name] for each in rounds), 2)


def _say_rounds(rounds: Sequence[Round], sizes: Sequence[int]) -> None:
    say(f"Shipped policy, worked examples; rounds: {len(rounds)}; median (range)")
    speeds = [("", "decisions/s", "microseconds")]
    for name in (PORTAL, CHECKED):
        taken = [each[SHIPPED][name] for each in rounds]
        speeds.append((name, with_range([1e6 / each for each in taken], 0), with_range(taken, 1)))
    say_table(speeds)
    for size in sizes:
        say(f"\nRules: {size}")
        say_table([TITLES, *(_row(rounds, size, name) for name in rounds[0][size])])
    say(f"\nA decision by {max(sizes)} rules costs so many times one by {min(sizes)}:")
    names = list(rounds[0][sizes[0]])
    say_table([names, [f"{_growth(rounds, min(sizes), max(sizes), name):.2f}" for name in names]])


TITLES = ("", "microseconds", "times floor", "times decide")


def _row(rounds: Sequence[Round], size: int, name: str) -> tuple[str, ...]:
    cells = [with_range([each[size][name] for each in rounds])]
    for other in (FLOOR, PORTAL):
        cells.append(with_range([each[size][name] / each[size][other] for each in rounds]))
    return (name, *cells)

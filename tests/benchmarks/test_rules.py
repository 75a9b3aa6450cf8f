"""The rules benchmark: equal work for all, checked before it is timed."""

import json
from dataclasses import replace

import pytest

from benchmarks import __main__ as dispatcher
from benchmarks.load import WrongAnswer
from benchmarks.pace import Pace
from benchmarks.rules import figures_of, measure, press
from benchmarks.rules_contestants import Contestant, contestants, wanted_in
from benchmarks.rules_set import FEWEST, MOST, make_rule_set

QUICK = Pace(rounds=1, seconds=0.01, turns=1)
NAMES = ["floor", "decide", "facts", "zen", "rule-engine"]


@pytest.fixture(scope="module")
def rule_set():
    return make_rule_set(100, situations=20)


@pytest.fixture
def rounds():
    """Two rounds; the second on a machine half as fast, in which decide has a bad moment."""
    slow = {"floor": 2.0, "decide": 24.0, "facts": 30.0, "zen": 40.0, "rule-engine": 2000.0}
    fast = {"floor": 1.0, "decide": 8.0, "facts": 12.0, "zen": 20.0, "rule-engine": 1000.0}
    shipped = {"decide": 50.0, "facts": 80.0}
    return [
        {0: shipped, 100: fast, 1000: {name: 2 * taken for name, taken in fast.items()}},
        {0: shipped, 100: slow, 1000: {name: 3 * taken for name, taken in slow.items()}},
    ]


def test_the_same_rules_are_made_each_time():
    assert make_rule_set(50, situations=5) == make_rule_set(50, situations=5)


@pytest.mark.parametrize("rows", [100, 1000])
def test_as_many_of_1000_rules_meet_a_situation_as_of_100(rows):
    made = make_rule_set(rows, situations=20)
    assert len({rule.recipient.rule for rule in made.rules}) == rows
    met = [sum(rule.holds(facts) for rule in made.rules) for facts in made.situations]
    assert FEWEST <= min(met) <= max(met) <= MOST


def test_of_two_rules_for_one_role_the_higher_kind_stands_and_of_equals_the_first(rule_set):
    told = [wanted_in(facts, rule_set.rules) for facts in rule_set.situations]
    met = [[r for r in rule_set.rules if r.holds(facts)] for facts in rule_set.situations]
    assert any(len(roles) < len(rules) for roles, rules in zip(told, met, strict=True))
    assert all(len({role for role, *_ in roles}) == len(roles) for roles in told)


@pytest.mark.parametrize("name", NAMES)
def test_everybody_tells_whom_trying_every_rule_tells(rule_set, name):
    (one,) = (each for each in contestants(rule_set) if each.name == name)
    one.check(rule_set)
    assert len(one.inputs) == len(rule_set.situations)


@pytest.mark.parametrize("name", NAMES)
def test_who_tells_somebody_else_is_refused(rule_set, name):
    fewer = replace(rule_set, rules=rule_set.rules[50:])
    (one,) = (each for each in contestants(fewer) if each.name == name)
    with pytest.raises(WrongAnswer, match=name):
        one.check(rule_set)


def test_every_input_gets_its_turn():
    asked = []
    answers, seconds = press(Contestant("one", asked.append, list(range(50))), 0)
    assert (answers, asked) == (20, list(range(20)))
    answers, seconds = press(Contestant("one", asked.append, list(range(50))), 0.001)
    assert set(asked) == set(range(50))
    assert seconds >= 0.001


def test_figures_are_medians_of_ratios_taken_inside_a_round(rounds):
    figures = figures_of(rounds, (100, 1000))
    assert figures["decisions_per_second"] == 20_000
    assert figures["decisions_per_second_with_facts"] == 12_500
    assert figures["times_floor_100"] == 10  # of 8 and 12
    assert figures["times_floor_with_facts_1000"] == 13.5
    assert figures["faster_than_zen_100"] == round((20 / 8 + 40 / 24) / 2, 2)
    assert figures["growth"] == 2.5
    assert figures["microseconds_100"]["decide"] == 16


def test_the_figures_have_the_keys_the_documentation_names(capsys):
    figures = measure(QUICK, sizes=(25 * 2, 100))
    assert figures.keys() == {
        "decisions_per_second",
        "decisions_per_second_with_facts",
        "growth",
        "growth_zen",
        *(f"{name}_{size}" for size in (50, 100) for name in KEYS),
    }
    assert list(figures["microseconds_50"]) == NAMES
    assert "times floor" in capsys.readouterr().out


KEYS = (
    "microseconds",
    "times_floor",
    "times_floor_with_facts",
    "faster_than_zen",
    "faster_than_zen_with_facts",
    "faster_than_rule_engine",
)


def test_json_ends_with_one_line(monkeypatch, rounds, capsys):
    monkeypatch.setitem(
        dispatcher.BENCHMARKS, "rules", lambda pace: figures_of(rounds, (100, 1000))
    )
    assert dispatcher.main(["rules", "--json"]) == 0
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (said["benchmark"], said["growth"]) == ("rules", 2.5)

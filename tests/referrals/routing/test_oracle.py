"""The second reading of the policy gives the 24 worked examples, so it may judge the first."""

from pathlib import Path
from random import Random

import pytest

from referrals.decide import ScenarioFile
from referrals.policy_file import standard_policy
from tests.referrals.routing.any_facts import NUMBERS, reader_of
from tests.referrals.routing.oracle import read_policy

POLICY = standard_policy()
FILE = ScenarioFile(Path(__file__).parent / "scenarios.yaml", POLICY)
ONE_WORD = ("track", "priority", "ack_minutes", "classification", "flash", "poc_phase")
MARKS = ("via", "assigned", "state")


def told(role, kind, gate, redaction, **marks):
    return role, (kind, gate, redaction, *(marks.get(mark) for mark in MARKS))


@pytest.mark.parametrize("scenario", FILE.scenarios, ids=lambda scenario: scenario.row)
def test_the_second_reading_gives_the_worked_example(scenario):
    expected, read = scenario.get("expect"), read_policy(FILE.facts(scenario).values)

    assert {key: read[key] for key in ONE_WORD} == {key: expected[key] for key in ONE_WORD}
    recipients = {role: tuple(how)[:6] for role, how in read["recipients"].items()}
    assert recipients == dict(told(**recipient) for recipient in expected["recipients"])
    for key in ("suppressed", "guards", "tasks"):
        assert read[key] == set(expected.get(key, ()))
    assert read["interlocutor"] == expected.get("interlocutor")


def test_random_facts_reach_every_value_and_no_one_and_many_words_of_a_list():
    size, read = reader_of(POLICY.vocabulary)
    random = Random(0)
    drawn = [read(random.randbytes(size)) for _ in range(5000)]
    for name, fact in POLICY.vocabulary.items():
        values = {facts[name] for facts in drawn}
        if fact.type == "list":
            assert {word for words in values for word in words} == set(fact.values)
            assert {0, 1, len(fact.values) // 2} <= {len(words) for words in values}
        elif fact.type in ("number", "text"):
            assert (None in values) is (fact.default is None)
            assert fact.type == "text" or set(NUMBERS) <= values
        else:
            assert values == set(fact.values or (False, True))


def test_no_bytes_are_the_simplest_report():
    size, read = reader_of(POLICY.vocabulary)
    assert read(bytes(size)) == POLICY.defaults

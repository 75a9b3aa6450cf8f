"""The second reading of the policy gives the 24 worked examples, so it may judge the first."""

from pathlib import Path

import pytest

from referrals.decide import ScenarioFile
from referrals.policy_file import standard_policy
from tests.referrals.routing.oracle import read_policy

FILE = ScenarioFile(Path(__file__).parent / "scenarios.yaml", standard_policy())
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

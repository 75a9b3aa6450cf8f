"""The 24 worked scenarios come out exactly: recipients, guards, suppressed, tasks and all."""

from pathlib import Path

import pytest

from referrals.decide import ScenarioFile, differences, stated
from referrals.policy_file import standard_policy
from referrals.routing import decide

FILE = ScenarioFile(Path(__file__).parent / "scenarios.yaml", standard_policy())


def test_there_are_24_of_them():
    assert len(FILE.scenarios) == 24


@pytest.mark.parametrize("scenario", FILE.scenarios, ids=lambda scenario: scenario.row)
def test_the_scenario_comes_out_exactly(scenario, policy):
    line = stated(decide(FILE.facts(scenario), policy))
    expect, must_not = scenario.get("expect"), scenario.get("must_not")
    assert list(differences(line, expect, must_not)) == []


def test_s04_is_told_by_the_rules_it_should_be_told_by(policy):
    (s04,) = (scenario for scenario in FILE.scenarios if scenario.row == "S04")
    decision = decide(FILE.facts(s04), policy)
    assert {recipient.role: recipient.rule for recipient in decision.recipients} == {
        "UNPOL_SUPERVISOR": "R01",
        "UNPOL_CPFP_FIELD": "R02",
        "UNPOL_CPFP_HQ": "R02",
        "CPA": "R03",
        "HUMAN_RIGHTS": "R04",
        "HOPC": "R05",
        "JOC": "R05",
        "SRSG_OFFICE": "R05",
        "JMAC": "R05",
        "CPA_SENIOR": "R05",
        "POC_ADVISER": "R05",
        "MILITARY_LIAISON": "R05p",
        "GENDER": "R05p",
        "POLITICAL_AFFAIRS": "R05p",
        "WHO": "V_ATTACK",
        "CTFMR": "X_CTFMR",
    }

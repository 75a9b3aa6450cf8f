"""A decision as callers meet it: ordered, plain, frozen, and the package that makes it pure."""

import dataclasses
import json
import subprocess
import sys

import pytest

from referrals.policy_file import STANDARD, load_policy, standard_policy
from referrals.routing import FactsError, decide

HOSPITAL = {"violations": ["attack_school_hospital"], "facility": "hospital"}


def test_those_told_directly_come_first_in_the_order_of_the_policy(decided):
    recipients = decided(**HOSPITAL, reporting_line="officer").recipients
    assert [each.role for each in recipients] == [
        "UNPOL_SUPERVISOR",
        "UNPOL_CPFP_FIELD",
        "UNPOL_CPFP_HQ",
        "CPA",
        "HUMAN_RIGHTS",
        "HOPC",
        "JOC",
        "SRSG_OFFICE",
        "JMAC",
        "CPA_SENIOR",
        "POC_ADVISER",
        "MILITARY_LIAISON",
        "GENDER",
        "POLITICAL_AFFAIRS",
        "WHO",
        "CTFMR",
    ]


def test_it_can_be_stored_as_json_and_read_back_unchanged(decided):
    stored = decided(**HOSPITAL, requested_actions=["raid"], needs=["legal"]).as_dict()
    assert json.loads(json.dumps(stored)) == stored
    assert stored["recipients"][0] == {
        "role": "UNPOL_SUPERVISOR",
        "kind": "action",
        "gate": "none",
        "redaction": "RD1",
        "via": None,
        "assigned": None,
        "state": None,
        "rule": "R01",
        "reason": "Always told directly.",
        "source": "UNPOL module 5, key message 5.2",
        "citation": "000 KM5.2",
        "deadline": "acknowledge",
        "due_minutes": 30,
        "waits_for": [],
    }


def test_it_cannot_be_changed(decided):
    with pytest.raises(dataclasses.FrozenInstanceError):
        decided().flash = True


def test_a_recipient_may_have_its_own_reason(decided):
    (deputy,) = (each for each in decided(roster="deputy").recipients if each.assigned)
    assert deputy.reason == "Always told directly; the deputy is on duty for this area."


def test_facts_of_another_policy_are_checked_again():
    other = load_policy(STANDARD)
    facts = other.facts(HOSPITAL)
    assert decide(facts, standard_policy()) == decide(facts, other)


def test_facts_that_do_not_suit_the_policy_are_refused(policy):
    stranger = dataclasses.replace(policy.facts({}), values={"shoe_size": 44}, vocabulary={})
    with pytest.raises(FactsError, match="shoe_size"):
        decide(stranger, policy)


def test_the_policy_says_which_facts_and_words_it_knows(policy):
    assert {"violations", "roster", "has_cpa"} <= set(policy.fact_names)
    assert policy.vocabulary["facility"].values == ("none", "school", "hospital")
    assert policy.vocabulary["has_cpa"].group == "mission"
    assert policy.vocabulary["mass_threshold"].default == 5


def test_the_package_needs_nothing_but_the_standard_library():
    seen = "import sys, referrals.routing; print(*sys.modules)"
    names = subprocess.run(
        [sys.executable, "-c", seen], capture_output=True, text=True, check=True
    ).stdout.split()
    before = subprocess.run(
        [sys.executable, "-c", "import sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    foreign = {
        name
        for name in {*names} - {*before}
        if name.partition(".")[0] not in sys.stdlib_module_names
        and name != "referrals"
        and not name.startswith("referrals.routing")
    }
    assert foreign == set()

"""The words of forms, API and directory are those of the policy file."""

import pytest

from actors.models import HrddpStatus, Mission
from actors.models.places import ReportingLine
from actors.roles import Role
from referrals.models import choices as words
from referrals.policy_file import standard_policy
from referrals.workflow.filings import FACT_DEFAULTS

FACTS = {
    "violations": words.Violation,
    "concerns": words.Concern,
    "facility": words.Facility,
    "harmful_practice": words.HarmfulPractice,
    "conflict_nexus": words.ConflictNexus,
    "perpetrator": words.Perpetrator,
    "displacement": words.Displacement,
    "needs": words.Need,
    "consent": words.Consent,
    "source": words.Source,
    "patrol": words.Patrol,
    "interlocutor_preference": words.Interlocutor,
    "requested_actions": words.RequestedAction,
    "risk_flags": words.RiskFlag,
    "hrddp": HrddpStatus,
    "reporting_line": ReportingLine,
}
DIRECTORY_FACTS = {
    "adm2",
    "perpetrator_org",
    "child_victims",
    "roster",
    "hrddp",
    "low_confidentiality_partners",
    "implicated_roles",
}


@pytest.mark.parametrize(("fact", "choices"), FACTS.items())
def test_a_choice_offers_exactly_the_values_the_policy_knows(fact, choices):
    assert set(choices.values) == set(standard_policy().vocabulary[fact].values)


@pytest.mark.parametrize("fact", FACT_DEFAULTS)
def test_an_unasked_question_means_what_the_policy_says(fact):
    default = standard_policy().vocabulary[fact].default
    said = list(default) if isinstance(default, tuple) else default
    # "all" alone is how the worked scenarios write the list of all needs.
    assert FACT_DEFAULTS[fact] == ("all" if said == ["all"] else said)


def test_every_fact_of_the_policy_is_stated_by_the_officer_the_mission_or_the_directory():
    known = {*FACT_DEFAULTS, *Mission.POLICY_SETTINGS, *DIRECTORY_FACTS}
    assert known == set(standard_policy().fact_names)


def test_every_role_the_rules_can_choose_has_words():
    roles = standard_policy().terms.roles.values()
    assert {role.code for role in roles if not role.by_hand_only} - set(Role.values) == set()

"""What must hold whatever is reported, in whatever mission, whatever the lead overrides.

Ten thousand random reports are drawn once, and every invariant looks at each of them.
"""

from dataclasses import dataclass
from functools import cached_property

import pytest
from hypothesis import example, given, note, settings

from referrals.policy_file import standard_policy
from referrals.routing import Decision, Facts, OverrideError, decide
from referrals.routing.index import Index
from tests.referrals.routing.any_facts import facts_of, subsets_of
from tests.referrals.routing.oracle import read_policy
from tests.referrals.routing.oracle_rows import Told

POLICY = standard_policy()
ANY_FACTS = facts_of(POLICY.vocabulary)
INDEXED = [
    (Index(conditions, POLICY.all_facts), conditions)
    for conditions in (
        [row.condition for row in POLICY.rows],
        [case.condition for _, case in POLICY.steps],
    )
]
DRAWN_ONCE = settings(max_examples=10_000, deadline=None)
A_FEW = settings(max_examples=200, deadline=None)
MAY_BE_SET_ASIDE = (
    "UNKNOWN_PERP_HOLD",
    "DUPLICATE_LINK",
    "CONSENT_REQUIRED",
    "CONFIDENTIALITY_FLOOR",
)
UNPOL = {
    *("UNPOL_SUPERVISOR", "UNPOL_CPFP_FIELD", "UNPOL_CPFP_HQ", "HOPC"),
    "UNPOL_INVESTIGATION",
}
CHAIN_OF_COMMAND = UNPOL | {"JOC", "JMAC", "SRSG_OFFICE", "MILITARY_LIAISON"}
EXTERNAL = {
    *("UNICEF_CP", "UNHCR", "IOM", "WHO", "UNFPA", "UN_WOMEN", "UNODC", "ILO", "ICRC", "CTFMR"),
    *("CP_SUBCLUSTER", "GBV_SUBCLUSTER", "HCT_PROTECTION_CLUSTER", "PSEA_NETWORK"),
    *("HEALTH_PROVIDER", "PSS_PROVIDER", "SHELTER_PROVIDER", "LEGAL_AID_PROVIDER"),
    *("CASE_MGMT_AGENCY", "HS_POLICE_SPECIALISED"),
}
BY_HAND_ONLY = {
    *("HS_POLICE_GENERAL", "HS_SECURITY_FORCES", "COMMUNITY_LEADER", "NGO_REPORTER", "NGO_OTHER"),
    *("OHCHR", "HS_SOCIAL_AFFAIRS", "HS_JUSTICE", "HS_INTERIOR", "UN_COUNTRY_TEAM", "OSRSG_CAAC"),
}
AT_ONCE = {"none", "post_review"}


@dataclass(frozen=True)
class Decided:
    """A report, what the lead sets aside, and what the policy decides."""

    facts: Facts
    set_aside: tuple
    decision: Decision

    def __getattr__(self, fact):
        return self.facts.values[fact]

    @cached_property
    def told(self):
        return {each.role: each for each in self.decision.recipients}

    @cached_property
    def fired(self):
        return {guard.id for guard in self.decision.guards}

    @property
    def is_misconduct(self):
        return self.perpetrator in ("un_personnel", "aid_worker")


INVARIANTS = []


def invariant(check):
    INVARIANTS.append(check)
    return check


@DRAWN_ONCE
@given(ANY_FACTS, subsets_of(MAY_BE_SET_ASIDE))
@example({}, ())
def test_every_invariant_holds_for_any_facts_and_overrides(given_facts, set_aside):
    facts = POLICY.facts(given_facts)
    note({name: value for name, value in given_facts.items() if value != POLICY.defaults[name]})
    report = Decided(facts, set_aside, decide(facts, POLICY, set_aside))
    for holds in INVARIANTS:
        holds(report)


@invariant
def the_decision_is_what_the_policy_text_says(report):
    assert stated(report.decision) == read_policy(report.facts.values, report.set_aside)


@invariant
def supervisor_and_focal_point_are_always_told_directly(report):
    if report.is_misconduct:
        return
    focal_point = "UNPOL_CPFP_HQ" if report.roster == "none" else "UNPOL_CPFP_FIELD"
    for role in ("UNPOL_SUPERVISOR", focal_point):
        assert (report.told[role].kind, report.told[role].gate) == ("action", "none")


@invariant
def the_child_protection_lead_acts_or_on_a_hazard_alone_is_informed(report):
    if report.is_misconduct:
        return
    lead = report.told["CPA" if report.has_cpa else "HUMAN_RIGHTS"]
    alone = not report.violations and report.concerns == ("explosive_hazard",)
    assert (lead.kind, lead.redaction) == (("info", "RD2") if alone else ("action", "RD0"))
    assert lead.gate in ("none", "cpfp_forward")


@invariant
def nobody_outside_the_mission_is_told_without_a_gate_but_for_life_saving_care(report):
    at_once = {role for role in report.told.keys() & EXTERNAL if gate(report, role) in AT_ONCE}
    allowed = set()
    if report.perpetrator == "aid_worker":
        allowed.add("PSEA_NETWORK")
    if report.life_saving_need and "medical" in report.needs:
        allowed.add("HEALTH_PROVIDER")
    assert at_once <= allowed
    assert "PSEA_NETWORK" in allowed or "PSEA_NETWORK" not in report.told
    assert "HEALTH_PROVIDER" not in at_once or gate(report, "HEALTH_PROVIDER") == "post_review"


@invariant
def no_host_state_body_is_told_when_the_host_state_is_implicated(report):
    if report.perpetrator.startswith("host_state"):
        assert not [role for role in report.told if role.startswith("HS_")]


@invariant
def an_implicated_recipient_always_fires_no_self_route(report):
    offered = report.told.keys() | {each.role for each in report.decision.suppressed}
    if report.told.keys() & set(report.implicated_roles):
        assert "NO_SELF_ROUTE" in report.fired
    if "NO_SELF_ROUTE" in report.fired:
        host_state = report.perpetrator.startswith("host_state")
        assert report.is_misconduct or host_state or offered & set(report.implicated_roles)


@invariant
def nobody_of_the_chain_of_command_hears_of_misconduct(report):
    if report.is_misconduct:
        assert CHAIN_OF_COMMAND.isdisjoint(report.told)
        assert report.told.keys() & EXTERNAL <= {"PSEA_NETWORK", "HEALTH_PROVIDER"}
        assert not report.decision.tasks


@invariant
def a_flash_always_reaches_the_leadership_at_once(report):
    if report.decision.flash:
        assert report.decision.priority == "emergency"
        for role in ("SRSG_OFFICE", "HOPC", "JOC"):
            assert gate(report, role) == "none"


@invariant
def unpol_investigates_only_with_an_executive_mandate(report):
    assert report.executive_mandate or "UNPOL_INVESTIGATION" not in report.told


@invariant
def every_action_and_task_has_a_deadline_and_every_line_a_reason_and_source(report):
    for each in report.decision.recipients:
        assert each.kind != "action" or each.due_minutes is not None
        assert each.deadline is not None or each.due_minutes is None
    assert all(task.due_minutes for task in report.decision.tasks)
    lines = (*report.decision.recipients, *report.decision.suppressed, *report.decision.guards)
    assert all(each.reason and each.source and each.citation for each in lines)


@invariant
def who_is_told_at_once_waits_for_nothing(report):
    for each in report.decision.recipients:
        assert each.gate not in AT_ONCE or (each.waits_for, each.state) == ((), None)


@invariant
def nobody_is_told_twice_or_told_and_suppressed_or_told_by_a_row_when_by_hand_only(report):
    roles = [each.role for each in report.decision.recipients]
    assert len(roles) == len(set(roles))
    assert set(roles).isdisjoint(each.role for each in report.decision.suppressed)
    assert BY_HAND_ONLY.isdisjoint(roles)


@invariant
def who_is_told_at_once_comes_first(report):
    waits = [each.gate not in AT_ONCE for each in report.decision.recipients]
    assert waits == sorted(waits)


@invariant
def what_is_set_aside_does_not_fire_and_nothing_else_is_lost(report):
    assert report.fired.isdisjoint(report.set_aside)
    if report.set_aside:
        plain = decide(report.facts, POLICY)
        assert {each.role for each in plain.recipients} <= report.told.keys()
        assert {guard.id for guard in plain.guards} <= report.fired | set(report.set_aside)


@invariant
def equal_facts_give_equal_decisions_and_deciding_changes_nothing(report):
    before = dict(report.facts.values)
    again = decide(POLICY.facts(report.facts.as_dict()), POLICY, report.set_aside)
    assert again == report.decision
    assert report.facts.values == before


@A_FEW
@given(ANY_FACTS)
@example({})
def test_the_index_finds_what_trying_every_condition_finds(given_facts):
    known = POLICY.know(POLICY.facts(given_facts))
    for index, conditions in INDEXED:
        holding = [at for at, condition in enumerate(conditions) if condition.test(known)]
        assert index.holding(known) == holding


@pytest.mark.parametrize("guard", [guard.id for guard in POLICY.guards])
def test_only_the_four_guards_of_the_policy_may_be_set_aside(guard):
    facts = POLICY.facts({})
    if guard in MAY_BE_SET_ASIDE:
        assert guard in POLICY.overridable
        decide(facts, POLICY, [guard])
    else:
        with pytest.raises(OverrideError):
            decide(facts, POLICY, [guard])


def test_these_are_the_roles_of_the_policy():
    roles = POLICY.terms.roles_of
    assert set(roles(["external"])) == EXTERNAL
    assert set(roles(["unpol"])) == UNPOL
    assert set(roles(["never_automatic"])) == BY_HAND_ONLY


def gate(report, role):
    return report.told[role].gate


def stated(decision):
    """The decision in the words of the oracle."""
    return {
        "track": decision.track,
        "priority": decision.priority,
        "ack_minutes": decision.ack_minutes,
        "classification": decision.classification,
        "flash": decision.flash,
        "poc_phase": decision.poc_phase,
        "recipients": {
            each.role: Told(*(getattr(each, name) for name in Told._fields))
            for each in decision.recipients
        },
        "suppressed": {each.role for each in decision.suppressed},
        "guards": {guard.id for guard in decision.guards},
        "refused": {each.action for each in decision.refused},
        "tasks": {task.code for task in decision.tasks},
        "interlocutor": decision.interlocutor,
    }

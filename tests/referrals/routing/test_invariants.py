"""What must hold whatever is reported, in whatever mission."""

from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.policy_file import standard_policy
from referrals.routing import decide

POLICY = standard_policy()
# A busy machine may pause; that says nothing about the policy.
unhurried = settings(deadline=None)
NUMBERS = st.integers(min_value=0, max_value=100)


def strategy_of(fact):
    """All values a fact may have."""
    by_type = {
        "bool": st.booleans(),
        "number": NUMBERS if fact.default is not None else st.none() | NUMBERS,
        "text": st.none() | st.text(max_size=5),
        "choice": st.sampled_from(fact.values or ("",)),
        "list": st.lists(st.sampled_from(fact.values or ("",)), max_size=4),
    }
    return by_type[fact.type]


FACTS = st.fixed_dictionaries(
    {name: strategy_of(fact) for name, fact in POLICY.vocabulary.items()}
).map(POLICY.facts)
STANDARD = FACTS.filter(
    lambda facts: facts.values["perpetrator"] not in ("un_personnel", "aid_worker")
)
MISCONDUCT = st.tuples(FACTS, st.sampled_from(["un_personnel", "aid_worker"])).map(
    lambda drawn: POLICY.facts({**drawn[0].values, "perpetrator": drawn[1]})
)
EXTERNAL = set(POLICY.terms.roles_of("external"))
CHAIN_OF_COMMAND = {*POLICY.terms.roles_of("unpol"), "JOC", "JMAC", "SRSG_OFFICE", "CPA"} | {
    "MILITARY_LIAISON"
}


def told(facts):
    return {each.role: each for each in decide(facts, POLICY).recipients}


@unhurried
@given(STANDARD)
def test_supervisor_and_focal_point_are_always_told_directly(facts):
    recipients = told(facts)
    absent = facts.values["roster"] == "none"
    for role in ("UNPOL_SUPERVISOR", "UNPOL_CPFP_HQ" if absent else "UNPOL_CPFP_FIELD"):
        assert (recipients[role].kind, recipients[role].gate) == ("action", "none")


@unhurried
@given(STANDARD)
def test_the_child_protection_lead_acts_or_on_a_hazard_alone_is_informed(facts):
    lead = told(facts)["CPA" if facts.values["has_cpa"] else "HUMAN_RIGHTS"]
    alone = not facts.values["violations"] and facts.values["concerns"] == ("explosive_hazard",)
    assert (lead.kind, lead.redaction) == (("info", "RD2") if alone else ("action", "RD0"))


@unhurried
@given(FACTS)
def test_nobody_outside_the_mission_is_told_without_a_gate_but_for_life_saving_care(facts):
    open_gate = {role for role, each in told(facts).items() if each.gate == "none"}
    assert open_gate & EXTERNAL <= {"PSEA_NETWORK"}
    sent_at_once = {role for role, each in told(facts).items() if each.gate == "post_review"}
    assert sent_at_once <= {"HEALTH_PROVIDER"}


@unhurried
@given(FACTS)
def test_no_host_state_body_is_told_when_the_host_state_is_implicated(facts):
    if facts.values["perpetrator"].startswith("host_state"):
        assert not [role for role in told(facts) if role.startswith("HS_")]


@unhurried
@given(MISCONDUCT)
def test_nobody_of_the_chain_of_command_hears_of_misconduct(facts):
    assert CHAIN_OF_COMMAND.isdisjoint(told(facts))
    assert told(facts).keys() & EXTERNAL <= {"PSEA_NETWORK", "HEALTH_PROVIDER"}


@unhurried
@given(FACTS)
def test_a_flash_always_reaches_the_leadership(facts):
    decision = decide(facts, POLICY)
    if decision.flash:
        assert decision.priority == "emergency"
        roles = {each.role for each in decision.recipients if each.gate == "none"}
        assert {"SRSG_OFFICE", "HOPC", "JOC"} <= roles


@unhurried
@given(FACTS)
def test_unpol_investigates_only_with_an_executive_mandate(facts):
    if not facts.values["executive_mandate"]:
        assert "UNPOL_INVESTIGATION" not in told(facts)


@unhurried
@given(FACTS)
def test_no_role_is_both_told_and_suppressed(facts):
    decision = decide(facts, POLICY)
    roles = [each.role for each in decision.recipients]
    assert len(roles) == len(set(roles))
    assert not {*roles} & {each.role for each in decision.suppressed}


@unhurried
@given(FACTS)
def test_roles_for_a_persons_decision_are_never_told_automatically(facts):
    assert not [role for role in told(facts) if POLICY.terms.roles[role].by_hand_only]


@unhurried
@given(FACTS)
def test_every_action_and_task_has_a_deadline_and_every_line_a_reason_and_source(facts):
    decision = decide(facts, POLICY)
    for each in decision.recipients:
        assert each.kind != "action" or each.due_minutes is not None
        assert each.reason
        assert each.source
    assert all(task.due_minutes for task in decision.tasks)


@unhurried
@given(FACTS)
def test_the_index_finds_what_trying_every_row_finds(facts):
    known = POLICY.know(facts)
    for index, conditions in (
        (POLICY.row_index, [row.condition for row in POLICY.rows]),
        (POLICY.step_index, [case.condition for _, case in POLICY.steps]),
    ):
        holding = {at for at, condition in enumerate(conditions) if condition.test(known)}
        assert holding <= set(index.candidates(known))


@unhurried
@given(FACTS)
def test_equal_facts_give_equal_decisions(facts):
    again = POLICY.facts(facts.as_dict())
    assert again == facts
    assert decide(again, POLICY) == decide(facts, POLICY)

"""The shipped policy breaks no invariant; a policy damaged on purpose is found, with an example."""

import re

import pytest

from referrals.policy_file import INVARIANTS, load_invariants, read_mapping, standard_policy
from referrals.routing import compile_policy, decide
from referrals.routing.conditions import read_condition
from referrals.routing.node import Node
from referrals.routing.proof import prove
from referrals.routing.selectors import read_selector

SAID = {each["id"]: each for each in read_mapping(INVARIANTS)[0]["invariants"]}


def row(mapping, name):
    return next(r for section in mapping["sections"] for r in section["rows"] if r["id"] == name)


def guard(mapping, name):
    return next(guard for guard in mapping["guards"] if guard["id"] == name)


def without_row(name):
    def damage(mapping):
        for section in mapping["sections"]:
            section["rows"] = [row for row in section["rows"] if row["id"] != name]

    return damage


def without_guard(name):
    def damage(mapping):
        mapping["guards"] = [guard for guard in mapping["guards"] if guard["id"] != name]

    return damage


def with_row(**fields):
    """One more row at the end of the section for all tracks."""

    def damage(mapping):
        section = {"title": "Planted", "tracks": ["standard", "misconduct"]}
        planted = {"id": "PLANTED", "when": "always", "reason": "Planted.", "source": ["D"]}
        mapping["sections"].append(section | {"rows": [planted | fields]})

    return damage


def tells(role, **fields):
    return {"role": role, "kind": "info", "gate": "none", "redaction": "RD3"} | fields


def in_row(name, key, value):
    return lambda mapping: row(mapping, name).update({key: value})


def in_guard(name, key, value):
    return lambda mapping: guard(mapping, name).update({key: value})


def recipient(name, role, **fields):
    """Change the recipients of a row that name this role."""

    def damage(mapping):
        for each in row(mapping, name)["recipients"]:
            if each["role"] == role:
                each.update(fields)

    return damage


def deadline(name, value):
    return lambda mapping: mapping["deadlines"].update({name: value})


def overridable(name):
    return in_guard(name, "overridable", True)


def detained_first(mapping):
    """A guard of the build stage that makes the adviser wait for due diligence."""
    guard(mapping, "VITAL_INTEREST")["effect"]["change"]["who"] = {
        "roles": ["HEALTH_PROVIDER", "CPA"]
    }


IS_MISCONDUCT = {"fact": "track", "is": "misconduct"}
# What is done to the policy -> the invariants that no longer hold.
PLANTED = {
    "the supervisor is left out": (without_row("R01"), {"SUPERVISOR_TOLD"}),
    "the focal points are left out": (
        without_row("R02"),
        {"FOCAL_POINT_TOLD", "FOCAL_POINT_HQ_TOLD"},
    ),
    "nobody acts where the area has no focal point": (
        recipient("R02", "UNPOL_CPFP_HQ", kind="info"),
        {"FOCAL_POINT_TOLD"},
    ),
    "the lead is left out where the mission has an officer's line": (
        in_row(
            "R03",
            "when",
            {"all": [{"not": "hazard_only"}, {"not": {"fact": "reporting_line", "is": "officer"}}]},
        ),
        {"LEAD_TOLD", "LEAD_TOLD_WITHOUT_ADVISER", "ROWS_CAN_APPLY"},
    ),
    "the lead does not hear of hazards": (
        without_row("R03h"),
        {"LEAD_INFORMED_OF_HAZARDS", "LEAD_INFORMED_OF_HAZARDS_WITHOUT_ADVISER"},
    ),
    "an emergency waits for the focal point": (
        lambda mapping: mapping["derived"]["bypass"].update(
            when={
                "all": [
                    {"fact": "reporting_line", "is": "focal_point"},
                    "flash",
                    "emergency_bypass",
                ]
            }
        ),
        {"EMERGENCY_NOT_DELAYED"},
    ),
    "the adviser waits until after the review": (
        detained_first,
        {"LEAD_TOLD", "ONLY_LIFE_SAVING_CARE_GOES_FIRST", "LEAD_INFORMED_OF_HAZARDS"},
    ),
    "Human Rights is not told": (without_row("R04"), {"HUMAN_RIGHTS_TOLD"}),
    "a flash does not reach the leadership": (without_row("R05"), {"FLASH_REACHES_LEADERSHIP"}),
    "a flash reaches the operations centre for information only": (
        recipient("R05", "JOC", kind="info"),
        {"FLASH_REACHES_LEADERSHIP"},
    ),
    "nobody handles what aid workers did": (
        without_row("M_AID_WORKER"),
        {"MISCONDUCT_HANDLED"},
    ),
    "a partner is told without a gate": (
        recipient("V_ABDUCTION", "UNICEF_CP", gate="none"),
        {"EXTERNAL_BEHIND_GATE", "ROWS_AGREE"},
    ),
    "care that is not medical goes before the review": (
        in_guard(
            "VITAL_INTEREST",
            "effect",
            {"change": {"who": {"roles": ["SHELTER_PROVIDER"]}, "gate": "post_review"}},
        ),
        {"ONLY_LIFE_SAVING_CARE_GOES_FIRST"},
    ),
    "every health referral goes before the review": (
        in_guard("VITAL_INTEREST", "when", {"fact": "needs", "includes": "medical"}),
        {"ONLY_WHEN_A_LIFE_IS_AT_STAKE"},
    ),
    "a host-State unit is proposed while the host State is implicated": (
        lambda mapping: (
            with_row(
                recipients=[tells("HS_POLICE_SPECIALISED", gate="cp_lead+hrddp", redaction="RS")]
            )(mapping),
            without_guard("HOST_STATE_IMPLICATED")(mapping),
        ),
        {
            "NO_HOST_STATE_WHEN_IMPLICATED",
            "HOST_STATE_NOT_CLEARED",
            "HOST_STATE_HELD_UNTIL_CLEARED",
        },
    ),
    "a host-State unit needs no due diligence": (
        recipient("L_HOST_POLICE", "HS_POLICE_SPECIALISED", gate="cp_lead"),
        {"HOST_STATE_ONLY_AFTER_DUE_DILIGENCE"},
    ),
    "a host-State unit that is not cleared is proposed": (
        without_guard("HRDDP_BLOCK"),
        {"HOST_STATE_NOT_CLEARED"},
    ),
    "a host-State unit is not held while its clearance is pending": (
        without_guard("HRDDP_GATE"),
        {"HOST_STATE_HELD_UNTIL_CLEARED"},
    ),
    "nobody shuts out the implicated": (
        without_guard("NO_SELF_ROUTE"),
        {"NO_SELF_ROUTE", "NO_RELATIVE_REACHED"},
    ),
    "the host State is shut out, the organization named is not": (
        in_guard("NO_SELF_ROUTE", "cases", [{"when": {"any": ["host_state", IS_MISCONDUCT]}}]),
        {"NO_RELATIVE_REACHED"},
    ),
    "one role is forgotten where the implicated are shut out": (
        lambda mapping: guard(mapping, "NO_SELF_ROUTE")["cases"][1]["left"].update(
            not_roles=["JOC"]
        ),
        {"NO_RELATIVE_REACHED"},
    ),
    "the deputy of the SRSG hears of misconduct": (
        with_row(when=IS_MISCONDUCT, recipients=[tells("DSRSG_RC_HC", redaction="RD2")]),
        {"MISCONDUCT_STAYS_APART", "MISCONDUCT_NOT_TO_CHAIN_OF_COMMAND"},
    ),
    "an agency hears of misconduct": (
        with_row(when=IS_MISCONDUCT, recipients=[tells("UNICEF_CP", gate="cp_lead")]),
        {"MISCONDUCT_STAYS_APART"},
    ),
    "Conduct and Discipline reads standard reports": (
        with_row(when="flash", recipients=[tells("CONDUCT_DISCIPLINE")]),
        {"MISCONDUCT_ONLY_ON_ITS_TRACK"},
    ),
    "the head of child protection reads who it is": (
        recipient("M_CHILD_PROTECTION", "CP_HEAD", redaction="RD1"),
        {"HEAD_OF_CHILD_PROTECTION_SEES_NO_ONE"},
    ),
    "police investigate without a mandate": (
        in_row("L_EXECUTIVE", "when", "law_row"),
        {"NO_INVESTIGATION_WITHOUT_MANDATE"},
    ),
    "the supervisor reads what is strictly confidential": (
        recipient("R01", "UNPOL_SUPERVISOR", redaction="RD1"),
        {"SUPERVISOR_SEES_A_SUMMARY"},
    ),
    "the annex is shown to investigators": (
        recipient("L_EXECUTIVE", "UNPOL_INVESTIGATION", redaction="RD0"),
        {"ANNEX_FOR_THE_LEAD_ALONE"},
    ),
    "the military reads the record": (
        without_guard("MILITARY_ALERT_ONLY"),
        set(),  # the rows themselves show it a summary
    ),
    "the military reads the record, by a row and no guard": (
        lambda mapping: (
            recipient("R06", "MILITARY_LIAISON", redaction="RD1")(mapping),
            without_guard("MILITARY_ALERT_ONLY")(mapping),
        ),
        {"MILITARY_SEES_A_SUMMARY"},
    ),
    "an agency reads the record": (
        recipient("X_CTFMR", "CTFMR", redaction="RD1"),
        {"OUTSIDE_SEES_NO_RECORD"},
    ),
    "staff welfare reads a line": (
        recipient("X_WELFARE", "STAFF_WELFARE", redaction="RD3"),
        {"WELFARE_LEARNS_NO_CASE"},
    ),
    "a refusal is not heard": (without_guard("CONSENT_REFUSED"), {"REFUSED_IS_REFUSED"}),
    "a refusal may be set aside": (overridable("CONSENT_REFUSED"), {"REFUSED_IS_REFUSED"}),
    "the host State may be let in by a person": (
        lambda mapping: (
            in_row("L_HOST_POLICE", "when", "law_non_executive")(mapping),
            overridable("HOST_STATE_IMPLICATED")(mapping),
        ),
        {
            "NO_HOST_STATE_WHEN_IMPLICATED",
            "HOST_STATE_NOT_CLEARED",
            "HOST_STATE_HELD_UNTIL_CLEARED",
        },
    ),
    "a rule tells somebody whom only a person may tell": (
        lambda mapping: (
            mapping["roles"]["never_automatic"].pop("by_hand_only"),
            with_row(when="flash", recipients=[tells("OHCHR")])(mapping),
        ),
        {"BY_HAND_ONLY"},
    ),
    "an action has no deadline": (
        lambda mapping: mapping["kinds"]["action"].pop("deadline"),
        {"ACTIONS_HAVE_A_DEADLINE"},
    ),
    "a task has no deadline": (
        lambda mapping: row(mapping, "R06c")["tasks"][0].pop("deadline"),
        {"TASKS_HAVE_A_DEADLINE"},
    ),
    "a row can never apply": (
        with_row(when={"all": ["hazard_only", "grave"]}, recipients=[tells("UNMAS")]),
        {"ROWS_CAN_APPLY"},
    ),
    "somebody in a row can never be reached": (
        with_row(
            recipients=[tells("UNMAS"), tells("JMAC", when={"all": ["flash", IS_MISCONDUCT]})]
        ),
        {"ROWS_CAN_APPLY", "MISCONDUCT_STAYS_APART"},
    ),
    "a guard can never fire": (
        in_guard("MEDIA_LOCK", "when", {"all": ["hazard_only", "attack"]}),
        {"GUARDS_CAN_FIRE"},
    ),
    "two rows disagree and the later one says that the first stands": (
        lambda mapping: row(mapping, "C_MILITARY_USE")["recipients"][1].update(redaction="RD3"),
        set(),
    ),
    "two rows disagree and nobody says which is meant": (
        lambda mapping: row(mapping, "C_MILITARY_USE")["recipients"][1].pop("tie"),
        {"ROWS_AGREE"},
    ),
    "two rows contradict each other": (
        with_row(when="grave", recipients=[tells("HUMAN_RIGHTS", redaction="RD3")]),
        {"ROWS_AGREE", "HEAD_OF_CHILD_PROTECTION_SEES_NO_ONE"},
    ),
}


def proof_of(mapping):
    policy = compile_policy(mapping)
    return policy, prove(policy, load_invariants(policy))


def is_broken(breach, policy):
    """Whether what the engine decides on the example breaks the invariant, read once more."""
    said = Node(SAID[breach.invariant])
    facts = policy.facts(breach.example)
    decision, known = decide(facts, policy, breach.set_aside), policy.know(facts)
    if "when" not in said:  # of rows and tasks: the detail names one that applies
        names = {row.id for row in policy.rows if row.condition.test(known)}
        return bool(names & set(re.findall(r"\w+", breach.detail)))

    def picked(node):
        selector = read_selector(node, policy.terms, policy.all_facts)
        return [each for each in decision.recipients if selector.picks(each, known)]

    holds = read_condition(said.at("when"), policy.all_facts).test(known)
    if "nobody" in said:
        return holds and picked(said.at("nobody")) != []
    if "told" in said:
        return holds and not all(picked(each) for each in said.at("told").items())
    is_wanted = "who" not in said or picked(said.at("who")) != []
    return holds and is_wanted and said.get("guard") not in {g.id for g in decision.guards}


def test_the_shipped_policy_breaks_no_invariant():
    proof = prove(standard_policy(), load_invariants(standard_policy()))
    assert proof.breaches == ()
    assert proof.situations > 10**40
    assert proof.invariants == len(read_mapping(INVARIANTS)[0]["invariants"])


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_breach_is_found(planted, mapping):
    damage, broken = PLANTED[planted]
    damage(mapping)
    policy, proof = proof_of(mapping)
    assert {breach.invariant for breach in proof.breaches} == broken
    for breach in proof.breaches:
        assert breach.source
        assert breach.example is None or is_broken(breach, policy)


def test_every_invariant_is_planted_against():
    planted = {name for _damage, broken in PLANTED.values() for name in broken}
    assert planted == {each["id"] for each in read_mapping(INVARIANTS)[0]["invariants"]}

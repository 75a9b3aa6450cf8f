"""Sections 2.2 and 2.3: priority, flash, phase, classification, and the readings of 2.10."""

import pytest

ARMY = {"perpetrator": "host_state_military"}
MISCONDUCT = {"perpetrator": "un_personnel"}
KILLING = {"violations": ["killing_maiming"]}
RAPE = {"violations": ["sexual_violence"]}


@pytest.mark.parametrize(
    ("facts", "priority", "minutes"),
    [
        ({"ongoing_threat": True}, "emergency", 30),
        ({"life_saving_need": True}, "emergency", 30),
        ({"child_still_missing": True}, "emergency", 30),
        ({"imminent_harm": True}, "emergency", 30),
        (RAPE | {"hours_since_incident": 72}, "emergency", 30),
        ({"media_attention": True}, "emergency", 30),
        (MISCONDUCT | {"imminent_harm": True}, "emergency", 30),
        (RAPE | {"hours_since_incident": 73}, "urgent", 240),
        (RAPE, "urgent", 240),
        (KILLING | {"hours_since_incident": 1}, "urgent", 240),
        (MISCONDUCT | KILLING | {"srsg_request": True}, "urgent", 240),
        *(
            ({"concerns": [concern]}, "urgent", 240)
            for concern in (
                "harmful_practice",
                "trafficking",
                "child_detained",
                "unaccompanied_separated",
                "explosive_hazard",
                "military_use_facility",
            )
        ),
        ({"concerns": ["child_labour"]}, "routine", 1440),
        ({}, "routine", 1440),
    ],
)
def test_priority_and_time_to_acknowledge(facts, priority, minutes, decided):
    decision = decided(**facts)
    assert (decision.priority, decision.ack_minutes) == (priority, minutes)


@pytest.mark.parametrize(
    "facts",
    [
        {"ongoing_threat": True},
        {"child_still_missing": True},
        {"violations": ["attack_school_hospital"]},
        KILLING | {"child_victims": 5},
        RAPE | {"child_victims": 5},
        KILLING | {"child_victims": 2, "mass_threshold": 2},
        KILLING | ARMY,
        {"violations": ["sexual_violence", "denial_humanitarian_access"]} | ARMY,
        {"media_attention": True},
        {"srsg_request": True},
    ],
)
def test_it_is_a_flash(facts, decided):
    assert decided(**facts).flash is True


@pytest.mark.parametrize("perpetrator", ["un_personnel", "aid_worker"])
def test_misconduct_is_never_a_flash(perpetrator, decided):
    everything = KILLING | {"ongoing_threat": True, "srsg_request": True, "child_victims": 9}
    assert decided(**everything, perpetrator=perpetrator).flash is False


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"child_victims": 5},
        KILLING | {"child_victims": 4},
        ARMY | {"concerns": ["child_detained"]},
        ARMY | RAPE,
        ARMY | RAPE | {"hours_since_incident": 10, "life_saving_need": True},
        {"imminent_harm": True},
        {"concerns": ["military_use_facility"], "facility": "hospital"},
    ],
)
def test_it_is_not_a_flash(facts, decided):
    assert decided(**facts).flash is False


@pytest.mark.parametrize(
    ("facts", "opens"),
    [
        ({"srsg_request": True}, True),
        ({"media_attention": True}, True),
        ({"violations": ["attack_school_hospital"]}, True),
        (KILLING | {"child_victims": 5}, True),
        ({"child_victims": 5}, False),
        ({"ongoing_threat": True}, False),
        (MISCONDUCT | {"srsg_request": True}, False),
    ],
)
def test_a_plan_of_action_is_opened(facts, opens, decided):
    tasks = {task.code: task for task in decided(**facts).tasks}
    assert ("plan_of_action" in tasks) is opens
    if opens:
        plan = tasks["plan_of_action"]
        assert (plan.due_minutes, plan.horizon_minutes) == (90, 1440)


@pytest.mark.parametrize(
    ("facts", "phase"),
    [
        (KILLING | {"ongoing_threat": True}, "response"),
        (KILLING | {"child_still_missing": True}, "response"),
        ({"ongoing_threat": True}, "pre-emption"),
        (KILLING | {"imminent_harm": True}, "pre-emption"),
        (KILLING, "consolidation"),
        ({"concerns": ["trafficking"]}, "prevention"),
        ({"child_still_missing": True}, "prevention"),
    ],
)
def test_phase_of_protection(facts, phase, decided):
    assert decided(**facts).poc_phase == phase


@pytest.mark.parametrize(
    ("facts", "classification"),
    [
        (RAPE, "strictly_confidential"),
        (MISCONDUCT, "strictly_confidential"),
        (ARMY, "strictly_confidential"),
        ({"contains_identity": True}, "strictly_confidential"),
        ({"concerns": ["harmful_practice"]}, "strictly_confidential"),
        ({"concerns": ["trafficking"]}, "strictly_confidential"),
        ({"concerns": ["explosive_hazard"], "contains_identity": True}, "strictly_confidential"),
        ({"concerns": ["explosive_hazard"]}, "internal"),
        ({}, "internal"),
        ({"concerns": ["explosive_hazard", "child_labour"]}, "confidential"),
        (KILLING, "confidential"),
    ],
)
def test_classification(facts, classification, decided):
    assert decided(**facts).classification == classification


@pytest.mark.parametrize(
    ("facts", "role", "rule", "kind", "redaction"),
    [
        # the highest kind wins
        ({"violations": ["abduction", "denial_humanitarian_access"]}, "UNICEF_CP", "V_ABDUCTION",
         "referral", "RS"),
        ({"violations": ["denial_humanitarian_access"], "concerns": ["child_labour"]}, "UNICEF_CP",
         "C_CHILD_LABOUR", "referral", "RS"),
        (KILLING | {"concerns": ["explosive_hazard"]}, "JOC", "C_EXPLOSIVE_HAZARD", "action",
         "RD2"),
        ({"srsg_request": True, "ongoing_threat": True}, "MILITARY_LIAISON", "R06", "action",
         "RD2"),
        (RAPE | {"concerns": ["harmful_practice"]}, "UNFPA", "C_HARMFUL_PRACTICE", "referral",
         "RS"),
        ({"concerns": ["trafficking"], "displacement": "idp", "child_victims": 1}, "IOM",
         "C_TRAFFICKING", "referral", "RS"),
        # on a tie the first row stands
        ({"violations": ["denial_humanitarian_access"], "concerns": ["harmful_practice"]},
         "CIVIL_AFFAIRS", "V_DENIAL", "info", "RD2"),
        ({"concerns": ["harmful_practice", "military_use_facility"]}, "CIVIL_AFFAIRS",
         "C_HARMFUL_PRACTICE", "info", "RD3"),
        (KILLING | {"concerns": ["explosive_hazard"], "srsg_request": True}, "JOC", "R05",
         "action", "RD2"),
        ({"violations": ["recruitment_use", "abduction"]}, "UNICEF_CP", "V_RECRUITMENT",
         "referral", "RS"),
    ],
)  # fmt: skip
def test_a_role_proposed_twice(facts, role, rule, kind, redaction, decided):
    (told,) = (each for each in decided(**facts).recipients if each.role == role)
    assert (told.rule, told.kind, told.redaction) == (rule, kind, redaction)


@pytest.mark.parametrize(
    ("facts", "gate", "via"),
    [
        ({"reporting_line": "officer"}, "none", "direct"),
        ({"reporting_line": "both"}, "none", "both"),
        ({"reporting_line": "both", "imminent_harm": True}, "none", "both"),
        ({"reporting_line": "focal_point"}, "cpfp_forward", "UNPOL_CPFP"),
        ({"reporting_line": "focal_point", "imminent_harm": True}, "none", "direct"),
    ],
)
def test_the_way_to_the_child_protection_lead(facts, gate, via, decided):
    for has_cpa, lead in ((True, "CPA"), (False, "HUMAN_RIGHTS")):
        decision = decided(**facts, has_cpa=has_cpa)
        (told,) = (each for each in decision.recipients if each.role == lead and each.via)
        assert (told.gate, told.via) == (gate, via)


def test_a_hazard_alone_informs_the_lead_even_in_an_emergency(decided):
    decision = decided(concerns=["explosive_hazard"], ongoing_threat=True)
    (lead,) = (each for each in decision.recipients if each.role == "CPA")
    assert (lead.kind, lead.gate, lead.redaction) == ("info", "none", "RD2")


def test_without_an_adviser_neither_adviser_is_told(decided):
    decision = decided(**KILLING, srsg_request=True, has_cpa=False)
    assert {"CPA", "CPA_SENIOR"}.isdisjoint(each.role for each in decision.recipients)


@pytest.mark.parametrize(
    ("facts", "role", "deadline", "minutes"),
    [
        ({}, "UNPOL_SUPERVISOR", "acknowledge", 1440),
        (KILLING, "CPA", "forward", 240),
        ({"imminent_harm": True, "emergency_bypass": False}, "CPA", "forward", 0),
        ({"imminent_harm": True}, "CPA", "acknowledge", 30),
        ({"srsg_request": True}, "SRSG_OFFICE", "flash_note", 60),
        (KILLING | {"srsg_request": True}, "CTFMR", "release", 240),
        (KILLING, "CTFMR", "release", 1440),
        ({"needs": ["legal"]}, "LEGAL_AID_PROVIDER", "release", 4320),
        ({"life_saving_need": True, "needs": ["medical"]}, "HEALTH_PROVIDER", "accept", 240),
        (KILLING, "HUMAN_RIGHTS", None, None),
    ],
)
def test_deadlines_of_section_2_8(facts, role, deadline, minutes, decided):
    (told,) = (each for each in decided(**facts).recipients if each.role == role)
    assert (told.deadline, told.due_minutes) == (deadline, minutes)

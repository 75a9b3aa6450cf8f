"""All 27 guards of section 2.6: when each fires, when it does not, and what it does."""

import pytest

ALLEGED = {"perpetrator": "armed_group"}
ARMY = {"perpetrator": "host_state_military"}
MISCONDUCT = {"perpetrator": "un_personnel"}
KILLING = {"violations": ["killing_maiming"]}
LABOUR = {"concerns": ["child_labour"]}  # brings a referral to UNICEF
WOUNDED = {"life_saving_need": True, "needs": ["medical"]}
PSYCHOSOCIAL = {"needs": ["psychosocial"]}

# guard -> (facts in each of which it fires, facts in each of which it does not)
FIRING = {
    "CP_GATE": (
        [LABOUR, KILLING, KILLING | ALLEGED | {"mrm_activated": False}],
        [{}, KILLING | {"mrm_activated": False}, MISCONDUCT | LABOUR],
    ),
    "HOST_STATE_IMPLICATED": (
        [ARMY, {"perpetrator": "host_state_police"}, {"perpetrator": "host_state_other"}],
        [ALLEGED, MISCONDUCT],
    ),
    "NO_SELF_ROUTE": ([ARMY, MISCONDUCT, {"perpetrator": "aid_worker"}], [ALLEGED, {}]),
    "UNKNOWN_PERP_HOLD": (
        [KILLING, {"concerns": ["trafficking"]}],
        [KILLING | {"executive_mandate": True}, KILLING | ALLEGED, LABOUR, KILLING | MISCONDUCT],
    ),
    "HRDDP_GATE": (
        [KILLING | ALLEGED | {"hrddp": "cleared"}, KILLING | ALLEGED | {"hrddp": "not_cleared"}],
        [KILLING, KILLING | ALLEGED | {"executive_mandate": True}, KILLING | ARMY],
    ),
    "HRDDP_BLOCK": (
        [KILLING | ALLEGED | {"hrddp": "not_cleared"}],
        [KILLING | ALLEGED | {"hrddp": status} for status in ("cleared", "conditional", "pending")]
        + [LABOUR | ALLEGED | {"hrddp": "not_cleared"}],
    ),
    "DO_NO_HARM": (
        [KILLING | ALLEGED, ARMY, {"risk_flags": ["stigma"]}],
        [KILLING, LABOUR | ALLEGED, MISCONDUCT | {"risk_flags": ["stigma"]}],
    ),
    "NON_EXECUTIVE": (
        [
            {"requested_actions": [step]}
            for step in ("investigate", "interview", "arrest", "raid", "collect_evidence")
        ]
        + [
            MISCONDUCT | {"requested_actions": ["raid"]},
            {"requested_actions": ["collect_evidence", "raid"], "evidence_mandate": True},
        ],
        [
            {},
            {"requested_actions": ["collect_evidence"], "evidence_mandate": True},
            {"requested_actions": ["investigate", "raid"], "executive_mandate": True},
        ],
    ),
    "NO_INTERVIEW": (
        [
            {"child_contact": True},
            {"source": "victim_disclosure"},
            {"requested_actions": ["interview"], "executive_mandate": True},
            MISCONDUCT | {"child_contact": True},
        ],
        [{}, {"requested_actions": ["investigate"]}],
    ),
    "DUPLICATE_INTERVIEW": (
        [{"prior_interviews": 1}, MISCONDUCT | {"prior_interviews": 2}],
        [{"prior_interviews": 0}],
    ),
    "DUPLICATE_LINK": (
        [{"similar_report_exists": True}, LABOUR | {"similar_report_exists": True}],
        [LABOUR, MISCONDUCT | {"similar_report_exists": True}],
    ),
    "GENDER_CHOICE": (
        [{"child_contact": True}, MISCONDUCT | {"child_contact": True}],
        [{"interlocutor_preference": "female"}],
    ),
    "CONSENT_REQUIRED": (
        [
            LABOUR,
            LABOUR | {"consent": "given", "consent_scope": ["medical"]},
            LABOUR | {"consent": "best_interest_override", "consent_scope": []},
            MISCONDUCT | {"consent": "not_sought"},
            MISCONDUCT | {"consent": "refused"},
        ],
        [
            {},
            KILLING,
            LABOUR | {"consent": "given"},
            LABOUR | {"consent": "refused"},
            LABOUR | {"similar_report_exists": True},
            KILLING | ALLEGED | {"hrddp": "not_cleared"},
            MISCONDUCT | {"consent": "given", "consent_scope": []},
            MISCONDUCT | {"consent": "best_interest_override"},
        ],
    ),
    "CONSENT_REFUSED": (
        [LABOUR | {"consent": "refused"}],
        [
            LABOUR,
            KILLING | {"consent": "refused"},
            WOUNDED | {"consent": "refused"},
            MISCONDUCT | {"consent": "refused"},
            LABOUR | {"consent": "refused", "similar_report_exists": True},
        ],
    ),
    "VITAL_INTEREST": (
        [WOUNDED, WOUNDED | MISCONDUCT],
        [{"needs": ["medical"]}, {"life_saving_need": True}],
    ),
    "CONFIDENTIALITY_FLOOR": (
        [
            PSYCHOSOCIAL | {"low_confidentiality_partners": ["PSS_PROVIDER"]},
            PSYCHOSOCIAL | {"low_confidentiality_partners": ["PSS_PROVIDER"]} | ARMY,
        ],
        [
            PSYCHOSOCIAL,
            PSYCHOSOCIAL | {"low_confidentiality_partners": ["UNICEF_CP"]},
            MISCONDUCT | {"low_confidentiality_partners": ["PSEA_NETWORK"]},
        ],
    ),
    "COMMUNITY_LEADER_HOLD": (
        [{"concerns": ["harmful_practice"]}, {"community_leader_involved": True}],
        [{}, MISCONDUCT | {"community_leader_involved": True}],
    ),
    "IDENTITY_REDACTION": (
        [{"contains_identity": True}, MISCONDUCT | {"contains_identity": True}],
        [{}],
    ),
    "JOINT_PATROL": (
        [{"patrol": "joint_host_state"}, MISCONDUCT | {"patrol": "joint_host_state"}],
        [{"patrol": "joint_military"}, {"patrol": "integrated"}],
    ),
    "MILITARY_ALERT_ONLY": (
        [{"ongoing_threat": True}, {"concerns": ["explosive_hazard"]}, {"srsg_request": True}],
        [{}, KILLING, {"ongoing_threat": True, "poc_mandate": False}],
    ),
    "MEDIA_LOCK": ([{"media_attention": True}], [{}, MISCONDUCT | {"media_attention": True}]),
    "MANDATORY_REPORTING": (
        [
            KILLING | {"mandatory_reporting_law": True},
            KILLING | ARMY | {"mandatory_reporting_law": True},
        ],
        [
            KILLING,
            LABOUR | {"mandatory_reporting_law": True},
            KILLING | {"mandatory_reporting_law": True, "executive_mandate": True},
            KILLING | MISCONDUCT | {"mandatory_reporting_law": True},
        ],
    ),
    "NO_CPA_SUBSTITUTE": ([{"has_cpa": False}, MISCONDUCT | {"has_cpa": False}], [{}]),
    "EMERGENCY_BYPASS": (
        [{"imminent_harm": True}, {"srsg_request": True}],
        [
            {},
            {"imminent_harm": True, "emergency_bypass": False},
            {"imminent_harm": True, "reporting_line": "officer"},
            {"imminent_harm": True, "reporting_line": "both"},
            MISCONDUCT | {"imminent_harm": True},
        ],
    ),
    "ROSTER_FALLBACK": (
        [{"roster": "deputy"}, {"roster": "none"}],
        [{"roster": "on_duty"}, MISCONDUCT | {"roster": "none"}],
    ),
    "MISCONDUCT_TRACK": ([MISCONDUCT, {"perpetrator": "aid_worker"}], [ARMY, {}]),
    "NOT_MRM": (
        [LABOUR, KILLING | {"conflict_nexus": "no"}, MISCONDUCT, KILLING | MISCONDUCT],
        [
            {},
            KILLING,
            KILLING | {"conflict_nexus": "unknown"},
            KILLING | {"mrm_activated": False},
            {"concerns": ["child_detained", "trafficking"]},
        ],
    ),
}

FIRES = [(guard, facts) for guard, (fires, _) in FIRING.items() for facts in fires]
STAYS_QUIET = [(guard, facts) for guard, (_, quiet) in FIRING.items() for facts in quiet]


def ids(decision):
    return {guard.id for guard in decision.guards}


def suppressed_by(decision, guard):
    return {each.role for each in decision.suppressed if each.guard == guard}


def recipients(decision):
    return {recipient.role: recipient for recipient in decision.recipients}


def test_there_are_27_guards_and_each_is_in_these_tables(policy):
    assert len(policy.guards) == 27
    assert {guard.id for guard in policy.guards} == set(FIRING)


@pytest.mark.parametrize(("guard", "facts"), FIRES)
def test_the_guard_fires(guard, facts, decided):
    assert guard in ids(decided(**facts))


@pytest.mark.parametrize(("guard", "facts"), STAYS_QUIET)
def test_the_guard_stays_quiet(guard, facts, decided):
    assert guard not in ids(decided(**facts))


def test_only_the_four_guards_the_policy_names_can_be_overridden(policy):
    assert {guard.id for guard in policy.guards if guard.notice.overridable} == {
        "UNKNOWN_PERP_HOLD",
        "DUPLICATE_LINK",
        "CONSENT_REQUIRED",
        "CONFIDENTIALITY_FLOOR",
    }


def test_host_state_implicated_lists_all_three_whether_or_not_a_row_proposed_them(decided):
    expected = {"HS_POLICE_SPECIALISED", "HS_POLICE_GENERAL", "HS_SECURITY_FORCES"}
    assert suppressed_by(decided(**ARMY), "HOST_STATE_IMPLICATED") == expected


@pytest.mark.parametrize(
    ("guard", "facts"),
    [
        ("UNKNOWN_PERP_HOLD", KILLING),
        ("HRDDP_BLOCK", KILLING | ALLEGED | {"hrddp": "not_cleared"}),
    ],
)
def test_the_guard_names_the_host_state_unit_as_not_told(guard, facts, decided):
    decision = decided(**facts)
    assert suppressed_by(decision, guard) == {"HS_POLICE_SPECIALISED"}
    assert "HS_POLICE_SPECIALISED" not in recipients(decision)


def test_a_unit_whose_clearance_is_pending_is_held(decided):
    unit = recipients(decided(**KILLING, **ALLEGED, hrddp="pending"))["HS_POLICE_SPECIALISED"]
    assert unit.state == "held"
    assert unit.waits_for == ("HRDDP_GATE", "CONSENT_REQUIRED")


@pytest.mark.parametrize("status", ["cleared", "conditional"])
def test_a_cleared_unit_is_proposed_and_not_held(status, decided):
    facts = KILLING | ALLEGED | {"hrddp": status, "consent": "given"}
    unit = recipients(decided(**facts))["HS_POLICE_SPECIALISED"]
    assert (unit.gate, unit.state, unit.waits_for) == ("cp_lead+hrddp", None, ())


def test_steps_an_officer_may_not_take_are_refused_with_words(decided):
    asked = ["investigate", "interview", "collect_evidence", "arrest", "raid"]
    refused = decided(requested_actions=asked).refused
    assert {refusal.action for refusal in refused} == set(asked)
    assert all(refusal.guard == "NON_EXECUTIVE" and refusal.text for refusal in refused)


def test_evidence_may_be_collected_where_mandated_and_the_rest_may_not(decided):
    decision = decided(requested_actions=["raid", "collect_evidence"], evidence_mandate=True)
    assert [refusal.action for refusal in decision.refused] == ["raid"]


def test_interviews_are_refused_in_executive_missions_too(decided):
    decision = decided(requested_actions=["interview", "investigate"], executive_mandate=True)
    assert [(each.action, each.guard) for each in decision.refused] == [
        ("interview", "NO_INTERVIEW")
    ]


def test_a_duplicate_drops_every_gated_item_and_leaves_the_mission_informed(decided):
    decision = decided(**KILLING, **ALLEGED, concerns=["child_labour"], similar_report_exists=True)
    assert suppressed_by(decision, "DUPLICATE_LINK") == {
        "UNICEF_CP",
        "ILO",
        "CTFMR",
        "HS_POLICE_SPECIALISED",
    }
    assert {"UNPOL_SUPERVISOR", "UNPOL_CPFP_FIELD", "CPA"} <= recipients(decision).keys()
    assert "CP_GATE" not in ids(decision)


def test_life_saving_care_survives_a_duplicate_and_a_refusal(decided):
    for obstacle in ({"similar_report_exists": True}, {"consent": "refused"}):
        decision = decided(**WOUNDED, **LABOUR, **obstacle)
        assert recipients(decision)["HEALTH_PROVIDER"].gate == "post_review"
        assert "UNICEF_CP" in {each.role for each in decision.suppressed}


def test_a_refusal_removes_every_referral_packet_and_nothing_else(decided):
    decision = decided(**LABOUR, **PSYCHOSOCIAL, consent="refused")
    assert suppressed_by(decision, "CONSENT_REFUSED") == {"UNICEF_CP", "PSS_PROVIDER"}
    assert "ILO" in recipients(decision)


def test_referrals_wait_for_consent_and_life_saving_care_does_not(decided):
    told = recipients(decided(life_saving_need=True, needs=["medical", "legal"]))
    assert told["LEGAL_AID_PROVIDER"].waits_for == ("CONSENT_REQUIRED",)
    assert told["HEALTH_PROVIDER"].waits_for == ()


@pytest.mark.parametrize(
    ("need", "role"),
    [
        ("medical", "HEALTH_PROVIDER"),
        ("psychosocial", "PSS_PROVIDER"),
        ("safe_shelter", "SHELTER_PROVIDER"),
        ("legal", "LEGAL_AID_PROVIDER"),
        ("case_management", "CASE_MGMT_AGENCY"),
        ("reintegration", "UNICEF_CP"),
    ],
)
def test_consent_for_one_need_covers_its_provider_only(need, role, decided):
    needs = ["medical", "psychosocial", "safe_shelter", "legal", "case_management"]
    told = recipients(decided(needs=[*needs, need], consent="given", consent_scope=[need]))
    free = {name for name, each in told.items() if each.redaction == "RS" and not each.waits_for}
    assert free == {role}


def test_consent_to_family_tracing_covers_those_who_trace(decided):
    decision = decided(needs=["family_tracing"], consent="given", consent_scope=["family_tracing"])
    assert "CONSENT_REQUIRED" not in ids(decision)


def test_misconduct_asks_for_consent_and_holds_nobody(decided):
    decision = decided(**MISCONDUCT, consent="refused")
    assert all(not recipient.waits_for for recipient in decision.recipients)
    assert "VICTIMS_RIGHTS" in recipients(decision)


def test_a_weak_partner_is_removed_from_a_strictly_confidential_record(decided):
    decision = decided(**PSYCHOSOCIAL, **ARMY, low_confidentiality_partners=["PSS_PROVIDER"])
    assert suppressed_by(decision, "CONFIDENTIALITY_FLOOR") == {"PSS_PROVIDER"}


def test_a_weak_partner_sees_only_a_coordination_line_of_other_records(decided):
    facts = KILLING | PSYCHOSOCIAL | {"low_confidentiality_partners": ["PSS_PROVIDER"]}
    partner = recipients(decided(**facts))["PSS_PROVIDER"]
    assert (partner.kind, partner.gate, partner.redaction) == ("referral", "cp_lead", "RD3")


def test_consent_is_looked_at_before_the_confidentiality_floor(decided):
    decision = decided(**PSYCHOSOCIAL, **ARMY, low_confidentiality_partners=["PSS_PROVIDER"])
    assert "CONSENT_REQUIRED" in ids(decision)
    assert "CP_GATE" not in ids(decision)  # looks at those left after every removal


def test_a_community_leader_is_named_as_not_told(decided):
    decision = decided(community_leader_involved=True)
    assert suppressed_by(decision, "COMMUNITY_LEADER_HOLD") == {"COMMUNITY_LEADER"}


def test_misconduct_names_the_ten_who_are_not_told(decided):
    assert suppressed_by(decided(**MISCONDUCT), "MISCONDUCT_TRACK") == {
        "UNPOL_SUPERVISOR",
        "UNPOL_CPFP_FIELD",
        "UNPOL_CPFP_HQ",
        "HOPC",
        "JOC",
        "JMAC",
        "SRSG_OFFICE",
        "MILITARY_LIAISON",
        "CTFMR",
        "HS_POLICE_SPECIALISED",
    }


@pytest.mark.parametrize("wish", ["female", "male"])
def test_the_child_is_given_the_person_it_wishes(wish, decided):
    assert decided(child_contact=True, interlocutor_preference=wish).interlocutor == wish
    assert decided(interlocutor_preference=wish).interlocutor is None


@pytest.mark.parametrize("wish", ["na", "not_asked"])
def test_without_a_wish_nobody_is_assigned(wish, decided):
    assert decided(child_contact=True, interlocutor_preference=wish).interlocutor is None


def test_each_guard_says_why_and_from_which_source(policy):
    for guard in policy.guards:
        assert guard.notice.reason.endswith((".", "?"))
        assert guard.notice.source

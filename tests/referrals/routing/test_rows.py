"""Every row of sections 2.4, 2.5 and 2.7, recipient by recipient."""

import pytest

GATED = "cp_lead"
SCHOOL = {"violations": ["attack_school_hospital"], "facility": "school"}
HOSPITAL = {"violations": ["attack_school_hospital"], "facility": "hospital"}
ARMY = {"perpetrator": "host_state_military"}
DISPLACED = {"concerns": ["child_labour"], "child_victims": 1}


def violation(code, **more):
    return {"violations": [code], **more}


def concern(code, **more):
    return {"concerns": [code], **more}


def need(code):
    return concern("child_labour", needs=[code])


# (row, facts, {role: (kind, gate, redaction)} that the row gives)
ROWS = [
    ("R01", {}, {"UNPOL_SUPERVISOR": ("action", "none", "RD1")}),
    (
        "R01",
        violation("sexual_violence"),
        {"UNPOL_SUPERVISOR": ("action", "none", "RD2")},
    ),
    (
        "R02",
        {},
        {
            "UNPOL_CPFP_FIELD": ("action", "none", "RD1"),
            "UNPOL_CPFP_HQ": ("info", "none", "RD2"),
        },
    ),
    ("R02", {"roster": "none"}, {"UNPOL_CPFP_HQ": ("action", "none", "RD1")}),
    ("R03", {}, {"CPA": ("action", "cpfp_forward", "RD0")}),
    ("R03", {"has_cpa": False}, {"HUMAN_RIGHTS": ("action", "cpfp_forward", "RD0")}),
    ("R03", {"reporting_line": "officer"}, {"CPA": ("action", "none", "RD0")}),
    ("R03", {"reporting_line": "both"}, {"CPA": ("action", "none", "RD0")}),
    ("R03", {"imminent_harm": True}, {"CPA": ("action", "none", "RD0")}),
    (
        "R03",
        {"imminent_harm": True, "emergency_bypass": False},
        {"CPA": ("action", "cpfp_forward", "RD0")},
    ),
    ("R03h", concern("explosive_hazard"), {"CPA": ("info", "none", "RD2")}),
    (
        "R03h",
        concern("explosive_hazard", has_cpa=False),
        {"HUMAN_RIGHTS": ("info", "none", "RD2")},
    ),
    ("R04", {}, {"HUMAN_RIGHTS": ("info", "none", "RD1")}),
    ("R04", ARMY, {"HUMAN_RIGHTS": ("action", "none", "RD1")}),
    (
        "R04",
        {"perpetrator": "non_un_international_force"},
        {"HUMAN_RIGHTS": ("action", "none", "RD1")},
    ),
    ("R04", concern("child_detained"), {"HUMAN_RIGHTS": ("action", "none", "RD1")}),
    (
        "R05",
        {"srsg_request": True},
        {
            "HOPC": ("action", "none", "RD2"),
            "JOC": ("action", "none", "RD2"),
            "SRSG_OFFICE": ("info", "none", "RD2"),
            "JMAC": ("info", "none", "RD2"),
            "CPA_SENIOR": ("info", "none", "RD1"),
            "POC_ADVISER": ("info", "none", "RD2"),
        },
    ),
    (
        "R05",
        {"srsg_request": True, "has_cpa": False, "poc_mandate": False},
        {
            "HOPC": ("action", "none", "RD2"),
            "JOC": ("action", "none", "RD2"),
            "SRSG_OFFICE": ("info", "none", "RD2"),
            "JMAC": ("info", "none", "RD2"),
        },
    ),
    ("R05n", violation("recruitment_use"), {"JOC": ("info", "none", "RD3")}),
    (
        "R05p",
        {"media_attention": True},
        {
            "MILITARY_LIAISON": ("info", "none", "RD2"),
            "GENDER": ("info", "none", "RD2"),
            "POLITICAL_AFFAIRS": ("info", "none", "RD2"),
        },
    ),
    (
        "R06",
        {"ongoing_threat": True},
        {
            "POC_ADVISER": ("action", "none", "RD2"),
            "MILITARY_LIAISON": ("action", "none", "RD2"),
        },
    ),
    (
        "V_RECRUITMENT",
        violation("recruitment_use"),
        {"DDR": ("info", "none", "RD2"), "UNICEF_CP": ("referral", GATED, "RS")},
    ),
    (
        "V_SEXUAL_VIOLENCE",
        violation("sexual_violence", conflict_nexus="unknown"),
        {
            "GENDER": ("info", "none", "RD2"),
            "WPA": ("info", "none", "RD2"),
            "GBV_SUBCLUSTER": ("info", GATED, "RD3"),
            "UNFPA": ("info", GATED, "RD3"),
        },
    ),
    (
        "V_SEXUAL_VIOLENCE",
        violation("sexual_violence", conflict_nexus="no", gbv_subcluster=False),
        {"GENDER": ("info", "none", "RD2"), "UNFPA": ("info", GATED, "RD3")},
    ),
    ("V_ABDUCTION", violation("abduction"), {"UNICEF_CP": ("referral", GATED, "RS")}),
    ("V_ATTACK", HOSPITAL, {"WHO": ("info", GATED, "RD3")}),
    ("V_ATTACK", SCHOOL, {"UNICEF_CP": ("info", GATED, "RD3")}),
    (
        "V_DENIAL",
        violation("denial_humanitarian_access"),
        {
            "DSRSG_RC_HC": ("info", "none", "RD2"),
            "POLITICAL_AFFAIRS": ("info", "none", "RD2"),
            "CIVIL_AFFAIRS": ("info", "none", "RD2"),
            "HCT_PROTECTION_CLUSTER": ("info", GATED, "RD3"),
            "UNICEF_CP": ("info", GATED, "RD3"),
        },
    ),
    (
        "C_HARMFUL_PRACTICE",
        concern("harmful_practice"),
        {
            "UNFPA": ("referral", GATED, "RS"),
            "UNICEF_CP": ("referral", GATED, "RS"),
            "UN_WOMEN": ("info", GATED, "RD3"),
            "GBV_SUBCLUSTER": ("info", GATED, "RD3"),
            "GENDER": ("info", "none", "RD2"),
            "CIVIL_AFFAIRS": ("info", "none", "RD3"),
        },
    ),
    (
        "C_TRAFFICKING",
        concern("trafficking"),
        {
            "UNODC": ("info", GATED, "RD3"),
            "IOM": ("referral", GATED, "RS"),
            "UNICEF_CP": ("referral", GATED, "RS"),
        },
    ),
    (
        "C_CHILD_LABOUR",
        concern("child_labour"),
        {"ILO": ("info", GATED, "RD3"), "UNICEF_CP": ("referral", GATED, "RS")},
    ),
    (
        "C_CHILD_DETAINED",
        concern("child_detained"),
        {"JUSTICE_CORRECTIONS": ("action", "none", "RD1"), "UNICEF_CP": ("referral", GATED, "RS")},
    ),
    (
        "C_MILITARY_USE",
        concern("military_use_facility"),
        {"UNICEF_CP": ("info", GATED, "RD3"), "CIVIL_AFFAIRS": ("info", "none", "RD2")},
    ),
    (
        "C_TRACING",
        concern("unaccompanied_separated"),
        {"UNICEF_CP": ("referral", GATED, "RS"), "ICRC": ("referral", GATED, "RS")},
    ),
    (
        "C_TRACING",
        {"needs": ["family_tracing"]},
        {"UNICEF_CP": ("referral", GATED, "RS"), "ICRC": ("referral", GATED, "RS")},
    ),
    (
        "C_EXPLOSIVE_HAZARD",
        concern("explosive_hazard"),
        {
            "UNMAS": ("action", "none", "RD2"),
            "JOC": ("action", "none", "RD2"),
            "MILITARY_LIAISON": ("info", "none", "RD2"),
        },
    ),
    *(
        ("D_UNHCR", DISPLACED | {"displacement": status}, {"UNHCR": ("referral", GATED, "RS")})
        for status in ("refugee", "asylum_seeker", "stateless", "idp", "returnee")
    ),
    ("D_IOM_INFO", DISPLACED | {"displacement": "idp"}, {"IOM": ("info", GATED, "RD3")}),
    ("D_IOM_INFO", DISPLACED | {"displacement": "returnee"}, {"IOM": ("info", GATED, "RD3")}),
    ("D_IOM", DISPLACED | {"displacement": "migrant"}, {"IOM": ("referral", GATED, "RS")}),
    ("N_MEDICAL", need("medical"), {"HEALTH_PROVIDER": ("referral", GATED, "RS")}),
    ("N_PSYCHOSOCIAL", need("psychosocial"), {"PSS_PROVIDER": ("referral", GATED, "RS")}),
    ("N_SAFE_SHELTER", need("safe_shelter"), {"SHELTER_PROVIDER": ("referral", GATED, "RS")}),
    ("N_LEGAL", need("legal"), {"LEGAL_AID_PROVIDER": ("referral", GATED, "RS")}),
    ("N_CASE_MANAGEMENT", need("case_management"), {"CASE_MGMT_AGENCY": ("referral", GATED, "RS")}),
    ("N_REINTEGRATION", {"needs": ["reintegration"]}, {"UNICEF_CP": ("referral", GATED, "RS")}),
    ("X_CTFMR", violation("killing_maiming"), {"CTFMR": ("info", GATED, "RD2")}),
    ("X_CTFMR", concern("child_detained"), {"CTFMR": ("info", GATED, "RD2")}),
    (
        "X_CTFMR",
        concern("military_use_facility", conflict_nexus="unknown"),
        {"CTFMR": ("info", GATED, "RD2")},
    ),
    ("X_CP_SUBCLUSTER", {"child_victims": 5}, {"CP_SUBCLUSTER": ("info", GATED, "RD3")}),
    (
        "L_EXECUTIVE",
        violation("abduction", executive_mandate=True),
        {"UNPOL_INVESTIGATION": ("action", "none", "RD1")},
    ),
    *(
        (
            "L_HOST_POLICE",
            facts | {"perpetrator": perpetrator, "hrddp": "cleared"},
            {"HS_POLICE_SPECIALISED": ("referral", "cp_lead+hrddp", "RS")},
        )
        for perpetrator in ("armed_group", "civilian")
        for facts in (
            violation("killing_maiming"),
            violation("sexual_violence"),
            violation("abduction"),
            HOSPITAL,
            concern("harmful_practice"),
            concern("trafficking"),
        )
    ),
    ("P_HOST_STATE", ARMY, {"HRDDP_SECRETARIAT": ("info", "none", "RD2")}),
    (
        "P_HOST_STATE",
        violation("killing_maiming", **ARMY),
        {
            "HRDDP_SECRETARIAT": ("info", "none", "RD2"),
            "POLITICAL_AFFAIRS": ("info", "none", "RD2"),
        },
    ),
    (
        "P_INTERNATIONAL_FORCE",
        {"perpetrator": "non_un_international_force"},
        {"POLITICAL_AFFAIRS": ("info", "none", "RD2")},
    ),
    ("X_MEDIA", {"media_attention": True}, {"PUBLIC_INFORMATION": ("info", GATED, "RD3")}),
    ("X_WELFARE", {"officer_welfare_request": True}, {"STAFF_WELFARE": ("info", "none", "RN")}),
    (
        "X_WELFARE",
        {"officer_welfare_request": True, "perpetrator": "un_personnel"},
        {"STAFF_WELFARE": ("info", "none", "RN")},
    ),
    (
        "M_UN_PERSONNEL",
        {"perpetrator": "un_personnel"},
        {"CONDUCT_DISCIPLINE": ("action", "none", "RD0")},
    ),
    (
        "M_AID_WORKER",
        {"perpetrator": "aid_worker"},
        {
            "PSEA_NETWORK": ("action", "none", "RD0"),
            "CONDUCT_DISCIPLINE": ("info", "none", "RD2"),
        },
    ),
    (
        "M_VICTIMS_RIGHTS",
        {"perpetrator": "aid_worker"},
        {"VICTIMS_RIGHTS": ("action", "none", "RS")},
    ),
    (
        "M_CHILD_PROTECTION",
        {"perpetrator": "un_personnel"},
        {"CPA_SENIOR": ("info", "none", "RD2")},
    ),
    (
        "M_CHILD_PROTECTION",
        {"perpetrator": "un_personnel", "has_cpa": False},
        {"HUMAN_RIGHTS": ("info", "none", "RD2")},
    ),
    (
        "M_LIFE_SAVING",
        {"perpetrator": "un_personnel", "life_saving_need": True, "needs": ["medical"]},
        {"HEALTH_PROVIDER": ("referral", "post_review", "RS")},
    ),
]

# (row, facts, code of the task, role that owns it, minutes until it is due)
TASKS = [
    ("R05p", HOSPITAL, "plan_of_action", "HOPC", 90),
    ("R06", {"ongoing_threat": True}, "physical_protection", "HOPC", 30),
    (
        "R06b",
        {"ongoing_threat": True, "poc_mandate": False},
        "host_state_police_deployment_advocacy",
        "HOPC",
        1440,
    ),
    ("R06c", violation("sexual_violence", **ARMY), "leadership_advocacy", "CPA", 4320),
    (
        "R06c",
        violation("sexual_violence", has_cpa=False, **ARMY),
        "leadership_advocacy",
        "HUMAN_RIGHTS",
        4320,
    ),
]


@pytest.mark.parametrize(("row", "facts", "given"), ROWS)
def test_the_row_tells_exactly_these(row, facts, given, decided):
    said = {
        recipient.role: (recipient.kind, recipient.gate, recipient.redaction)
        for recipient in decided(**facts).recipients
        if recipient.rule == row
    }
    assert said == given


@pytest.mark.parametrize(("row", "facts", "code", "owner", "due"), TASKS)
def test_the_row_opens_its_task(row, facts, code, owner, due, decided):
    (task,) = (task for task in decided(**facts).tasks if task.rule == row)
    assert (task.code, task.owner, task.due_minutes) == (code, owner, due)


def test_every_row_of_the_policy_is_in_these_tables(policy):
    assert {row.id for row in policy.rows} == {row for row, *_ in [*ROWS, *TASKS]}


# (row, facts that come close and do not suffice)
SILENT = [
    ("R03", concern("explosive_hazard")),
    ("R03h", {}),
    ("R03h", concern("explosive_hazard", violations=["abduction"])),
    ("R03h", {"concerns": ["explosive_hazard", "child_labour"]}),
    ("R04", concern("explosive_hazard")),
    ("R04", {"has_cpa": False}),
    ("R05", violation("sexual_violence")),
    ("R05n", HOSPITAL),
    ("R05n", concern("child_labour")),
    ("R05p", violation("killing_maiming")),
    ("R06", {"ongoing_threat": True, "poc_mandate": False}),
    ("R06b", {"ongoing_threat": True, **ARMY}),
    ("R06c", ARMY),
    ("V_ATTACK", {"violations": ["attack_school_hospital"], "facility": "none"}),
    ("V_ATTACK", {"concerns": ["military_use_facility"], "facility": "school"}),
    ("D_UNHCR", {"displacement": "refugee", "child_victims": 0}),
    ("D_UNHCR", {"displacement": "migrant", "child_victims": 1}),
    ("D_IOM_INFO", {"displacement": "refugee", "child_victims": 1}),
    ("D_IOM", {"displacement": "migrant", "child_victims": 0}),
    ("X_CTFMR", violation("killing_maiming", conflict_nexus="no")),
    ("X_CTFMR", violation("killing_maiming", mrm_activated=False)),
    ("X_CTFMR", concern("trafficking")),
    ("X_CP_SUBCLUSTER", {"child_victims": 4}),
    ("X_CP_SUBCLUSTER", {"child_victims": 5, "cp_subcluster": False}),
    ("L_EXECUTIVE", violation("recruitment_use", executive_mandate=True)),
    ("L_HOST_POLICE", violation("recruitment_use", perpetrator="armed_group")),
    ("L_HOST_POLICE", violation("denial_humanitarian_access", perpetrator="armed_group")),
    ("L_HOST_POLICE", violation("abduction", perpetrator="armed_group", executive_mandate=True)),
    ("L_HOST_POLICE", violation("abduction", perpetrator="non_un_international_force")),
    ("M_LIFE_SAVING", {"perpetrator": "un_personnel", "needs": ["medical"]}),
    ("M_LIFE_SAVING", {"perpetrator": "un_personnel", "life_saving_need": True}),
]


@pytest.mark.parametrize(("row", "facts"), SILENT)
def test_the_row_stays_silent(row, facts, decided):
    decision = decided(**facts)
    assert row not in {each.rule for each in (*decision.recipients, *decision.tasks)}

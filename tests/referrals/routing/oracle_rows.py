"""Sections 2.4, 2.5 and 2.7 read once more: who is offered, row by row (see oracle.py)."""

from typing import NamedTuple


class Told(NamedTuple):
    """How a role is told. `waits_for`: guards that hold it back although its gate may open."""

    kind: str
    gate: str
    redaction: str
    via: str | None = None
    assigned: str | None = None
    state: str | None = None
    waits_for: tuple[str, ...] = ()


RANK = {"action": 3, "referral": 2, "info": 1}
# 2.5: who gives what is needed. 2.6 CONSENT_REQUIRED: and so whom consent to that covers.
PROVIDERS = {
    "medical": {"HEALTH_PROVIDER"},
    "psychosocial": {"PSS_PROVIDER"},
    "safe_shelter": {"SHELTER_PROVIDER"},
    "legal": {"LEGAL_AID_PROVIDER"},
    "case_management": {"CASE_MGMT_AGENCY"},
    "family_tracing": {"UNICEF_CP", "ICRC"},
    "reintegration": {"UNICEF_CP"},
}
DISPLACED = {
    **dict.fromkeys(("refugee", "asylum_seeker", "stateless"), ("UNHCR",)),
    **dict.fromkeys(("idp", "returnee"), ("UNHCR", "IOM")),
    "migrant": ("IOM",),
}


def info(redaction, gate="none"):
    return Told("info", gate, redaction)


def action(redaction):
    return Told("action", "none", redaction)


# 2.5: "All external rows carry gate cp_lead; referrals are RS, info rows RD3, unless shown."
REFERRAL = Told("referral", "cp_lead", "RS")
LINE = info("RD3", "cp_lead")


def offers(case):
    """(role, Told) in the order of 2.10: 2.4 and 2.5 from top to bottom, law, host State, media."""
    if case.misconduct:
        yield from misconduct(case)
    else:
        yield from base_rules(case)
        yield from by_violation(case)
        yield from by_concern(case)
        yield from by_displacement_and_need(case)
        yield from coordination(case)
        yield from law_enforcement(case)
        yield from alleged_perpetrator(case)
        if case.media_attention:
            yield "PUBLIC_INFORMATION", LINE
    if case.officer_welfare_request:
        yield "STAFF_WELFARE", info("RN")


def base_rules(case):  # 2.4
    yield "UNPOL_SUPERVISOR", action("RD2" if case.strict else "RD1")  # R01
    if case.roster == "none":  # R02
        yield "UNPOL_CPFP_HQ", action("RD1")
    else:
        deputy = "deputy" if case.roster == "deputy" else None
        yield "UNPOL_CPFP_FIELD", action("RD1")._replace(assigned=deputy)
        yield "UNPOL_CPFP_HQ", info("RD2")
    if case.hazard_only:
        yield case.lead, info("RD2")  # R03h
    else:
        yield case.lead, lead(case)  # R03
        if case.has_cpa:  # R04
            involved = case.host_state or "child_detained" in case.concerns
            involved = involved or case.perpetrator == "non_un_international_force"
            yield "HUMAN_RIGHTS", action("RD1") if involved else info("RD1")
    if case.flash:  # R05
        yield from (("HOPC", action("RD2")), ("JOC", action("RD2")))
        yield from (("SRSG_OFFICE", info("RD2")), ("JMAC", info("RD2")))
        if case.has_cpa:
            yield "CPA_SENIOR", info("RD1")
        if case.poc_mandate:
            yield "POC_ADVISER", info("RD2")
    elif case.grave:
        yield "JOC", info("RD3")  # R05n
    if case.plan_of_action:  # R05p
        for role in ("MILITARY_LIAISON", "GENDER", "POLITICAL_AFFAIRS"):
            yield role, info("RD2")
    if case.ongoing_threat and case.poc_mandate:  # R06; components see RD2 (2.3)
        yield from (("POC_ADVISER", action("RD2")), ("MILITARY_LIAISON", action("RD2")))


def lead(case):
    """R03: by the mission's reporting line."""
    told = action("RD0")
    if case.reporting_line == "both":
        return told._replace(via="both")
    if case.reporting_line == "officer" or case.bypassed:
        return told._replace(via="direct")
    return told._replace(gate="cpfp_forward", via="UNPOL_CPFP")


def by_violation(case):  # 2.5
    if "recruitment_use" in case.violations:
        yield from (("DDR", info("RD2")), ("UNICEF_CP", REFERRAL))
    if "sexual_violence" in case.violations:
        yield "GENDER", info("RD2")
        if case.conflict_nexus != "no":
            yield "WPA", info("RD2")
        if case.gbv_subcluster:
            yield "GBV_SUBCLUSTER", LINE
        yield "UNFPA", LINE
    if "abduction" in case.violations:
        yield "UNICEF_CP", REFERRAL
    if case.attack and case.facility == "hospital":
        yield "WHO", LINE
    if case.attack and case.facility == "school":
        yield "UNICEF_CP", LINE
    if "denial_humanitarian_access" in case.violations:
        for role in ("DSRSG_RC_HC", "POLITICAL_AFFAIRS", "CIVIL_AFFAIRS"):
            yield role, info("RD2")
        yield from (("HCT_PROTECTION_CLUSTER", LINE), ("UNICEF_CP", LINE))


def by_concern(case):  # 2.5
    if "harmful_practice" in case.concerns:
        yield from (("UNFPA", REFERRAL), ("UNICEF_CP", REFERRAL), ("UN_WOMEN", LINE))
        if case.gbv_subcluster:
            yield "GBV_SUBCLUSTER", LINE
        yield from (("GENDER", info("RD2")), ("CIVIL_AFFAIRS", info("RD3")))
    if "trafficking" in case.concerns:
        yield from (("UNODC", LINE), ("IOM", REFERRAL), ("UNICEF_CP", REFERRAL))
    if "child_labour" in case.concerns:
        yield from (("ILO", LINE), ("UNICEF_CP", REFERRAL))
    if "child_detained" in case.concerns:
        yield from (("JUSTICE_CORRECTIONS", action("RD1")), ("UNICEF_CP", REFERRAL))
    if "military_use_facility" in case.concerns:
        yield from (("UNICEF_CP", LINE), ("CIVIL_AFFAIRS", info("RD2")))
    if "unaccompanied_separated" in case.concerns or "family_tracing" in case.needs:
        yield from (("UNICEF_CP", REFERRAL), ("ICRC", REFERRAL))
    if "explosive_hazard" in case.concerns:
        yield from (("UNMAS", action("RD2")), ("JOC", action("RD2")))
        yield "MILITARY_LIAISON", info("RD2")


def by_displacement_and_need(case):  # 2.5
    if case.child_victims > 0:
        for role in DISPLACED.get(case.displacement, ()):
            also = role == "IOM" and case.displacement != "migrant"
            yield role, LINE if also else REFERRAL
    for need in case.needs - {"family_tracing"}:
        for role in PROVIDERS[need]:
            yield role, REFERRAL


def coordination(case):  # 2.5
    if case.mrm and case.mrm_activated:
        yield "CTFMR", info("RD2", "cp_lead")
    if case.mass and case.cp_subcluster:
        yield "CP_SUBCLUSTER", LINE


def law_enforcement(case):  # 2.5 law
    if case.law and case.executive_mandate:
        yield "UNPOL_INVESTIGATION", action("RD1")
    if case.host_police_asked:
        held = "held" if case.hrddp == "pending" else None
        waits_for = ("HRDDP_GATE",) if held else ()
        yield (
            "HS_POLICE_SPECIALISED",
            Told("referral", "cp_lead+hrddp", "RS", state=held, waits_for=waits_for),
        )


def alleged_perpetrator(case):  # 2.5
    if case.host_state:
        yield "HRDDP_SECRETARIAT", info("RD2")
    if (case.host_state and case.flash) or case.perpetrator == "non_un_international_force":
        yield "POLITICAL_AFFAIRS", info("RD2")


def misconduct(case):  # 2.7
    if case.perpetrator == "un_personnel":
        yield "CONDUCT_DISCIPLINE", action("RD0")
    else:
        yield from (("PSEA_NETWORK", action("RD0")), ("CONDUCT_DISCIPLINE", info("RD2")))
    yield "VICTIMS_RIGHTS", action("RS")
    yield "CPA_SENIOR" if case.has_cpa else "HUMAN_RIGHTS", info("RD2")
    if case.life_saving_care:
        yield "HEALTH_PROVIDER", REFERRAL


def highest(offered):
    """2.5: "keep the highest kind (action > referral > info); on a tie the first rule stands"."""
    told = {}
    for role, how in offered:
        if role not in told or RANK[how.kind] > RANK[told[role].kind]:
            told[role] = how
    return told


def tasks(case):  # 2.4
    if case.misconduct:
        return
    if case.plan_of_action:
        yield "plan_of_action"
    if case.ongoing_threat and case.poc_mandate:
        yield "physical_protection"
    if case.ongoing_threat and not case.host_state:
        yield "host_state_police_deployment_advocacy"
    if case.host_state and case.grave:
        yield "leadership_advocacy"

"""Section 2 of the field policy read once more, in plain Python, to hold the rules against.

Written from the policy's text alone, not from the YAML that ships: where the two disagree on any
facts, one of them has misread a sentence. Numbers in comments are sections of the policy. Slow,
trusting and without explanations: it knows every role and checks nothing. Who is offered stands in
oracle_rows.py; here is what follows from the facts, and what the guards do.
"""

from tests.referrals.routing.oracle_rows import PROVIDERS, highest, offers, tasks

ACKNOWLEDGED_WITHIN = {"emergency": 30, "urgent": 240, "routine": 1440}
ONLY_BY_THE_LEAD = {"cp_lead", "cp_lead+hrddp"}
HOST_STATE_UNITS = {"HS_POLICE_SPECIALISED", "HS_POLICE_GENERAL", "HS_SECURITY_FORCES"}
NEVER_ON_MISCONDUCT = {
    *("UNPOL_SUPERVISOR", "UNPOL_CPFP_FIELD", "UNPOL_CPFP_HQ", "HOPC", "JOC", "JMAC"),
    *("SRSG_OFFICE", "MILITARY_LIAISON", "CTFMR", "HS_POLICE_SPECIALISED"),
}


def read_policy(facts, set_aside=()):
    """What section 2 says about a mapping of all facts, as a plain mapping."""
    case = Case(facts)
    guarded = Guarded(case, set_aside)
    return {
        "track": "misconduct" if case.misconduct else "standard",
        "priority": case.priority,
        "ack_minutes": ACKNOWLEDGED_WITHIN[case.priority],
        "classification": case.classification,
        "flash": case.flash,
        "poc_phase": case.poc_phase,
        "recipients": guarded.told,
        "suppressed": guarded.suppressed,
        "guards": guarded.fired,
        "refused": refused(case),
        "tasks": set(tasks(case)),
        "interlocutor": case.interlocutor,
    }


class Case:
    """The facts of one report, mission and directory, and what 2.2, 2.3 and 2.10 call them."""

    def __init__(self, facts):
        vars(self).update(facts)
        self.violations, self.concerns = set(self.violations), set(self.concerns)
        self.requested, self.needs = set(self.requested_actions), set(self.needs)
        self.misconduct = self.perpetrator in ("un_personnel", "aid_worker")
        self.standard = not self.misconduct
        self.grave = bool(self.violations)
        self.host_state = self.perpetrator.startswith("host_state_")
        self.hazard_only = not self.grave and self.concerns == {"explosive_hazard"}
        self.attack = "attack_school_hospital" in self.violations
        self.mass = self.child_victims >= self.mass_threshold
        self.flash = self._flash()
        self.priority = self._priority()
        self.strict = self._strictly_confidential()
        self.law = self.standard and self._law()
        self.law_non_executive = self.law and not self.executive_mandate
        self.lead = "CPA" if self.has_cpa else "HUMAN_RIGHTS"
        self.life_saving_care = self.life_saving_need and "medical" in self.needs

    def _flash(self):  # 2.2
        return self.standard and bool(
            self.ongoing_threat
            or self.child_still_missing
            or self.attack
            or (self.grave and self.mass)
            or (self.host_state and self.violations - {"sexual_violence"})
            or self.media_attention
            or self.srsg_request
        )

    def _priority(self):  # 2.2
        fresh = self.hours_since_incident is not None and self.hours_since_incident <= 72
        if (
            self.ongoing_threat
            or self.life_saving_need
            or self.child_still_missing
            or self.imminent_harm
            or ("sexual_violence" in self.violations and fresh)
            or self.flash
        ):
            return "emergency"
        urgent = {"harmful_practice", "trafficking", "child_detained", "unaccompanied_separated"}
        urgent |= {"explosive_hazard", "military_use_facility"}
        return "urgent" if self.grave or self.concerns & urgent else "routine"

    def _strictly_confidential(self):  # 2.3
        return bool(
            "sexual_violence" in self.violations
            or self.misconduct
            or self.host_state
            or self.contains_identity
            or self.concerns & {"harmful_practice", "trafficking"}
        )

    def _law(self):  # 2.10
        violations = {"killing_maiming", "sexual_violence", "abduction", "attack_school_hospital"}
        concerns = {"harmful_practice", "trafficking"}
        return bool(self.violations & violations or self.concerns & concerns)

    @property
    def host_police_asked(self):  # 2.5 law
        return self.law_non_executive and self.perpetrator in ("armed_group", "civilian")

    @property
    def mrm(self):  # 2.5, row of the CTFMR
        counted = self.concerns & {"child_detained", "military_use_facility"}
        return bool(self.grave or counted) and self.conflict_nexus != "no"

    @property
    def bypassed(self):  # 2.6 EMERGENCY_BYPASS
        by_focal_point = self.reporting_line == "focal_point"
        return by_focal_point and self.priority == "emergency" and self.emergency_bypass

    @property
    def plan_of_action(self):  # 2.2
        return (
            self.srsg_request or self.media_attention or self.attack or (self.grave and self.mass)
        )

    @property
    def classification(self):  # 2.3
        if self.strict:
            return "strictly_confidential"
        nothing = not self.violations and not self.concerns
        return "internal" if self.hazard_only or nothing else "confidential"

    @property
    def poc_phase(self):  # 2.2
        if self.grave and (self.ongoing_threat or self.child_still_missing):
            return "response"
        if self.ongoing_threat or self.imminent_harm:
            return "pre-emption"
        return "consolidation" if self.grave else "prevention"

    @property
    def interlocutor(self):  # 2.6 GENDER_CHOICE
        wish = self.interlocutor_preference
        return wish if self.child_contact and wish in ("female", "male") else None


class Guarded:
    """2.6, in its order: build, host/self removal, duplicate, consent, confidentiality, gates."""

    def __init__(self, case, set_aside):
        self.case, self.set_aside = case, set_aside
        self.told = highest(offers(case))
        self.suppressed, self.fired = set(), set()
        self._build()
        self._removal()
        if case.standard:
            self._duplicate()
            self._consent()
            self._confidentiality()
            self._gates()
        self._conduct()

    def _fires(self, guard, condition):
        """Whether the guard fires; one that is set aside is as if it were not there."""
        if condition and guard not in self.set_aside:
            self.fired.add(guard)
            return True
        return False

    def _remove(self, roles):
        self.suppressed |= set(roles)
        self.told = {role: how for role, how in self.told.items() if role not in self.suppressed}

    def _change(self, roles, **fields):
        self.told.update({role: self.told[role]._replace(**fields) for role in roles})

    def _left(self, test):
        return {role for role, how in self.told.items() if test(role, how)}

    def _build(self):
        if self._fires("VITAL_INTEREST", self.case.life_saving_care):
            self._change(["HEALTH_PROVIDER"], gate="post_review")

    def _removal(self):
        case = self.case
        implicated = self.told.keys() & set(case.implicated_roles)
        self._fires("NO_SELF_ROUTE", case.host_state or case.misconduct or implicated)
        if self._fires("MISCONDUCT_TRACK", case.misconduct):
            self._remove(NEVER_ON_MISCONDUCT)
            return
        if self._fires("HOST_STATE_IMPLICATED", case.host_state):
            self._remove(HOST_STATE_UNITS)
        unknown = case.law_non_executive and case.perpetrator == "unknown"
        if self._fires("UNKNOWN_PERP_HOLD", unknown):
            self._remove({"HS_POLICE_SPECIALISED"})
        self._fires("HRDDP_GATE", case.host_police_asked)
        blocked = case.host_police_asked and case.hrddp == "not_cleared"
        if self._fires("HRDDP_BLOCK", blocked):
            self._remove({"HS_POLICE_SPECIALISED"})
        leaders = "harmful_practice" in case.concerns or case.community_leader_involved
        if self._fires("COMMUNITY_LEADER_HOLD", leaders):
            self._remove({"COMMUNITY_LEADER"})

    def _duplicate(self):
        if self._fires("DUPLICATE_LINK", self.case.similar_report_exists):
            self._remove(self._left(lambda role, how: how.gate in ONLY_BY_THE_LEAD))

    def _consent(self):
        case = self.case
        packets = self._left(lambda role, how: how.redaction == "RS")
        outside = packets if case.consent == "not_sought" else packets - self._covered()
        if self._fires("CONSENT_REQUIRED", case.consent != "refused" and outside):
            for role in outside:
                if self.told[role].gate != "post_review":
                    waits_for = (*self.told[role].waits_for, "CONSENT_REQUIRED")
                    self._change([role], waits_for=waits_for)
        unwanted = {role for role in packets if self.told[role].gate != "post_review"}
        if self._fires("CONSENT_REFUSED", case.consent == "refused" and unwanted):
            self._remove(unwanted)

    def _covered(self):
        """Roles that the consent given covers."""
        if "all" in self.case.consent_scope:
            return set(self.told)
        return set().union(*(PROVIDERS[need] for need in self.case.consent_scope))

    def _confidentiality(self):
        below = self.told.keys() & set(self.case.low_confidentiality_partners)
        if self._fires("CONFIDENTIALITY_FLOOR", below):
            if self.case.strict:
                self._remove(below)
            else:
                self._change(below, redaction="RD3")

    def _gates(self):
        case = self.case
        self._fires("CP_GATE", self._left(lambda role, how: how.gate in ONLY_BY_THE_LEAD))
        if self._fires("MILITARY_ALERT_ONLY", "MILITARY_LIAISON" in self.told):
            self._change(["MILITARY_LIAISON"], redaction="RD2")
        harm = case.host_police_asked or case.host_state or case.risk_flags
        self._fires("DO_NO_HARM", harm)
        self._fires("MEDIA_LOCK", case.media_attention)
        law = case.law_non_executive and case.mandatory_reporting_law
        self._fires("MANDATORY_REPORTING", law)
        self._fires("EMERGENCY_BYPASS", case.bypassed)
        self._fires("ROSTER_FALLBACK", case.roster in ("deputy", "none"))

    def _conduct(self):
        """2.10: the guards that fire on both tracks."""
        case = self.case
        agreed = case.consent in ("given", "best_interest_override")
        self._fires("CONSENT_REQUIRED", case.misconduct and not agreed)
        self._fires("NO_CPA_SUBSTITUTE", not case.has_cpa)
        self._fires("NON_EXECUTIVE", refused_without_mandate(case))
        self._fires("NO_INTERVIEW", no_interview(case))
        self._fires("DUPLICATE_INTERVIEW", case.prior_interviews > 0)
        self._fires("GENDER_CHOICE", case.child_contact)
        self._fires("IDENTITY_REDACTION", case.contains_identity)
        self._fires("JOINT_PATROL", case.patrol == "joint_host_state")
        not_counted = (case.grave or case.concerns) and not case.mrm
        self._fires("NOT_MRM", case.misconduct or not_counted)


def refused_without_mandate(case):  # 2.6 NON_EXECUTIVE
    if case.executive_mandate:
        return set()
    return case.requested - ({"collect_evidence"} if case.evidence_mandate else set())


def no_interview(case):  # 2.6 NO_INTERVIEW
    asked = "interview" in case.requested
    return case.child_contact or case.source == "victim_disclosure" or asked


def refused(case):
    """Steps the officer asks for and may not take."""
    return refused_without_mandate(case) | (case.requested & {"interview"})

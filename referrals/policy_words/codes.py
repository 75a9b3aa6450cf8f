"""Every code of the policy in words: one table for each kind of code, translatable."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from actors.models import HrddpStatus
from actors.models.places import ReportingLine
from referrals.models import choices as words
from referrals.models.reasons import PocPhase

FACTS = {
    # What the officer states; the perpetrator is always the alleged one.
    "adm2": gettext_lazy("district"),
    "violations": gettext_lazy("violations"),
    "concerns": gettext_lazy("other concerns"),
    "facility": gettext_lazy("school or hospital"),
    "harmful_practice": gettext_lazy("harmful practice"),
    "conflict_nexus": gettext_lazy("linked to the armed conflict"),
    "perpetrator": gettext_lazy("alleged perpetrator"),
    "perpetrator_org": gettext_lazy("alleged party"),
    "child_victims": gettext_lazy("children affected"),
    "displacement": gettext_lazy("displacement"),
    "ongoing_threat": gettext_lazy("the danger continues"),
    "child_still_missing": gettext_lazy("a child is still missing"),
    "life_saving_need": gettext_lazy("life-saving care is needed"),
    "imminent_harm": gettext_lazy("harm is about to happen"),
    "hours_since_incident": gettext_lazy("hours since it happened"),
    "needs": gettext_lazy("needs"),
    "consent": gettext_lazy("consent"),
    "consent_scope": gettext_lazy("services the child agreed to"),
    "source": gettext_lazy("how the patrol knows"),
    "patrol": gettext_lazy("patrol"),
    "child_contact": gettext_lazy("a child is with the patrol"),
    "interlocutor_preference": gettext_lazy("whom the child wants to speak to"),
    "requested_actions": gettext_lazy("steps the officer asks for"),
    "prior_interviews": gettext_lazy("earlier interviews of the child"),
    "similar_report_exists": gettext_lazy("the same event was reported before"),
    "media_attention": gettext_lazy("the media know"),
    "srsg_request": gettext_lazy("the SRSG asked"),
    "risk_flags": gettext_lazy("risks"),
    "community_leader_involved": gettext_lazy("a community leader is involved"),
    "contains_identity": gettext_lazy("the text may identify somebody"),
    "officer_welfare_request": gettext_lazy("the officer asks for support"),
    # What the directory answers
    "roster": gettext_lazy("field focal point"),
    "hrddp": gettext_lazy("due diligence on the host-State unit"),
    "low_confidentiality_partners": gettext_lazy("partners that cannot keep it safe enough"),
    "implicated_roles": gettext_lazy("recipients tied to the alleged party"),
    # What the mission has set
    "has_cpa": gettext_lazy("the mission has a Child Protection Adviser"),
    "reporting_line": gettext_lazy("who informs the adviser"),
    "emergency_bypass": gettext_lazy("the mission lets emergencies go to the adviser directly"),
    "executive_mandate": gettext_lazy("the mission has an executive mandate"),
    "evidence_mandate": gettext_lazy("the mission may collect evidence"),
    "poc_mandate": gettext_lazy("the mission is to protect civilians"),
    "mrm_activated": gettext_lazy("a country task force monitors grave violations"),
    "cp_subcluster": gettext_lazy("there is a child protection sub-cluster"),
    "gbv_subcluster": gettext_lazy("there is a gender-based violence sub-cluster"),
    "mandatory_reporting_law": gettext_lazy("the law of the country asks for such reports"),
    "mass_threshold": gettext_lazy("the number of children that counts as many"),
    # What follows
    "track": gettext_lazy("track"),
    "grave": gettext_lazy("a grave violation is reported"),
    "something_reported": gettext_lazy("a violation or another concern is reported"),
    "hazard_only": gettext_lazy("only an explosive hazard is reported"),
    "host_state": gettext_lazy("the alleged perpetrator belongs to the host State"),
    "mass": gettext_lazy("many children are affected"),
    "attack": gettext_lazy("a school or hospital was attacked"),
    "flash": gettext_lazy("the report is a flash"),
    "priority": gettext_lazy("priority"),
    "plan_of_action": gettext_lazy("a plan of action is needed"),
    "poc_phase": gettext_lazy("phase of protection"),
    "classification": gettext_lazy("classification"),
    "strictly_confidential": gettext_lazy("the report is strictly confidential"),
    "bypass": gettext_lazy("the emergency does not wait for the focal point"),
    "law_row": gettext_lazy("the report is a matter for law enforcement"),
    "law_non_executive": gettext_lazy(
        "the report is a matter for law enforcement of the host State"
    ),
    "host_police_row": gettext_lazy("a host-State police unit may be proposed"),
    "mrm_eligible": gettext_lazy("the report counts in the monitoring of grave violations"),
    "consented": gettext_lazy("there is consent or a best-interest decision"),
    "interlocutor": gettext_lazy("who should speak with the child"),
}

ROLE_FACTS = frozenset({"low_confidentiality_partners", "implicated_roles"})

VALUES = {
    "violations": dict(words.Violation.choices),
    "concerns": dict(words.Concern.choices),
    "facility": dict(words.Facility.choices),
    "harmful_practice": dict(words.HarmfulPractice.choices),
    "conflict_nexus": dict(words.ConflictNexus.choices),
    "perpetrator": dict(words.Perpetrator.choices),
    "displacement": dict(words.Displacement.choices),
    "needs": dict(words.Need.choices),
    "consent": dict(words.Consent.choices),
    "consent_scope": {"all": gettext_lazy("All services"), **dict(words.Need.choices)},
    "source": dict(words.Source.choices),
    "patrol": dict(words.Patrol.choices),
    "interlocutor_preference": dict(words.Interlocutor.choices),
    "requested_actions": dict(words.RequestedAction.choices),
    "risk_flags": dict(words.RiskFlag.choices),
    "roster": {
        "on_duty": gettext_lazy("On duty"),
        "deputy": gettext_lazy("The deputy is on duty"),
        "none": gettext_lazy("Nobody"),
    },
    "hrddp": dict(HrddpStatus.choices),
    "reporting_line": dict(ReportingLine.choices),
    "track": dict(words.Track.choices),
    "priority": dict(words.Priority.choices),
    "poc_phase": dict(PocPhase.choices),
    "classification": {
        "strictly_confidential": gettext_lazy("Strictly confidential"),
        "confidential": gettext_lazy("Confidential"),
        "internal": gettext_lazy("Internal"),
    },
    "interlocutor": dict(words.Interlocutor.choices),
}

MORE_ROLES = {
    "CP_LEAD": gettext_lazy("Child protection lead"),
    "CP_HEAD": gettext_lazy("Head of child protection"),
    "NGO_OTHER": gettext_lazy("Another NGO"),
    "OHCHR": gettext_lazy("OHCHR"),
    "HS_SOCIAL_AFFAIRS": gettext_lazy("Host-State social affairs"),
    "HS_JUSTICE": gettext_lazy("Host-State justice or prosecutor"),
    "HS_INTERIOR": gettext_lazy("Host-State interior ministry"),
    "UN_COUNTRY_TEAM": gettext_lazy("UN country team"),
    "OSRSG_CAAC": gettext_lazy("Office of the SRSG for children and armed conflict"),
}
DEADLINES = {
    "acknowledge": gettext_lazy("Acknowledge"),
    "forward": gettext_lazy("The focal point forwards it"),
    "flash_note": gettext_lazy("Flash note to the leadership"),
    "release": gettext_lazy("Decide about the release"),
    "accept": gettext_lazy("Accept or decline the service"),
    "start": gettext_lazy("Start of the service or step"),
}
STAGES = {
    "build": gettext_lazy("While recipients are found"),
    "removal": gettext_lazy("Removal"),
    "duplicate": gettext_lazy("Duplicates"),
    "consent": gettext_lazy("Consent"),
    "confidentiality": gettext_lazy("Confidentiality"),
    "gates": gettext_lazy("Last, on those left"),
}
MARKS = {
    ("via", "direct"): gettext_lazy("directly"),
    ("via", "UNPOL_CPFP"): gettext_lazy("through the focal point"),
    ("via", "both"): gettext_lazy("directly and through the focal point"),
    ("assigned", "deputy"): gettext_lazy("by way of the deputy"),
    ("state", "held"): gettext_lazy("held back"),
}
GROUPS = {
    "unpol": gettext_lazy("UNPOL"),
    "mission": gettext_lazy("The mission"),
    "external": gettext_lazy("Outside the mission"),
    "never_automatic": gettext_lazy("Never by a rule, only by hand"),
    "report": gettext_lazy("The report"),
    "directory": gettext_lazy("The directory"),
}

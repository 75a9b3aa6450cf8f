"""Actions to begin a plan with: by unit, tier of protection and phase (UNPOL module on POC).

An offer, never an order: somebody of the planning cell chooses. Soldiers are offered only what
may be asked of them (MILITARY_ALERT_ONLY); no unit is offered to investigate or to interview.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from actors.roles import Role
from referrals.models import Report
from referrals.models.reasons import PocPhase
from referrals.workflow.action_kinds import ActionTemplate, Tier, Unit
from referrals.workflow.tasking import is_host_state_implicated

LEAD = "CP_LEAD"


_ALL = frozenset(PocPhase)
_BEFORE = frozenset({PocPhase.PREVENTION, PocPhase.PRE_EMPTION})
_ACUTE = frozenset({PocPhase.PRE_EMPTION, PocPhase.RESPONSE})
_RESPONSE = frozenset({PocPhase.RESPONSE})
_AFTER = frozenset({PocPhase.RESPONSE, PocPhase.CONSOLIDATION})
_LATER = frozenset({PocPhase.CONSOLIDATION})


def _one(code, unit, tier, phases, what, source, component=Role.HOPC, **more) -> ActionTemplate:
    return ActionTemplate(code, what, component, unit, tier, phases, source, **more)


TEMPLATES = (
    _one(
        "ipo_early_warning",
        Unit.IPO,
        Tier.DIALOGUE,
        _ALL,
        _("Gather and pass on warnings from the community, without exposing who gives them"),
        "002 sls.9, 11",
    ),
    _one(
        "ipo_dialogue",
        Unit.IPO,
        Tier.DIALOGUE,
        _BEFORE,
        _("Talk with the communities around the place about what threatens their children"),
        "002 sl.23",
    ),
    _one(
        "ipo_advise_police",
        Unit.IPO,
        Tier.DIALOGUE,
        _ACUTE,
        _("Advise the host-State police to extend their presence, and where first"),
        "002 sls.24-25",
        joint=True,
    ),
    _one(
        "ipo_assess",
        Unit.IPO,
        Tier.PHYSICAL,
        _ALL,
        _("Assess risk and threat, with the vulnerability of children in mind"),
        "002 sls.16-17",
    ),
    _one(
        "ipo_patrol",
        Unit.IPO,
        Tier.PHYSICAL,
        _ALL,
        _("Patrol where and when partners and communities say it is needed"),
        "002 sls.16, 24",
    ),
    _one(
        "ipo_camp",
        Unit.IPO,
        Tier.PHYSICAL,
        _ALL,
        _("Be present at the camp or site for displaced people"),
        "002 sl.16",
    ),
    _one(
        "ipo_joint_patrol",
        Unit.IPO,
        Tier.PHYSICAL,
        _BEFORE,
        _("Patrol jointly with the host-State police, after due diligence"),
        "002 sl.24",
        joint=True,
    ),
    _one(
        "fpu_deter",
        Unit.FPU,
        Tier.PHYSICAL,
        _ACUTE,
        _("Deploy to the place to deter a further attack, as the directive on force allows"),
        "002 sl.17",
    ),
    _one(
        "fpu_visible",
        Unit.FPU,
        Tier.PHYSICAL,
        _ALL,
        _("High-visibility patrols around schools, hospitals and settlements"),
        "002 sl.11",
    ),
    _one(
        "fpu_defend",
        Unit.FPU,
        Tier.PHYSICAL,
        _RESPONSE,
        _("Take up defensive positions around the settlement or the facility"),
        "002 sl.17",
    ),
    _one(
        "fpu_escort",
        Unit.FPU,
        Tier.PHYSICAL,
        _AFTER,
        _("Escort the convoy or the unarmed patrol"),
        "002 sl.11",
    ),
    _one(
        "fpu_move",
        Unit.FPU,
        Tier.PHYSICAL,
        _RESPONSE,
        _("Secure civilians, or accompany their movement to a more stable area"),
        "002 sl.25",
    ),
    _one(
        "team_sgbv",
        Unit.TEAM,
        Tier.ENVIRONMENT,
        _ALL,
        _("The team on sexual and gender-based violence advises on handling and on referral"),
        "002 sl.11",
    ),
    _one(
        "team_community",
        Unit.TEAM,
        Tier.DIALOGUE,
        _BEFORE,
        _("The community-policing team sets up a way to report danger early"),
        "002 sls.11, 23",
    ),
    _one(
        "team_evidence",
        Unit.TEAM,
        Tier.ENVIRONMENT,
        _AFTER,
        _("Preserve evidence as mandated, and notify the human rights investigators"),
        "002 sls.25-26",
        needs="evidence_mandate",
    ),
    _one(
        "team_train",
        Unit.TEAM,
        Tier.ENVIRONMENT,
        frozenset({PocPhase.PREVENTION, PocPhase.CONSOLIDATION}),
        _("Train and mentor the host-State police on children's rights, after due diligence"),
        "002 sls.18-19, 23",
        joint=True,
    ),
    _one(
        "military_alert",
        Unit.MILITARY,
        Tier.PHYSICAL,
        _ACUTE,
        _("Alert: tell the military component of the threat, without details of a child"),
        "004; MILITARY_ALERT_ONLY",
        Role.MILITARY_LIAISON,
    ),
    _one(
        "military_secure",
        Unit.MILITARY,
        Tier.PHYSICAL,
        _AFTER,
        _("Secure: keep the place of the verification mission safe from a distance"),
        "004; MILITARY_ALERT_ONLY",
        Role.MILITARY_LIAISON,
    ),
    _one(
        "military_escort",
        Unit.MILITARY,
        Tier.PHYSICAL,
        _AFTER,
        _("Escort: accompany the joint mission on the road"),
        "004; MILITARY_ALERT_ONLY",
        Role.MILITARY_LIAISON,
    ),
    _one(
        "military_facilitate",
        Unit.MILITARY,
        Tier.DIALOGUE,
        _ALL,
        _("Facilitate: open a contact for the child protection lead"),
        "004; MILITARY_ALERT_ONLY",
        Role.MILITARY_LIAISON,
    ),
    _one(
        "medical",
        Unit.COMPONENT,
        Tier.PHYSICAL,
        _AFTER,
        _("Reach the partners for immediate medical care and psychosocial support"),
        "002 sl.26; 003 sl.3",
        LEAD,
    ),
    _one(
        "verify",
        Unit.COMPONENT,
        Tier.ENVIRONMENT,
        _AFTER,
        _("Prepare verification; record who has spoken with the child already"),
        "004; 003 sl.3",
        LEAD,
    ),
    _one(
        "human_rights",
        Unit.COMPONENT,
        Tier.ENVIRONMENT,
        _ALL,
        _("Monitor and report human rights violations around the incident"),
        "002 sls.24, 26, 30",
        Role.HUMAN_RIGHTS,
    ),
    _one(
        "leadership",
        Unit.COMPONENT,
        Tier.DIALOGUE,
        _ALL,
        _("The leadership raises the matter with the authorities or the party"),
        "002 sl.24",
        Role.SRSG_OFFICE,
    ),
    _one(
        "mitigate",
        Unit.COMPONENT,
        Tier.DIALOGUE,
        frozenset({PocPhase.PREVENTION, PocPhase.CONSOLIDATION}),
        _("Calm the conflict between communities, with formal and traditional justice"),
        "002 sls.23, 30",
        Role.CIVIL_AFFAIRS,
    ),
    _one(
        "return",
        Unit.COMPONENT,
        Tier.ENVIRONMENT,
        _LATER,
        _("Agree with humanitarian partners on conditions for a safe and voluntary return"),
        "002 sl.26",
        Role.DSRSG_RC_HC,
    ),
)
BY_CODE = {template.code: template for template in TEMPLATES}


def on_offer(report: Report) -> list[ActionTemplate]:
    """What this mission may do about this report, in any phase.

    Nothing jointly with the host State where it is the alleged party, and nothing for which the
    mission has no mandate.
    """
    barred = is_host_state_implicated(report)
    return [
        template
        for template in TEMPLATES
        if not (template.joint and barred)
        and (not template.needs or getattr(report.mission, template.needs))
    ]


def military_words() -> list[str]:
    """What may be asked of soldiers, in the reader's language: the first word of each template."""
    soldiers = (each for each in TEMPLATES if each.unit == Unit.MILITARY)
    return [_first_word(str(each.what)) for each in soldiers]


def is_for_soldiers(what: str) -> bool:
    """Whether an action begins by alerting, securing, escorting or facilitating, and a colon."""
    words = military_words()
    with override("en"):
        words += military_words()
    return _first_word(what).casefold() in {word.casefold() for word in words}


def _first_word(text: str) -> str:
    head, colon, _rest = text.replace("\uff1a", ":").partition(":")
    return head.strip() if colon else ""


def component_of(template: ActionTemplate, report: Report) -> str:
    """The role that sees to it, or the lead where it is the lead's."""
    return report.mission.lead_role if template.component == LEAD else str(template.component)

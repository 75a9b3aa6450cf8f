"""What is done to children, in the policy's codes and in words (field policy, sections 2.1, 3.2).

Reports say it, and referral pathways are kept for it.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Violation(models.TextChoices):
    """The six grave violations against children in armed conflict."""

    KILLING_MAIMING = "killing_maiming", _("Killing or maiming of children")
    RECRUITMENT_USE = "recruitment_use", _("Recruitment or use of children")
    SEXUAL_VIOLENCE = "sexual_violence", _("Rape or other sexual violence")
    ABDUCTION = "abduction", _("Abduction of children")
    ATTACK_SCHOOL_HOSPITAL = "attack_school_hospital", _("Attack on a school or hospital")
    DENIAL_HUMANITARIAN_ACCESS = "denial_humanitarian_access", _("Denial of humanitarian access")


class Concern(models.TextChoices):
    """Other child-protection concerns."""

    HARMFUL_PRACTICE = "harmful_practice", _("Harmful practice")
    TRAFFICKING = "trafficking", _("Trafficking")
    CHILD_LABOUR = "child_labour", _("Child labour")
    CHILD_DETAINED = "child_detained", _("Child detained")
    MILITARY_USE_FACILITY = "military_use_facility", _("School or hospital used by armed actors")
    UNACCOMPANIED_SEPARATED = "unaccompanied_separated", _("Child alone or separated from family")
    EXPLOSIVE_HAZARD = "explosive_hazard", _("Mine, shell or other explosive hazard")


# What each means and what does not count, in a line beside its box: for who ticks it in the field.
HELP = {
    Violation.KILLING_MAIMING: _(
        "A child died or was badly injured by fighting, shelling, a mine or torture, aimed at "
        "or not. Not an illness, or an accident outside the conflict."
    ),
    Violation.RECRUITMENT_USE: _(
        "An armed force or group takes children in or uses them, also as cook, porter, "
        "messenger or guard, also if the child agreed. Not work for a civilian."
    ),
    Violation.SEXUAL_VIOLENCE: _(
        "You were told of it, or the child says so unasked. Do not look for signs and do not "
        "ask what was done. If UN personnel or aid workers are said to have done it, it goes a "
        "confidential way of its own."
    ),
    Violation.ABDUCTION: _(
        "An armed force or group took a child away against the law, for hours or for good. Not "
        "a child who got lost, or was arrested for an offence."
    ),
    Violation.ATTACK_SCHOOL_HOSPITAL: _(
        "A school, hospital, ambulance or their staff were attacked or threatened. Only used by "
        "armed actors, without attack: tick that concern below."
    ),
    Violation.DENIAL_HUMANITARIAN_ACCESS: _(
        "Aid that children need to survive is blocked, stolen or its staff threatened on "
        "purpose. Not a road closed by weather."
    ),
    Concern.HARMFUL_PRACTICE: _(
        "Child marriage, so-called honour violence, genital mutilation. You need not judge it, "
        "only pass it on."
    ),
    Concern.TRAFFICKING: _(
        "Children are moved, handed over or kept to be exploited. Not a move with their family."
    ),
    Concern.CHILD_LABOUR: _(
        "Work that is dangerous or keeps children from school. Not helping at home."
    ),
    Concern.CHILD_DETAINED: _(
        "Somebody under 18 is locked up, by whomever and for whatever reason."
    ),
    Concern.MILITARY_USE_FACILITY: _(
        "Soldiers, police or fighters live, store or fight in a school or hospital. If it was "
        "also attacked, tick that too."
    ),
    Concern.UNACCOMPANIED_SEPARATED: _(
        "A child without parents or the usual caregiver, also if with other relatives."
    ),
    Concern.EXPLOSIVE_HAZARD: _(
        "A mine, shell, grenade or trap lies where children may come. Keep away and do not "
        "touch it. If a child was hurt, tick that too."
    ),
}

HARMS = [*Violation.choices, *Concern.choices]

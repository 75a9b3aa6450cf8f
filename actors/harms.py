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


HARMS = [*Violation.choices, *Concern.choices]

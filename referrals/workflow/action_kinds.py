"""What an action of protection is told apart by: who carries it out, how it protects, and when."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from referrals.models.reasons import PocPhase


class Unit(models.TextChoices):
    """Who carries it out (002 sl.11)."""

    IPO = "ipo", _("Individual police officers")
    FPU = "fpu", _("Formed police units")
    TEAM = "team", _("Specialised teams")
    MILITARY = "military", _("Military component")
    COMPONENT = "component", _("Other components")


class Tier(models.IntegerChoices):
    """How it protects; the tiers have no order (002 sl.12)."""

    DIALOGUE = 1, _("Dialogue and engagement")
    PHYSICAL = 2, _("Physical protection")
    ENVIRONMENT = 3, _("Protective environment")


@dataclass(frozen=True)
class ActionTemplate:
    """One action on offer. `needs`: a mandate of the mission; `joint`: with host-State police."""

    code: str
    what: Promise
    component: str
    unit: Unit
    tier: Tier
    phases: frozenset[PocPhase]
    source: str
    needs: str = ""
    joint: bool = False

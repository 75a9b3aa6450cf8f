"""Where versions stand: in force, waiting for a second person, declined, in force before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from referrals.models import PolicySwitch, PolicyVersion
from referrals.workflow.errors import moment
from referrals.workflow.policies import confirmed_switches
from referrals.workflow.switching import PEOPLE


@dataclass(frozen=True)
class Spell:
    """A time in force. `until` is None for the version in force now."""

    switch: PolicySwitch
    until: datetime | None


@dataclass(frozen=True)
class VersionState:
    """What became of one version, the newest first."""

    spells: list[Spell]
    waiting: PolicySwitch | None
    declined: list[PolicySwitch]

    @property
    def is_in_force(self) -> bool:
        return bool(self.spells) and self.spells[0].until is None

    @property
    def badge(self) -> dict[str, str]:
        """Label and tone."""
        if self.is_in_force:
            return {"label": _("In force"), "tone": "good"}
        if self.waiting:
            return {"label": _("Waits for a second person"), "tone": "warn"}
        if self.spells:
            until = {"until": moment(self.spells[0].until)}
            return {"label": _("In force until %(until)s") % until, "tone": ""}
        if self.declined:
            return {"label": _("Declined"), "tone": "quiet"}
        return {"label": _("Not proposed"), "tone": "quiet"}


class Switches:
    """Every switch of the policy there was; two statements."""

    def __init__(self) -> None:
        confirmed = list(_with_people(confirmed_switches()))
        ends = [None, *(switch.confirmed_at for switch in confirmed)]
        self._spells = [Spell(*pair) for pair in zip(confirmed, ends, strict=False)]
        self._others = list(_with_people(PolicySwitch.objects.filter(confirmed_at=None)))

    @property
    def in_force(self) -> PolicySwitch | None:
        """The switch that put the version in force there."""
        return self._spells[0].switch if self._spells else None

    @property
    def waiting(self) -> list[PolicySwitch]:
        """Proposals nobody has decided."""
        return [switch for switch in self._others if switch.declined_at is None]

    def state_of(self, version: PolicyVersion) -> VersionState:
        spells = [spell for spell in self._spells if spell.switch.version_id == version.pk]
        others = [switch for switch in self._others if switch.version_id == version.pk]
        open_ones = (switch for switch in others if switch.declined_at is None)
        declined = [switch for switch in others if switch.declined_at]
        return VersionState(spells, next(open_ones, None), declined)


def _with_people(switches: QuerySet[PolicySwitch]) -> QuerySet[PolicySwitch]:
    return switches.select_related(*PEOPLE).defer("version__body")

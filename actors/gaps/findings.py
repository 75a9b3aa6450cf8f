"""What needs doing in a mission's directory, worst first, each with the entry to mend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from actors.gaps import answering, assurance, people
from actors.gaps.finding import Finding
from actors.models import Mission


@dataclass(frozen=True)
class Group:
    """Findings of one sort, worst first."""

    key: str
    title: str
    findings: list[Finding]

    @property
    def number(self) -> int:
        return len(self.findings)

    @property
    def is_bad(self) -> bool:
        return any(finding.is_bad for finding in self.findings)


@dataclass(frozen=True)
class Findings:
    """All that needs doing in one mission at a moment."""

    groups: list[Group]

    @property
    def number(self) -> int:
        return sum(group.number for group in self.groups)


def findings(mission: Mission, at: datetime) -> Findings:
    """Everything to mend; the same number of statements whatever there is."""
    on = at.astimezone(mission.zone).date()
    found = {
        "nobody": answering.nobody(mission, at, on),
        "shifts": answering.empty_shifts(mission, at),
        "unreachable": people.unreachable(mission, at),
        "leaving": people.leaving(mission, at),
        "ending": assurance.ending(mission, on),
        "pathways": assurance.pathways(mission, on),
        "unconfirmed": assurance.unconfirmed(mission, on),
        "contacts": people.broken_contacts(mission, at),
        "unread": people.not_read(mission, at),
    }
    return Findings([Group(key, TITLES[key], each) for key, each in found.items()])


TITLES = {
    "nobody": _("Nobody answers"),
    "shifts": _("Nobody on duty in the next 48 hours"),
    "unreachable": _("Posts that cannot be reached"),
    "leaving": _("Holders who leave within 14 days, and nobody follows"),
    "ending": _("Due diligence and sharing agreements that end or have ended"),
    "pathways": _("Pathways that end, or lead to services that have"),
    "unconfirmed": _("Entries not confirmed for 90 days"),
    "contacts": _("Addresses that do not work"),
    "unread": _("Officers who have not confirmed their contacts"),
}

"""What a plan of action consists of (field policy, section 5.2), and what is missing in one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actors.languages import clauses
from actors.roles import Role
from referrals.models import PlanAction, Report, Task

LEAD = "CP_LEAD"


@dataclass(frozen=True)
class Section:
    """One part of the plan, and the role that sees to it being written."""

    key: str
    label: Promise
    hint: Promise
    owner: str

    def owner_in(self, report: Report) -> str:
        """The role, or the lead where the section is the lead's."""
        return report.mission.lead_role if self.owner == LEAD else self.owner


SECTIONS = (
    Section(
        "known",
        gettext_lazy("What is known"),
        gettext_lazy("Facts only, each with how we know it. Nothing is verified yet."),
        LEAD,
    ),
    Section(
        "unknown",
        gettext_lazy("What is not known"),
        gettext_lazy("What must be found out, and who finds out. Nobody interviews a child."),
        Role.JOC,
    ),
    Section(
        "objectives",
        gettext_lazy("Objectives for the next 24 hours"),
        gettext_lazy("Protect first: who is in danger, and what will be different tomorrow."),
        Role.HOPC,
    ),
    Section(
        "services",
        gettext_lazy("Way to services"),
        gettext_lazy(
            "Medical care, psychosocial support, tracing: which partner, reached by the lead."
        ),
        LEAD,
    ),
    Section(
        "do_no_harm",
        gettext_lazy("Do no harm"),
        gettext_lazy(
            "Retaliation, stigma, sources, visible visits: what each action could do to a child."
        ),
        LEAD,
    ),
    Section(
        "host_state",
        gettext_lazy("Line towards the host State, and due diligence"),
        gettext_lazy(
            "What is asked of the authorities and of whom. No support to a unit that human "
            "rights due diligence has not cleared."
        ),
        Role.HUMAN_RIGHTS,
    ),
    Section(
        "press",
        gettext_lazy("Lines for the press"),
        gettext_lazy(
            "Only these words leave the mission. No place below the region, no number under "
            "three. Approved by the lead and Public Information."
        ),
        Role.PUBLIC_INFORMATION,
    ),
    Section(
        "risks",
        gettext_lazy("Risks"),
        gettext_lazy("What may go wrong, how likely it is, and what is done then."),
        Role.POC_ADVISER,
    ),
)
BY_KEY = {section.key: section for section in SECTIONS}
APPROVED = "press_approved"


def is_needed(section: Section, report: Report) -> bool:
    """Lines for the press are needed only where somebody outside is asking."""
    asked = report.facts.get("media_attention") or report.facts.get("srsg_request")
    return section.key != "press" or bool(asked)


def open_gaps(task: Task, actions: Iterable[PlanAction], approvers: set[str]) -> dict[str, str]:
    """What keeps the plan from being submitted: where it is missing, and in words.

    Args:
        approvers: who must approve the lines for the press, as keys of the approvals.
    """
    gaps = {
        section.key: _("Nothing is written here yet.")
        for section in SECTIONS
        if is_needed(section, task.report) and not task.sections.get(section.key)
    }
    if task.sections.get("press") and approvers - set(task.sections.get(APPROVED, ())):
        gaps["press"] = _("The lines for the press are not approved yet.")
    actions = list(actions)
    loose = [each for each in actions if not (each.owner and each.due_at)]
    if not actions:
        gaps["actions"] = _("No action is planned yet.")
    elif loose:
        gaps["actions"] = _("An action lacks a person or a time: %(what)s") % {
            "what": clauses(each.what for each in loose)
        }
    return gaps

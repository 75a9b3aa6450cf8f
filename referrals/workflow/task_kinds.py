"""The kinds of tasks that the CP lead opens by hand, and what each is called.

The policy's own tasks (2.4) are among them, so that what the rules did not ask can be asked.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from actors.models import Mission
from actors.roles import Role
from referrals.models import Task
from referrals.workflow.policies import said

PLAN = "plan_of_action"
PLAN_MINUTES, PLAN_HORIZON = 90, 24 * 60  # module 5, role-play 2
LEAD = "CP_LEAD"  # stands for whoever leads on child protection in the mission


@dataclass(frozen=True)
class TaskKind:
    """One kind: who may own it, how long it may take by default, and where it comes from."""

    code: str
    label: Promise
    owners: tuple[str, ...]
    minutes: int
    source: str

    def owners_in(self, mission: Mission) -> tuple[str, ...]:
        """The roles that may own it, without those that stand for another."""
        return tuple(mission.lead_role if role == LEAD else str(role) for role in self.owners)


_LEADERS = (Role.SRSG_OFFICE, Role.DSRSG_RC_HC, Role.POLITICAL_AFFAIRS, LEAD)
_SOLDIERS = (Role.MILITARY_LIAISON,)

KINDS = {
    kind.code: kind
    for kind in (
        TaskKind(PLAN, _("Plan of action for the next 24 hours"), (Role.HOPC,), 90, "000 LA5.2"),
        TaskKind(
            "physical_protection",
            _("Physical protection by formed police units and individual officers"),
            (Role.HOPC,),
            240,
            "002 sls.14-17, 24-25",
        ),
        TaskKind(
            "host_state_police_deployment_advocacy",
            _("Ask the host-State police to extend their presence"),
            (Role.HOPC,),
            1440,
            "002 sls.24-25",
        ),
        TaskKind(
            "leadership_advocacy",
            _("Advocacy of the mission's leadership with the host State"),
            _LEADERS,
            1440,
            "002 sl.24",
        ),
        TaskKind(
            "party_advocacy",
            _("Advocacy for the release of children with the party that holds them"),
            (LEAD, Role.CPA_SENIOR, Role.DDR, Role.POLITICAL_AFFAIRS),
            1440,
            "001, 004",
        ),
        TaskKind(
            "verification_mission",
            _("Verification mission"),
            (LEAD, Role.CPA_SENIOR, Role.HUMAN_RIGHTS),
            4320,
            "004",
        ),
        TaskKind(
            "escort_request",
            _("Escort of a mission or a convoy"),
            (Role.HOPC, *_SOLDIERS),
            1440,
            "002 sl.11, 004",
        ),
        TaskKind(
            "secure_mission",
            _("Secure the place of a verification mission"),
            (Role.HOPC, *_SOLDIERS),
            1440,
            "004",
        ),
        TaskKind(
            "facilitate_contact",
            _("Facilitate contact with a party or a community"),
            (*_SOLDIERS, Role.CIVIL_AFFAIRS, Role.POLITICAL_AFFAIRS),
            1440,
            "004, 002 sl.30",
        ),
        TaskKind("military_alert", _("Alert the military component"), _SOLDIERS, 60, "004"),
        TaskKind(
            "expertise_request",
            _("Ask for expertise the mission does not have"),
            (LEAD, Role.CPA_SENIOR),
            1440,
            "003 sl.5",
        ),
        TaskKind(
            "joint_visit",
            _("Visit together with a government service for children"),
            (LEAD,),
            4320,
            "003 sl.3",
        ),
    )
}
# What the portal may ask of soldiers: alert, secure, escort, facilitate (MILITARY_ALERT_ONLY).
MILITARY_ALERT_ONLY = frozenset(
    {"military_alert", "secure_mission", "escort_request", "facilitate_contact"}
)


def task_label(task: Task) -> str:
    """What a task is called, in the reader's language; the report is loaded with it."""
    if task.code in KINDS:
        return str(KINDS[task.code].label)
    asked = task.report.decision.get("tasks", ())
    label = next((each["label"] for each in asked if each["code"] == task.code), "")
    return said(label, task.report.policy_id) or task.code.replace("_", " ").capitalize()

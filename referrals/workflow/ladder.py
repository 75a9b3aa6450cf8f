"""Whom each step of an escalation tells, and when it is due (policy 2.8). No database.

At once the time that was given the deputy, at twice the focal point at headquarters and the
Senior Adviser, at three times, for emergencies, the Head of Police and the chief of staff.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from actors.models import Mission
from actors.roles import Role
from referrals.models import Referral, Report, Task
from referrals.models.choices import Priority, Redaction
from referrals.statuses import ReferralStatus
from referrals.workflow.task_kinds import PLAN

REMINDER, FIRST, SECOND, THIRD = range(4)
# A reminder of the plan comes at 60 of its 90 minutes.
REMINDER_AT = 2 / 3
# Whatever stands in a row: no step follows another faster than this.
SHORTEST = timedelta(minutes=5)
# Where the conduct channel ends: outside the portal, by the address the mission gives.
OIOS = "OIOS"
# What each of those whom an escalation lets in may see; as the policy does where it names them.
LEVELS = {
    Role.UNPOL_CPFP_HQ: Redaction.RD2,
    Role.CPA_SENIOR: Redaction.RD1,
    Role.HUMAN_RIGHTS: Redaction.RD1,
    Role.HOPC: Redaction.RD2,
    Role.SRSG_OFFICE: Redaction.RD2,
}


@dataclass(frozen=True)
class Late:
    """A referral, a proposal or a task nobody has answered, and which steps were taken."""

    thing: Referral | Task
    begun_at: datetime
    done: frozenset[int] = frozenset()

    @property
    def is_task(self) -> bool:
        return isinstance(self.thing, Task)

    @property
    def is_plan(self) -> bool:
        return self.is_task and self.thing.code == PLAN

    @property
    def is_proposal(self) -> bool:
        return not self.is_task and self.thing.status == ReferralStatus.PROPOSED

    @property
    def role(self) -> str:
        """Who should have answered."""
        if self.is_proposal:
            return self.thing.report.mission.lead_role
        return self.thing.owner if self.is_task else self.thing.role

    @property
    def span(self) -> timedelta:
        """The time that was given."""
        return max(self.thing.due_at - self.begun_at, SHORTEST)


@dataclass(frozen=True)
class Target:
    """A role one step tells. `is_own`: the post that should have answered, its deputies first."""

    role: str
    is_own: bool = False


def due_steps(late: Late, now: datetime) -> list[int]:
    """The steps whose time has come and that were not taken; the clock does not stop at night."""
    reached = (now - late.begun_at) // late.span
    steps = list(range(FIRST, min(reached, last_step(late)) + 1))
    if late.is_plan and not reached and now - late.begun_at >= late.span * REMINDER_AT:
        steps = [REMINDER]
    return [step for step in steps if step not in late.done]


def last_step(late: Late) -> int:
    report = late.thing.report
    if report.is_confided:
        return FIRST if late.is_task else SECOND
    if late.is_proposal:
        return SECOND
    return THIRD if report.priority == Priority.EMERGENCY else SECOND


def targets(late: Late, step: int) -> list[Target]:
    """Whom this step tells."""
    report = late.thing.report
    if step in (REMINDER, FIRST):
        own = [Target(late.role, is_own=True)]
        tells_police = late.is_plan and step == FIRST and late.role != Role.HOPC
        return own + [Target(Role.HOPC)] * tells_police
    if report.is_confided:
        return [_in_confidence(late)]
    if step == THIRD:
        return [Target(Role.HOPC), Target(Role.SRSG_OFFICE)]
    senior = Target(senior_role(report.mission))
    return [senior] if late.is_proposal else [Target(Role.UNPOL_CPFP_HQ), senior]


def senior_role(mission: Mission) -> str:
    """Who stands above those that lead on child protection."""
    return Role.CPA_SENIOR if mission.has_cpa else Role.HUMAN_RIGHTS


def may_be_let_in(role: str, report: Report) -> bool:
    """Whether an escalation may show the report to a role that was not told of it.

    Nobody new on the misconduct track, and nobody whom a guard has kept out.
    """
    kept_out = {each["role"] for each in report.decision.get("suppressed", ())}
    return role in LEVELS and not report.is_confided and role not in kept_out


def _in_confidence(late: Late) -> Target:
    """The conduct channel's own way: to Conduct and Discipline, and beyond it to OIOS."""
    return Target(OIOS if late.role == Role.CONDUCT_DISCIPLINE else Role.CONDUCT_DISCIPLINE)

"""What stands in the way of closing a report, and what would be left open by it (policy 2.9)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from actors.languages import listed
from actors.roles import Role
from referrals.models import Referral, Report, Task, TaskStatus
from referrals.models.choices import ReferralKind
from referrals.statuses import REFERRAL_MOVES, ReportStatus
from referrals.workflow.errors import FieldRefused
from referrals.workflow.task_kinds import task_label

UNDECIDED = REFERRAL_MOVES["release"][0]
UNANSWERED = REFERRAL_MOVES["expire"][0]


@dataclass(frozen=True)
class OpenEnds:
    """What others still owe: tasks, partners who have not answered, the officer asked for more.

    Nothing is open where it is false.
    """

    tasks: tuple[Task, ...]
    partners: tuple[Referral, ...]
    is_asked: bool

    def __bool__(self) -> bool:
        return bool(self.tasks or self.partners or self.is_asked)

    def words(self) -> str:
        """In the reader's language, each by its name."""
        said = [
            _("%(task)s (%(owner)s)") % {"task": task_label(task), "owner": Role(task.owner).label}
            for task in self.tasks
        ]
        said += [
            _("the answer of %(name)s") % {"name": Role(referral.role).label}
            for referral in self.partners
        ]
        return listed([*said, _("the officer's answer")] if self.is_asked else said)

    def as_dict(self) -> dict[str, object]:
        """For the history, by codes."""
        return {
            "tasks": [[task.code, task.owner] for task in self.tasks],
            "partners": [referral.role for referral in self.partners],
            "is_asked": self.is_asked,
        }


def open_ends_of(report: Report) -> OpenEnds:
    """No query after a prefetch of its referrals and tasks; one statement each without."""
    tasks = [task for task in report.tasks.all() if task.status == TaskStatus.OPEN]
    for task in tasks:
        task.report = report
    partners = [r for r in report.referrals.all() if _owes_an_answer(r)]
    is_asked = report.status == ReportStatus.RETURNED_FOR_INFO
    return OpenEnds(tuple(tasks), tuple(partners), is_asked)


def read_ends(kept: dict[str, object], report: Report) -> OpenEnds:
    """What `as_dict` kept of this report, to be said in words."""
    tasks = tuple(Task(report=report, code=code, owner=owner) for code, owner in kept["tasks"])
    partners = tuple(Referral(report=report, role=role) for role in kept["partners"])
    return OpenEnds(tasks, partners, kept["is_asked"])


def hindrance_of(report: Report) -> FieldRefused | None:
    """What must be done before this report can be closed, if anything. No query after a prefetch
    of its referrals.
    """
    if not _is_considered(report):
        return unread()
    waiting = [r for r in report.referrals.all() if r.status in UNDECIDED]
    if not waiting:
        return None
    names = listed(str(Role(referral.role).label) for referral in waiting)
    message = _("Decide first whether they are told: %(names)s. Release them, or say why not.")
    return FieldRefused("referrals", "undecided", message % {"names": names})


def unread() -> FieldRefused:
    """The refusal of what needs an acknowledgement first."""
    message = _("Acknowledge it first: press “Acknowledge” at the top of the page.")
    return FieldRefused("report", "unacknowledged", message)


def _owes_an_answer(referral: Referral) -> bool:
    is_asked = referral.kind == ReferralKind.REFERRAL and referral.status in UNANSWERED
    return is_asked and referral.answered_at is None


def _is_considered(report: Report) -> bool:
    """Whether the lead has acknowledged it or decided on one of its proposals."""
    if report.status == ReportStatus.SUBMITTED:
        return False
    if report.status != ReportStatus.RETURNED_FOR_INFO:
        return True
    lead = report.mission.lead_role
    return any(
        (r.role == lead and r.acknowledged_at)
        or (r.gate.startswith("cp_lead") and r.released_by_id)
        for r in report.referrals.all()
    )

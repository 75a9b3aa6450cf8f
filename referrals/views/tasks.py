"""The tasks of a report, as its page and theirs show them."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from actors.models import User
from referrals.models import Report, Task, TaskStatus
from referrals.permissions import can_lead, can_see_tasks
from referrals.policy_words import role_label
from referrals.views import clock
from referrals.workflow.plan_sections import BY_KEY
from referrals.workflow.plans import approver_as
from referrals.workflow.task_kinds import PLAN, task_label

_TONES = {TaskStatus.OPEN: "info", TaskStatus.DONE: "good", TaskStatus.CANCELLED: "quiet"}


def tasks_of(report: Report, user: User, level: str, *, now: datetime) -> dict[str, object]:
    """Context of its part on the report page; empty where this reader sees none of it."""
    if not can_see_tasks(user, report):
        return _lines_alone(report, user, now)
    tasks = report.tasks.select_related("post__organization")
    leads = can_lead(user, report)
    return {
        "tasks": [_row(task, report, now) for task in sorted(tasks, key=_open_first)],
        "new_task_url": reverse("new-task", args=[report.reference]) if leads else "",
    }


def _lines_alone(report: Report, user: User, now: datetime) -> dict[str, object]:
    """The way to the lines for the press, for who approves them and sees nothing else."""
    if not approver_as(user, report):
        return {}
    plans = report.tasks.filter(code=PLAN).select_related("post__organization")
    label = BY_KEY["press"].label
    rows = [_row(task, report, now) | {"label": label} for task in plans]
    return {"tasks": sorted(rows, key=lambda row: not row["is_open"])} if rows else {}


def task_url(task: Task, report: Report) -> str:
    """The page of a task; a plan of action has one of its own."""
    name = "plan" if task.code == PLAN else "task"
    return reverse(name, args=[report.reference, task.uuid])


def task_words(task: Task, report: Report, now: datetime) -> dict[str, object]:
    """What a page says of one task that is loaded with its post and people."""
    return {
        **_row(task, report, now),
        "uuid": task.uuid,
        "opened": clock.past(task.opened_at, now),
        "opened_by": task.opened_by,
        "ended": clock.past(task.ended_at, now),
        "ended_by": task.ended_by,
        "outcome": _outcome(task),
    }


def _row(task: Task, report: Report, now: datetime) -> dict[str, object]:
    task.report = report
    is_open = task.status == TaskStatus.OPEN
    return {
        "label": task_label(task),
        "url": task_url(task, report),
        "is_open": is_open,
        "owner": role_label(task.owner),
        "organization": task.post.organization.name if task.post else "",
        "due": clock.due(task.due_at, now) if is_open else {},
        "status": task.get_status_display(),
        "tone": _TONES[task.status],
    }


def _outcome(task: Task) -> str:
    """What came of it: as typed, or of a plan the version that was approved; one statement then."""
    if (task.code, task.status) != (PLAN, TaskStatus.DONE):
        return task.outcome
    approved = task.versions.filter(decision__is_approved=True)
    number = approved.values_list("number", flat=True).last()
    return _("Version %(n)s approved.") % {"n": number}


def _open_first(task: Task) -> bool:
    return task.status != TaskStatus.OPEN

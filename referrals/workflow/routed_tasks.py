"""The tasks that the rules ask for: opened with the decision, kept in line when it changes.

They open no door. Who is told of the report learns of their task with it and is not written to
twice; only who was told earlier hears of a task that comes later.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from actors.directory import contacts_of
from referrals.models import HistoryEntry, Report, Task, TaskStatus, Verb
from referrals.models.inserting import insert_rows
from referrals.notifications import outbox
from referrals.routing import decision
from referrals.statuses import LET_IN
from referrals.workflow.planning import Plan


def asked_tasks(report: Report, plan: Plan, *, at: datetime) -> list[Task]:
    """Unsaved rows for what the first decision asks; the seat that is told is the owner."""
    posts = {each.recipient.role: each.seat and each.seat.post_id for each in plan.recipients}
    return [_new_task(report, each, posts.get(each.owner), at) for each in plan.decision.tasks]


def open_tasks(report: Report, plan: Plan, *, at: datetime) -> list[Task]:
    """Bring the tasks of a report in line with a later decision; the tasks opened now.

    What is no longer asked is cancelled, what somebody opened or ended by hand stays as it is.
    Called again with the same plan it changes nothing. Needs a transaction, and the referrals
    of the plan stored before.
    """
    known = list(report.tasks.select_for_update(no_key=True))
    settled = {(task.code, task.owner) for task in known if _is_settled(task)}
    told = {referral.role: referral for referral in report.referrals.all()}
    new = [
        _new_task(report, each, told[each.owner].post_id if each.owner in told else None, at)
        for each in plan.decision.tasks
        if (each.code, each.owner) not in settled
    ]
    asked = {(each.code, each.owner) for each in plan.decision.tasks}
    dropped = [task for task in known if _is_dropped(task, asked)]
    Task.objects.filter(pk__in=[task.pk for task in dropped]).update(
        status=TaskStatus.CANCELLED, ended_at=at
    )
    insert_rows(new)
    insert_rows([*_entries(new, Verb.TASK_OPENED, at), *_entries(dropped, Verb.TASK_ENDED, at)])
    told_before = {
        r.post_id
        for r in told.values()
        if r.status in LET_IN and r.released_at and r.released_at < at
    }
    _tell([task for task in new if task.post_id in told_before], plan, at)
    return new


def _is_settled(task: Task) -> bool:
    """Open, done, or ended by a person: asking once more does not open it again."""
    return task.status != TaskStatus.CANCELLED or task.ended_by_id is not None


def _is_dropped(task: Task, asked: set[tuple[str, str]]) -> bool:
    is_open_by_rule = task.status == TaskStatus.OPEN and task.opened_by_id is None
    return is_open_by_rule and (task.code, task.owner) not in asked


def _new_task(report: Report, asked: decision.Task, post_id: int | None, at: datetime) -> Task:
    return Task(
        report=report,
        code=asked.code,
        owner=asked.owner,
        post_id=post_id,
        opened_at=at,
        due_at=_after(at, asked.due_minutes),
        horizon_at=_after(at, asked.horizon_minutes),
    )


def _after(at: datetime, minutes: int | None) -> datetime | None:
    return None if minutes is None else at + timedelta(minutes=minutes)


def _entries(tasks: Iterable[Task], verb: Verb, at: datetime) -> list[HistoryEntry]:
    return [
        HistoryEntry(
            report=task.report, at=at, verb=verb, details={"task": task.code, "owner": task.owner}
        )
        for task in tasks
    ]


def _tell(tasks: list[Task], plan: Plan, at: datetime) -> None:
    seats = {each.seat.post_id: each.seat for each in plan.recipients if each.seat}
    reached = [task for task in tasks if task.post_id in seats]
    if not reached:
        return
    contacts = contacts_of({seats[task.post_id] for task in reached})
    insert_rows(
        [
            notice
            for task in reached
            for notice in outbox.notices_about(
                contacts[task.post_id],
                priority=task.report.priority,
                now=at,
                due=plan.read_at,
                task=task,
            )
        ]
    )
    transaction.on_commit(outbox.poke, robust=True)

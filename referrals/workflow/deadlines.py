"""The time a mission gives where it differs from the policy's (policy 2.8: mission-configurable).

The rules decide with the policy's own times, and so does the proof. A mission's are put over
them afterwards, so nothing but minutes can change.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import yaml

from actors.models import Mission
from referrals.models import PolicyVersion, Report
from referrals.policy_file import LOADER
from referrals.routing import Decision, Recipient
from referrals.routing.decision import Task
from referrals.workflow.policies import compiled_version

ACKNOWLEDGE, ACCEPT = "acknowledge", "accept"


def in_mission_time(decision: Decision, mission: Mission, version_id: int) -> Decision:
    """The decision with the mission's own minutes; as it is where the mission sets none."""
    if not mission.deadlines:
        return decision
    priority = decision.priority
    own = mission.own_minutes(ACKNOWLEDGE, priority)
    return decision.but(
        ack_minutes=decision.ack_minutes if own is None else own,
        recipients=tuple(_recipient(each, mission, priority) for each in decision.recipients),
        tasks=tuple(_task(each, mission, priority, version_id) for each in decision.tasks),
    )


def minutes_to_accept(report: Report) -> int:
    """How long a partner has to accept, counted from being told; 0 where no time is set."""
    own = report.mission.own_minutes(ACCEPT, report.priority)
    if own is not None:
        return own
    deadlines = compiled_version(report.policy_id).policy.terms.deadlines
    return deadlines.get(ACCEPT, {}).get(report.priority, 0)


@lru_cache(maxsize=16)
def task_deadlines(version_id: int) -> dict[str, str]:
    """For each code of a task which deadline of the version it is under; a task whose minutes
    the version writes itself has none.
    """
    body = PolicyVersion.objects.values_list("body", flat=True).get(pk=version_id)
    policy = yaml.load(body, LOADER)  # noqa: S506 - LOADER is PyYAML's safe one
    asked = (task for task in _tasks_in(policy) if "due_minutes" not in task)
    return {task["code"]: task["deadline"] for task in asked if "deadline" in task}


def _recipient(recipient: Recipient, mission: Mission, priority: str) -> Recipient:
    own = mission.own_minutes(recipient.deadline, priority)
    return recipient if own is None else recipient.but(due_minutes=own)


def _task(task: Task, mission: Mission, priority: str, version_id: int) -> Task:
    own = mission.own_minutes(task_deadlines(version_id).get(task.code), priority)
    return task if own is None else task.but(due_minutes=own)


def _tasks_in(part: object) -> Iterator[dict[str, object]]:
    """Every task, wherever in the policy it stands."""
    if isinstance(part, dict):
        for key, value in part.items():
            yield from value if key == "tasks" and isinstance(value, list) else _tasks_in(value)
    elif isinstance(part, list):
        for each in part:
            yield from _tasks_in(each)

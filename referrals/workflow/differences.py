"""What two decisions on the same report tell apart, and counting it over many reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from referrals.routing import Decision, Recipient

MARKS = ("kind", "gate", "redaction", "state", "waits_for")
HANDLING = ("priority", "classification", "flash", "track", "poc_phase")

# Where a tally counts each kind of change: the part, and the column of its rows.
COLUMNS = {
    "gained": ("roles", 0),
    "lost": ("roles", 1),
    "changed": ("roles", 2),
    "task_gained": ("tasks", 0),
    "task_lost": ("tasks", 1),
    "handling": ("handling", 2),
    "damage": ("damages", 0),
}
WIDTH = 3

Cells = dict[str, dict[str, list[int]]]


class Change(NamedTuple):
    """One difference. `subject` is a role, a task or a name of HANDLING.

    `rule` is the row that brought it, the guard that took it away, or the row that brings it no
    more. Of a role gained or lost, the side without the role names the guard that kept it out.
    """

    what: str
    subject: str
    rule: str
    before: object
    after: object


def differences(before: Decision, after: Decision) -> list[Change]:
    """Everything a replay shows about one report; empty where both route it alike."""
    return [*_recipients(before, after), *_tasks(before, after), *_handling(before, after)]


def count_changes(cells: Cells, changes: Iterable[Sequence]) -> None:
    """Add the changes of one report to the cells: {part: {subject: [number by column]}}."""
    for what, subject, *_rest in changes:
        if what in COLUMNS:
            part, column = COLUMNS[what]
            cells.setdefault(part, {}).setdefault(subject, [0] * WIDTH)[column] += 1


def _recipients(before: Decision, after: Decision) -> Iterable[Change]:
    old, new = _by_role(before.recipients), _by_role(after.recipients)
    guarded, guarding = _by_role(before.suppressed), _by_role(after.suppressed)
    for role, recipient in new.items():
        if role not in old:
            guard = guarded[role].guard if role in guarded else ""
            yield Change("gained", role, recipient.rule, guard, _marks(recipient))
        elif marks := _changed_marks(old[role], recipient):
            yield Change("changed", role, recipient.rule, *marks)
    for role, recipient in old.items():
        if role not in new:
            guard = guarding[role].guard if role in guarding else ""
            yield Change("lost", role, guard or recipient.rule, _marks(recipient), guard)


def _by_role(items: Iterable) -> dict:
    return {item.role: item for item in items}


def _marks(recipient: Recipient) -> dict[str, object]:
    return {name: _plain(getattr(recipient, name)) for name in MARKS if getattr(recipient, name)}


def _changed_marks(old: Recipient, new: Recipient) -> tuple[dict, dict] | None:
    names = [name for name in MARKS if getattr(old, name) != getattr(new, name)]
    if not names:
        return None
    return tuple({name: _plain(getattr(side, name)) for name in names} for side in (old, new))


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _tasks(before: Decision, after: Decision) -> Iterable[Change]:
    old = {(task.code, task.owner): task for task in before.tasks}
    new = {(task.code, task.owner): task for task in after.tasks}
    for key, task in new.items():
        if key not in old:
            yield Change("task_gained", task.code, task.rule, "", task.owner)
    for key, task in old.items():
        if key not in new:
            yield Change("task_lost", task.code, task.rule, task.owner, "")


def _handling(before: Decision, after: Decision) -> Iterable[Change]:
    for name in HANDLING:
        was, will_be = getattr(before, name), getattr(after, name)
        if was != will_be:
            yield Change("handling", name, "", was, will_be)

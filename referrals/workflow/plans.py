"""Writing a plan of action together.

Many people write at once: a text that somebody else changed meanwhile is never overwritten unseen
(`PlanConflict` carries the newer one).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actors.languages import listed
from actors.models import User
from actors.roles import Role
from actors.standing import standing_of
from referrals.models import (
    PlanAction,
    Report,
    Task,
    TaskStatus,
)
from referrals.permissions import can_lead, can_plan, my_referrals
from referrals.statuses import LET_IN
from referrals.workflow.action_templates import is_for_soldiers, military_words
from referrals.workflow.errors import (
    AlreadyDone,
    ChangedMeanwhile,
    FieldRefused,
    NotAllowed,
    moment,
)
from referrals.workflow.plan_sections import APPROVED, BY_KEY
from referrals.workflow.task_kinds import PLAN
from referrals.workflow.tasking import checked, said_of, tell_posts

LONGEST = 4000  # characters of a section


class PlanRefused(FieldRefused):
    """Something in a plan that cannot be stored or decided like this."""


class PlanConflict(ChangedMeanwhile):
    """Texts that somebody else changed meanwhile; `newer` has them by section."""

    def __init__(self, newer: dict[str, str]):
        self.newer = newer
        super().__init__(_("Somebody else changed the same text meanwhile."))


@dataclass(frozen=True)
class ActionLine:
    """One action as somebody writes it; who and when may follow later."""

    component: str
    what: str
    owner: str = ""
    due_at: datetime | None = None


def mark_of(text: str) -> str:
    """A short mark of a text as it was seen, to tell whether it changed since."""
    return sha256(text.encode()).hexdigest()[:16]


def can_write(user: User, task: Task) -> bool:
    """Members of the planning cell write, while the plan is open."""
    return task.status == TaskStatus.OPEN and can_plan(user, task.report)


def approver_as(user: User, report: Report) -> str:
    """As what this person approves lines for the press: "lead", "information", or not at all."""
    if can_lead(user, report):
        return "lead"
    mine = {referral.role for referral in my_referrals(user, report)}
    return "information" if Role.PUBLIC_INFORMATION in mine else ""


def approvers_of(report: Report) -> set[str]:
    """Who must approve them: the lead, and Public Information where it was told."""
    told = {r.role for r in report.referrals.all() if r.status in LET_IN}
    return {"lead", "information"} if Role.PUBLIC_INFORMATION in told else {"lead"}


@transaction.atomic
def save_sections(
    *, task: Task, by: User, texts: Mapping[str, str], seen: Mapping[str, str]
) -> Task:
    """Store what this person changed of the texts; what they left alone stays as it is now.

    Who approves lines for the press is told once there are some, and when what they approved
    is changed.

    Args:
        texts: by section, as typed.
        seen: `mark_of` each text as it stood when the page was opened.

    Raises:
        NotAllowed: not a member of the planning cell.
        AlreadyDone: the plan has ended.
        TaskRefused: a text that is too long or cannot be stored, at its section.
        PlanConflict: somebody changed the same texts to others meanwhile; nothing is stored.
    """
    task = open_plan(task, by)
    typed = {key: checked(text, key, LONGEST) for key, text in texts.items() if key in BY_KEY}
    now = {key: task.sections.get(key, "") for key in typed}
    mine = {key: text for key, text in typed.items() if mark_of(text) != seen.get(key)}
    changed = {key: text for key, text in mine.items() if text != now[key]}
    newer = {key: now[key] for key in changed if mark_of(now[key]) != seen.get(key)}
    if newer:
        raise PlanConflict(newer)
    if changed:
        is_to_approve = _wait_for_approval(task, changed)
        task.sections.update(changed)
        _save(task)
        if is_to_approve:
            _tell_approvers(task, by)
    return task


@transaction.atomic
def approve_press(*, task: Task, by: User, seen: str, at: datetime | None = None) -> Task:
    """The lead or Public Information approves the lines for the press, as they read them.

    Raises:
        NotAllowed, AlreadyDone: as `save_sections`.
        PlanRefused: there are no lines.
        ChangedMeanwhile: the lines are not those they read any more (`seen`, by `mark_of`).
    """
    role = approver_as(by, task.report)
    if not role:
        raise NotAllowed
    task = _still_open(task)
    lines = task.sections.get("press", "")
    if not lines:
        raise PlanRefused("press", "required", _("There are no lines to approve yet."))
    if mark_of(lines) != seen:
        raise ChangedMeanwhile(_("The lines for the press changed meanwhile. Read them again."))
    approved = {"by": str(by), "at": (at or timezone.now()).isoformat()}
    task.sections.setdefault(APPROVED, {})[role] = approved
    _save(task)
    return task


@transaction.atomic
def add_actions(*, task: Task, by: User, lines: list[ActionLine]) -> list[PlanAction]:
    """Add actions after the others; the same action is not added twice.

    Raises:
        NotAllowed, AlreadyDone: as `save_sections`.
        TaskRefused: an action without words, or too long.
    """
    task = open_plan(task, by)
    there = set(task.actions.values_list("component", "what"))
    by_words = {(line.component, line.what): line for line in map(_checked_line, lines)}
    new = [line for words, line in by_words.items() if words not in there]
    # No position is given twice, or a stale button would meet another action.
    actions = [
        PlanAction(task=task, position=task.edited + n, **vars(line))
        for n, line in enumerate(new, start=1)
    ]
    PlanAction.objects.bulk_create(actions)
    _save(task, steps=len(actions))
    return actions


@transaction.atomic
def change_action(
    *, task: Task, by: User, position: int, line: ActionLine, seen: str
) -> PlanAction:
    """Write one action anew.

    Raises as `add_actions`, and ChangedMeanwhile where it is not as it was `seen` (`line_mark`).
    """
    task = open_plan(task, by)
    line, action = _checked_line(line), _action(task, position)
    if line_mark(action) != seen:
        raise ChangedMeanwhile(_("Somebody else changed this action meanwhile. It now says:"))
    for name, value in vars(line).items():
        setattr(action, name, value)
    action.save()
    _save(task)
    return action


@transaction.atomic
def remove_action(*, task: Task, by: User, position: int) -> None:
    """Take an action out. Raises NotAllowed, and AlreadyDone where it is gone."""
    task = open_plan(task, by)
    _action(task, position).delete()
    _save(task)


@transaction.atomic
def tick_action(
    *, task: Task, by: User, position: int, is_done: bool = True, at: datetime | None = None
) -> PlanAction:
    """Say that an action is done, or is not; also while an approved plan is carried out.

    Raises:
        NotAllowed: not a member of the planning cell.
        AlreadyDone: it was said already, by somebody named in the text.
    """
    if not can_plan(by, task.report):
        raise NotAllowed
    action = _action(locked_plan(task), position)
    if bool(action.done_at) == is_done:
        raise AlreadyDone(_ticked(action))
    action.done_at, action.done_by = ((at or timezone.now()), by) if is_done else (None, None)
    action.save(update_fields=["done_at", "done_by"])
    return action


def line_mark(action: PlanAction) -> str:
    """A mark of an action as it was seen."""
    due = action.due_at.astimezone(UTC).isoformat(timespec="minutes") if action.due_at else ""
    return mark_of("\n".join([action.component, action.what, action.owner, due]))


def open_plan(task: Task, by: User) -> Task:
    """Read anew and locked, for who may write it while it is open."""
    if not can_plan(by, task.report):
        raise NotAllowed
    return _still_open(task)


def _still_open(task: Task) -> Task:
    task = locked_plan(task)
    if task.status != TaskStatus.OPEN:
        raise AlreadyDone(said_of(task))
    return task


def locked_plan(task: Task) -> Task:
    found = Task.objects.select_for_update(of=("self",), no_key=True).select_related("ended_by")
    fresh = found.get(pk=task.pk, code=PLAN)
    fresh.report = task.report
    return fresh


def _wait_for_approval(task: Task, changed: Mapping[str, str]) -> bool:
    """Take back what was approved of other lines; whether somebody is to be told of the new."""
    if "press" not in changed:
        return False
    was_approved = task.sections.pop(APPROVED, None)
    return bool(changed["press"] and (was_approved or not task.sections.get("press")))


def _tell_approvers(task: Task, by: User) -> None:
    approving = {Role.PUBLIC_INFORMATION, task.report.mission.lead_role}
    let_in = task.report.referrals.filter(role__in=approving, status__in=LET_IN)
    posts = let_in.exclude(post__in=standing_of(by).post_ids).values_list("post", flat=True)
    tell_posts(task, list(posts), at=timezone.now(), step=f"press{task.edited}")


def _save(task: Task, steps: int = 1) -> None:
    task.edited += steps
    task.save(update_fields=["sections", "edited"])


def _checked_line(line: ActionLine) -> ActionLine:
    what, owner = checked(line.what, "what", 400), checked(line.owner, "owner", 120)
    if not what:
        raise PlanRefused("what", "required", _("Say what is to be done."))
    if line.component not in Role.values:
        raise PlanRefused("component", "unknown", _("Choose who does it."))
    if line.component == Role.MILITARY_LIAISON and not is_for_soldiers(what):
        message = _("Nothing else may be asked of soldiers. Begin with one of these: %(words)s.")
        words = listed(f"{word}:" for word in military_words())
        raise PlanRefused("what", "military", message % {"words": words})
    return ActionLine(line.component, what, owner, line.due_at)


def _action(task: Task, position: int) -> PlanAction:
    found = task.actions.select_related("done_by").filter(position=position).first()
    if found is None:
        raise AlreadyDone(_("Somebody has taken this action out of the plan."))
    return found


def _ticked(action: PlanAction) -> str:
    if not action.done_at:
        return _("This action is marked as not done already.")
    return _("Already done: %(what)s, by %(name)s, %(at)s.") % {
        "what": action.what,
        "name": action.done_by,
        "at": moment(action.done_at),
    }

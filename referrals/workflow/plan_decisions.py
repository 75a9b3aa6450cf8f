"""A plan of action before the mission's leadership: submitted whole, then decided on.

Every version that was submitted is kept, with its decision, for ever.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actors.models import User
from actors.roles import Role
from referrals.models import (
    HistoryEntry,
    PlanAction,
    PlanDecision,
    PlanVersion,
    Report,
    Task,
    TaskStatus,
    Verb,
)
from referrals.permissions import my_referrals, planning_cell
from referrals.workflow.errors import AlreadyDone, NotAllowed, moment
from referrals.workflow.plan_sections import open_gaps
from referrals.workflow.plans import PlanRefused, approvers_of, locked_plan, open_plan
from referrals.workflow.task_kinds import PLAN
from referrals.workflow.tasking import checked, close_task, said_of, tell_posts

DECIDERS = frozenset({Role.SRSG_OFFICE, Role.DSRSG_RC_HC, Role.HOPC})


class PlanIncomplete(Exception):
    """A plan with gaps; `gaps` says where and in words."""

    def __init__(self, gaps: dict[str, str]):
        self.gaps = gaps
        super().__init__("; ".join(gaps.values()))


def can_decide(user: User, report: Report) -> bool:
    """The mission's leadership, where it was told of the report."""
    mine = (r for r in my_referrals(user, report) if not r.is_gap)
    return report.track == "standard" and any(r.role in DECIDERS for r in mine)


@transaction.atomic
def submit_plan(*, task: Task, by: User, at: datetime | None = None) -> PlanVersion:
    """Keep the plan as it stands and put it before the mission's leadership.

    Raises:
        NotAllowed, AlreadyDone: as `plans.save_sections`; or this very plan waits for a decision.
        PlanIncomplete: something is missing, each at its section.
    """
    at, task = at or timezone.now(), open_plan(task, by)
    actions = list(task.actions.all())
    gaps = open_gaps(task, actions, approvers_of(task.report))
    if gaps:
        raise PlanIncomplete(gaps)
    content = {"sections": task.sections, "actions": [_as_dict(each) for each in actions]}
    last = task.versions.select_related("submitted_by", "decision").last()
    if last and last.content == content and not hasattr(last, "decision"):
        raise AlreadyDone(_("This plan waits for a decision already: ") + _submitted(last))
    version = PlanVersion.objects.create(
        task=task,
        number=last.number + 1 if last else 1,
        content=content,
        submitted_by=by,
        submitted_at=at,
    )
    _note(version, Verb.PLAN_SUBMITTED, by, at)
    posts = [r.post_id for r in planning_cell(task.report) if r.role in DECIDERS]
    tell_posts(task, list(dict.fromkeys(posts)), at=at, step=f"submitted{version.number}")
    return version


@transaction.atomic
def decide_plan(
    *,
    task: Task,
    by: User,
    number: int,
    is_approved: bool,
    note: str = "",
    at: datetime | None = None,
) -> PlanDecision:
    """Approve the version that waits, which ends the task, or return it with what is missing.

    Raises:
        NotAllowed: not of the mission's leadership, or not told of the report.
        AlreadyDone: the plan has ended, this version is decided, or a newer one waits.
        PlanRefused: returned without a note.
    """
    at = at or timezone.now()
    if not can_decide(by, task.report):
        raise NotAllowed
    note = checked(note, "note")
    if not (is_approved or note):
        raise PlanRefused("note", "required", _("Say what is missing, so that it can be mended."))
    task = locked_plan(task)
    version = _waiting(task, number)
    decision = PlanDecision.objects.create(
        version=version, is_approved=is_approved, note=note, by=by, at=at
    )
    _note(version, Verb.PLAN_DECIDED, by, at, is_approved=is_approved)
    if is_approved:
        # No words of the portal's are stored: the decision says it, in any reader's language.
        close_task(task, is_done=True, outcome="", by=by, at=at)
    told = [task.post_id, *(_owners(version) if is_approved else ())]
    tell_posts(task, list(dict.fromkeys(told)), at=at, step=f"decided{version.number}")
    return decision


def _owners(version: PlanVersion) -> list[int]:
    """The posts of the components that have an action in it, as far as they know of the report."""
    components = {action["component"] for action in version.content["actions"]}
    return [r.post_id for r in planning_cell(version.task.report) if r.role in components]


def _as_dict(action: PlanAction) -> dict[str, object]:
    return {
        "component": action.component,
        "what": action.what,
        "owner": action.owner,
        "due_at": action.due_at and action.due_at.isoformat(),
        "done_at": action.done_at and action.done_at.isoformat(),
    }


def _waiting(task: Task, number: int) -> PlanVersion:
    """The version that may be decided: the last one, undecided."""
    last = task.versions.select_related("decision__by", "submitted_by").last()
    if last is None or last.number < number:
        raise NotAllowed
    if hasattr(last, "decision"):
        earlier = last.decision
        what = _("Approved") if earlier.is_approved else _("Returned")
        raise AlreadyDone(
            _("Already done: %(what)s, by %(name)s, %(at)s.")
            % {"what": what, "name": earlier.by, "at": moment(earlier.at)}
        )
    if task.status != TaskStatus.OPEN:
        raise AlreadyDone(said_of(task))
    if last.number != number:
        raise AlreadyDone(_("A newer version waits: ") + _submitted(last))
    return last


def _submitted(version: PlanVersion) -> str:
    return _("version %(n)s, submitted by %(name)s, %(at)s.") % {
        "n": version.number,
        "name": version.submitted_by,
        "at": moment(version.submitted_at),
    }


def _note(version: PlanVersion, verb: Verb, by: User, at: datetime, **details: object) -> None:
    HistoryEntry.objects.create(
        report=version.task.report,
        at=at,
        actor=by,
        verb=verb,
        details={"task": PLAN, "version": version.number, **details},
    )

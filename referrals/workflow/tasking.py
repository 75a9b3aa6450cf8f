"""Tasks by hand: the CP lead opens one, its owner or the CP lead ends it.

What the rules ask for is opened in `routed_tasks`. The owner was told of the report already, so a
task opens no door.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actors.directory import contacts_of
from actors.models import User
from actors.standing import standing_of
from referrals.models import HistoryEntry, PlanAction, Referral, Report, Task, TaskStatus, Verb
from referrals.models.inserting import insert_rows
from referrals.notifications import outbox
from referrals.permissions import can_lead
from referrals.statuses import LET_IN, OPEN
from referrals.workflow.check_rules import as_lines, is_storable
from referrals.workflow.errors import AlreadyDone, FieldRefused, NotAllowed, moment
from referrals.workflow.task_kinds import KINDS, MILITARY_ALERT_ONLY, PLAN, PLAN_HORIZON
from referrals.workflow.telling import directory_now

LONGEST = 2000  # characters


class TaskRefused(FieldRefused):
    """A task that cannot be opened or ended like this."""


def may_own(report: Report, code: str) -> list[Referral]:
    """The recipients who may own a task of this kind; no statement after a prefetch."""
    roles = KINDS[code].owners_in(report.mission) if code in KINDS else ()
    return [r for r in report.referrals.all() if r.role in roles and r.status in LET_IN]


@transaction.atomic
def open_task(
    *,
    report: Report,
    by: User,
    code: str,
    owner: str,
    due_at: datetime | None,
    at: datetime | None = None,
) -> Task:
    """The CP lead asks one of those who were told for something, until a moment.

    Raises:
        NotAllowed: this person does not lead on the report.
        TaskRefused: no such kind, an owner who may not have it or was not told, or no time.
        AlreadyDone: the owner has this task already, or the report is closed.
    """
    at = at or timezone.now()
    if not can_lead(by, report):
        raise NotAllowed
    locked = Report.objects.select_for_update(of=("self",), no_key=True)
    report = locked.with_places().get(pk=report.pk)
    referral = _owner(report, code, owner)
    _check_due(due_at, at)
    if report.status not in OPEN:
        raise AlreadyDone(_("The report is closed. Open it again first."))
    task = Task(
        report=report,
        code=code,
        owner=owner,
        post_id=referral.post_id,
        opened_at=at,
        opened_by=by,
        due_at=due_at,
        horizon_at=at + timedelta(minutes=PLAN_HORIZON) if code == PLAN else None,
    )
    _store(task)
    if code == PLAN:
        _carry_over(task)
    _note(task, Verb.TASK_OPENED, by=by, at=at)
    tell_owner(task, at=at)
    return task


@transaction.atomic
def end_task(
    *, task: Task, by: User, is_done: bool, outcome: str, at: datetime | None = None
) -> Task:
    """Say what came of a task, or why it is not needed any more.

    Raises:
        NotAllowed: this person neither holds the owner's post nor leads on the report; only the
            lead cancels.
        TaskRefused: no outcome, or a plan, which ends when it is approved.
        AlreadyDone: it has ended.
    """
    at = at or timezone.now()
    if not can_end(by, task) or not (is_done or can_lead(by, task.report)):
        raise NotAllowed
    if is_done and task.code == PLAN:
        message = _("A plan of action is done when the mission's leadership approves it.")
        raise TaskRefused("is_done", "plan", message)
    words = checked(outcome, "outcome")
    if not words:
        missing = _("Say what was done.") if is_done else _("Say why it is not needed any more.")
        raise TaskRefused("outcome", "required", missing)
    close_task(task, is_done=is_done, outcome=words, by=by, at=at)
    _note(task, Verb.TASK_ENDED, by=by, at=at)
    return task


def is_host_state_implicated(report: Report) -> bool:
    """Whether the host State is the alleged party, as filed or as the lead has stated since."""
    stated = report.routed_facts.get("perpetrator", report.perpetrator)
    return str(stated).startswith("host_state")


def can_end(user: User, task: Task) -> bool:
    """Whether this person may say that the task has ended; its report is one they may see."""
    return task.post_id in standing_of(user).post_ids or can_lead(user, task.report)


def close_task(task: Task, *, is_done: bool, outcome: str, by: User, at: datetime) -> None:
    """Set that it has ended, if it has not. Raises AlreadyDone with who was faster."""
    status = TaskStatus.DONE if is_done else TaskStatus.CANCELLED
    ended = {"status": status, "ended_at": at, "ended_by": by, "outcome": outcome}
    if not Task.objects.filter(pk=task.pk, status=TaskStatus.OPEN).update(**ended):
        raise AlreadyDone(said_of(Task.objects.select_related("ended_by").get(pk=task.pk)))
    for name, value in ended.items():
        setattr(task, name, value)


def said_of(task: Task) -> str:
    """How a task ended, as "Already done: Cancelled, by Ada, 3 May 2026, 10:12."."""
    return _("Already done: %(what)s, by %(name)s, %(at)s.") % {
        "what": task.get_status_display(),
        "name": task.ended_by or _("the portal"),
        "at": moment(task.ended_at),
    }


def checked(text: str, field: str, longest: int = LONGEST) -> str:
    """The words as they are stored. Raises TaskRefused at `field`."""
    text = as_lines(text).strip()
    if len(text) > longest:
        message = _("Shorten this: at most %(n)s characters.") % {"n": longest}
        raise TaskRefused(field, "long", message)
    if not is_storable(text):
        raise TaskRefused(field, "characters", _("This text holds a character nobody can read."))
    return text


def tell_owner(task: Task, *, at: datetime) -> None:
    """A notice to who answers for the owner's post now; it says nothing but that one waits."""
    tell_posts(task, [task.post_id], at=at)


def tell_posts(task: Task, posts: list[int | None], *, at: datetime, step: str = "told") -> None:
    """The same to several posts. `step` tells one occasion from another to the same address."""
    directory = directory_now(task.report, at)
    seats = [seat for post in posts if (seat := directory.seat_of(post))]
    contacts = contacts_of(seats)
    notices = outbox.notices_about(
        [each for seat in seats for each in contacts[seat.post_id]],
        priority=task.report.priority,
        now=at,
        due=directory.read_at,
        task=task,
    )
    for notice in notices:
        notice.step = step
    insert_rows(notices)
    transaction.on_commit(outbox.poke, robust=True)


def _owner(report: Report, code: str, owner: str) -> Referral:
    """The referral by which the owner was told. Raises TaskRefused."""
    if code not in KINDS:
        raise TaskRefused("code", "unknown", _("Choose what is to be done."))
    if owner == "MILITARY_LIAISON" and code not in MILITARY_ALERT_ONLY:
        message = _("The military may only be asked to alert, secure, escort or facilitate.")
        raise TaskRefused("owner", "military", message)
    if code == "joint_visit" and is_host_state_implicated(report):
        message = _("No visit together with the authorities: one of them is the alleged party.")
        raise TaskRefused("code", "implicated", message)
    if owner not in KINDS[code].owners_in(report.mission):
        raise TaskRefused("owner", "wrong", _("This is not for them to do. Choose somebody else."))
    found = next((r for r in may_own(report, code) if r.role == owner and r.post_id), None)
    if found is None:
        message = _("They have not been told of this report, so no task can be theirs.")
        raise TaskRefused("owner", "untold", message)
    return found


def _check_due(due_at: datetime | None, at: datetime) -> None:
    if due_at is None:
        raise TaskRefused("due_at", "required", _("Say until when."))
    if due_at <= at:
        raise TaskRefused("due_at", "past", _("Choose a moment that is still to come."))


def _store(task: Task) -> None:
    try:
        with transaction.atomic():
            task.save(force_insert=True)
    except IntegrityError:
        earlier = Task.objects.select_related("opened_by").get(
            report=task.report, code=task.code, owner=task.owner, status=TaskStatus.OPEN
        )
        raise AlreadyDone(
            _("They have this task already: opened by %(name)s, %(at)s.")
            % {"name": earlier.opened_by or _("the portal"), "at": moment(earlier.opened_at)}
        ) from None


def _carry_over(task: Task) -> None:
    """Begin with the last plan: after new facts it is amended and not written anew."""
    earlier = Task.objects.filter(report=task.report, code=PLAN).exclude(pk=task.pk)
    last = earlier.order_by("-opened_at", "-pk").first()
    if last is None:
        return
    task.sections = {key: text for key, text in last.sections.items() if key != "press_approved"}
    task.save(update_fields=["sections"])
    actions = list(last.actions.filter(done_at=None))
    for action in actions:
        action.pk, action.task = None, task
        action._state.adding = True
    PlanAction.objects.bulk_create(actions)


def _note(task: Task, verb: Verb, *, by: User, at: datetime) -> None:
    """The history says what was asked and how it ended, never the words."""
    details = {"task": task.code, "owner": task.owner}
    if verb == Verb.TASK_ENDED:
        details["status"] = task.status
    HistoryEntry.objects.create(report=task.report, at=at, actor=by, verb=verb, details=details)

"""What is late: which reports have a step of escalation due, and what on one of them is.

One statement says that nothing is due. What it finds is read again under lock.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Greatest
from django.db.models.lookups import LessThanOrEqual

from referrals.models import Escalation, Referral, Report, Task, TaskStatus
from referrals.models.choices import CONFIDED, Priority, Track
from referrals.statuses import OPEN, ReportStatus
from referrals.workflow.ladder import FIRST, REMINDER, REMINDER_AT, SECOND, SHORTEST, THIRD, Late
from referrals.workflow.task_kinds import PLAN

# What was due longer ago is not looked at any more, so that what nobody ever answers costs
# nothing. The longest deadline is 30 days, and its second step comes at 60.
LOOKS_BACK = timedelta(days=90)
WORKED_ON = (*OPEN, ReportStatus.DIVERTED_MISCONDUCT)
_CONFIDED = Q(report__track=Track.MISCONDUCT) | Q(report__perpetrator__in=CONFIDED)
_EMERGENCY = Q(report__priority=Priority.EMERGENCY) & ~_CONFIDED


def reports_to_escalate(now: datetime, limit: int) -> list[int]:
    """Primary keys of reports with a step due, emergencies and the oldest first."""
    acting = _overdue(Referral.objects.unacknowledged(), now).filter(
        _due(FIRST, "referral", "released_at", now)
        | _due(SECOND, "referral", "released_at", now)
        | _due(THIRD, "referral", "released_at", now) & _EMERGENCY
    )
    proposals = _overdue(Referral.objects.awaiting_release(), now).filter(
        _due(FIRST, "referral", "report__routed_at", now)
        | _due(SECOND, "referral", "report__routed_at", now)
    )
    tasks = _overdue(_open_tasks(), now).filter(
        _due(FIRST, "task", "opened_at", now)
        | _due(SECOND, "task", "opened_at", now) & ~_CONFIDED
        | _due(THIRD, "task", "opened_at", now) & _EMERGENCY
    )
    plans = _open_tasks().filter(
        _due(REMINDER, "task", "opened_at", now), code=PLAN, due_at__gt=now
    )
    first, *others = [each.values("report") for each in (acting, proposals, tasks, plans)]
    late = Report.objects.filter(pk__in=first.union(*others), status__in=WORKED_ON)
    urgent_first = Case(When(priority=Priority.EMERGENCY, then=Value(0)), default=Value(1))
    return list(late.order_by(urgent_first, "filed_at").values_list("pk", flat=True)[:limit])


def late_on(report: Report) -> list[Late]:
    """What on this report waits for an answer, with the steps taken; two statements.

    Locked, so that nobody answers meanwhile; what somebody is answering right now is left out.
    """
    mine = Referral.objects.filter(report=report, due_at__isnull=False)
    referrals = _locked(mine.unacknowledged() | mine.awaiting_release(), "referral")
    tasks = _locked(_open_tasks().filter(report=report, due_at__isnull=False), "task")
    late = [Late(r, r.released_at or report.routed_at, frozenset(r.steps)) for r in referrals]
    late += [Late(task, task.opened_at, frozenset(task.steps)) for task in tasks]
    for each in late:
        each.thing.report = report
    return late


def _open_tasks() -> QuerySet[Task]:
    return Task.objects.filter(status=TaskStatus.OPEN)


def _overdue(things: QuerySet, now: datetime) -> QuerySet:
    return things.filter(due_at__lte=now, due_at__gt=now - LOOKS_BACK)


def _due(step: int, thing: str, begun: str, now: datetime) -> Q:
    """The time of a step has come and it was not taken; as `ladder.due_steps`."""
    times = REMINDER_AT if step == REMINDER else step
    span = Greatest(F("due_at") - F(begun), Value(SHORTEST), output_field=DurationField())
    passed = ExpressionWrapper(Value(times) * span, output_field=DurationField())
    taken = Escalation.objects.filter(**{thing: OuterRef("pk")}, step=step)
    return Q(LessThanOrEqual(passed, Value(now) - F(begun))) & ~Q(Exists(taken))


def _locked(things: QuerySet, name: str) -> QuerySet:
    taken = Escalation.objects.filter(**{name: OuterRef("pk")}).order_by().values("step")
    locked = things.select_for_update(of=("self",), no_key=True, skip_locked=True)
    return locked.annotate(steps=ArraySubquery(taken)).order_by("pk")

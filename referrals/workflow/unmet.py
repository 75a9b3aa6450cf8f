"""What nobody on duty can do: a line on the gap board, without a word of what it is about.

Nothing of the misconduct track: that a role is missing there would say that there is a report.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest

from actors.models import Contact, Leave, Mission, PostHolding
from referrals.models import Escalation, Task, TaskStatus
from referrals.models.choices import CONFIDED, Track
from referrals.statuses import OPEN


@dataclass(frozen=True)
class Unmet:
    """So many things of one role that nobody sees to; `since` is when the first is or was due."""

    role: str
    number: int
    since: datetime


def tasks_without_anyone(mission: Mission, now: datetime) -> list[Unmet]:
    """Open tasks for which nobody is on duty at their post when they are due; one statement."""
    tasks = Task.objects.filter(_standard(mission), status=TaskStatus.OPEN)
    due = tasks.annotate(needed_at=Greatest(Coalesce("due_at", Value(now)), Value(now)))
    alone = due.filter(~Exists(_on_duty()), ~Exists(_desks()))
    return _by_role(alone.values(role=F("owner")), Min("due_at"))


def escalations_without_anyone(mission: Mission) -> list[Unmet]:
    """Whom a deadline that passed should have told, and nobody answers for; one statement."""
    nobody = Escalation.objects.found_nobody().unanswered().filter(_standard(mission))
    return _by_role(nobody.values("role"), Min("at"))


def _by_role(rows: QuerySet, since: Min) -> list[Unmet]:
    counted = rows.annotate(number=Count("report", distinct=True), since=since)
    return [Unmet(**row) for row in counted.order_by("since", "role")]


def _standard(mission: Mission) -> Q:
    return Q(
        ~Q(report__perpetrator__in=CONFIDED),
        report__mission=mission,
        report__track=Track.STANDARD,
        report__status__in=OPEN,
    )


def _on_duty() -> QuerySet[PostHolding]:
    needed = OuterRef("needed_at")
    away = Leave.objects.filter(
        user=OuterRef("user"),
        begins_at__lte=OuterRef(needed),
        ends_at__gt=OuterRef(needed),
    )
    return PostHolding.objects.filter(
        ~Exists(away),
        post=OuterRef("post"),
        post__retired_at=None,
        user__is_active=True,
        held_from__lte=needed,
        held_until__gt=needed,
    )


def _desks() -> QuerySet[Contact]:
    return Contact.objects.notifiable().filter(post=OuterRef("post"))

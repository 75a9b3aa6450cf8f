"""Is mail going out? Figures for watchdogs and the dashboard, without case facts."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from referrals.models import Escalation, Heartbeat, Notification
from referrals.models.choices import Priority
from referrals.notifications.channels import Failure
from referrals.statuses import NotificationStatus, ReferralStatus

LATE_AFTER = 60
EMERGENCY_LATE_AFTER = 30
STUCK_AFTER = 15 * 60
SILENT_AFTER = 10
DISPATCHER = "dispatch"

_WAITING = Q(status__in=[NotificationStatus.PENDING, NotificationStatus.LEASED])


def beat() -> None:
    """Say that a dispatcher lives; one statement."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=DISPATCHER, at=Now())],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["at"],
    )


def state() -> dict[str, object]:
    """How delivery stands, in two statements: `status` is "ok" or the worst that is wrong.

    The rest counts rows. waiting: not sent yet. late: due and not sent. unreachable: found the
    mail server away. stuck: tried in vain for a quarter of an hour. dead: given up. undelivered:
    of these, those whose recipient was not told by another message and has not seen it either.
    """
    counts = _counted(Notification.objects.all())
    problems = {
        "dispatcher silent": not _is_dispatcher_alive(),
        "mail server unreachable": counts["unreachable"],
        "messages late": counts["late"],
        "messages undelivered": counts["undelivered"],
        "messages stuck": counts["stuck"],
    }
    return {"status": next((word for word, is_so in problems.items() if is_so), "ok"), **counts}


def _counted(notices: QuerySet) -> dict[str, int]:
    dead = Q(status=NotificationStatus.DEAD)
    return notices.filter(_WAITING | dead).aggregate(
        waiting=Count("pk", filter=_WAITING),
        late=Count("pk", filter=_WAITING & _is_older("next_at") & _not_in_hand()),
        # A row that found the server away is put off again and again, so it is never late.
        unreachable=Count(
            "pk", filter=_WAITING & Q(failure=Failure.UNREACHABLE) & _is_older("created_at")
        ),
        stuck=Count("pk", filter=_WAITING & ~Q(failure="") & Q(created_at__lt=_ago(STUCK_AFTER))),
        dead=Count("pk", filter=dead),
        undelivered=Count("pk", filter=dead & not_told()),
    )


def not_told() -> Q:
    """Notices whose recipient has learned of the matter in no other way.

    A referral says so itself. Of a message, a task or an escalation another notice has told, or
    the task or what was escalated is no longer open; of a wish for support somebody has called.
    """
    sent = Notification.objects.filter(status=NotificationStatus.SENT)
    return (
        Q(referral__status=ReferralStatus.RELEASED)
        | Q(message__isnull=False) & ~Exists(sent.filter(message=OuterRef("message")))
        | Q(welfare__isnull=False, welfare__answered_at=None)
        & ~Exists(sent.filter(welfare=OuterRef("welfare")))
        | Q(task__status="open") & ~Exists(sent.filter(task=OuterRef("task")))
        | Q(escalation__in=Escalation.objects.unanswered())
        & ~Exists(sent.filter(escalation=OuterRef("escalation")))
    )


def _is_older(moment: str) -> Q:
    return Q(**{f"{moment}__lt": _ago(LATE_AFTER)}) | Q(
        **{f"{moment}__lt": _ago(EMERGENCY_LATE_AFTER), "priority": Priority.EMERGENCY}
    )


def _not_in_hand() -> Q:
    """Nobody is sending it at this moment."""
    return Q(lease_until=None) | Q(lease_until__lt=Now())


def _is_dispatcher_alive() -> bool:
    """It beats between messages, so one slow message may hold up a beat."""
    sending = Notification.objects.filter(lease_until__gt=Now())
    return (
        Heartbeat.objects.filter(name=DISPATCHER)
        .filter(
            Q(at__gt=_ago(SILENT_AFTER))
            | Q(at__gt=_ago(SILENT_AFTER + settings.EMAIL_TIMEOUT)) & Q(Exists(sending))
        )
        .exists()
    )


def _ago(seconds: float):
    return Now() - timedelta(seconds=seconds)

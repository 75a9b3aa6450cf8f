"""The desk's lists: which reports need what from this reader. A count is its list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    DateTimeField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Least
from django.utils.translation import gettext_lazy as _

from actors.models import User
from actors.roles import Role
from actors.standing import Standing
from referrals.models import Escalation, Notification, Referral, Report, Task
from referrals.notifications.watch import not_told
from referrals.permissions import FOCAL_POINTS
from referrals.redaction import SUMMARY
from referrals.statuses import OPEN, ReferralStatus, ReportStatus

LEADS = frozenset({Role.CPA, Role.HUMAN_RIGHTS})
# Who follows an alarm from its first minute to its end (policy 2.4, R05, R05p).
FOLLOWS_FLASH = LEADS | {
    Role.CPA_SENIOR,
    Role.HOPC,
    Role.JOC,
    Role.JMAC,
    Role.SRSG_OFFICE,
    Role.POC_ADVISER,
    Role.MILITARY_LIAISON,
}
# Their desks hold what was filed in confidence and nothing else (policy 2.7).
CONDUCT = frozenset({Role.CONDUCT_DISCIPLINE, Role.PSEA_NETWORK, Role.VICTIMS_RIGHTS})
NEEDS_ME = "needs-me"
MOST_COUNTED = 1000

_NEVER = Value(None, output_field=DateTimeField())
_UNANSWERED = [ReferralStatus.PROPOSED, ReferralStatus.RELEASED, ReferralStatus.SENT]
_WITH_PARTNER = [ReferralStatus.RELEASED, ReferralStatus.SENT, ReferralStatus.ACKNOWLEDGED]


@dataclass(frozen=True)
class WorkList:
    """One tile: which of the reports told to this reader, under which word, in which tone."""

    label: str
    condition: Q
    tone: str = ""


def work_lists(standing: Standing, now: datetime) -> dict[str, WorkList]:
    """The lists this reader's roles have use for; the first holds all that needs them."""
    unread = Q(Exists(_mine(standing).unacknowledged()))
    late = Q(Exists(_mine(standing).unacknowledged().overdue(now)))
    tasks = Q(Exists(_tasks(standing)))
    lists = {
        "unacknowledged": WorkList(_("To acknowledge"), unread, "warn"),
        "overdue": WorkList(_("Overdue"), late | Q(Exists(_tasks(standing, now))), "bad"),
        "escalated": WorkList(_("Escalated to me"), Q(Exists(_escalated(standing))), "bad"),
    }
    needs_me = unread | tasks
    if not standing.roles <= CONDUCT:
        lists["tasks"] = WorkList(_("My tasks"), tasks, "warn")
    if standing.roles & FOLLOWS_FLASH:
        lists |= _flash_lists(standing, unread)
    if standing.roles & FOCAL_POINTS:
        to_forward = _to_forward(standing)
        lists["forward"] = WorkList(_("To forward"), to_forward, "warn")
        needs_me |= to_forward
    if standing.roles & LEADS:
        led = _led_lists(standing)
        lists |= led
        needs_me |= led["release"].condition
    return {NEEDS_ME: WorkList(_("Needs you"), needs_me), **lists}


def _flash_lists(standing: Standing, unread: Q) -> dict[str, WorkList]:
    """Alarms, for who may know that a report is one."""
    known = Q(Exists(_mine(standing).filter(redaction__in=SUMMARY)), flash=True)
    return {
        "flash": WorkList(_("Flash, not acknowledged"), unread & known, "bad"),
        "alarms": WorkList(_("Flash in progress"), known & Q(status__in=OPEN), "warn"),
    }


def _to_forward(standing: Standing) -> Q:
    acting = _mine(standing).filter(role__in=FOCAL_POINTS, kind="action")
    return Q(Exists(acting), Exists(_any_of().awaiting_forward()))


def _led_lists(standing: Standing) -> dict[str, WorkList]:
    """What the CP lead sees to on the reports they lead on."""
    leading = Q(Exists(_led(standing)))
    partners = _any_of().filter(kind="referral", status__in=_WITH_PARTNER, answered_at=None)
    undelivered = _any_of().filter(notifications__status="dead", sent_at=None)
    unread_words = Notification.objects.dead().filter(not_told(), message__report=OuterRef("pk"))
    asked = Q(status=ReportStatus.RETURNED_FOR_INFO)
    missed = Q(Exists(undelivered)) | Q(Exists(unread_words))
    return {
        "release": WorkList(
            _("To release"), leading & Q(Exists(_any_of().awaiting_release())), "warn"
        ),
        "held": WorkList(_("Held"), leading & Q(Exists(_any_of().held()))),
        "asked": WorkList(_("Asked, no answer yet"), leading & asked),
        "partners": WorkList(_("Waiting for partners"), leading & Q(Exists(partners))),
        "undelivered": WorkList(_("Undelivered"), leading & missed, "bad"),
    }


def with_due(reports: QuerySet[Report], standing: Standing) -> QuerySet[Report]:
    """Each with the nearest moment by which this reader must do something (`next_due`)."""
    return reports.annotate(
        my_due=Subquery(_first_due(_mine(standing).unacknowledged())),
        task_due=Subquery(_first_due(_tasks(standing))),
        gate_due=Subquery(_first_due(_gates(standing))) if _has_gates(standing) else _NEVER,
    ).annotate(next_due=Least("my_due", "task_due", "gate_due"))


def described(visible: QuerySet[Report], standing: Standing) -> QuerySet[Report]:
    """What a row of the desk shows: clocks, place, who leads, and why something is held."""
    lead = Referral.objects.filter(
        report=OuterRef("pk"), redaction="RD0", acknowledged_by__isnull=False
    )
    held = _any_of().held().order_by("position")
    return (
        with_due(visible, standing)
        .select_related("area__parent__parent__parent")
        .annotate(
            lead_name=Subquery(lead.values("acknowledged_by__name")[:1]),
            held_for=ArraySubquery(held.values("held_for")),
            is_unread=Exists(_mine(standing).unacknowledged()),
            is_led=Exists(_led(standing)),
        )
    )


def numbers(user: User, reports: QuerySet[Report], lists: dict[str, WorkList]) -> dict[str, int]:
    """How many of `reports` each list holds, none beyond one more than `MOST_COUNTED`;
    one statement.
    """
    counts = {
        f"n_{key.replace('-', '_')}": _Number(
            reports.filter(each.condition).order_by().values("pk")[: MOST_COUNTED + 1]
        )
        for key, each in lists.items()
    }
    found = User.objects.filter(pk=user.pk).values(**counts).get()
    return {key: found[f"n_{key.replace('-', '_')}"] for key in lists}


def soonest_first(reports: QuerySet[Report], standing: Standing) -> QuerySet[Report]:
    """The shortest time left first; without a deadline the newest first."""
    return with_due(reports, standing).order_by(
        F("next_due").asc(nulls_last=True), "-filed_at", "-reference"
    )


class _Number(Subquery):
    """The number of rows of a query, which carries its own limit."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def _any_of():
    return Referral.objects.filter(report=OuterRef("pk"))


def _mine(standing: Standing):
    return Referral.objects.let_in(standing).filter(report=OuterRef("pk"))


def _tasks(standing: Standing, late_at: datetime | None = None):
    """Open tasks of this reader's posts; those whose time is over, where a moment is given."""
    tasks = Task.objects.filter(report=OuterRef("pk"), post__in=standing.post_ids, status="open")
    return tasks if late_at is None else tasks.filter(due_at__lt=late_at)


def _escalated(standing: Standing):
    """Steps that told this reader, of what still nobody has answered."""
    open_still = Q(referral__status__in=_UNANSWERED) | Q(task__status="open")
    return Escalation.objects.filter(open_still, report=OuterRef("pk"), post__in=standing.post_ids)


def _led(standing: Standing):
    """Referrals by which this reader leads on the report."""
    return _mine(standing).filter(redaction="RD0", kind="action")


def _has_gates(standing: Standing) -> bool:
    return bool(standing.roles & (LEADS | FOCAL_POINTS))


def _gates(standing: Standing):
    """Proposals that wait for this reader to release or forward them."""
    leads = Referral.objects.let_in(standing).filter(report=OuterRef("report"), redaction="RD0")
    acts = Referral.objects.let_in(standing).filter(
        report=OuterRef("report"), role__in=FOCAL_POINTS, kind="action"
    )
    waiting = Q(gate__startswith="cp_lead") & Exists(leads)
    return (
        _any_of()
        .filter(status=ReferralStatus.PROPOSED)
        .filter(waiting | (Q(gate="cpfp_forward") & Exists(acts)))
    )


def _first_due(rows):
    return rows.order_by("due_at").values("due_at")[:1]

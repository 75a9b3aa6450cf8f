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
from referrals.workflow.partners import OUTSIDE

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
_WITH_PARTNER = [ReferralStatus.RELEASED, ReferralStatus.SENT, ReferralStatus.ACKNOWLEDGED]
_UNANSWERED = [ReferralStatus.PROPOSED, ReferralStatus.RELEASED, ReferralStatus.SENT]


@dataclass(frozen=True)
class WorkList:
    """One tile: which of the reports told to this reader, under which word, in which tone."""

    label: str
    condition: Q
    tone: str = ""


def work_lists(standing: Standing, now: datetime) -> dict[str, WorkList]:
    """The lists this reader's roles have use for; the first holds all that needs them."""
    unread = _told(standing).unacknowledged().values("report")
    tasks = _tasks(standing).values("report")
    late = _told(standing).unacknowledged().overdue(now).values("report")
    lists = {
        "unacknowledged": WorkList(_("To acknowledge"), _in(unread), "warn"),
        "overdue": WorkList(_("Overdue"), _in(late, tasks.filter(due_at__lt=now)), "bad"),
        "escalated": WorkList(_("Escalated to me"), _in(_escalated(standing)), "bad"),
    }
    needs_me = [unread, tasks]
    if not standing.roles <= CONDUCT:
        lists["tasks"] = WorkList(_("My tasks"), _in(tasks), "warn")
    if standing.roles & FOLLOWS_FLASH:
        lists |= _flash_lists(standing, unread)
    if standing.roles & OUTSIDE:
        to_answer = _told(standing).filter(kind="referral", status__in=_WITH_PARTNER)
        lists["answer"] = WorkList(_("To answer"), _in(to_answer.values("report")), "warn")
        needs_me.append(to_answer.values("report"))
    if standing.roles & FOCAL_POINTS:
        to_forward = _to_forward(standing)
        lists["forward"] = WorkList(_("To forward"), _in(to_forward), "warn")
        needs_me.append(to_forward)
    if standing.roles & LEADS:
        lists |= _led_lists(standing)
        needs_me.append(_to_release(standing))
    return {NEEDS_ME: WorkList(_("Needs you"), _in(*needs_me)), **lists}


def _in(first: QuerySet, *others: QuerySet) -> Q:
    """Reports in one of these. As a union each part is found by an index of its own; as an OR
    every report would have to be looked at.
    """
    return Q(pk__in=first.union(*others) if others else first)


def _flash_lists(standing: Standing, unread: QuerySet) -> dict[str, WorkList]:
    """Alarms, for who may know that a report is one."""
    known = Exists(_mine(standing).filter(redaction__in=SUMMARY))
    unread, alarms = unread.filter(redaction__in=SUMMARY), Q(flash=True, status__in=sorted(OPEN))
    return {
        "flash": WorkList(_("Flash, not acknowledged"), _in(unread) & Q(flash=True), "bad"),
        "alarms": WorkList(_("Flash in progress"), alarms & Q(known), "warn"),
    }


def _to_forward(standing: Standing) -> QuerySet:
    acting = _mine(standing, "report").filter(role__in=FOCAL_POINTS, kind="action")
    return Referral.objects.awaiting_forward().filter(Exists(acting)).values("report")


def _to_release(standing: Standing) -> QuerySet:
    return _of_led(Referral.objects.awaiting_release(), standing)


def _of_led(referrals: QuerySet, standing: Standing) -> QuerySet:
    """The reports of these, where this reader leads."""
    return referrals.filter(Exists(_led(standing, "report"))).values("report")


def _led_lists(standing: Standing) -> dict[str, WorkList]:
    """What the CP lead sees to on the reports they lead on."""
    leading = Q(Exists(_led(standing)))
    held = _of_led(Referral.objects.held(), standing)
    partners = _of_led(Referral.objects.with_partner(), standing)
    dead = Notification.objects.dead()
    undelivered = dead.filter(referral__sent_at=None).values("referral__report")
    unread_words = dead.filter(not_told(), message__isnull=False).values("message__report")
    asked = Q(status=ReportStatus.RETURNED_FOR_INFO)
    return {
        "release": WorkList(_("To release"), _in(_to_release(standing)), "warn"),
        "held": WorkList(_("Held"), _in(held)),
        "asked": WorkList(_("Asked, no answer yet"), leading & asked),
        "partners": WorkList(_("Waiting for partners"), _in(partners)),
        "undelivered": WorkList(_("Undelivered"), leading & _in(undelivered, unread_words), "bad"),
    }


def with_due(reports: QuerySet[Report], standing: Standing) -> QuerySet[Report]:
    """Each with the nearest moment by which this reader must do something (`next_due`)."""
    return reports.annotate(
        my_due=Subquery(_first_due(_mine(standing).unacknowledged())),
        task_due=Subquery(_first_due(_tasks(standing).filter(report=OuterRef("pk")))),
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


def _told(standing: Standing):
    """Referrals by which this reader may open a report."""
    return Referral.objects.let_in(standing)


def _mine(standing: Standing, report: str = "pk"):
    """Those of one report, which the outer query names."""
    return _told(standing).filter(report=OuterRef(report))


def _tasks(standing: Standing):
    """Open tasks of this reader's posts."""
    return Task.objects.filter(post__in=standing.post_ids, status="open")


def _escalated(standing: Standing) -> QuerySet:
    """Steps that told this reader, of what still nobody has answered."""
    open_still = Q(referral__status__in=_UNANSWERED) | Q(task__status="open")
    return Escalation.objects.filter(open_still, post__in=standing.post_ids).values("report")


def _led(standing: Standing, report: str = "pk"):
    """Referrals by which this reader leads on the report."""
    return _mine(standing, report).filter(redaction="RD0", kind="action")


def _has_gates(standing: Standing) -> bool:
    return bool(standing.roles & (LEADS | FOCAL_POINTS))


def _gates(standing: Standing):
    """Proposals that wait for this reader to release or forward them."""
    acts = _mine(standing, "report").filter(role__in=FOCAL_POINTS, kind="action")
    released = Q(gate__startswith="cp_lead") & Exists(_led(standing, "report"))
    forwarded = Q(gate="cpfp_forward") & Exists(acts)
    return _any_of().filter(released | forwarded, status=ReferralStatus.PROPOSED)


def _first_due(rows):
    return rows.order_by("due_at").values("due_at")[:1]

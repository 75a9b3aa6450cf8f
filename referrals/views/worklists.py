"""The desk's lists: which reports need what from this reader. A count is its list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

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
from referrals.notifications.desks import OUTSIDE
from referrals.notifications.watch import not_told
from referrals.permissions import FOCAL_POINTS
from referrals.querysets import AskedEach
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
# Rows of a part of a list that are fetched to be counted: some reports stand there five times.
MOST_READ = 5000

_NEVER = Value(None, output_field=DateTimeField())
_WITH_PARTNER = [ReferralStatus.RELEASED, ReferralStatus.SENT, ReferralStatus.ACKNOWLEDGED]
_UNANSWERED = [ReferralStatus.PROPOSED, ReferralStatus.RELEASED, ReferralStatus.SENT]


@dataclass(frozen=True)
class WorkList:
    """One tile: which of the reports told to this reader, under which word, in which tone.

    Each part is a query of keys of reports that begins with something rare.
    """

    label: str
    find: Callable[[], tuple[QuerySet, ...]]
    tone: str = ""

    @cached_property
    def parts(self) -> tuple[QuerySet, ...]:
        """Built when asked for: a page without counts needs no more than the label."""
        return self.find()

    @property
    def condition(self) -> Q:
        """Reports in one of the parts. As a union each is found by an index of its own; as an OR
        every report would have to be looked at.
        """
        first, *others = self.parts
        return Q(pk__in=first.union(*others) if others else first)


def work_lists(standing: Standing, now: datetime) -> dict[str, WorkList]:
    """The lists this reader's roles have use for; the first holds all that needs them."""
    unread = WorkList(_("To acknowledge"), lambda: (_unread(standing).values("report"),), "warn")
    tasks = WorkList(_("My tasks"), lambda: (_tasks(standing).values("report"),), "warn")
    lists = {
        "unacknowledged": unread,
        "overdue": WorkList(_("Overdue"), lambda: _late(standing, now), "bad"),
        "escalated": WorkList(_("Escalated to me"), lambda: (_escalated(standing),), "bad"),
    }
    needs_me = [unread, tasks]
    if not standing.roles <= CONDUCT:
        lists["tasks"] = tasks
    if standing.roles & FOLLOWS_FLASH:
        lists |= _flash_lists(standing)
    if standing.roles & OUTSIDE:
        lists["answer"] = WorkList(_("To answer"), lambda: (_to_answer(standing),), "warn")
        needs_me.append(lists["answer"])
    if standing.roles & FOCAL_POINTS:
        lists["forward"] = WorkList(_("To forward"), lambda: (_to_forward(standing),), "warn")
        needs_me.append(lists["forward"])
    if standing.roles & LEADS:
        lists["release"] = WorkList(_("To release"), lambda: (_to_release(standing),), "warn")
        needs_me.append(lists["release"])
        lists |= _led_lists(standing)
    mine = WorkList(_("Needs you"), lambda: tuple(part for each in needs_me for part in each.parts))
    return {NEEDS_ME: mine, **lists}


def _flash_lists(standing: Standing) -> dict[str, WorkList]:
    """Alarms, for who may know that a report is one."""
    return {
        "flash": WorkList(_("Flash, not acknowledged"), lambda: (_unread_alarms(standing),), "bad"),
        "alarms": WorkList(_("Flash in progress"), lambda: (_open_alarms(standing),), "warn"),
    }


def _led_lists(standing: Standing) -> dict[str, WorkList]:
    """What else the CP lead sees to on the reports they lead on."""
    held, waiting = Referral.objects.held(), Referral.objects.with_partner()
    return {
        "held": WorkList(_("Held"), lambda: (_of_led(held, standing),)),
        "asked": WorkList(_("Asked, no answer yet"), lambda: (_asked(standing),)),
        "partners": WorkList(_("Waiting for partners"), lambda: (_of_led(waiting, standing),)),
        "undelivered": WorkList(_("Undelivered"), lambda: (_undelivered(standing),), "bad"),
    }


def _unread(standing: Standing) -> QuerySet:
    return _told(standing).unacknowledged()


def _late(standing: Standing, now: datetime) -> tuple[QuerySet, QuerySet]:
    tasks = _tasks(standing).filter(due_at__lt=now)
    return _unread(standing).overdue(now).values("report"), tasks.values("report")


def _to_answer(standing: Standing) -> QuerySet:
    asked = _told(standing).filter(kind="referral", status__in=_WITH_PARTNER)
    return asked.values("report")


def _unread_alarms(standing: Standing) -> QuerySet:
    is_alarm = AskedEach(Report.objects.filter(pk=OuterRef("report"), flash=True))
    return _unread(standing).filter(is_alarm, redaction__in=SUMMARY).values("report")


def _open_alarms(standing: Standing) -> QuerySet:
    known = AskedEach(_mine(standing).filter(redaction__in=SUMMARY))
    return Report.objects.filter(known, flash=True, status__in=sorted(OPEN)).values("pk")


def _to_forward(standing: Standing) -> QuerySet:
    acting = _mine(standing, "report").filter(role__in=FOCAL_POINTS, kind="action")
    waiting = Referral.objects.awaiting_forward().undecided()
    return waiting.filter(AskedEach(acting)).values("report")


def _to_release(standing: Standing) -> QuerySet:
    return _of_led(Referral.objects.awaiting_release(), standing)


def _of_led(referrals: QuerySet, standing: Standing) -> QuerySet:
    """The reports of these, where this reader leads."""
    return referrals.filter(AskedEach(_led(standing, "report"))).values("report")


def _asked(standing: Standing) -> QuerySet:
    return _reports_led(standing).filter(status=ReportStatus.RETURNED_FOR_INFO)


def _undelivered(standing: Standing) -> QuerySet:
    dead = Notification.objects.dead()
    told_nobody = dead.filter(referral__sent_at=None).values("referral__report")
    unread_words = dead.filter(not_told(), message__isnull=False).values("message__report")
    return _reports_led(standing).filter(pk__in=told_nobody.union(unread_words))


def _reports_led(standing: Standing) -> QuerySet:
    return Report.objects.filter(AskedEach(_led(standing))).values("pk")


def with_due(reports: QuerySet[Report], standing: Standing) -> QuerySet[Report]:
    """Each with the nearest moment by which this reader must do something (`next_due`)."""
    return reports.alias(
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
        # Long texts that no row shows.
        .defer("narrative", "details", "decision")
        .annotate(
            lead_name=Subquery(lead.values("acknowledged_by__name")[:1]),
            held_for=ArraySubquery(held.values("held_for")),
            is_unread=Exists(_mine(standing).unacknowledged()),
            is_led=Exists(_led(standing)),
        )
    )


def numbers(user: User, reports: QuerySet[Report], lists: dict[str, WorkList]) -> dict[str, int]:
    """How many of `reports` each list holds, none beyond one more than `MOST_COUNTED`.

    Two statements: what is in each part, and which of it is among `reports`. Where a part is too
    large for that, a third counts its lists in the database.
    """
    members = _members(list(dict.fromkeys(part for each in lists.values() for part in each.parts)))
    among = set(
        reports.filter(pk__in=set().union(*members.values()))
        .order_by()
        .values_list("pk", flat=True)
    )
    found, apart = {}, {}
    for key, each in lists.items():
        if any(len(members[part]) > MOST_READ for part in each.parts):
            apart[key] = each
        inside = among.intersection(set().union(*(members[part] for part in each.parts)))
        found[key] = min(len(inside), MOST_COUNTED + 1)
    return found | (_counted_apart(user, reports, apart) if apart else {})


def _members(parts: list[QuerySet]) -> dict[QuerySet, list[int]]:
    """Keys of the reports in each part, some more than once; at most one more than `MOST_READ`.

    One statement. Without DISTINCT, for which PostgreSQL might walk through all there ever was.
    """
    first, *others = [
        part.order_by().annotate(number=Value(number, IntegerField()))[: MOST_READ + 1]
        for number, part in enumerate(parts)
    ]
    members = {part: [] for part in parts}
    for row in first.union(*others, all=True):
        report, number = row.values()
        members[parts[number]].append(report)
    return members


def _counted_apart(
    user: User, reports: QuerySet[Report], lists: dict[str, WorkList]
) -> dict[str, int]:
    """As `numbers`, by the database; one statement, slower than two where little is found."""
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

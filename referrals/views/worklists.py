"""The desk's lists: which reports need what from this reader. A count is its list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from actors.roles import Role
from actors.standing import Standing
from referrals.models import Notification, Referral, Report
from referrals.notifications.watch import not_told
from referrals.permissions import FOCAL_POINTS
from referrals.statuses import ReportStatus

LEADS = frozenset({Role.CPA, Role.HUMAN_RIGHTS})
NEEDS_ME = "needs-me"


@dataclass(frozen=True)
class WorkList:
    """One tile: which reports, under which word, in which tone when there are any."""

    label: str
    condition: Q
    tone: str = ""


def work_lists(standing: Standing, now: datetime) -> dict[str, WorkList]:
    """The lists this reader's roles have use for; the first holds all that needs them."""
    mine, any_of = _mine(standing), Referral.objects.filter(report=OuterRef("pk"))
    unread = Q(Exists(mine.unacknowledged()))
    late = Q(Exists(mine.unacknowledged().overdue(now)))
    lists = {
        "unacknowledged": WorkList(_("To acknowledge"), unread, "warn"),
        "overdue": WorkList(_("Overdue"), late, "bad"),
        "flash": WorkList(_("Flash, not acknowledged"), unread & Q(flash=True), "bad"),
    }
    needs_me = unread
    if standing.roles & FOCAL_POINTS:
        acting = mine.filter(role__in=FOCAL_POINTS, kind="action")
        to_forward = Q(Exists(acting), Exists(any_of.awaiting_forward()))
        lists["forward"] = WorkList(_("To forward"), to_forward, "warn")
        needs_me |= to_forward
    if standing.roles & LEADS:
        leading = Exists(_led(standing))
        to_release = Q(leading, Exists(any_of.awaiting_release()))
        undelivered = any_of.filter(notifications__status="dead", sent_at=None)
        unread_words = Notification.objects.dead().filter(
            not_told(), message__report=OuterRef("pk")
        )
        asked = Q(leading, status=ReportStatus.RETURNED_FOR_INFO)
        lists["release"] = WorkList(_("To release"), to_release, "warn")
        lists["held"] = WorkList(_("Held"), Q(leading, Exists(any_of.held())))
        lists["asked"] = WorkList(_("Asked, no answer yet"), asked)
        missed = Q(leading) & (Q(Exists(undelivered)) | Q(Exists(unread_words)))
        lists["undelivered"] = WorkList(_("Undelivered"), missed, "bad")
        needs_me |= to_release
    return {NEEDS_ME: WorkList(_("Needs you"), needs_me), **lists}


def with_clocks(visible: QuerySet[Report], standing: Standing) -> QuerySet[Report]:
    """Each report with what this reader must do next and by when, and who leads on it."""
    lead = Referral.objects.filter(
        report=OuterRef("pk"), redaction="RD0", acknowledged_by__isnull=False
    )
    return (
        visible.select_related("area__parent__parent__parent")
        .annotate(
            my_due=Subquery(_first_due(_mine(standing).unacknowledged())),
            gate_due=Subquery(_first_due(_gates(standing))),
            lead_name=Subquery(lead.values("acknowledged_by__name")[:1]),
        )
        .annotate(next_due=Coalesce("my_due", "gate_due"))
    )


def numbers(visible: QuerySet[Report], lists: dict[str, WorkList]) -> dict[str, int]:
    """How many reports each list holds; one statement."""
    counts = {
        key.replace("-", "_"): Count("pk", filter=each.condition) for key, each in lists.items()
    }
    found = visible.aggregate(**counts)
    return {key: found[key.replace("-", "_")] for key in lists}


def soonest_first(reports: QuerySet[Report]) -> QuerySet[Report]:
    """What to acknowledge, then what to release or forward, each the shortest time left first."""
    return reports.order_by(
        F("my_due").asc(nulls_last=True), F("gate_due").asc(nulls_last=True), "-filed_at", "-pk"
    )


def _mine(standing: Standing):
    return Referral.objects.let_in(standing).filter(report=OuterRef("pk"))


def _led(standing: Standing):
    """Referrals by which this reader leads on the report."""
    return _mine(standing).filter(redaction="RD0", kind="action")


def _gates(standing: Standing):
    """Proposals that wait for this reader to release or forward them."""
    any_of = Referral.objects.filter(report=OuterRef("pk"))
    leads = Referral.objects.let_in(standing).filter(report=OuterRef("report"), redaction="RD0")
    acts = Referral.objects.let_in(standing).filter(
        report=OuterRef("report"), role__in=FOCAL_POINTS, kind="action"
    )
    waiting = Q(gate__startswith="cp_lead") & Exists(leads)
    return any_of.filter(status="proposed").filter(
        waiting | (Q(gate="cpfp_forward") & Exists(acts))
    )


def _first_due(referrals):
    return referrals.order_by("due_at").values("due_at")[:1]

"""The delivery board for administrators: what did not arrive, and why. No case content."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from actors.roles import Role
from referrals.models import (
    Escalation,
    Notification,
    Referral,
    Report,
    ReportMessage,
    Task,
    WelfareRequest,
)
from referrals.models.choices import Track
from referrals.notifications import outbox, watch
from referrals.notifications.behind import Behind, behind, is_to_the_officer, report_behind
from referrals.views import clock

SHOWN = 50


@staff_member_required(login_url="account_login")
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Failed first, then what waits; and reports whose recipients are not worked out."""
    now = timezone.now()
    context = {
        "state": watch.state(),
        "dead": [_row(n, now) for n in _newest(Notification.objects.dead())],
        "waiting": [_row(n, now) for n in _newest(_waiting_openly())],
        **_health(now),
    }
    return render(request, "referrals/delivery.html", context)


def _health(now: datetime) -> dict[str, object]:
    """Numbers and ages of what stands still, and nothing of what it is about; two statements.

    Only of the standard track: that a number rises must not say that somebody filed in confidence.
    """
    unrouted = Report.objects.unrouted().aggregate(number=Count("pk"), oldest=Min("filed_at"))
    late = (
        Referral.objects.filter(report__track=Track.STANDARD)
        .unacknowledged()
        .overdue(now)
        .aggregate(
            number=Count("pk"),
            oldest=Min("due_at"),
            escalated=Count(
                "pk", filter=Exists(Escalation.objects.filter(referral=OuterRef("pk")))
            ),
        )
    )
    return {
        "unrouted": unrouted["number"],
        "unrouted_since": clock.past(unrouted["oldest"], now),
        "late": late,
        "late_since": clock.due(late["oldest"], now),
    }


@staff_member_required(login_url="account_login")
@require_POST
def resend(request: HttpRequest, code: str) -> HttpResponse:
    """Try a failed notice again, for instance after the address was mended."""
    if outbox.resend(code):
        messages.success(request, _("It is being sent again."))
    else:
        messages.warning(
            request, _("Nothing was done: it is not failed any more, or this address has had it.")
        )
    return redirect("delivery")


def _waiting_openly() -> QuerySet[Notification]:
    """What waits on the standard track. The other, and who asks Staff Welfare for a call, is
    shown only once it has failed.
    """
    openly = (
        Q(referral__report__track=Track.STANDARD)
        | Q(message__isnull=False)
        | Q(task__report__track=Track.STANDARD)
        | Q(escalation__report__track=Track.STANDARD)
    )
    return Notification.objects.waiting().filter(openly)


def _newest(notices: QuerySet[Notification]) -> QuerySet[Notification]:
    described = notices.select_related(
        "referral__report",
        "referral__post__organization",
        "message__report__mission",
        "welfare",
        "task__report",
        "task__post__organization",
        "escalation__report",
        "escalation__post__organization",
    )
    return described.order_by("-pk")[:SHOWN]


def _row(notice: Notification, now: datetime) -> dict[str, object]:
    """Who could not be reached and why; never which report, nor that a conduct case exists."""
    thing = behind(notice)
    report = report_behind(thing)
    is_quiet = report is not None and report.track == Track.MISCONDUCT
    role, organization = (_("Confidential channel"), "") if is_quiet else _whom(thing)
    return {
        "notice": notice,
        "role": role,
        "organization": organization,
        "address": "" if is_quiet else notice.address,
        "failure": notice.failure,
        "age": clock.past(notice.created_at, now),
    }


def _whom(thing: Behind) -> tuple[str, str]:
    """Function and organization a notice is for; of an officer who was asked, no unit."""
    if isinstance(thing, WelfareRequest):
        return str(Role.STAFF_WELFARE.label), ""
    if is_to_the_officer(thing):
        return str(Role.UNPOL_OFFICER.label), ""
    if isinstance(thing, ReportMessage):
        return str(Role(thing.report.mission.lead_role).label), ""
    role = thing.owner if isinstance(thing, Task) else thing.role
    return str(Role(role).label), thing.post.organization.name if thing.post else ""

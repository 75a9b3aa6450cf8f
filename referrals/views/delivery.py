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
from referrals.models import Escalation, Notification, Referral, Report
from referrals.models.choices import Track
from referrals.notifications import outbox, watch
from referrals.notifications.behind import is_to_the_officer
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
    openly = Q(referral__report__track=Track.STANDARD) | Q(message__isnull=False)
    return Notification.objects.waiting().filter(openly)


def _newest(notices: QuerySet[Notification]) -> QuerySet[Notification]:
    described = notices.select_related(
        "referral__report", "referral__post__organization", "message__report__mission"
    )
    return described.order_by("-pk")[:SHOWN]


def _row(notice: Notification, now: datetime) -> dict[str, object]:
    """Who could not be reached and why; never which report, nor that a conduct case exists."""
    is_quiet = notice.referral is not None and notice.referral.report.track == Track.MISCONDUCT
    role, organization = _whom(notice)
    return {
        "notice": notice,
        "role": _("Confidential channel") if is_quiet else role,
        "organization": "" if is_quiet else organization,
        "address": "" if is_quiet else notice.address,
        "failure": notice.failure,
        "age": clock.past(notice.created_at, now),
    }


def _whom(notice: Notification) -> tuple[str, str]:
    """Function and organization a notice is for; of an officer who was asked, no unit."""
    if notice.referral is not None:
        post = notice.referral.post
        return str(Role(notice.referral.role).label), post.organization.name if post else ""
    if notice.message is None:
        return str(Role.STAFF_WELFARE.label), ""
    if is_to_the_officer(notice.message):
        return str(Role.UNPOL_OFFICER.label), ""
    return str(Role(notice.message.report.mission.lead_role).label), ""

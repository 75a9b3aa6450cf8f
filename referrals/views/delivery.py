"""The delivery board for administrators: what did not arrive, and why. No case content."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from actors.roles import Role
from referrals.models import Notification, Report
from referrals.notifications import outbox, watch
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
        "unrouted": Report.objects.unrouted().count(),
    }
    return render(request, "referrals/delivery.html", context)


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


def _waiting_openly():
    """What waits on the standard track; the other is shown only once it has failed."""
    return Notification.objects.waiting().filter(referral__report__track="standard")


def _newest(notices):
    described = notices.select_related("referral__report", "referral__post__organization")
    return described.order_by("-pk")[:SHOWN]


def _row(notice: Notification, now) -> dict[str, object]:
    """Who could not be reached and why; never which report, nor that a conduct case exists."""
    referral = notice.referral
    is_quiet = referral.report.track == "misconduct"
    return {
        "notice": notice,
        "role": _("Confidential channel") if is_quiet else Role(referral.role).label,
        "organization": "" if is_quiet or not referral.post else referral.post.organization.name,
        "address": "" if is_quiet else notice.address,
        "failure": notice.failure,
        "age": clock.past(notice.created_at, now),
    }

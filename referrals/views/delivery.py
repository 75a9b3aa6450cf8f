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

SHOWN = 100


@staff_member_required(login_url="account_login")
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Failed first, then what waits; and reports whose recipients are not worked out."""
    now = timezone.now()
    context = {
        "state": watch.state(),
        "dead": [_row(n, now) for n in _newest(Notification.objects.dead())],
        "waiting": [_row(n, now) for n in _newest(Notification.objects.waiting())],
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
        messages.warning(request, _("It is not failed any more; nothing was done."))
    return redirect("delivery")


def _newest(notices):
    return notices.select_related("referral__post__organization").order_by("-pk")[:SHOWN]


def _row(notice: Notification, now) -> dict[str, object]:
    """Who could not be reached and why; never which report."""
    post = notice.referral.post
    is_confidential = notice.referral.role in _QUIET
    return {
        "notice": notice,
        "role": _("Confidential channel") if is_confidential else Role(notice.referral.role).label,
        "organization": "" if is_confidential or post is None else post.organization.name,
        "age": clock.past(notice.created_at, now),
        "next": clock.due(notice.next_at, now),
    }


# Roles whose mention would tell that a conduct case exists (trust: never outside its track).
_QUIET = frozenset({Role.CONDUCT_DISCIPLINE, Role.VICTIMS_RIGHTS, Role.PSEA_NETWORK})

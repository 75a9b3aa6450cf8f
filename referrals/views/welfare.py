"""This was hard on me: an officer asks Staff Welfare for a call; Staff Welfare reads who asked."""

from __future__ import annotations

import uuid as ids
from datetime import datetime

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actors.models import Mission
from actors.roles import Role
from actors.standing import standing_of
from referrals.models import WelfareRequest
from referrals.views import clock
from referrals.workflow.errors import AlreadyDone, NotAllowed
from referrals.workflow.welfare import (
    NobodyToAsk,
    ask_for_support,
    note_call,
    wishes_for,
    wishes_of,
)

SHOWN = 50


class WishForm(forms.Form):
    """An id, so that pressing twice is asking once. There is nothing to write."""

    uuid = forms.UUIDField(widget=forms.HiddenInput, initial=ids.uuid4)


@login_required
@require_http_methods(["GET", "POST"])
def support(request: HttpRequest) -> HttpResponse:
    """What happens when one asks, the button, and what became of earlier wishes."""
    mission = next(iter(standing_of(request.user).missions_in_use()), None)
    if mission is None:
        return render(request, "referrals/no_post.html", status=403)
    return _asked(request, mission) if request.method == "POST" else _support_page(request)


def _asked(request: HttpRequest, mission: Mission) -> HttpResponse:
    form = WishForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Nothing was sent. Press the button again."))
        return _support_page(request, status=422)
    try:
        ask_for_support(officer=request.user, mission=mission, uuid=form.cleaned_data["uuid"])
    except NobodyToAsk:
        return _support_page(request, is_nobody=True, status=409)
    messages.success(request, _("Asked. Staff Welfare will call you."))
    return redirect("support")


@login_required
@require_safe
def welfare(request: HttpRequest) -> HttpResponse:
    """For Staff Welfare alone: who wishes to be called, the longest wait first."""
    if Role.STAFF_WELFARE not in standing_of(request.user).roles:
        raise Http404
    now, wishes = timezone.now(), wishes_for(request.user)
    context = {
        "open": [_row(wish, now) for wish in wishes.filter(answered_at=None)],
        "called": [
            _row(wish, now)
            for wish in wishes.exclude(answered_at=None).order_by("-answered_at")[:SHOWN]
        ],
    }
    return render(request, "referrals/welfare.html", context)


@login_required
@require_POST
def called(request: HttpRequest, uuid: ids.UUID) -> HttpResponse:
    """Somebody of Staff Welfare has called; the officer sees that."""
    try:
        note_call(uuid=uuid, by=request.user)
    except NotAllowed as error:
        raise Http404 from error
    except AlreadyDone as earlier:
        messages.warning(request, str(earlier))
    else:
        messages.success(request, _("Noted. The officer sees that you have called."))
    return redirect("welfare")


def _support_page(
    request: HttpRequest, *, is_nobody: bool = False, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    wishes = [_row(wish, now) for wish in wishes_of(request.user)[:SHOWN]]
    context = {"form": WishForm(), "wishes": wishes, "is_nobody": is_nobody}
    return render(request, "referrals/support.html", context, status=status)


def _row(wish: WelfareRequest, now: datetime) -> dict[str, object]:
    return {
        "wish": wish,
        "asked": clock.past(wish.asked_at, now),
        "answered": clock.past(wish.answered_at, now),
    }

"""The door for what cannot be said in one's own line (policy 2.7), under a neutral address.

Nothing of it is kept but the report: no draft, no copy in the browser, no entry in a list.
"""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from actors.models import Mission, User
from referrals.forms.confidence import ConfidenceForm, kinds_of
from referrals.models.choices import CONFIDED, Perpetrator
from referrals.views.filing import (
    SENT_BEFORE,
    leave_the_reference,
    mission_of,
    owner_from,
    owner_token,
)
from referrals.views.preview import plan_context
from referrals.workflow.confiding import confide_report
from referrals.workflow.filings import Filing


@cache_control(no_store=True)
@login_required
@require_safe
def other_ways(request: HttpRequest) -> HttpResponse:
    """What the door is for, who will read it and who will not, and where else one may go."""
    mission = mission_of(request.user)
    if mission is None:
        return render(request, "referrals/no_post.html", status=403)
    context = {"of": mission, "readers": _readers(request.user, mission)}
    return render(request, "referrals/other_ways.html", context)


@cache_control(no_store=True)
@require_http_methods(["GET", "POST"])
def other_form(request: HttpRequest) -> HttpResponse:
    """The short form. A program of the page (confidence.js) is answered in JSON."""
    if not request.user.is_authenticated:
        return _signed_out(request)
    mission = mission_of(request.user)
    if mission is None:
        return render(request, "referrals/no_post.html", status=403)
    if request.method == "POST" and request.POST.get("action") == "send":
        return _send(request, mission)
    return _page(request, request.user, _unsent(request, request.user, mission))


@cache_control(no_store=True)
def form_typed_again(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form as typed, when the page was open too long to be trusted; nothing was stored."""
    mission = mission_of(request.user)
    if mission is None:
        return render(request, "referrals/no_post.html", status=403)
    messages.warning(
        request, _("This page had been open for too long. Nothing was sent. Check and continue.")
    )
    return _page(request, request.user, _unsent(request, request.user, mission), status=403)


def _send(request: HttpRequest, mission: Mission) -> HttpResponse:
    form = ConfidenceForm(request.POST, mission=mission, reporter=request.user)
    if not form.is_valid():
        return _page(request, request.user, form, status=422)
    confided = confide_report(reporter=request.user, filing=form.filing())
    if _wants_json(request):
        said = str(SENT_BEFORE) if confided.was_changed else ""
        return JsonResponse({"reference": confided.report.reference, "said": said})
    if confided.was_changed:
        messages.warning(request, SENT_BEFORE)
    return leave_the_reference(request, confided.report)


def _signed_out(request: HttpRequest) -> HttpResponse:
    """Give what was typed back to the page it came from; here it is kept nowhere."""
    owner = owner_from(request.POST.get("owner", ""))
    mission = mission_of(owner) if owner else None
    if _wants_json(request):
        return JsonResponse({"signed_in": False}, status=401)
    if mission is None:
        return redirect(f"{reverse('account_login')}?next={reverse('other-form')}")
    messages.warning(
        request,
        _(
            "You were signed out. Nothing was sent and nothing is kept but on this page: sign in "
            "in another window, then press the button again here."
        ),
    )
    return _page(request, owner, _unsent(request, owner, mission), status=401)


def _page(
    request: HttpRequest, user: User, form: ConfidenceForm, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "owner": owner_token(user),
        "taken_along": form.taken_along(request.POST),
        "readers": _readers(user, form.mission),
    }
    return render(request, "referrals/other_form.html", context, status=status)


def _unsent(request: HttpRequest, user: User, mission: Mission) -> ConfidenceForm:
    """The form with what was typed, here or in the long form; nothing is judged yet."""
    typed = {name: request.POST.get(name) for name in request.POST}
    severals = {"kinds": kinds_of(request.POST), "needs": request.POST.getlist("needs")}
    initial = {"uuid": uuid.uuid4()} | typed | severals
    return ConfidenceForm(initial=initial, mission=mission, reporter=user)


def _readers(user: User, mission: Mission) -> list[dict[str, object]]:
    """For each kind of person it can be about: who is told and who never is, by the rules."""
    return [_readers_about(code, user, mission) for code in CONFIDED]


def _readers_about(code: Perpetrator, user: User, mission: Mission) -> dict[str, object]:
    nothing_yet = Filing(uuid=None, mission=mission, area=None, facts={"perpetrator": code.value})
    context = plan_context(user, nothing_yet)
    never = [row for row in context.get("wont", ()) if row["name"]]
    return {"about": code.label, "never": never, **context}


def _wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"

"""Handing posts over: one's handovers, a new one, and the page on which both confirm.

Who takes a post over may hold none yet, so these pages ask for a sign-in and nothing more.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actors.forms.handovers import ConfirmForm, HandoverForm
from actors.models import Handover, Mission, Post, User
from actors.permissions import missions_seen, viewer_of
from actors.views.frame import show
from actors.workflow.handovers import (
    HandoverClosed,
    cancel_handover,
    handovers_of,
    outgoing_holding,
    posts_to_hand_over,
    start_handover,
)
from referrals.models import Referral
from referrals.workflow.handing_over import confirm_handover, count_open, open_referrals_seen

PAGE = 50
MOST_ITEMS = 50


@login_required
@require_safe
def list_handovers(request: HttpRequest) -> HttpResponse:
    """One's own handovers, for administrators those of the mission, and posts to hand over."""
    mission = _mission(request)
    posts = posts_to_hand_over(request.user, mission).order_by("role", "pk")
    if mission is None and not handovers_of(request.user).exists():
        raise Http404
    page = Paginator(handovers_of(request.user, mission), PAGE).get_page(request.GET.get("page"))
    context = {
        "posts": list(posts),
        "rows": [{"handover": each, "state": _state(each)} for each in page],
        "newer_url": _page(request, page.previous_page_number()) if page.has_previous() else "",
        "older_url": _page(request, page.next_page_number()) if page.has_next() else "",
    }
    return _framed(request, "actors/handovers.html", context, mission)


@login_required
@require_http_methods(["GET", "POST"])
def new_handover(request: HttpRequest) -> HttpResponse:
    """Begin to hand a post over; 404 for a post that is not this person's to hand over."""
    post = _post_to_hand_over(request)
    form = HandoverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        handover = _started(request, post, form)
        if handover is not None:
            messages.success(request, _("Started. Now both confirm; they are written to."))
            return redirect("handover", uuid=handover.public_id)
    mission = post.organization.mission
    context = {
        "post": post,
        "outgoing": outgoing_holding(post, timezone.now()),
        "number": count_open(post),
        "form": form,
    }
    status = 422 if form.errors else 200
    return _framed(request, "actors/handover_new.html", context, mission, status)


@login_required
@require_safe
def show_handover(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What passes to whom, who has confirmed, and what waits at the post."""
    return _handover_page(request, _own(request.user, uuid), ConfirmForm())


@login_required
@require_POST
def confirm(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Confirm for one's side, or as an administrator in place of who has left."""
    handover, form = _own(request.user, uuid), ConfirmForm(request.POST)
    if not form.is_valid():
        return _handover_page(request, handover, form)
    reason = form.cleaned_data["reason"]
    try:
        done = confirm_handover(handover=handover, by=request.user, reason=reason)
    except HandoverClosed as closed:
        messages.warning(request, str(closed))
    except ValidationError as refused:
        for name, problems in refused.message_dict.items():
            form.add_error(name if name in form.fields else None, problems)
        return _handover_page(request, _own(request.user, uuid), form)
    else:
        messages.success(request, _confirmed(done))
    return redirect("handover", uuid=uuid)


@login_required
@require_POST
def cancel(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Call it off."""
    handover = _own(request.user, uuid)
    try:
        cancel_handover(handover=handover, by=request.user)
    except HandoverClosed as closed:
        messages.warning(request, str(closed))
    else:
        messages.success(request, _("Cancelled. Nothing has changed hands."))
    return redirect("handover", uuid=uuid)


def _handover_page(request: HttpRequest, handover: Handover, form: ConfirmForm) -> HttpResponse:
    user, post = request.user, handover.post
    seen = open_referrals_seen(post, user)[: MOST_ITEMS + 1] if handover.is_open else []
    items = list(seen)
    context = {
        "handover": handover,
        "state": _state(handover),
        "number": count_open(post) if handover.is_open else handover.open_items,
        "items": [_item(referral) for referral in items[:MOST_ITEMS]],
        "has_more": len(items) > MOST_ITEMS,
        "may_confirm": _may_confirm(handover, user),
        "stands_in": user.is_staff,
        "form": form,
    }
    mission, status = post.organization.mission, 422 if form.errors else 200
    return _framed(request, "actors/handover.html", context, mission, status)


def _framed(
    request: HttpRequest,
    template: str,
    context: dict[str, object],
    mission: Mission | None,
    status: int = 200,
) -> HttpResponse:
    """With the directory's menu for who sees the directory of this mission."""
    zone = mission.zone if mission else None
    with timezone.override(zone):
        if mission in missions_seen(request.user):
            return show(request, viewer_of(request.user, mission), template, context, status)
        return render(request, template, {"pages": []} | context, status=status)


def _page(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = number
    return f"?{query.urlencode()}"


def _mission(request: HttpRequest) -> Mission | None:
    """The one asked for by `?mission=CODE`, else the first of this person's."""
    code = request.GET.get("mission")
    missions = missions_seen(request.user)
    return next((each for each in missions if code in (None, "", each.code)), None)


def _own(user: User, uuid: UUID) -> Handover:
    return get_object_or_404(handovers_of(user), public_id=uuid)


def _post_to_hand_over(request: HttpRequest) -> Post:
    try:
        public_id = UUID(request.GET.get("post", ""))
    except ValueError as error:
        raise Http404 from error
    post = get_object_or_404(
        Post.objects.active().select_related("organization__mission"), public_id=public_id
    )
    may_start = posts_to_hand_over(request.user, post.organization.mission)
    return get_object_or_404(may_start, pk=post.pk)


def _started(request: HttpRequest, post: Post, form: HandoverForm) -> Handover | None:
    """The handover, or None with the refusal at its field."""
    typed = form.handover(post.organization.mission.zone)
    try:
        return start_handover(post=post, by=request.user, **typed)
    except PermissionDenied as error:
        raise Http404 from error
    except ValidationError as refused:
        form.add_error(None, refused)
    return None


def _may_confirm(handover: Handover, user: User) -> bool:
    if not handover.is_open:
        return False
    if user.pk == handover.incoming_id:
        return handover.incoming_confirmed_at is None
    return handover.outgoing_confirmed_at is None


def _confirmed(handover: Handover) -> str:
    if handover.completed_at:
        return _("Both have confirmed: the post has changed hands.")
    return _("Confirmed. The post changes hands when the other side confirms too.")


def _state(handover: Handover) -> dict[str, str]:
    """How far it has come, for `_badge.html`."""
    if handover.completed_at:
        return {"label": _("Done"), "tone": "good"}
    if handover.cancelled_at:
        return {"label": _("Cancelled"), "tone": "quiet"}
    if handover.outgoing_confirmed_at or handover.incoming_confirmed_at:
        return {"label": _("One side has confirmed"), "tone": "warn"}
    return {"label": _("Waits for both"), "tone": "warn"}


def _item(referral: Referral) -> dict[str, object]:
    reference = referral.report.reference
    return {
        "reference": reference,
        "url": reverse("report", args=[reference]),
        "status": referral.get_status_display(),
    }

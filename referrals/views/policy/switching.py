"""Proving, proposing, confirming and returning to a version; beginning a draft. POST only."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from referrals.forms.switching import SwitchForm
from referrals.models import PolicySwitch, PolicyVersion
from referrals.permissions import can_decide_policy
from referrals.policy_file import FileRefused
from referrals.views.policy.versions import check_reader, readable_version, version_page
from referrals.workflow.drafting import start_draft
from referrals.workflow.errors import AlreadyDone, NotAllowed, NotProven, PolicyRefused
from referrals.workflow.proving import prove_version
from referrals.workflow.switching import (
    confirm_switch,
    decline_switch,
    propose_switch,
    return_to_version,
)


@login_required
@require_POST
def propose(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for a version to be switched on; its page again where the reason is missing."""
    version = readable_version(request.user, number)
    form = SwitchForm(request.POST)
    if not form.is_valid():
        return version_page(request, version, form)
    reason = form.cleaned_data["reason"]
    said = _("Proposed. A second person now reads and confirms it.")
    _run(request, partial(propose_switch, version=version, by=request.user, reason=reason), said)
    return redirect("policy-version", number=number)


@login_required
@require_POST
def return_to(request: HttpRequest, number: int) -> HttpResponse:
    """Put a version that was in force before in force again: one click."""
    version = readable_version(request.user, number)
    said = _("Version %(number)s is in force again.") % {"number": number}
    _run(request, partial(return_to_version, version=version, by=request.user), said)
    return redirect("policy-version", number=number)


@login_required
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person puts a proposed version in force."""
    switch = _switch(request, pk)
    said = _("Version %(number)s is in force.") % {"number": switch.version.number}
    return _decide(request, switch, confirm_switch, said)


@login_required
@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a proposal without switching."""
    switch = _switch(request, pk)
    said = _("Version %(number)s is not switched on.") % {"number": switch.version.number}
    return _decide(request, switch, decline_switch, said)


@login_required
@require_POST
def prove(request: HttpRequest, number: int) -> HttpResponse:
    """Work out the proof of a version, where it is not stored."""
    version = readable_version(request.user, number)
    if not can_decide_policy(request.user):
        raise Http404
    try:
        prove_version(version)
    except FileRefused as refused:
        messages.error(request, str(refused))
    return redirect("policy-version", number=number)


@login_required
@require_POST
def new_draft(request: HttpRequest) -> HttpResponse:
    """Copy a version, the one in force by default, and open the copy for editing."""
    check_reader(request.user)
    number = request.POST.get("based_on", "")
    based_on = get_object_or_404(PolicyVersion, number=number) if number.isdecimal() else None
    try:
        draft = start_draft(by=request.user, based_on=based_on)
    except NotAllowed as error:
        raise Http404 from error
    return redirect("policy-draft", draft.uuid)


def _decide(
    request: HttpRequest, switch: PolicySwitch, verb: Callable[..., PolicySwitch], said: str
) -> HttpResponse:
    is_done = _run(request, partial(verb, switch=switch, by=request.user), said)
    if is_done:
        return redirect("policies")
    return redirect("policy-version", number=switch.version.number)


def _run(request: HttpRequest, verb: Callable[[], object], said: str) -> bool:
    """Run the verb and say what happened: that it did, that somebody was faster, or why not."""
    try:
        verb()
    except AlreadyDone as earlier:
        messages.warning(request, str(earlier))
    except (NotAllowed, NotProven, FileRefused, PolicyRefused) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
        return True
    return False


def _switch(request: HttpRequest, pk: int) -> PolicySwitch:
    check_reader(request.user)
    return get_object_or_404(PolicySwitch.objects.select_related("version"), pk=pk)

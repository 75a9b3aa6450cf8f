"""What the lead decides besides a release: hold a proposal, take back what was released."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from actors.roles import Role
from referrals.forms.triage import DecisionForm, HoldForm, HoldForwardForm, RevokeForm
from referrals.models import Referral, Report
from referrals.models.choices import Gate, Redaction
from referrals.permissions import acts_as_focal_point, can_lead
from referrals.statuses import REFERRAL_MOVES
from referrals.views.reports import visible_report
from referrals.workflow.errors import AlreadyDone, NotAllowed, ReleaseRefused
from referrals.workflow.moving import said_of
from referrals.workflow.release import (
    DECIDED_BY_LEAD,
    TAKEN_BACK_BY_LEAD,
    hold_referral,
    revoke_referral,
)
from referrals.workflow.triage import hold_forward as hold_forward_of


@login_required
@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, uuid) -> HttpResponse:
    """A proposal waits: for what, and who sees to it."""
    referral = led_referral(request, uuid, DECIDED_BY_LEAD)
    form = HoldForm(typed(request))
    said = _("%(name)s is held. You can release it later.") % {"name": Role(referral.role).label}
    return _page(request, referral, form, "hold", hold_referral, said)


@login_required
@require_http_methods(["GET", "POST"])
def hold_forward(request: HttpRequest, reference: str) -> HttpResponse:
    """The focal point does not forward yet: why. Its deadline forwards it all the same."""
    report = visible_report(request.user, reference)
    gated = [each for each in report.referrals.all() if each.gate == Gate.CPFP_FORWARD]
    if not gated or not acts_as_focal_point(request.user, report):
        raise Http404
    gated[0].report = report

    def verb(*, referral: Referral, **given) -> object:
        return hold_forward_of(report=referral.report, **given)

    said = _("It waits. At its deadline it is forwarded by itself; you can do so before.")
    return _page(request, gated[0], HoldForwardForm(typed(request)), "hold", verb, said)


@login_required
@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, uuid) -> HttpResponse:
    """A recipient may no longer open the report: why."""
    referral = led_referral(request, uuid, TAKEN_BACK_BY_LEAD)
    form = RevokeForm(typed(request))
    said = _("Taken back. %(name)s can no longer open it.") % {"name": Role(referral.role).label}
    return _page(request, referral, form, "revoke", revoke_referral, said)


def led_referral(request: HttpRequest, uuid, gates: tuple[str, ...]) -> Referral:
    """The referral behind one of these gates, where this person leads on its report; else 404."""
    visible = Report.objects.visible_to(request.user)
    found = Referral.objects.filter(report__in=visible.values("pk"), gate__in=gates)
    reference = get_object_or_404(found.values_list("report__reference", flat=True), uuid=uuid)
    report = visible_report(request.user, reference)
    if not can_lead(request.user, report):
        raise Http404
    referral = next(each for each in report.referrals.all() if each.uuid == uuid)
    referral.report = report
    return referral


def typed(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: nothing until something was sent, be it empty."""
    return request.POST if request.method == "POST" else None


def too_late(request: HttpRequest, referral: Referral, move: str) -> bool:
    """Whether a stale page's button was pressed; then who was faster is said."""
    if request.method != "POST" or referral.status in REFERRAL_MOVES[move][0]:
        return False
    messages.warning(request, said_of(referral.report, referral))
    return True


def decided(
    request: HttpRequest, form: DecisionForm, verb: Callable[[], object], said: str
) -> bool:
    """Run a decision; False with the refusal at its field, so that the page is shown again."""
    try:
        verb()
    except AlreadyDone as earlier:
        messages.warning(request, str(earlier))
    except NotAllowed as error:
        raise Http404 from error
    except ReleaseRefused as refused:
        form.refuse(refused)
        return False
    else:
        messages.success(request, said)
    return True


def _page(
    request: HttpRequest,
    referral: Referral,
    form: DecisionForm,
    move: str,
    verb: Callable[..., Referral],
    said: str,
) -> HttpResponse:
    if too_late(request, referral, move):
        return redirect("report", reference=referral.report.reference)
    if request.method == "POST" and form.is_valid():
        decide = partial(verb, referral=referral, by=request.user, **form.cleaned_data)
        if decided(request, form, decide, said):
            return redirect("report", reference=referral.report.reference)
    is_open = referral.status in REFERRAL_MOVES[move][0]
    context = {
        "move": move,
        "referral": referral,
        "report": referral.report,
        "form": form,
        "name": Role(referral.role).label,
        "level": Redaction(referral.redaction).label,
        "earlier": "" if is_open else said_of(referral.report, referral),
    }
    status = 422 if form.errors else 200
    return render(request, "referrals/decide.html", context, status=status)

"""Release and share: the CP lead sees exactly what the recipient will see, then decides."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from actors.roles import Role
from referrals.forms.triage import ReleaseForm, ShareForm
from referrals.models import Referral, Report
from referrals.permissions import can_lead
from referrals.views.decisions import decided, led_referral, too_late, typed
from referrals.views.packets import consent_facts, gate_facts, is_undecided, packet_of
from referrals.views.reports import visible_report
from referrals.workflow.errors import AlreadyDone, ReleaseRefused
from referrals.workflow.gates import Gates, gates_of
from referrals.workflow.moving import said_of
from referrals.workflow.release import DECIDED_BY_LEAD, release_referral, withhold_referral
from referrals.workflow.sharing import share_report


@login_required
@require_http_methods(["GET", "POST"])
def release(request: HttpRequest, uuid) -> HttpResponse:
    """What this recipient would see beside what is withheld; then the decision."""
    referral = led_referral(request, uuid, DECIDED_BY_LEAD)
    if too_late(request, referral, "release"):
        return redirect("report", reference=referral.report.reference)
    gates = gates_of(referral.report, [referral], at=timezone.now())[0]
    is_no = request.POST.get("decision") == "withhold"
    form = ReleaseForm(typed(request), gates=gates, is_no=is_no)
    decide = _withheld if is_no else _released
    if request.method == "POST" and form.is_valid() and decide(request, referral, form):
        return redirect("report", reference=referral.report.reference)
    status = 422 if form.errors else 200
    return render(request, "referrals/release.html", _shown(gates, form), status=status)


@login_required
@require_http_methods(["GET", "POST"])
def share(request: HttpRequest, reference: str) -> HttpResponse:
    """An explicit share of one report with one organization, for a time."""
    report = visible_report(request.user, reference)
    if not can_lead(request.user, report):
        raise Http404
    form = ShareForm(request.POST or None, report=report)
    if request.method == "POST" and form.is_valid() and _shared(request, report, form):
        return redirect("report", reference=reference)
    status = 422 if form.errors else 200
    return render(request, "referrals/share.html", {"report": report, "form": form}, status=status)


def _released(request: HttpRequest, referral: Referral, form: ReleaseForm) -> bool:
    said = _("Released to %(name)s. They are being told.") % {"name": Role(referral.role).label}
    verb = partial(release_referral, referral=referral, by=request.user, basis=form.basis())
    return decided(request, form, verb, said)


def _withheld(request: HttpRequest, referral: Referral, form: ReleaseForm) -> bool:
    said = _("%(name)s is not told. Your reason is kept.") % {"name": Role(referral.role).label}
    reason = form.cleaned_data["reason"]
    verb = partial(withhold_referral, referral=referral, by=request.user, reason=reason)
    return decided(request, form, verb, said)


def _shared(request: HttpRequest, report: Report, form: ShareForm) -> bool:
    try:
        share_report(report=report, by=request.user, **form.terms())
    except (AlreadyDone, ReleaseRefused) as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, _("Shared. It ends by itself on the day you chose."))
    return True


def _shown(gates: Gates, form: ReleaseForm) -> dict[str, object]:
    referral = gates.referral
    context = {
        "referral": referral,
        "report": referral.report,
        "packet": packet_of(referral),
        "form": form,
        "is_open": is_undecided(referral),
    }
    if not context["is_open"]:
        return context | {
            "earlier": said_of(referral.report, referral),
            "consents": [consent_facts(each, referral.report) for each in referral.consents.all()],
        }
    return context | {
        "gates": gate_facts(gates),
        "freshness": gates.freshness,
        "barred": gates.barred(),
    }

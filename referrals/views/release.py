"""Release and share: the CP lead sees exactly what the recipient will see, then decides."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from actors.roles import Role
from referrals import redaction
from referrals.forms.triage import ReleaseForm, ShareForm
from referrals.models import Referral, Report
from referrals.models.choices import Redaction
from referrals.permissions import can_lead
from referrals.statuses import REFERRAL_MOVES
from referrals.views.reports import visible_report
from referrals.workflow.errors import AlreadyDone, NotAllowed, ReleaseRefused
from referrals.workflow.release import freshness_of, release_referral, withhold_referral
from referrals.workflow.sharing import share_report


@login_required
@require_http_methods(["GET", "POST"])
def release(request: HttpRequest, uuid) -> HttpResponse:
    """What this recipient would see beside what is withheld; then the decision."""
    referral = _led_referral(request, uuid)
    is_no = request.POST.get("decision") == "withhold"
    freshness = freshness_of(referral, at=timezone.now()) if _is_open(referral) else None
    form = ReleaseForm(request.POST or None, referral=referral, freshness=freshness, is_no=is_no)
    decide = _withheld if is_no else _released
    if request.method == "POST" and form.is_valid() and decide(request, referral, form):
        return redirect("report", reference=referral.report.reference)
    status = 422 if form.errors else 200
    context = _packet(referral, form) | {"freshness": freshness}
    return render(request, "referrals/release.html", context, status=status)


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


def _led_referral(request: HttpRequest, uuid) -> Referral:
    """The proposal, where this person leads on its report; 404 otherwise."""
    visible = Report.objects.visible_to(request.user)
    found = Referral.objects.filter(report__in=visible.values("pk")).select_related("report")
    referral = get_object_or_404(found, uuid=uuid, gate__startswith="cp_lead")
    referral.report = visible_report(request.user, referral.report.reference)
    if not can_lead(request.user, referral.report):
        raise Http404
    return referral


def _released(request: HttpRequest, referral: Referral, form: ReleaseForm) -> bool:
    said = _("Released to %(name)s. They are being told.") % {"name": Role(referral.role).label}
    verb = partial(release_referral, referral=referral, by=request.user, basis=form.basis())
    return _decided(request, form, verb, said)


def _withheld(request: HttpRequest, referral: Referral, form: ReleaseForm) -> bool:
    said = _("%(name)s is not told. Your reason is kept.") % {"name": Role(referral.role).label}
    reason = form.cleaned_data["reason"]
    verb = partial(withhold_referral, referral=referral, by=request.user, reason=reason)
    return _decided(request, form, verb, said)


def _decided(
    request: HttpRequest, form: ReleaseForm, verb: Callable[[], Referral], said: str
) -> bool:
    """Run the decision; False with the refusal at its field, so that the page is shown again."""
    try:
        verb()
    except AlreadyDone as earlier:
        messages.warning(request, str(earlier))
    except NotAllowed as error:
        raise Http404 from error
    except ReleaseRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return False
    else:
        messages.success(request, said)
    return True


def _shared(request: HttpRequest, report: Report, form: ShareForm) -> bool:
    try:
        share_report(report=report, by=request.user, **form.terms())
    except (AlreadyDone, ReleaseRefused) as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, _("Shared. It ends by itself on the day you chose."))
    return True


def _packet(referral: Referral, form: ReleaseForm) -> dict[str, object]:
    report, level = referral.report, referral.redaction
    return {
        "referral": referral,
        "report": report,
        "form": form,
        "name": Role(referral.role).label,
        "organization": referral.organization,
        "level": Redaction(level).label,
        "title": redaction.title_for(report, level),
        "seen": redaction.facts_for(report, level),
        "withheld": redaction.withheld_from(report, level),
        "is_open": _is_open(referral),
    }


def _is_open(referral: Referral) -> bool:
    return referral.status in REFERRAL_MOVES["release"][0]

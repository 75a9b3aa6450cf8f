"""The address behind the answers of a recipient who has signed in."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from actors.standing import standing_of
from referrals.models import Referral, Report
from referrals.views.answers import ANSWERS
from referrals.views.reports import report_page, visible_report
from referrals.workflow.answering import may_answer
from referrals.workflow.errors import AlreadyDone, FieldRefused, NotAllowed


@login_required
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Run the verb of the button pressed; a refusal stands at its field, with what was typed."""
    mine = Referral.objects.filter(post__in=standing_of(request.user).post_ids)
    referral = get_object_or_404(mine.select_related("report__mission"), uuid=uuid)
    if request.method == "GET":  # back from signing in: what was typed did not arrive
        visible_report(request.user, referral.report.reference)
        messages.warning(request, _("You were signed out and nothing was stored. Write it again."))
        return _back(request, referral)
    chosen = ANSWERS.get(request.POST.get("answer", ""))
    if chosen is None:
        raise Http404
    form = chosen.form(request.POST, begin=f"answer-{referral.uuid}")
    if form.is_valid():
        try:
            chosen.verb(referral=referral, by=request.user, **form.cleaned_data)
        except FieldRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        except NotAllowed as error:
            raise Http404 from error
        except AlreadyDone as earlier:
            messages.warning(request, str(earlier))
            return _back(request, referral)
        else:
            messages.success(request, str(chosen.said))
            return _back(request, referral)
    report = visible_report(request.user, referral.report.reference)
    if not may_answer(referral):  # its part of the page is not there to show the refusal
        raise Http404
    again = (referral, request.POST["answer"], form)
    return report_page(request, report, answer=again, status=422)


def _back(request: HttpRequest, referral: Referral) -> HttpResponse:
    """To the report, or to the desk where declining has taken it away."""
    reports = Report.objects.visible_to(request.user)
    if not reports.filter(pk=referral.report_id).exists():
        return redirect("desk")
    # A fragment of its own: without one the browser keeps that of the form's address.
    return redirect(reverse("report", args=[referral.report.reference]) + "#main")

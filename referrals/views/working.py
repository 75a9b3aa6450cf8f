"""The addresses behind the forms of `work`: one verb each, all back to the report's page."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from referrals.models import Report
from referrals.views.reports import report_page, visible_report
from referrals.views.work import PARTS
from referrals.workflow.errors import AlreadyDone, FieldRefused, NotAllowed


@login_required
@require_http_methods(["GET", "POST"])
def work(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """Run the verb of this part; a refusal stands at its field, with what was typed."""
    report, part = visible_report(request.user, reference), PARTS[name]
    if not part.may(request.user, report):
        raise Http404
    if request.method == "GET":  # back from signing in: what was typed did not arrive
        messages.warning(request, _("You were signed out and nothing was stored. Write it again."))
        return _back(report)
    form = part.form(request.POST, report=report, user=request.user)
    if form.is_valid():
        try:
            part.verb(report=report, by=request.user, **form.cleaned_data)
        except FieldRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        except NotAllowed as error:
            raise Http404 from error
        except AlreadyDone as earlier:
            messages.warning(request, str(earlier))
            return _back(report)
        else:
            messages.success(request, str(part.said))
            return _back(report)
    return report_page(request, report, work_form=form, status=422)


def _back(report: Report) -> HttpResponse:
    # A fragment of its own: without one the browser keeps that of the form's address.
    return redirect(reverse("report", args=[report.reference]) + "#main")

"""Setting a guard aside: the CP lead sees what would change, says why, and decides."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from referrals.forms.override import OverrideForm
from referrals.models import Report
from referrals.models.choices import Perpetrator
from referrals.permissions import can_lead
from referrals.views.changes import rows_of
from referrals.views.guards import policy_page
from referrals.views.reports import visible_report
from referrals.workflow.errors import AlreadyDone, NotAllowed, OverrideRefused
from referrals.workflow.overriding import (
    check_guard,
    may_be_stated,
    override_guard,
    preview_override,
)


@login_required
@require_http_methods(["GET", "POST"])
def override(request: HttpRequest, reference: str, guard: str) -> HttpResponse:
    """The guard, what would change without it, and the lead's reason; 404 for anybody else."""
    report = visible_report(request.user, reference)
    if not can_lead(request.user, report):
        raise Http404
    try:
        check_guard(report, guard)
    except (AlreadyDone, OverrideRefused) as closed:
        messages.warning(request, str(closed))
        return redirect("report", reference=reference)
    form = OverrideForm(request.POST or None, guard=guard)
    if request.method == "POST" and form.is_valid() and _done(request, report, guard, form):
        return redirect("report", reference=reference)
    context = {
        "report": report,
        "guard": next(each for each in report.decision["guards"] if each["id"] == guard),
        "form": form,
        "outcomes": _outcomes(report, guard),
        "policy_url": policy_page(report, request.user),
    }
    status = 422 if form.errors else 200
    return render(request, "referrals/override.html", context, status=status)


def _done(request: HttpRequest, report: Report, guard: str, form: OverrideForm) -> bool:
    """Set it aside; False with the refusal at its field, so that the page is shown again."""
    try:
        override_guard(report=report, guard=guard, by=request.user, basis=form.basis())
    except AlreadyDone as earlier:
        messages.warning(request, str(earlier))
    except NotAllowed as error:
        raise Http404 from error
    except OverrideRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return False
    else:
        messages.success(request, _("Set aside. Your reason is kept."))
    return True


def _outcomes(report: Report, guard: str) -> list[dict[str, object]]:
    """What would follow, once for each choice the lead has; once in all where it is the same."""
    found = []
    for stated in may_be_stated(guard):
        change = preview_override(report=report, guard=guard, stated=stated)
        label = Perpetrator(stated["perpetrator"]).label if stated else ""
        found.append({"label": label, "rows": rows_of(report, change), "guards": change.guards})
    first, *others = found
    if all((each["rows"], each["guards"]) == (first["rows"], first["guards"]) for each in others):
        return [first | {"label": ""}]
    return found

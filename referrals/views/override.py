"""Setting a guard aside: the CP lead sees what would change, says why, and decides."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from actors.roles import Role
from referrals.forms.override import OverrideForm
from referrals.models import Referral, Report
from referrals.models.choices import Gate, Perpetrator, Redaction, ReferralKind
from referrals.permissions import can_lead
from referrals.routing.decision import Suppressed
from referrals.views.guards import policy_page
from referrals.views.reports import visible_report
from referrals.workflow.errors import AlreadyDone, NotAllowed, OverrideRefused
from referrals.workflow.overriding import (
    Change,
    check_guard,
    may_be_stated,
    override_guard,
    preview_override,
)
from referrals.workflow.planning import PlannedRecipient
from referrals.workflow.policies import said


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
        found.append({"label": label, "rows": _rows(report, change), "guards": change.guards})
    first, *others = found
    if all((each["rows"], each["guards"]) == (first["rows"], first["guards"]) for each in others):
        return [first | {"label": ""}]
    return found


def _rows(report: Report, change: Change) -> list[dict[str, object]]:
    before = {each["role"]: each for each in report.decision["recipients"]}
    return [
        *(_appearing(planned, report) for planned in change.appearing),
        *(_changing(r, planned, before[r.role]) for r, planned in change.changing),
        *(_dropping(referral) for referral in change.dropping),
        *(_removed(each, report) for each in change.removed),
    ]


def _appearing(planned: PlannedRecipient, report: Report) -> dict[str, object]:
    recipient = planned.recipient
    words = {
        "kind": ReferralKind(recipient.kind).label,
        "sees": Redaction(recipient.redaction).label,
        "gate": Gate(recipient.gate).label,
    }
    return {
        "mark": "now" if planned.is_told_at_once else "later",
        "name": Role(recipient.role).label,
        "where": _where(planned),
        "lines": [
            _("%(kind)s. Sees: %(sees)s. %(gate)s.") % words,
            said(recipient.reason, report.policy_id),
        ],
        "rule": recipient.rule,
        "source": recipient.source,
    }


def _changing(
    referral: Referral, planned: PlannedRecipient, before: dict[str, object]
) -> dict[str, object]:
    """Only what is different for a proposal that stays one."""
    recipient = planned.recipient
    waited, waits = set(before["waits_for"]), set(recipient.waits_for)
    lines = [_("No longer waits for %(guard)s.") % {"guard": g} for g in sorted(waited - waits)]
    lines += [_("Waits for %(guard)s as well.") % {"guard": g} for g in sorted(waits - waited)]
    if recipient.redaction != referral.redaction:
        words = {
            "sees": Redaction(recipient.redaction).label,
            "before": Redaction(referral.redaction).label,
        }
        lines.append(_("Would see: %(sees)s. Now: %(before)s.") % words)
    if recipient.gate != referral.gate:
        lines.append(f"{Gate(recipient.gate).label}.")
    return {
        "mark": "now" if planned.is_told_at_once else "later",
        "name": Role(recipient.role).label,
        "where": _where(planned),
        "lines": lines,
        "rule": recipient.rule,
        "source": recipient.source,
    }


def _where(planned: PlannedRecipient) -> str:
    if planned.seat is None:
        return _("nobody in the directory yet")
    if planned.is_gap:
        return _("nobody in the directory: the adviser is told instead")
    return planned.seat.organization


def _dropping(referral: Referral) -> dict[str, object]:
    return {
        "mark": "never",
        "name": Role(referral.role).label,
        "lines": [_("No longer proposed.")],
        "rule": referral.rule,
        "source": referral.source,
    }


def _removed(suppressed: Suppressed, report: Report) -> dict[str, object]:
    return {
        "mark": "never",
        "name": Role(suppressed.role).label,
        "lines": [
            _("Not told, because of another guard."),
            said(suppressed.reason, report.policy_id),
        ],
        "rule": suppressed.guard,
        "source": suppressed.source,
    }

"""Corrections of a report: what was filed, what was found since, and the form for one more."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from actors.models import User
from actors.roles import Role
from referrals import redaction
from referrals.forms.correct import CorrectionForm
from referrals.models import Report, Verb
from referrals.permissions import can_lead
from referrals.statuses import LET_IN, OPEN
from referrals.views import clock
from referrals.views.changes import decided_otherwise, rows_of
from referrals.views.guards import policy_page
from referrals.workflow.checks import FilingRefused
from referrals.workflow.correcting import Preview, correct_report, preview_correction
from referrals.workflow.errors import (
    AlreadyDone,
    ChangedMeanwhile,
    CorrectionRefused,
    NotAllowed,
)
from referrals.workflow.identities import find_in_text
from referrals.workflow.moving import said_of


def corrections_of(report: Report, user: User, level: str, *, now: datetime) -> dict[str, object]:
    """Context of its part on the report page; empty where this reader sees none of it.

    One statement more once there are corrections.
    """
    may = can_lead(user, report) and report.status in OPEN and bool(report.routed_facts)
    url = reverse("correct-report", args=[report.reference]) if may else ""
    if level not in redaction.RECORD or not report.corrections.all():
        return {"correct_url": url}
    steps = redaction.Earlier(report).steps(level)
    return {
        "correct_url": url,
        "corrections": [
            {
                "by": each.by,
                "clock": clock.past(each.at, now),
                "facts": found,
                "reason": _reason(each.reason, report, level),
            }
            for each, found in reversed(steps)
        ],
        "no_longer_chosen": _no_longer_chosen(report),
    }


@login_required
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, reference: str) -> HttpResponse:
    """The facts as known, what another value would change, and the lead's reason; 404 for others.

    "Show what would change" stores nothing. "Correct and tell" stores what was shown; if another
    change would follow by now, that one is shown instead.
    """
    report = get_object_or_404(
        Report.objects.visible_to(request.user).in_full(), reference=reference
    )
    if not can_lead(request.user, report):
        raise Http404
    if report.status not in OPEN:
        messages.warning(request, said_of(report))
        return redirect("report", reference=reference)
    form = CorrectionForm(request.POST or None, report=report)
    preview, is_applying = None, "apply" in request.POST
    if request.method == "POST" and form.is_valid() and is_applying and form.cleaned_data["seen"]:
        done = _applied(request, report, form)
        if done:
            return done
    if request.method == "POST" and not form.errors.keys() - {"reason"}:
        preview = _preview(report, form)
    # Not stored, and nothing to mend: another change would follow than the one that was shown.
    is_other = is_applying and preview is not None and not form.errors
    context = _context(request.user, report, form, preview) | {"is_other": is_other}
    status = 422 if form.errors else 409 if is_other else 200
    return render(request, "referrals/correct.html", context, status=status)


def _applied(request: HttpRequest, report: Report, form: CorrectionForm) -> HttpResponse | None:
    """Store what was shown; None where it is refused or not the same any more."""
    typed = form.cleaned_data
    try:
        correction = correct_report(
            report=report,
            by=request.user,
            facts=form.facts(),
            reason=typed["reason"],
            seen=typed["seen"],
        )
    except (ChangedMeanwhile, CorrectionRefused, FilingRefused):
        return None
    except AlreadyDone as earlier:
        messages.warning(request, str(earlier))
    except NotAllowed as error:
        raise Http404 from error
    else:
        if correction.report.is_confided:
            messages.success(request, _("Handed to the conduct channel. They are being told."))
            return redirect("desk")
        messages.success(request, _("Corrected. Who must know now is being told."))
    return redirect("report", reference=report.reference)


def _preview(report: Report, form: CorrectionForm) -> Preview | None:
    """What would change; None with the refusals at their fields."""
    try:
        return preview_correction(report=report, facts=form.facts())
    except FilingRefused as refused:
        for problem in refused.problems:
            form.refuse(problem.field, problem.message)
    except CorrectionRefused as refused:
        form.refuse(refused.field, refused.message)
    except AlreadyDone as earlier:
        form.refuse("", str(earlier))
    return None


def _context(
    user: User, report: Report, form: CorrectionForm, preview: Preview | None
) -> dict[str, object]:
    again_url = "" if report.is_confided else reverse("file-again", args=[report.reference])
    context = {
        "report": report,
        "form": form,
        "sections": form.sections(),
        "again_url": again_url,
    }
    if preview is None:
        return context
    return context | {
        "seen": preview.fingerprint(),
        "diverts": preview.change.diverts,
        "linked": _linked(user, report) if preview.change.diverts else [],
        "facts": redaction.differences(report, preview.report, "RD0"),
        "decided": decided_otherwise(report, preview.change),
        "rows": rows_of(report, preview.change),
        "new_guards": preview.change.guards,
        "policy_url": policy_page(report, user),
    }


def _linked(user: User, report: Report) -> list[str]:
    """References of reports of the same incident: they are not handed over with this one."""
    same = Q(master=report) | Q(adds_to=report)
    if ids := [pk for pk in (report.master_id, report.adds_to_id) if pk]:
        same |= Q(pk__in=ids)
    found = Report.objects.visible_to(user).filter(same).order_by("reference")
    return list(found.values_list("reference", flat=True))


def _reason(reason: str, report: Report, level: str) -> str:
    """Not where somebody can be recognised in it: that is for full access (policy 2.3)."""
    hidden = level == "RD1" and find_in_text(reason, report.mission)
    return _("Kept for the adviser: it may say who somebody is.") if hidden else reason


def _no_longer_chosen(report: Report) -> list[str]:
    """Who was told before, and would not be chosen by what is known now."""
    entries = report.history.filter(verb=Verb.REROUTED).values_list("details", flat=True)
    left = {role for details in entries for role in details.get("left", ())}
    chosen = {each["role"] for each in report.decision["recipients"]}
    told = {each.role for each in report.referrals.all() if each.status in LET_IN}
    return sorted(str(Role(role).label) for role in (left & told) - chosen)

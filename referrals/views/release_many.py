"""Several proposals of one report released together: every packet seen, no silent part of it."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from referrals.forms.triage import DecisionForm, ReleaseForm
from referrals.models import Referral, Report
from referrals.permissions import can_lead
from referrals.views.decisions import typed
from referrals.views.packets import gate_facts, is_undecided, packet_of
from referrals.views.reports import visible_report
from referrals.workflow.errors import AlreadyDone, ReleaseRefused
from referrals.workflow.gates import Gates, gates_of
from referrals.workflow.moving import said_of
from referrals.workflow.release import DECIDED_BY_LEAD, SomeRefused, release_referrals


@login_required
@require_http_methods(["GET", "POST"])
def release_many(request: HttpRequest, reference: str) -> HttpResponse:
    """Each packet beside what is withheld; then all of them, or those that can be if so said."""
    report = visible_report(request.user, reference)
    if not can_lead(request.user, report):
        raise Http404
    asked = request.POST if request.method == "POST" else request.GET
    rows = _rows(report, asked.getlist("referral"), request)
    if not rows:
        messages.warning(request, _("Choose at least one proposal to release."))
        return redirect("report", reference=reference)
    if request.method == "POST":
        rows = _release(request, report, rows)
        if not rows:
            return redirect("report", reference=reference)
    refused = [row for row in rows if row["form"].errors]
    context = {
        "report": report,
        "rows": rows,
        "refused": refused,
        "number": sum(row["is_open"] for row in rows),
        "possible": len(rows) - len(refused) if refused else 0,
    }
    return render(request, "referrals/release_many.html", context, status=422 if refused else 200)


def _rows(report: Report, uuids: Iterable[str], request: HttpRequest) -> list[dict[str, object]]:
    chosen = [r for r in report.referrals.all() if str(r.uuid) in set(uuids)]
    chosen = [r for r in chosen if r.gate in DECIDED_BY_LEAD]
    return [_row(gates, request) for gates in gates_of(report, chosen, at=timezone.now())]


def _row(gates: Gates, request: HttpRequest) -> dict[str, object]:
    referral, data = gates.referral, typed(request)
    is_open = is_undecided(referral)
    if is_open:
        form = ReleaseForm(data, gates=gates, prefix=str(referral.uuid))
    else:
        form = DecisionForm(data)
    return {
        "referral": referral,
        "packet": packet_of(referral),
        "gates": gate_facts(gates),
        "freshness": gates.freshness,
        "barred": gates.barred(),
        "form": form,
        "is_open": is_open,
    }


def _release(
    request: HttpRequest, report: Report, rows: list[dict[str, object]]
) -> list[dict[str, object]]:
    """Release the rows; those left to be shown again, each with why."""
    only_possible = "possible" in request.POST
    _say_why(rows, {row["referral"].pk: _earlier(row) for row in rows if not row["is_open"]})
    stated = [row for row in rows if row["form"].is_valid()]
    if len(stated) < len(rows) and not only_possible:
        return rows
    chosen = [(row["referral"], row["form"].basis()) for row in stated]
    try:
        done = release_referrals(
            report=report, chosen=chosen, by=request.user, only_possible=only_possible
        )
    except SomeRefused as some:
        _say_why(stated, some.by_referral)
        return rows
    _say_why(stated, done.refused)
    _say_done(request, done.referrals)
    let_in = {referral.pk for referral in done.referrals}
    return [row for row in rows if row["referral"].pk not in let_in]


def _earlier(row: dict[str, object]) -> AlreadyDone:
    """Somebody decided since the page was opened."""
    return AlreadyDone(said_of(row["referral"].report, row["referral"]))


def _say_why(rows: list[dict[str, object]], refused: dict[int, Exception]) -> None:
    for row in rows:
        why = refused.get(row["referral"].pk)
        if isinstance(why, ReleaseRefused):
            row["form"].refuse(why)
        elif why:
            row["form"].add_error(None, str(why))


def _say_done(request: HttpRequest, let_in: tuple[Referral, ...]) -> None:
    if let_in:
        words = ngettext(
            "Released to %(n)s recipient. They are being told.",
            "Released to %(n)s recipients. They are being told.",
            len(let_in),
        )
        messages.success(request, words % {"n": len(let_in)})

"""One verb on many reports of the desk: look first, confirm, and an answer for each row."""

from __future__ import annotations

from collections import Counter, defaultdict
from time import monotonic
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import reselect, reswap, retarget

from actors.models import User
from actors.standing import Standing
from referrals import redaction
from referrals.forms.bulk import FORMS, BulkForm, PickForm
from referrals.models import BulkRun, Report
from referrals.views.filters import FilterRefused, filtered
from referrals.views.worklists import LEADS
from referrals.workflow import bulk as running
from referrals.workflow.bulk import VERBS
from referrals.workflow.errors import FieldRefused, NotAllowed

# Seconds that a page may take for it; a worker goes on with the rest.
TURN = 10
FOR_ALL = ("acknowledge",)


def bulk_verbs(standing: Standing) -> list[dict[str, object]]:
    """What this reader's desk offers for many reports: `name` and `label`."""
    leads = bool(standing.roles & LEADS)
    return [
        {"name": name, "label": verb.label}
        for name, verb in VERBS.items()
        if leads or name in FOR_ALL
    ]


@login_required
@require_http_methods(["GET", "POST"])
def pick(request: HttpRequest) -> HttpResponse:
    """What would happen to which of the chosen rows, and which would be refused and why."""
    form = PickForm(request.POST)
    if request.method == "GET":  # back from signing in: what was chosen did not arrive
        return _back("", _("Choose the reports again."), request)
    match = request.POST.get("match", "")
    if not form.is_valid():
        return _back(match, " ".join(e for each in form.errors.values() for e in each), request)
    try:
        references = _chosen(request, form)
    except FilterRefused as refused:
        return _back("", str(refused), request)
    if not references:
        return _back(match, _("Tick the reports first."), request)
    if len(references) > running.MOST:
        return _back(match, running.too_many(), request)
    verb = form.cleaned_data["verb"]
    return _preview(request, verb, references)


@login_required
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, verb: str) -> HttpResponse:
    """Confirm what the preview showed."""
    if verb not in VERBS:
        raise Http404
    if request.method == "GET":
        return _back("", _("Choose the reports again."), request)
    form = FORMS[verb](request.POST)
    references = request.POST.get("references", "").split()
    if not form.is_valid():
        return _preview(request, verb, references, form=form)
    try:
        run = running.start_run(
            by=request.user,
            verb=verb,
            given=form.given(),
            references=references,
            key=form.cleaned_data["key"],
        )
    except FieldRefused as refused:
        form.add_error(None, refused.message)
        return _preview(request, verb, references, form=form)
    except NotAllowed as error:
        raise Http404 from error
    if run.total <= running.AT_ONCE:
        end = monotonic() + TURN
        running.work_run(run, keep_going=lambda: monotonic() < end)
    else:
        running.announce()
    return redirect("bulk-run", run.uuid)


@login_required
@require_safe
def show_run(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How far it is; when it is finished, what became of each row."""
    run = get_object_or_404(BulkRun, uuid=uuid, by=request.user, verb__in=VERBS)
    context = {"run": run, "verb": VERBS[run.verb].label}
    if run.finished_at:
        context |= _result(run, request.user)
    return render(request, "referrals/bulk_run.html", context)


@login_required
@require_safe
def progress(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How far it is, for a page that asks again and again; the whole page when it is finished."""
    run = get_object_or_404(BulkRun, uuid=uuid, by=request.user, verb__in=VERBS)
    if not request.htmx:
        return redirect("bulk-run", run.uuid)
    if run.finished_at:
        page = show_run(request, uuid)
        return reswap(reselect(retarget(page, "#main"), "#main"), "outerHTML")
    return render(request, "referrals/_bulk_progress.html", {"run": run})


def _back(match: str, words: str, request: HttpRequest) -> HttpResponse:
    messages.warning(request, words)
    return redirect(f"{reverse('desk')}?{QueryDict(match).urlencode()}")


def _chosen(request: HttpRequest, form: PickForm) -> list[str]:
    """References of the ticked rows, or of all that match; at most one more than allowed."""
    given = form.cleaned_data
    if not given["all"]:
        return list(dict.fromkeys(request.POST.getlist("report")))
    found = filtered(QueryDict(given["match"]), request.user, timezone.now(), given["q"])
    return list(found.order_by().values_list("reference", flat=True)[: running.MOST + 1])


def _preview(
    request: HttpRequest, verb: str, references: list[str], *, form: BulkForm | None = None
) -> HttpResponse:
    visible = Report.objects.visible_to(request.user).in_full().prefetch_related("tasks")
    reports = list(visible.filter(reference__in=references).order_by("filed_at", "reference"))
    doable, refused = _judged(reports, verb, request.user)
    if form is None:
        listed = " ".join(row["reference"] for row in doable)
        form = FORMS[verb](initial={"references": listed})
        status = 200
    else:
        status = 422
    context = {
        "verb": verb,
        "label": VERBS[verb].label,
        "form": form,
        "doable": doable,
        "refused": [{"why": why, "rows": rows} for why, rows in refused.items()],
        "number": len(reports),
        "is_long": len(doable) > running.AT_ONCE,
    }
    return render(request, "referrals/bulk.html", context, status=status)


def _judged(
    reports: list[Report], verb: str, user: User
) -> tuple[list[dict[str, str]], dict[str, list[dict[str, str]]]]:
    """Rows that can be done now, and the others under the reason why not."""
    doable, refused = [], defaultdict(list)
    for report in reports:
        why = VERBS[verb].hindrance(report, user)
        (refused[why] if why else doable).append(_row(report, user))
    return doable, dict(refused)


def _row(report: Report, user: User) -> dict[str, str]:
    level = redaction.level_of(report, user)
    return {"reference": report.reference, "title": redaction.title_for(report, level)}


def _result(run: BulkRun, user: User) -> dict[str, object]:
    """What became of each row; of reports this person may no longer see, only their number."""
    visible = Report.objects.visible_to(user).values("pk")
    lines = list(run.lines.filter(report__in=visible).select_related("report"))
    counts = Counter(line.outcome for line in lines)
    return {
        "done": counts[running.OK],
        "others": [line for line in lines if line.outcome not in (running.OK, running.GONE)],
        "succeeded": [line for line in lines if line.outcome == running.OK],
        "gone": run.total - len(lines) + counts[running.GONE],
    }

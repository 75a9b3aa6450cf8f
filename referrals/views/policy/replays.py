"""Replays of a policy version: ask for one, watch it, read what would change."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from actors.models import User
from referrals.forms.replays import ReplayForm
from referrals.models import PolicyReplay, PolicyVersion
from referrals.permissions import can_read_policy, can_write_policy
from referrals.views.policy.replay_findings import Findings, ReportRow
from referrals.workflow.errors import moment
from referrals.workflow.replaying import start_replay

PAGE = 50
BODIES = ("version__body", "against__body")
# A spreadsheet would take a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@login_required
@require_POST
def start(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for a replay of this version."""
    if not can_write_policy(request.user):
        raise Http404
    version = get_object_or_404(PolicyVersion, number=number)
    form = ReplayForm(request.POST)
    if not form.is_valid():
        context = {"version": version, "replay_form": form}
        return render(request, "referrals/policy/replay_start.html", context, status=422)
    months = form.cleaned_data["months"]
    replay = start_replay(version=version, months=months, by=request.user)
    return redirect("policy-replay", replay.uuid)


@login_required
@require_safe
def show(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How far it is; when it is finished, what would change, as far as the reader may know."""
    replay = _readable_replay(request.user, uuid)
    context = {"replay": replay, "percent": percent(replay)}
    if replay.finished_at:
        context |= _found(request, Findings(replay, request.user))
    return render(request, "referrals/policy/replay.html", context)


@login_required
@require_safe
def progress(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How far it is, for a page that asks again and again; the whole page when it is finished."""
    replay = _readable_replay(request.user, uuid)
    if not request.htmx:
        return redirect("policy-replay", replay.uuid)
    if replay.finished_at:
        return HttpResponseClientRefresh()
    context = {"replay": replay, "percent": percent(replay)}
    return render(request, "referrals/policy/_replay_progress.html", context)


@login_required
@require_safe
def export(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """All that the page shows to this reader, as CSV. 404 until it is finished."""
    replay = _readable_replay(request.user, uuid)
    if not replay.finished_at:
        raise Http404
    name = f"replay-{replay.version.number}-{replay.finished_at:%Y-%m-%d}.csv"
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    rows = _csv_rows(replay, Findings(replay, request.user), request.user)
    csv.writer(answer).writerows([_plain_cell(cell) for cell in row] for row in rows)
    return answer


def percent(replay: PolicyReplay) -> int:
    """How much is done. No number of reports: with those shown later it would give away how many
    were filed in confidence.
    """
    return min(99, 100 * replay.done // replay.total) if replay.total else 0


def _readable_replay(user: User, uuid: UUID) -> PolicyReplay:
    if not can_read_policy(user):
        raise Http404
    replays = PolicyReplay.objects.select_related("version", "against", "requested_by")
    return get_object_or_404(replays.defer(*BODIES), uuid=uuid)


def _found(request: HttpRequest, findings: Findings) -> dict[str, object]:
    page = Paginator(findings.lines(), PAGE).get_page(request.GET.get("page"))
    return {
        "roles": findings.counts("roles"),
        "others": [*findings.counts("handling"), *findings.counts("tasks")],
        "damages": findings.counts("damages"),
        "confided": findings.confided,
        "rows": list(findings.rows(page)),
        "page": page,
    }


def _csv_rows(replay: PolicyReplay, findings: Findings, user: User) -> Iterator[list[object]]:
    """What it is and how it was made, then the tables one below the other."""
    yield [_("Replay of policy version"), replay.version.number]
    yield [_("Compared with version"), replay.against.number]
    yield [_("Reports filed in the months before"), replay.months, moment(replay.requested_at)]
    yield [_("Classification"), _("Confidential. Unverified reports, not MRM figures.")]
    yield [_("Written by"), str(user), moment(timezone.now())]
    yield []
    for name, label in _numbers():
        yield [label, replay.tally.get(name, 0)]
    yield [_("Filed in confidence, concerned"), findings.confided]
    for part, head in _tables():
        yield []
        yield head
        yield from ([row.label, row.code, *row.cells][: len(head)] for row in findings.counts(part))
    yield []
    yield [_("Report"), _("Change"), _("Of whom or what"), _("Before"), _("After"), _("Rule")]
    for row in findings.rows(findings.lines()):
        yield from _report_rows(row)


def _numbers() -> list[tuple[str, str]]:
    return [
        ("reports", _("Reports tried")),
        ("changed", _("Would be routed differently")),
        ("unchanged", _("Would be routed alike")),
        ("damaged", _("Could not be replayed")),
        ("rebuilt", _("Rebuilt from what was filed")),
        ("override_lost", _("A guard could not be set aside any more")),
    ]


def _tables() -> list[tuple[str, list[str]]]:
    columns = [_("Code"), _("Gained"), _("Lost"), _("Changed")]
    return [
        ("roles", [_("Role"), *columns]),
        ("tasks", [_("Task"), *columns]),
        ("handling", [_("Handled differently"), *columns]),
        ("damages", [_("Could not be replayed because"), _("Code"), _("Reports")]),
    ]


def _report_rows(row: ReportRow) -> Iterator[list[str]]:
    if row.damage:
        yield [row.title, _("Could not be replayed"), row.damage]
    for item in row.items:
        yield [row.title, item.what, item.subject, item.before, item.after, item.rule]


def _plain_cell(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell

"""Bringing files into the directory: upload, look at what they would change, apply or discard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from actors.exchange.exporting import CONTENT_TYPES
from actors.exchange.protocol import FileRefused
from actors.exchange.samples import sample
from actors.exchange.sources import TABLES
from actors.forms.imports import ImportForm
from actors.models import ImportKind, ImportRun, ImportStatus
from actors.permissions import Reach, Viewer
from actors.views.frame import directory_page, show
from actors.workflow.importing import (
    MAY_BE_DISCARDED,
    WAITS_FOR_WORKER,
    ImportMovedOn,
    approve_import,
    discard_import,
    start_import,
)

SHOWN = 30
PAGE = 100
# A worker looks every half minute at the latest.
LONG_WAIT = timedelta(seconds=30)
BUSY = (*WAITS_FOR_WORKER, ImportStatus.CHECKING, ImportStatus.APPLYING)
TONES = {
    ImportStatus.CHECKED: "warn",
    ImportStatus.REFUSED: "bad",
    ImportStatus.APPLIED: "good",
    ImportStatus.ABANDONED: "quiet",
}
HEAVY = ("content", "differences", "problems", "warnings")


@dataclass(frozen=True)
class Shown:
    """A run as its page shows it."""

    run: ImportRun
    url: str

    @property
    def tone(self) -> str:
        return TONES.get(self.run.status, "info")

    @property
    def is_busy(self) -> bool:
        return self.run.status in BUSY

    @property
    def may_be_discarded(self) -> bool:
        return self.run.status in MAY_BE_DISCARDED

    @property
    def waits_long(self) -> bool:
        """Nobody took it up: perhaps no worker is running."""
        since = self.run.worked_at or self.run.started_at
        return self.run.status in WAITS_FOR_WORKER and timezone.now() - since > LONG_WAIT


@directory_page(Reach.FULL, keepers=True)
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """All imports of the mission, the form for a new one, and files to begin with."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        run = _started(form, viewer)
        if run is not None:
            return redirect(_address(run, viewer))
    runs = ImportRun.objects.filter(mission=viewer.mission).defer(*HEAVY)
    context = {
        "form": form,
        "runs": [
            Shown(run, _address(run, viewer)) for run in runs.select_related("started_by")[:SHOWN]
        ],
        "kinds": [(kind.value, kind.label) for kind in TABLES],
    }
    return show(request, viewer, "actors/imports.html", context, _status(form))


@directory_page(Reach.FULL, keepers=True)
@require_GET
def show_import(request: HttpRequest, viewer: Viewer, uuid) -> HttpResponse:
    """One import: how far it is, then what it would change or why it is refused."""
    run = _run(viewer, uuid)
    shown = Shown(run, _address(run, viewer))
    if request.htmx and not shown.is_busy:
        return HttpResponseClientRefresh()
    template = "actors/_import_progress.html" if request.htmx else "actors/import.html"
    first = _first(request.GET.get("from"))
    context = {
        "shown": shown,
        "run": run,
        "differences": run.differences[first : first + PAGE],
        "newer_url": _page(shown, first - PAGE) if first else "",
        "older_url": _page(shown, first + PAGE) if run.differences[first + PAGE :] else "",
        "more_problems": len(run.problems) >= 500,
    }
    return show(request, viewer, template, context)


@directory_page(Reach.FULL, keepers=True)
@require_POST
def apply_import(request: HttpRequest, viewer: Viewer, uuid) -> HttpResponse:
    """Have a checked file applied."""
    return _moved(request, viewer, uuid, approve_import, _("It will be applied now."))


@directory_page(Reach.FULL, keepers=True)
@require_POST
def drop_import(request: HttpRequest, viewer: Viewer, uuid) -> HttpResponse:
    """Forget a file before it is applied."""
    return _moved(request, viewer, uuid, discard_import, _("Discarded. Nothing was changed."))


@directory_page(Reach.FULL, keepers=True)
@require_GET
def import_sample(request: HttpRequest, viewer: Viewer, kind: str, form: str) -> HttpResponse:
    """A file to begin with: the header and one example row."""
    try:
        content = sample(ImportKind(kind), form)
    except (KeyError, ValueError) as error:
        raise Http404 from error
    headers = {"Content-Disposition": f'attachment; filename="{kind}-template.{form}"'}
    return HttpResponse(content, content_type=CONTENT_TYPES[form], headers=headers)


def _started(form: ImportForm, viewer: Viewer) -> ImportRun | None:
    """The new run, or None with the refusal at the form's field."""
    file = form.cleaned_data["file"]
    try:
        return start_import(
            mission=viewer.mission,
            kind=ImportKind(form.cleaned_data["kind"]),
            file_name=file.name,
            content=file.read(),
            by=viewer.user,
        )
    except FileRefused as refused:
        for problem in refused.problems:
            line = _("Line %(n)d: ") % {"n": problem.line} if problem.line else ""
            form.add_error("file", f"{line}{problem.message}")
        return None


def _moved(request: HttpRequest, viewer: Viewer, uuid, verb, words: str) -> HttpResponse:
    run = _run(viewer, uuid)
    try:
        verb(run=run)
        messages.success(request, words)
    except ImportMovedOn as error:
        messages.error(request, str(error))
    return redirect(_address(run, viewer))


def _run(viewer: Viewer, uuid) -> ImportRun:
    runs = ImportRun.objects.filter(mission=viewer.mission).defer("content")
    return get_object_or_404(runs.select_related("started_by"), uuid=uuid)


def _address(run: ImportRun, viewer: Viewer) -> str:
    query = urlencode({"mission": viewer.mission.code})
    return f"{reverse('import', args=[run.uuid])}?{query}"


def _first(asked: str | None) -> int:
    return int(asked) if asked and asked.isdecimal() and len(asked) < 6 else 0


def _page(shown: Shown, first: int) -> str:
    return f"{shown.url}&from={max(first, 0)}#differences"


def _status(form: ImportForm) -> int:
    return 422 if form.is_bound and form.errors else 200

"""The gap board: where a child would fall through, and what needs doing about it."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from actors.forms.gaps import AHEAD, GapsForm
from actors.gaps.board import (
    STATE_WORDS,
    Board,
    Column,
    lay_out,
    places_shown,
    roles_of,
    roles_switched_off,
    service_kinds,
)
from actors.gaps.coverage import Coverage, State
from actors.gaps.detail import Cell, Entry, cell_of
from actors.gaps.findings import Group, findings
from actors.gaps.reading import read_ground
from actors.permissions import Reach, Viewer
from actors.views.frame import directory_page, show
from actors.views.gap_rows import ADVICE, Address, mend_url, rows_shown

ROWS = 100
# Of each sort of finding so many are listed; the number says how many there are.
LISTED = 25


@require_safe
@directory_page(Reach.FULL)
def gaps(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Areas by roles and services: who answers, at a moment."""
    mission, address = viewer.mission, Address(request)
    form = GapsForm(request.GET, mission=mission, now=timezone.now())
    at, asked = form.moment, form.cleaned_data
    coverage = Coverage(read_ground(mission, at=at))
    board = lay_out(
        coverage,
        _columns(viewer, asked.get("what")),
        on=at.astimezone(mission.zone).date(),
        region=asked.get("region") or "",
    )
    told = {
        "form": form,
        "at": at,
        "moments": _moments(address, asked),
        "legend": [(state.name.lower(), STATE_WORDS[state]) for state in State],
        "board": board,
        "switched_off": roles_switched_off(mission),
        "cell": _asked_cell(request, viewer, coverage, at),
        "close_url": address.with_(area=None, role=None, service=None),
        "to_do_url": f"{reverse('gaps-to-do')}?{urlencode({'mission': mission.code})}",
        **_rows(request, address, board, only_gaps=bool(asked.get("only"))),
    }
    return show(request, viewer, "actors/gaps.html", told, status=422 if form.errors else 200)


@require_safe
@directory_page(Reach.FULL)
def to_do(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What needs doing: a page of its own, and the last part of the board's."""
    found = findings(viewer.mission, timezone.now())
    groups = [_listed(group, request, viewer) for group in found.groups if group.number]
    told = {"number": found.number, "groups": groups}
    if request.htmx:
        return render(request, "actors/_findings.html", told)
    return show(request, viewer, "actors/gaps_to_do.html", told)


def _columns(viewer: Viewer, what: str | None) -> list[Column]:
    roles, kinds = roles_of(viewer.mission), service_kinds()
    return {"roles": roles, "services": kinds}.get(what, [*roles, *kinds])


def _moments(address: Address, asked: dict[str, object]) -> list[dict[str, object]]:
    """Quick links: now, in a week, in a month."""
    chosen = None if asked.get("at") else asked.get("ahead") or 0
    choices = [(0, _("Now"))] + [(n, _("In %(n)s days") % {"n": n}) for n in AHEAD]
    return [
        {
            "label": label,
            "url": address.with_(at=None, ahead=days or None),
            "current": days == chosen,
        }
        for days, label in choices
    ]


def _rows(
    request: HttpRequest, address: Address, board: Board, *, only_gaps: bool
) -> dict[str, object]:
    pages = Paginator(board.with_gaps() if only_gaps else board.rows, ROWS)
    page = pages.get_page(request.GET.get("page"))
    before = page.has_previous() and address.with_(page=page.previous_page_number())
    after = page.has_next() and address.with_(page=page.next_page_number())
    rows = rows_shown(board, list(page), address)
    return {"page": page, "rows": rows, "before_url": before, "after_url": after}


def _asked_cell(
    request: HttpRequest, viewer: Viewer, coverage: Coverage, at: datetime
) -> dict[str, object] | None:
    """The cell whose area and role (or kind of service) the address names; 404 for none such."""
    code = request.GET.get("role") or request.GET.get("service")
    if code is None or "area" not in request.GET:
        return None
    columns = {column.code: column for column in _columns(viewer, None)}
    places = {place.code: place for place in places_shown(coverage.ground)}
    place = places.get(request.GET["area"])
    if code not in columns or place is None:
        raise Http404
    return _shown(cell_of(viewer.mission, coverage, place, columns[code], at=at), viewer)


def _shown(cell: Cell, viewer: Viewer) -> dict[str, object]:
    model = "service" if cell.column.is_service else "post"
    wanted = {"kind" if cell.column.is_service else "role": cell.column.code}
    add = f"{reverse(f'admin:actors_{model}_add')}?{urlencode(wanted | {'areas': cell.place.pk})}"
    return {
        "cell": cell,
        "css": cell.state.name.lower(),
        "words": STATE_WORDS[cell.state],
        "advice": ADVICE[cell.state],
        "entries": [_entry(entry, model, viewer) for entry in cell.entries],
        "add_url": add if viewer.is_keeper else "",
    }


def _entry(entry: Entry, model: str, viewer: Viewer) -> dict[str, object]:
    url = mend_url(model, entry.entry.pk) if viewer.is_keeper else ""
    return {"entry": entry, "url": url}


def _listed(group: Group, request: HttpRequest, viewer: Viewer) -> dict[str, object]:
    """A group with the first of its findings; with all of them if the address asks for it."""
    shown = group.findings if request.GET.get("all") == group.key else group.findings[:LISTED]
    query = urlencode({"mission": viewer.mission.code, "all": group.key})
    links = viewer.is_keeper
    return {
        "group": group,
        "findings": [(each, mend_url(each.model, each.pk) if links else "") for each in shown],
        "all_url": f"{reverse('gaps-to-do')}?{query}" if len(shown) < group.number else "",
    }

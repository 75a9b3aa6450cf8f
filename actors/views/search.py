"""Who does what here: one box, a few filters, the nearest first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from actors.exchange.exporting import WRITERS
from actors.forms.search import SearchForm
from actors.models import EntryKind
from actors.permissions import Reach, Viewer
from actors.roles import Role
from actors.search.finding import LAST_PAGE, Found, Wanted, find
from actors.search.places import Places
from actors.search.suggestions import suggested
from actors.views.addresses import address
from actors.views.exports import FOUND_TABLES
from actors.views.found_rows import found_rows
from actors.views.frame import directory_page, show

FILTERS = ("place", "role", "service", "language", "duty")


@directory_page(Reach.OWN)
@require_safe
def directory(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Entries that answer `?q=` and the filters; a refused question is said at its field (422)."""
    places = Places.of(viewer.mission)
    form = SearchForm(request.GET, places)
    page = {"form": form, "lead": Role(viewer.mission.lead_role).label}
    if not form.is_valid():
        return show(request, viewer, "actors/search.html", page, status=422)
    now = timezone.now()
    wanted = _wanted(request, form)
    found = find(viewer, wanted, places, at=now)
    page |= {
        "rows": found_rows(found.entries, viewer, at=now),
        "found": found,
        "chips": _chips(request, viewer, found, wanted),
        "pager": _pager(request, viewer, found, wanted),
        "saved": _saved(request, viewer, found),
        "is_narrowed": any(form.cleaned_data[name] for name in FILTERS),
        "unfiltered_url": address(viewer, "directory", q=wanted.typed),
    }
    if not found.total and wanted.typed:
        page |= _instead(viewer, wanted, places, now)
    return show(request, viewer, "actors/search.html", page)


def _wanted(request: HttpRequest, form: SearchForm) -> Wanted:
    kind = request.GET.get("kind", "")
    return form.wanted(
        kind=kind if kind in EntryKind.values else "", page=_number(request.GET.get("page", ""))
    )


def _saved(request: HttpRequest, viewer: Viewer, found: Found) -> list[dict[str, object]]:
    """Where what was found can be saved as a file, for the kinds that are tables."""
    asked = {"mission": viewer.mission.code} | _asked(request)
    query = urlencode({name: value for name, value in asked.items() if value})
    return [
        {
            "label": kind.label,
            "count": found.counts[kind],
            "files": [
                {
                    "form": form.upper(),
                    "url": f"{reverse('export-found', args=[table, form])}?{query}",
                }
                for form in WRITERS
            ],
        }
        for table, kind in FOUND_TABLES.items()
        if kind in found.counts
    ]


def _number(page: str) -> int:
    """The page that is asked for; anything that is none is the first."""
    is_number = page.isascii() and page.isdigit() and len(page) < 5
    return int(page) if is_number and 1 <= int(page) <= LAST_PAGE else 1


def _asked(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "") for name in ("q", *FILTERS)}


def _chips(
    request: HttpRequest, viewer: Viewer, found: Found, wanted: Wanted
) -> list[dict[str, object]]:
    """One for each kind of entry found; the kind that is shown can be taken away."""
    asked = _asked(request)
    return [
        {
            "label": kind.label,
            "count": found.counts[kind],
            "current": wanted.kind == kind,
            "url": address(viewer, "directory", **asked, kind=kind.value),
            "remove_url": address(viewer, "directory", **asked) if wanted.kind == kind else "",
        }
        for kind in EntryKind
        if kind in found.counts
    ]


def _pager(request: HttpRequest, viewer: Viewer, found: Found, wanted: Wanted) -> dict[str, str]:
    asked = _asked(request) | {"kind": wanted.kind}

    def page(number: int) -> str:
        return address(viewer, "directory", **asked, page=number)

    has_next = found.has_more and wanted.page < LAST_PAGE
    return {
        "before_url": page(wanted.page - 1) if wanted.page > 1 else "",
        "next_url": page(wanted.page + 1) if has_next else "",
    }


def _instead(viewer: Viewer, wanted: Wanted, places: Places, now) -> dict[str, str]:
    """What may have been meant, where nothing was found."""
    today = timezone.localdate(now, viewer.mission.zone)
    meant = suggested(viewer, wanted.typed, places, on=today)
    return {"meant": meant, "meant_url": address(viewer, "directory", q=meant) if meant else ""}

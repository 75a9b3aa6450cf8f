"""Tables of the directory as files: what was filtered, of what this person may see."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET
from import_export.resources import ModelResource

from actors.exchange.exporting import (
    CONTENT_TYPES,
    WRITERS,
    export_rows,
    narrowed,
    seen_entries,
)
from actors.exchange.resources import resource_for
from actors.forms.search import SearchForm
from actors.models import Contact, EntryKind, LookedAt
from actors.permissions import Reach, Viewer
from actors.search.finding import found_ids
from actors.search.places import Places
from actors.views.frame import directory_page
from actors.workflow.looking import record_looks

# The kinds of entry the search finds that are tables of their own.
FOUND_TABLES = {"services": EntryKind.SERVICE, "organizations": EntryKind.ORGANIZATION}


@directory_page(Reach.OWN)
@require_GET
def export_found(request: HttpRequest, viewer: Viewer, kind: str, form: str) -> HttpResponse:
    """All services or organizations that a search finds, not only those of its page."""
    if kind not in FOUND_TABLES or form not in WRITERS:
        raise Http404
    places = Places.of(viewer.mission)
    search = SearchForm(request.GET, places)
    if not search.is_valid():
        raise Http404
    wanted = search.wanted(kind=FOUND_TABLES[kind].value)
    ids = found_ids(viewer, wanted, places, at=timezone.now())
    entries = seen_entries(viewer, kind).filter(pk__in=ids)
    return _file(viewer, kind, form, resource_for(entries.model), entries)


@directory_page(Reach.OWN)
@require_GET
def export(request: HttpRequest, viewer: Viewer, kind: str, form: str) -> HttpResponse:
    """One table, narrowed by the query string as its list is. Looks at contacts are recorded."""
    asked = {name: value for name, value in request.GET.items() if name != "mission"}
    if form not in WRITERS:
        raise Http404
    try:
        entries = narrowed(viewer, seen_entries(viewer, kind), asked)
    except KeyError as error:
        raise Http404 from error
    if entries.model is Contact:
        entries = list(entries)
        record_looks(viewer=viewer.user, contacts=entries, where=LookedAt.EXPORT)
        resource = resource_for(Contact)
    else:
        resource = resource_for(entries.model)
    return _file(viewer, kind, form, resource, entries)


def _file(
    viewer: Viewer, kind: str, form: str, resource: ModelResource, entries: Iterable[Model]
) -> HttpResponse:
    content = WRITERS[form](export_rows(viewer, resource, entries))
    day = timezone.localtime(timezone=viewer.mission.zone).date()
    name = f"{viewer.mission.code}-{kind}-{day}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=CONTENT_TYPES[form], headers=headers)

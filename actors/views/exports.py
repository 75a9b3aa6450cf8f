"""Tables of the directory as files: what was filtered, of what this person may see."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from actors.exchange.exporting import (
    CONTENT_TYPES,
    WRITERS,
    export_rows,
    narrowed,
    seen_entries,
)
from actors.exchange.resources import resource_for
from actors.models import Contact, LookedAt
from actors.permissions import Reach, Viewer
from actors.views.frame import directory_page
from actors.workflow.looking import record_looks


@directory_page(Reach.OWN)
@require_GET
def export(request: HttpRequest, viewer: Viewer, kind: str, form: str) -> HttpResponse:
    """One table, narrowed by the query string as its list is. Looks at contacts are recorded."""
    asked = {name: value for name, value in request.GET.items() if name != "mission"}
    try:
        write = WRITERS[form]
        entries = narrowed(viewer, seen_entries(viewer, kind), asked)
    except KeyError as error:
        raise Http404 from error
    if entries.model is Contact:
        entries = list(entries)
        record_looks(viewer=viewer.user, contacts=entries, where=LookedAt.EXPORT)
        resource = resource_for(Contact)
    else:
        resource = resource_for(entries.model)
    content = write(export_rows(viewer, resource, entries))
    day = timezone.localtime(timezone=viewer.mission.zone).date()
    name = f"{viewer.mission.code}-{kind}-{day}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=CONTENT_TYPES[form], headers=headers)

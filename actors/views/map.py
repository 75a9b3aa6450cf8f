"""The map: where the gaps lie, with a list of the same for who sees no map."""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actors.forms.map import MapFilter, MissionMapForm
from actors.gaps.board import STATE_WORDS, Column, Row, lay_out, roles_of, service_kinds
from actors.gaps.coverage import Coverage, State
from actors.gaps.reading import read_ground
from actors.mapping.basemap import SOURCE, Point
from actors.mapping.ground import box_of, centres_of, ground_of, own_map_of
from actors.models import Mission
from actors.permissions import Reach, Viewer
from actors.views.frame import directory_page, show
from actors.views.gap_rows import counts_in_words, query_of
from actors.workflow.mission_maps import keep_map, remove_map


@require_safe
@directory_page(Reach.FULL)
def show_map(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Areas by their worst gap now, or by their state for one role or service."""
    mission, now = viewer.mission, timezone.now()
    columns = [*roles_of(mission), *service_kinds()]
    form = MapFilter(request.GET, columns=columns)
    what = form.cleaned_data["what"] if form.is_valid() else ""
    asked = [column for column in columns if what in ("", column.code)]
    board = lay_out(
        Coverage(read_ground(mission, at=now)), asked, on=now.astimezone(mission.zone).date()
    )
    centres, own = centres_of(mission), own_map_of(mission)
    told = {
        "form": form,
        "at": now,
        "rows": [_row(row, centres, asked if what else [], mission) for row in board.rows],
        "legend": [(state.name.lower(), STATE_WORDS[state]) for state in State],
        "box": box_of(centres, own),
        "own": own,
        "source": own.source if own else SOURCE,
        "base_url": f"{reverse('map-base')}?{urlencode({'mission': mission.code})}",
    }
    return show(request, viewer, "actors/map.html", told, status=422 if form.errors else 200)


@require_safe
@directory_page(Reach.FULL)
def map_base(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The base map as GeoJSON: the mission's own, or the land around its areas."""
    content = ground_of(centres_of(viewer.mission), own_map_of(viewer.mission))
    if content is None:
        raise Http404
    etag = f'"{sha256(content.encode()).hexdigest()[:32]}"'
    answer = HttpResponse(content, content_type="application/geo+json")
    answer.headers["ETag"] = etag
    # The browser may keep it, and asks each time whether it is still the one.
    answer.headers["Cache-Control"] = "private, no-cache"
    return get_conditional_response(request, etag=etag, response=answer)


@require_http_methods(["GET", "HEAD", "POST"])
@directory_page(Reach.FULL, keepers=True)
def own_map(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Put the mission's own map in place of Natural Earth."""
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = MissionMapForm(*data, mission=viewer.mission)
    if form.is_bound and form.is_valid():
        read = form.cleaned_data
        keep_map(
            mission=viewer.mission,
            geojson=read["file"],
            source=read["source"],
            user=request.user,
        )
        messages.success(request, _("The map is in use."))
        return redirect(_map_url(viewer.mission))
    told = {"form": form, "own": own_map_of(viewer.mission)}
    return show(request, viewer, "actors/own_map.html", told, status=422 if form.errors else 200)


@require_POST
@directory_page(Reach.FULL, keepers=True)
def drop_map(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Go back to Natural Earth."""
    if remove_map(mission=viewer.mission):
        messages.success(request, _("The map was removed. Natural Earth is shown again."))
    return redirect(_map_url(viewer.mission))


def _map_url(mission: Mission) -> str:
    return f"{reverse('directory-map')}?{urlencode({'mission': mission.code})}"


def _row(
    row: Row, centres: dict[int, Point], asked: list[Column], mission: Mission
) -> dict[str, object]:
    """A line of the list, which is also what the script draws."""
    query = urlencode({"mission": mission.code, "region": row.region.code})
    if asked:
        area = urlencode({"mission": mission.code, "area": row.place.code})
        query = f"{area}{query_of(asked[0])}"
    return {
        "place": row.place,
        "css": row.worst.name.lower(),
        "words": counts_in_words(row) if not asked else STATE_WORDS[row.worst],
        "covered": STATE_WORDS[State.COVERED],
        "centre": centres.get(row.place.pk),
        "url": f"{reverse('gaps')}?{query}",
    }

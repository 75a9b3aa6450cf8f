"""The map on which an officer sets a pin: land and districts, no service and nobody's place."""

from __future__ import annotations

import json
from hashlib import sha256

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from actors.mapping.ground import box_of, centres_of, ground_of, own_map_of
from referrals.views.filing import mission_of


@require_safe
@login_required
def place_map(request: HttpRequest) -> HttpResponse:
    """JSON: `box` (west, south, east, north in degrees) and `base` (GeoJSON) of one's mission.

    404 without a post in a mission, or while none of its areas has a place.
    """
    mission = mission_of(request.user)
    if mission is None:
        raise Http404
    centres, own = centres_of(mission), own_map_of(mission)
    box = box_of(centres, own)
    if box is None:
        raise Http404
    content = f'{{"box":{json.dumps(box)},"base":{ground_of(centres, own)}}}'
    etag = f'"{sha256(content.encode()).hexdigest()[:32]}"'
    answer = HttpResponse(content, content_type="application/json")
    answer.headers["ETag"] = etag
    # The browser may keep it, and asks each time whether it is still the one.
    answer.headers["Cache-Control"] = "private, no-cache"
    return get_conditional_response(request, etag=etag, response=answer)

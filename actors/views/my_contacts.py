"""My contacts: whom do I call now, and how does reporting work in this mission."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from actors.models import Area, LookedAt
from actors.permissions import Reach, Viewer
from actors.views import calls
from actors.views.area_choice import Choice, choose_area
from actors.views.frame import directory_page, show
from actors.views.reporting_line import how_reporting_works
from actors.workflow import arriving
from actors.workflow.looking import record_looks


@directory_page(Reach.OWN)
@require_safe
def my_contacts(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Who answers in the area asked for by `?area=CODE`, else in the first of one's own."""
    return _page(request, viewer, choose_area(viewer, request.GET.get("area")))


@directory_page(Reach.OWN)
@require_POST
def contacts_read(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Confirm having read the page; 422 with the page anew when it changed meanwhile."""
    choice = choose_area(viewer, request.POST.get("area", ""))
    if choice.area is None or arriving.post_of(viewer) is None:
        raise Http404
    found = arriving.whom_to_call(viewer=viewer, area=choice.area, at=timezone.now())
    try:
        arriving.confirm_reading(
            user=viewer.user,
            mission=viewer.mission,
            read=request.POST.get("digest", ""),
            current=found.digest,
        )
    except arriving.ContactsChangedError:
        return _page(request, viewer, choice, status=422)
    messages.success(request, _("Noted. The page asks again when something changes."))
    return redirect(_address(viewer, choice.area))


def _page(request: HttpRequest, viewer: Viewer, choice: Choice, status: int = 200) -> HttpResponse:
    context = {
        "areas": choice.areas,
        "chosen": choice.area,
        "chips": _chips(viewer, choice),
        "rules": how_reporting_works(viewer),
        "is_refused": status == 422,
        **(_calls(viewer, choice.area) if choice.area else {}),
    }
    return show(request, viewer, "actors/my_contacts.html", context, status)


def _calls(viewer: Viewer, area: Area) -> dict[str, object]:
    now = timezone.now()
    found = arriving.whom_to_call(viewer=viewer, area=area, at=now)
    record_looks(viewer=viewer.user, contacts=found.contacts, where=LookedAt.MY_CONTACTS)
    reading = arriving.reading_of(user=viewer.user, mission=viewer.mission, digest=found.digest)
    return {
        "cards": [calls.card(answer, viewer, area, now) for answer in found.answers],
        "digest": found.digest,
        "reading": reading,
        "is_read": reading is not None and reading.digest == found.digest,
        "can_confirm": arriving.post_of(viewer) is not None,
        "now": now,
    }


def _chips(viewer: Viewer, choice: Choice) -> list[dict[str, object]]:
    """One's own areas, where there are several to go between."""
    chosen = choice.area.pk if choice.area else None
    chips = [
        {"label": area.name, "url": _address(viewer, area), "current": area.pk == chosen}
        for area in choice.own
    ]
    return chips if len(chips) > 1 else []


def _address(viewer: Viewer, area: Area) -> str:
    query = urlencode({"mission": viewer.mission.code, "area": area.code})
    return f"{reverse('my-contacts')}?{query}"

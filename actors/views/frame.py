"""What the directory's own pages share: whose mission is looked at, and the menu beside it."""

from __future__ import annotations

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from actors.permissions import Reach, Viewer, missions_seen, viewer_of

# Address, words, and how far somebody must see for it to be of use to them.
PAGES = (
    ("directory", _("Who does what"), Reach.OWN),
    ("my-contacts", _("My contacts"), Reach.OWN),
    ("pathways", _("Pathways"), Reach.PARTNER),
    ("documents", _("Documents"), Reach.PARTNER),
    ("meetings", _("Meetings"), Reach.PARTNER),
    ("rosters", _("Duty rosters"), Reach.INSIDE),
    ("gaps", _("Gap board"), Reach.FULL),
    ("directory-map", _("Map"), Reach.FULL),
    ("relations", _("Relations"), Reach.FULL),
    ("who-would-be-told", _("Who would be told?"), Reach.FULL),
    ("handovers", _("Handovers"), Reach.INSIDE),
)
KEEPER_PAGES = (
    ("imports", _("Import and export")),
    ("admin:index", _("Tables")),
)


def directory_page(at_least: Reach = Reach.OWN, *, keepers: bool = False):
    """A view that is given the `Viewer`; who sees less than `at_least` gets a 404.

    The mission is the one asked for by `?mission=CODE`, else the first of this person's.
    """

    def decorate(view):
        @login_required
        @wraps(view)
        def shown(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            viewer = _viewer(request)
            if viewer.reach < at_least or (keepers and not viewer.is_keeper):
                raise Http404
            return view(request, viewer, *args, **kwargs)

        return shown

    return decorate


def show(
    request: HttpRequest, viewer: Viewer, template: str, context: dict, status: int = 200
) -> HttpResponse:
    """Render one of the directory's pages with its menu."""
    frame = {"viewer": viewer, "pages": _menu(request, viewer)}
    return render(request, template, frame | context, status=status)


def _viewer(request: HttpRequest) -> Viewer:
    missions = missions_seen(request.user)
    code = request.GET.get("mission") or request.POST.get("mission")
    for mission in missions:
        if code in (None, "", mission.code):
            return viewer_of(request.user, mission)
    raise Http404


def _menu(request: HttpRequest, viewer: Viewer) -> list[dict[str, object]]:
    named = [(name, label) for name, label, reach in PAGES if viewer.reach >= reach]
    if viewer.is_keeper:
        named += KEEPER_PAGES
    urls = [(reverse(name), label) for name, label in named]
    return [{"url": url, "label": label, "current": request.path == url} for url, label in urls]

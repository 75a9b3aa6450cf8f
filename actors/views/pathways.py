"""Referral pathways: which service follows on which, for a concern in an area."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from actors.harms import HARMS
from actors.models import Area, Location, Pathway, PathwayStep, ServiceKind
from actors.permissions import Reach, Viewer
from actors.roles import Role
from actors.views.area_choice import choose_area
from actors.views.frame import directory_page, show
from actors.views.pathway_steps import steps_shown


@directory_page(Reach.PARTNER)
@require_safe
def pathways(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The pathways in force for `?area=CODE` and `?concern=CODE`; without an area, all of them."""
    choice = choose_area(viewer, request.GET.get("area"))
    wanted = request.GET.get("concern", "")
    concern = wanted if wanted in dict(HARMS) else ""
    today = timezone.localdate(timezone=viewer.mission.zone)
    in_force = _in_force(viewer, today, concern)
    found = _nearest(in_force, choice.area) if choice.area else []
    context = {
        "areas": choice.areas,
        "chosen": choice.area,
        "concern": concern,
        "concerns": HARMS,
        "all_pathways": [] if choice.area else [_listed(viewer, p) for p in in_force],
        "sections": _sections(viewer, found, choice.area, today),
        "missing": _missing(found, concern),
        "lead": Role(viewer.mission.lead_role).label,
    }
    return show(request, viewer, "actors/pathways.html", context)


def _in_force(viewer: Viewer, today: date, concern: str) -> QuerySet[Pathway]:
    found = Pathway.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=today),
        area__mission=viewer.mission,
        area__retired_at=None,
        valid_from__lte=today,
    )
    if concern:
        found = found.filter(concern=concern)
    return found.select_related("area", "endorsed_by__organization")


def _nearest(in_force: QuerySet[Pathway], area: Area) -> list[Pathway]:
    """For each concern the pathway of the area itself, else of the nearest area above it."""
    path = [place.pk for place in area.path()]
    nearest_last = sorted(in_force.filter(area__in=path), key=lambda p: -path.index(p.area_id))
    by_concern = {pathway.concern: pathway for pathway in nearest_last}
    return [by_concern[code] for code, _label in HARMS if code in by_concern]


def _sections(
    viewer: Viewer, found: list[Pathway], area: Area | None, today: date
) -> list[dict[str, object]]:
    steps = _steps(viewer, found)
    return [
        {
            "pathway": pathway,
            "title": pathway.get_concern_display(),
            "from_above": pathway.area.name if pathway.area_id != area.pk else "",
            "steps": steps_shown(steps.get(pathway.pk, []), viewer, today),
        }
        for pathway in found
    ]


def _steps(viewer: Viewer, found: list[Pathway]) -> dict[int, list[PathwayStep]]:
    """The steps of these pathways the viewer may know of, in order; three statements."""
    seen = Q(service__in=viewer.services().values("pk"))
    if viewer.reach >= Reach.INSIDE:
        # What was taken out of use is a hole in the pathway: the mission must see it.
        seen |= Q(service__retired_at__isnull=False)
        seen |= Q(service__organization__retired_at__isnull=False)
    rows = PathwayStep.objects.filter(seen, pathway__in=found).order_by("position", "-rank", "pk")
    rows = rows.select_related("service__organization").prefetch_related(_places())
    steps: dict[int, list[PathwayStep]] = {}
    for row in rows:
        steps.setdefault(row.pathway_id, []).append(row)
    return steps


def _places() -> Prefetch:
    """Where services are given, without any place at which a shelter is as well."""
    shelters = Location.objects.filter(services__kind=ServiceKind.SAFE_SHELTER)
    open_places = Location.objects.filter(retired_at=None).exclude(pk__in=shelters.values("pk"))
    return Prefetch("service__locations", queryset=open_places)


def _missing(found: list[Pathway], concern: str) -> list[str]:
    """Concerns for which nothing was agreed here."""
    known = {pathway.concern for pathway in found}
    return [label for code, label in HARMS if code not in known and concern in ("", code)]


def _listed(viewer: Viewer, pathway: Pathway) -> dict[str, object]:
    query = {"mission": viewer.mission.code, "area": pathway.area.code, "concern": pathway.concern}
    words = {"concern": pathway.get_concern_display(), "area": pathway.area.name}
    return {
        "url": f"{reverse('pathways')}?{urlencode(query)}",
        "label": _("%(area)s: %(concern)s") % words,
        "version": pathway.version,
    }

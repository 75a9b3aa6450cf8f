"""The relation map: actors and what is between them, as picture and table, and what it lacks."""

from __future__ import annotations

from collections import Counter

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from actors.forms.relations import RelationFilterForm
from actors.mapping.layout import BOX_HEIGHT, BOX_WIDTH, LETTERS, Drawing, draw
from actors.mapping.relations import Actor, Derivation, Line, Network, read_network
from actors.mapping.weaknesses import Weakness, WeaknessKind, find_weaknesses
from actors.models import OrganizationKind as Kind
from actors.models import RelationKind
from actors.permissions import Reach, Viewer
from actors.views.frame import directory_page, show

DRAWN = 60  # more cannot be read as a picture
LISTED = 100  # lines of the table on one page
SHOWN = 5  # findings of one kind before the others are folded away

# The columns of the picture, from left to right.
GROUPS = (
    (gettext_lazy("The mission"), (Kind.MISSION_COMPONENT, Kind.CONTINGENT)),
    (gettext_lazy("United Nations"), (Kind.UN_ENTITY,)),
    (gettext_lazy("Coordination bodies"), (Kind.COORDINATION_BODY,)),
    (
        gettext_lazy("NGOs and Red Cross"),
        (Kind.NGO_INTERNATIONAL, Kind.NGO_NATIONAL, Kind.RED_CROSS),
    ),
    (
        gettext_lazy("The State"),
        (Kind.GOVERNMENT, Kind.HOST_STATE_POLICE, Kind.HOST_STATE_ARMY),
    ),
    (gettext_lazy("Communities, armed groups"), (Kind.COMMUNITY, Kind.ARMED_GROUP)),
)
_GROUP_OF = {kind: number for number, (_label, kinds) in enumerate(GROUPS) for kind in kinds}
_TONES = {
    WeaknessKind.CONFLICT: "bad",
    WeaknessKind.CUT_POINT: "bad",
    WeaknessKind.ONLY_PROVIDER: "warn",
    WeaknessKind.NOT_REFERRED: "warn",
}


@require_safe
@directory_page(Reach.FULL)
def relations(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The part of the network that the address asks for; all of it without a filter."""
    today = timezone.now().astimezone(viewer.mission.zone).date()
    network = read_network(viewer.mission, on=today)
    form = RelationFilterForm(request.GET, mission=viewer.mission)
    choice = form.choice() if form.is_valid() else {}
    part = network.only(**choice)
    context = {
        "form": form,
        "is_filtered": any(choice.values()),
        "is_empty": not network.lines,
        "picture": _picture(part),
        "findings": _findings(network, part),
        "page": Paginator(part.lines, LISTED).get_page(request.GET.get("page")),
        "kinds": RelationKind,
        "add_url": reverse("admin:actors_relation_add") if viewer.is_keeper else "",
    }
    context["rows"] = [_row(part, line) for line in context["page"].object_list]
    context |= _pages(request.GET, context["page"])
    return show(
        request, viewer, "actors/relations.html", context, status=422 if form.errors else 200
    )


def _picture(part: Network) -> dict[str, object]:
    """What the SVG shows: the actors that have relations, at most `DRAWN` of them."""
    busy = Counter(end for line in part.lines for end in (line.origin, line.target))
    by_lines = sorted(busy, key=lambda pk: (-busy[pk], part.actors[pk].name))
    drawn = set(by_lines[:DRAWN])
    lines = [line for line in part.lines if line.ends <= drawn]
    actors = {pk: actor for pk, actor in part.actors.items() if pk in drawn}
    placed = {pk: (_GROUP_OF[actor.kind], _label(actor)) for pk, actor in actors.items()}
    drawing = draw(placed, [(line.origin, line.target) for line in lines])
    return {
        "drawing": drawing,
        "box_width": BOX_WIDTH,
        "box_height": BOX_HEIGHT,
        "boxes": _boxes(actors, drawing),
        "curves": [
            {"path": curve.path, "title": _sentence(part, line), "line": line}
            for curve in drawing.curves
            for line in [lines[curve.number]]
        ],
        "headings": [
            {"x": heading.x, "y": heading.y, "label": GROUPS[heading.group][0]}
            for heading in drawing.headings
        ],
        "actors": len(actors),
        "lines": len(lines),
        "related": len(busy),
        "alone": [actor.name for pk, actor in part.actors.items() if pk not in busy],
    }


def _boxes(actors: dict[int, Actor], drawing: Drawing) -> list[dict[str, object]]:
    return [
        {
            "box": box,
            "kind": actors[box.key].kind,
            "title": f"{actors[box.key].name} ({Kind(actors[box.key].kind).label})",
        }
        for box in drawing.boxes
    ]


def _label(actor: Actor) -> str:
    """The name, or the acronym where the name is too long for a box."""
    is_long = len(actor.name) > 2 * LETTERS - 4
    return actor.short_name if actor.short_name and is_long else actor.name


def _sentence(part: Network, line: Line) -> str:
    return _("%(origin)s %(relation)s %(target)s") % {
        "origin": part.actors[line.origin].name,
        "relation": RelationKind(line.kind).label,
        "target": part.actors[line.target].name,
    }


def _row(part: Network, line: Line) -> dict[str, object]:
    return {
        "origin": part.actors[line.origin].name,
        "relation": RelationKind(line.kind),
        "target": part.actors[line.target].name,
        "note": line.note or (Derivation(line.derived).label if line.derived else ""),
        "is_derived": bool(line.derived),
    }


def _findings(network: Network, part: Network) -> list[dict[str, object]]:
    """What the whole network lacks, as far as it concerns the actors shown, by kind."""
    concerned = [each for each in find_weaknesses(network) if each.actors & part.actors.keys()]
    groups = []
    for kind in WeaknessKind:
        found: list[Weakness] = [each for each in concerned if each.kind == kind]
        if found:
            groups.append(
                {
                    "label": kind.label,
                    "tone": _TONES[kind],
                    "number": len(found),
                    "to_do": found[0].to_do,
                    "first": found[:SHOWN],
                    "others": found[SHOWN:],
                }
            )
    return groups


def _pages(query: QueryDict, page) -> dict[str, str]:
    """The addresses of the pages of the table before and after this one."""

    def address(number: int) -> str:
        there = query.copy()
        there["page"] = number
        return f"?{there.urlencode()}#table"

    return {
        "earlier": address(page.previous_page_number()) if page.has_previous() else "",
        "later": address(page.next_page_number()) if page.has_next() else "",
    }

"""Which area of the mission a page is about: `?area=CODE`, else the first of one's own."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404

from actors.models import Area
from actors.permissions import Viewer
from actors.workflow.arriving import areas_to_choose


@dataclass(frozen=True)
class Choice:
    """The areas somebody may choose from, and the one chosen (None: not chosen yet)."""

    areas: list[Area]
    area: Area | None

    @property
    def own(self) -> list[Area]:
        """The areas that the viewer's posts name."""
        return [area for area in self.areas if area.is_own]


def choose_area(viewer: Viewer, code: str | None) -> Choice:
    """The area of this code with its path; without a code (None) the viewer's own,
    where there is one. Two statements.

    Raises:
        Http404: the mission has no such area in use.
    """
    areas = areas_to_choose(viewer=viewer)
    if code is None:
        code = next((area.code for area in areas if area.is_own), "")
    if not code:
        return Choice(areas, None)
    area = Area.objects.of_mission(viewer.mission, code)
    if area is None:
        raise Http404
    return Choice(areas, area)

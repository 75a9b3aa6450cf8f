"""P-code lists: the portal's own columns, those of OCHA's lists (ADM2_PCODE) and HXL tags."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from actors.exchange.headers import Columns
from actors.exchange.resources import AreaResource
from actors.exchange.trees import Node, TreeReading
from actors.models import Area

_SYNONYMS = {
    "p-code": "code",
    "pcode": "code",
    "parent code": "parent",
    "parent pcode": "parent",
    "in": "parent",
    "lat": "latitude",
    "center_lat": "latitude",
    "lon": "longitude",
    "lng": "longitude",
    "long": "longitude",
    "center_lon": "longitude",
}
_TAGS = {
    "#geo+lat": "latitude",
    "#geo+lon": "longitude",
    "#geo+lng": "longitude",
    "#adm+code": "code",
    "#adm+name": "name",
    "#adm+code+parent": "parent",
    "#geo+level": "level",
}
_CODE = re.compile(r"#?adm(\d)[_+ ]?p?code$", re.IGNORECASE)


class AreaReading(TreeReading):
    resource = AreaResource
    columns = Columns(AreaResource._meta.fields, ("code", "name", "level"), _SYNONYMS, _TAGS)
    identity = {"code": "code"}
    table, name, mark = "areas", "code", "level"

    def scope(self) -> QuerySet:
        return Area.objects.filter(mission=self.mission)

    def new(self) -> Model:
        return Area(mission=self.mission)

    def judge_edge(self, node: Node, parent: Node) -> str | None:
        if node is parent:
            return _("An area cannot lie inside itself.")
        if parent.mark >= node.mark:
            return _("The parent must be of a higher level.")
        return None


def area_columns(header: Sequence[str], tags: Sequence[str]) -> Columns:
    """What the columns of a P-code list mean.

    A list of OCHA has a code and names for each level; its rows are the areas of the lowest one,
    each in the area of the level above.
    """
    own = AreaReading.columns
    cells = [*header, *tags]
    levels = {int(match[1]) for match in map(_CODE.match, map(str.strip, cells)) if match}
    if not levels or own.named("code") in map(own.named, header):
        return own
    level = max(levels)
    headings = {f"adm{level}_pcode": "code", f"adm{level - 1}_pcode": "parent"}
    named = re.compile(rf"adm{level}_?([a-z]{{2,3}}|name)$", re.IGNORECASE)
    name = next((cell.strip() for cell in header if named.match(cell.strip())), None)
    if level == 1:
        del headings["adm0_pcode"]
    return Columns(
        own.names,
        own.required,
        _SYNONYMS | headings | ({name: "name"} if name else {}),
        _TAGS | _level_tags(level),
        constants={"level": str(level)},
        passes_over=True,
    )


def _level_tags(level: int) -> dict[str, str]:
    tags = {f"#adm{level}+code": "code", f"#adm{level}+name": "name"}
    return tags | ({f"#adm{level - 1}+code": "parent"} if level > 1 else {})

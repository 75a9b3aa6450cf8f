"""What needs doing about who answers: roles without anybody, hours without anybody."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actors.gaps.board import lay_out, roles_of
from actors.gaps.coverage import Coverage, State
from actors.gaps.finding import Finding, worst_first
from actors.gaps.reading import read_ground
from actors.gaps.shifts import Span, uncovered_shifts
from actors.languages import listed
from actors.models import Mission

SHIFTS_AHEAD = timedelta(hours=48)


def nobody(mission: Mission, at: datetime, on: date) -> list[Finding]:
    """Roles for which nobody answers somewhere; four statements."""
    board = lay_out(Coverage(read_ground(mission, at=at)), roles_of(mission), on=on)
    found = []
    for n, column in enumerate(board.columns):
        areas = [row.place.name for row in board.rows if row.states[n] == State.NOBODY]
        if areas:
            found.append(_role_without(str(column.label), areas, len(board.rows)))
    return worst_first(found)


def _role_without(role: str, areas: list[str], of: int) -> Finding:
    if len(areas) == of:
        detail = _("In the whole mission.")
    else:
        words = ngettext("In %(n)s area of %(of)s.", "In %(n)s areas of %(of)s.", len(areas))
        detail = words % {"n": len(areas), "of": of}
    return Finding(role, detail, model="post", is_bad=True, rank=-len(areas))


def empty_shifts(mission: Mission, at: datetime) -> list[Finding]:
    """Posts with a roster that has hours without anybody, the next first; three statements."""
    gaps = uncovered_shifts(mission, at, at + SHIFTS_AHEAD)
    return worst_first(
        Finding(
            post,
            listed(_hours(span, mission) for span in spans),
            model="roster",
            pk=post.public_id,
            is_bad=True,
            rank=spans[0][0].timestamp(),
        )
        for post, spans in gaps.items()
    )


def _hours(span: Span, mission: Mission) -> str:
    begins, ends = (timezone.localtime(moment, mission.zone) for moment in span)
    last = date_format(ends, "H:i" if ends.date() == begins.date() else "j M H:i")
    return f"{date_format(begins, 'j M H:i')} – {last}"  # noqa: RUF001

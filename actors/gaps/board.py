"""The gap board: areas by roles and kinds of service, worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from actors.gaps.coverage import Coverage, State, state_of
from actors.gaps.reading import Ground, Place
from actors.models import DISTRICT, Mission, ServiceKind
from actors.roles import Role

# Nobody is routed to them by place: the filer, and the supervisor of the filer's own line
# (policy 2.1); the rest are never a recipient the rules choose.
NOT_BY_PLACE = frozenset(
    {
        Role.UNPOL_OFFICER,
        Role.UNPOL_SUPERVISOR,
        Role.HS_POLICE_GENERAL,
        Role.HS_SECURITY_FORCES,
        Role.COMMUNITY_LEADER,
        Role.NGO_REPORTER,
    }
)
# Roles that a mission may do without: the rules name them only where the setting is on.
ONLY_WHERE = {
    Role.CPA: "has_cpa",
    Role.CPA_SENIOR: "has_cpa",
    Role.CTFMR: "mrm_activated",
    Role.CP_SUBCLUSTER: "cp_subcluster",
    Role.GBV_SUBCLUSTER: "gbv_subcluster",
}

STATE_WORDS = {
    State.NOBODY: _("Nobody"),
    State.UNUSABLE: _("Not confirmed for 180 days"),
    State.MARKED: _("Not confirmed for 90 days"),
    State.DEPUTY: _("Deputy only"),
    State.COVERED: _("Covered"),
}


@dataclass(frozen=True)
class Column:
    """A role, or a kind of service."""

    code: str
    label: str

    @property
    def is_service(self) -> bool:
        return self.code in ServiceKind.values


@dataclass(frozen=True)
class Row:
    """An area with its state in each of the board's columns."""

    place: Place
    region: Place
    states: tuple[State, ...]

    @cached_property
    def counts(self) -> Counter[State]:
        return Counter(self.states)

    @property
    def worst(self) -> State:
        return min(self.states, default=State.COVERED)

    @property
    def badness(self) -> tuple:
        """Sorts the worst first: by how many of the worst state, then of the next, by code."""
        return (*(-self.counts[state] for state in GAPS), self.place.code)


GAPS = tuple(state for state in State if state != State.COVERED)


@dataclass(frozen=True)
class Board:
    """Rows worst first, with the columns that have a gap in any; `whole` are those without."""

    columns: list[Column]
    whole: list[Column]
    rows: list[Row]

    def with_gaps(self) -> list[Row]:
        return [row for row in self.rows if row.worst != State.COVERED]


def roles_of(mission: Mission) -> list[Column]:
    """The roles that a report from this mission can be routed to by place."""
    settings = mission.policy_settings()
    wanted = (r for r in Role if r not in NOT_BY_PLACE and settings.get(ONLY_WHERE.get(r), True))
    return [Column(role.value, role.label) for role in wanted]


def roles_switched_off(mission: Mission) -> list[Role]:
    """Roles left out because of the mission's settings."""
    settings = mission.policy_settings()
    return [role for role, setting in ONLY_WHERE.items() if not settings[setting]]


def service_kinds() -> list[Column]:
    """The kinds of service; “other” is none that could be missing."""
    return [Column(k.value, k.label) for k in ServiceKind if k != ServiceKind.OTHER]


def places_shown(ground: Ground) -> list[Place]:
    """Areas in use that a report can name, and regions that have none inside."""
    # Reports are filed for districts and what lies in them; a region is a row only without any.
    in_use = [place for place in ground.places.values() if place.in_use]
    parents = {place.parent for place in in_use}
    return [p for p in in_use if p.level >= DISTRICT or p.pk not in parents]


def region_of(ground: Ground, place: Place) -> Place:
    """The topmost area above a place, or the place itself."""
    while place.parent in ground.places:
        place = ground.places[place.parent]
    return place


def lay_out(coverage: Coverage, columns: Sequence[Column], *, on: date, region: str = "") -> Board:
    """The board for a day: all rows of the mission, or of one region (its P-code)."""
    places = [(place, region_of(coverage.ground, place)) for place in places_shown(coverage.ground)]
    chosen = [(place, top) for place, top in places if region in ("", top.code)]
    states = [_states(coverage, place, columns, on) for place, _top in chosen]
    gapped = [n for n in range(len(columns)) if any(row[n] != State.COVERED for row in states)]
    rows = [
        Row(place, top, tuple(row[n] for n in gapped))
        for (place, top), row in zip(chosen, states, strict=True)
    ]
    return Board(
        columns=[columns[n] for n in gapped],
        whole=[column for n, column in enumerate(columns) if n not in gapped],
        rows=sorted(rows, key=lambda row: row.badness),
    )


def _states(coverage: Coverage, place: Place, columns: Sequence[Column], on: date) -> list[State]:
    answers = coverage.of(place.pk)
    return [state_of(answers.get(column.code), on) for column in columns]

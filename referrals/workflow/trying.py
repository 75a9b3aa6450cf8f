"""Who would be told? A report that was never filed, planned as filing plans it.

Nothing is stored and nobody is told. Unlike filing it may be tried for any moment, and with other
settings than the mission has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef

from actors.directory import Directory, Seat
from actors.models import Area, Leave, Organization, PostHolding
from actors.roles import Role
from actors.walking import Step, walk
from referrals.routing.decision import Suppressed
from referrals.workflow.filings import Filing
from referrals.workflow.planning import Plan, PlannedRecipient, Seating, Situation, plan_seated


@dataclass(frozen=True)
class Trial:
    """What is tried: a report with its area, when and by whom, and in which mission.

    `settings` are those that differ from the mission's own, by the policy's names. Without a
    `filer_organization` the officers who answer for the area are taken to file.
    """

    filing: Filing
    at: datetime
    filer_organization: Organization | None = None
    settings: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Holder:
    """Somebody who holds a post at the moment tried."""

    post_id: int
    user_id: int
    name: str
    is_on_leave: bool


@dataclass(frozen=True)
class Answer:
    """The plan, and what the directory holds about everybody on the way to it."""

    plan: Plan
    at: datetime
    seating: Seating
    holders: tuple[Holder, ...]
    # Of the filer's line, by id
    organizations: Mapping[int, Organization]

    def steps(self, role: str) -> list[Step]:
        """The walk up for a role, nearest place first."""
        return walk(
            self.seating.directory,
            role,
            implicated=self.seating.implicated,
            filer_organizations=self.seating.line if role == Role.UNPOL_SUPERVISOR else (),
            on_leave=self._on_leave,
        )

    def seat_without(self, suppressed: Suppressed) -> Seat | None:
        """Who would have answered for a role that a guard took out."""
        return self.seating.seat_for(suppressed.role)

    def names(self, seat: Seat) -> list[str]:
        """The people who answer for a post; none where only its desk does."""
        names = {holder.user_id: holder.name for holder in self.holders}
        return [names[pk] for pk in seat.holders if pk in names]

    def away(self, seat: Seat) -> list[str]:
        """Those who hold the post and are on leave."""
        return [h.name for h in self.holders if h.post_id == seat.post_id and h.is_on_leave]

    @property
    def lacks_focal_point(self) -> bool:
        """Nobody answers as field focal point, so that the rules turn to headquarters."""
        return self.plan.facts.values.get("roster") == "none"

    @property
    def _on_leave(self) -> frozenset[int]:
        return frozenset(holder.post_id for holder in self.holders if holder.is_on_leave)


def try_routing(trial: Trial) -> Answer:
    """Work out who would be told; stores nothing, tells nobody.

    Raises:
        FactsError, PolicyError: as `plan_routing`.
    """
    seating = resolve_trial(trial)
    plan = plan_seated(seating)
    posts = _posts_on_the_way(plan, seating.directory)
    return Answer(
        plan=plan,
        at=trial.at,
        seating=seating,
        holders=tuple(_holders(posts, trial.at)),
        organizations=Organization.objects.in_bulk(seating.line),
    )


def resolve_trial(trial: Trial) -> Seating:
    """The situation tried, and the directory read for it."""
    filing = trial.filing
    area = _in_mission_with(trial.settings, filing.area)
    directory = Directory.covering(area, at=trial.at)
    situation = Situation(
        area=area,
        facts=filing.facts_at(trial.at),
        child_victims=filing.child_victims,
        perpetrator_org=filing.perpetrator_org,
        filer_organization_id=_filer(trial, directory),
        at=trial.at,
    )
    return Seating(situation, directory)


def _in_mission_with(settings: Mapping[str, object], area: Area) -> Area:
    """The area in its mission as that would be with other settings; copies, never saved."""
    mission = copy(area.mission)
    for name, value in settings.items():
        setattr(mission, name, value)
    area = copy(area)
    area.mission = mission
    return area


def _filer(trial: Trial, directory: Directory) -> int | None:
    if trial.filer_organization is not None:
        return trial.filer_organization.pk
    seat = directory.resolve(Role.UNPOL_OFFICER)
    return seat.organization_id if seat else None


def _posts_on_the_way(plan: Plan, directory: Directory) -> set[int]:
    """Every post that could answer for a role the plan names, and those that do. Without a field
    focal point the rules name another: why there is none is asked as well.
    """
    roles = {r.role for r in plan.decision.recipients} | {s.role for s in plan.decision.suppressed}
    roles.add(Role.UNPOL_CPFP_FIELD)
    found = {seat.post_id for seat in directory.seats if seat.role in roles}
    return found | {planned.seat.post_id for planned in plan.recipients if planned.seat}


def _holders(posts: Iterable[int], at: datetime) -> list[Holder]:
    """Who holds these posts at a moment, whether or not they are there; one statement."""
    away = Leave.objects.at(at).filter(user=OuterRef("user"))
    held = PostHolding.objects.on_duty(at).filter(post__in=posts).order_by("pk")
    return [
        Holder(*row) for row in held.values_list("post_id", "user_id", "user__name", Exists(away))
    ]


def is_held(planned: PlannedRecipient) -> bool:
    """A proposal that waits for more than its release."""
    return not planned.is_told_at_once and planned.recipient.state == "held"

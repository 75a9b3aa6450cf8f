"""Facts to decision (pure), decision to people (directory): who must know, before it is stored.

House, steps 3 and 4. The same plan is shown before sending and stored after it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, partial

from actors.directory import Directory, Seat
from actors.models import Area, Organization
from actors.models.organizations import HOST_STATE_KINDS
from actors.roles import Role
from referrals.models import Report
from referrals.models.choices import Gate, Track
from referrals.routing import Decision, Facts, Policy, Recipient, decide
from referrals.workflow.deadlines import in_mission_time
from referrals.workflow.policies import ActivePolicy, active_policy, compiled_version

# The security rating an organization needs for a record of each class (policy 2.6,
# CONFIDENTIALITY_FLOOR, by the levels of 3.7). A class of an edited policy needs the most.
NEEDED_RATING = {"internal": 1, "confidential": 2, "strictly_confidential": 3}
TOLD_AT_ONCE = frozenset({Gate.NONE, Gate.POST_REVIEW})


@dataclass(frozen=True)
class Situation:
    """What routing looks at: the stated facts, the place and who files. Nothing is stored."""

    area: Area
    facts: dict[str, object]
    child_victims: int
    perpetrator_org: Organization | None
    filer_organization_id: int | None
    at: datetime
    also_implicated: frozenset[int] = frozenset()


@dataclass(frozen=True)
class PlannedRecipient:
    """One recipient the rules chose, and the seat that answers for it."""

    recipient: Recipient
    seat: Seat | None
    is_gap: bool

    @property
    def is_told_at_once(self) -> bool:
        return self.recipient.gate in TOLD_AT_ONCE

    @property
    def due_minutes(self) -> int | None:
        return self.recipient.due_minutes


@dataclass(frozen=True)
class Plan:
    """Everything the rules and the directory say about one situation, and from which facts."""

    facts: Facts
    decision: Decision
    policy_id: int
    policy_number: int
    recipients: tuple[PlannedRecipient, ...]
    read_at: datetime
    implicated: frozenset[int] = frozenset()

    @property
    def told(self) -> list[PlannedRecipient]:
        return [planned for planned in self.recipients if planned.is_told_at_once]

    @property
    def gated(self) -> list[PlannedRecipient]:
        return [planned for planned in self.recipients if not planned.is_told_at_once]


def plan_routing(situation: Situation) -> Plan:
    """Work out who must know; reads the directory and the policy, stores nothing.

    Raises:
        FactsError: a fact or value the policy does not know.
        PolicyError: the policy in force does not compile.
    """
    return plan_seated(Seating(situation, Directory.covering(situation.area, at=situation.at)))


def plan_seated(seating: Seating) -> Plan:
    """The plan for a situation whose directory is read; raises as `plan_routing`."""
    situation, active = seating.situation, active_policy()
    given = {
        **situation.area.mission.policy_settings(),
        **situation.facts,
        **_of_the_report(situation),
        "roster": seating.directory.roster(),
    }
    return _planned(seating, active, _completed(given, seating, active.policy))


def plan_again(
    report: Report,
    *,
    set_aside: Iterable[str],
    stated: dict[str, object],
    at: datetime,
    was: Mapping[str, object] | None = None,
) -> Plan:
    """Decide a routed report anew, with the version of the policy that routed it.

    The facts are those of the last decision under what the CP lead states now. Only what the
    directory knows of organizations (due diligence, ties, security) is as it stands now.

    Args:
        was: what a correction that is not stored yet changes, as for `implicated_in`.

    Raises:
        OverrideError: a guard in `set_aside` that nobody may override.
        FactsError, PolicyError: as `plan_routing`.
    """
    situation = replace(situation_of(report, at), also_implicated=implicated_in(report, was))
    active = compiled_version(report.policy_id)
    seating = Seating(situation, Directory.covering(situation.area, at=at))
    facts = _completed(report.routed_facts | stated, seating, active.policy)
    return _planned(seating, active, facts, set_aside=tuple(set_aside))


def situation_of(report: Report, at: datetime) -> Situation:
    """A stored report as routing looks at it."""
    post = report.reporter_post
    return Situation(
        area=report.area,
        facts=report.facts,
        child_victims=report.children,
        perpetrator_org=report.perpetrator_org,
        filer_organization_id=post.organization_id if post else None,
        at=at,
    )


def tied_to(party: Organization | None) -> frozenset[int]:
    """The organizations that must never learn of a report naming this party."""
    return Organization.objects.related_to([party.pk]) if party else frozenset()


def implicated_in(report: Report, was: Mapping[str, object] | None = None) -> frozenset[int]:
    """The organizations that must never learn of this report; two statements, or one more.

    Whoever was named once stays shut out, whatever a correction says later: it may be mistaken
    or made under pressure, and the record goes on naming them. The price is one recipient less;
    who was named by a slip of the pen is told after a new report. Reads as
    `ReportQuerySet.visible_to` denies.

    Args:
        was: what a correction that is not stored yet changes, in the words of `Correction.was`.
    """
    earlier = [*report.corrections.values_list("was", flat=True), *([was] if was else [])]
    parties = [party["id"] for each in earlier if (party := each.get("perpetrator_org"))]
    if report.perpetrator_org_id:
        parties.append(report.perpetrator_org_id)
    ids = Organization.objects.related_to(parties)
    # Of a report as filed the rules themselves keep the host State out (HOST_STATE_IMPLICATED).
    alleged = [report.perpetrator, *(each.get("perpetrator") or "" for each in earlier)]
    if earlier and any(category.startswith("host_state") for category in alleged):
        bodies = Organization.objects.filter(mission=report.mission, kind__in=HOST_STATE_KINDS)
        ids |= frozenset(bodies.values_list("pk", flat=True))
    return ids


@dataclass
class Seating:
    """Which seat answers for a role in one situation."""

    situation: Situation
    directory: Directory

    @cached_property
    def implicated(self) -> frozenset[int]:
        return tied_to(self.situation.perpetrator_org) | self.situation.also_implicated

    def seat_for(self, role: str) -> Seat | None:
        """The seat of the role, or None where nobody may answer for it."""
        # Without the implicated whatever the policy says: should a version of it lack the guard
        # NO_SELF_ROUTE, or word it badly, the alleged perpetrator's people are still not told.
        return self._resolve(role, self.implicated)

    def implicated_roles(self, roles: Iterable[str]) -> list[str]:
        """Those of `roles` which, unhindered, the alleged party or a relative would answer for."""
        if not self.implicated:
            return []
        unhindered = {role: self._resolve(role, frozenset()) for role in roles}
        return [r for r, s in unhindered.items() if s and s.organization_id in self.implicated]

    def rated_below(self, needed: int, roles: Iterable[str]) -> list[str]:
        """Those of `roles` whose organization was found to keep less safe than is needed."""
        seats = ((role, self.seat_for(role)) for role in roles)
        rated = ((role, seat.security_rating) for role, seat in seats if seat)
        return [role for role, rating in rated if rating is not None and rating < needed]

    def _resolve(self, role: str, implicated: Collection[int]) -> Seat | None:
        if role == Role.UNPOL_SUPERVISOR:
            return self._supervisor(implicated)
        return self.directory.resolve(role, implicated=implicated)

    def _supervisor(self, implicated: Collection[int]) -> Seat | None:
        """The filer's own line (policy 2.1): their organization first, then those above it."""
        own = self.situation.filer_organization_id
        resolve = partial(self.directory.resolve, Role.UNPOL_SUPERVISOR, implicated=implicated)
        found = resolve(filer_organizations=[own])
        if found is not None or own is None:
            return found
        return resolve(filer_organizations=self.line)

    @cached_property
    def line(self) -> list[int]:
        """The filer's organization and those above it, nearest first."""
        return Organization.objects.line_of(self.situation.filer_organization_id)


def _planned(
    seating: Seating, active: ActivePolicy, facts: Facts, set_aside: tuple[str, ...] = ()
) -> Plan:
    decided = decide(facts, active.policy, set_aside=set_aside)
    decision = in_mission_time(decided, seating.situation.area.mission, active.version_id)
    return Plan(
        facts=facts,
        decision=decision,
        policy_id=active.version_id,
        policy_number=active.number,
        recipients=tuple(_seated(seating, each, decision.track) for each in decision.recipients),
        read_at=seating.directory.read_at,
        implicated=seating.implicated,
    )


def _seated(seating: Seating, recipient: Recipient, track: str) -> PlannedRecipient:
    seat = seating.seat_for(recipient.role)
    if seat is not None:
        return PlannedRecipient(recipient, seat, is_gap=False)
    # Nobody answers for the role: the CP lead is told instead (house, step 4). A proposal waits
    # for the directory; on the misconduct track nobody else may learn of it.
    if recipient.gate in TOLD_AT_ONCE and track == Track.STANDARD:
        seat = seating.seat_for(seating.situation.area.mission.lead_role)
    return PlannedRecipient(recipient, seat, is_gap=True)


def _of_the_report(situation: Situation) -> dict[str, object]:
    """What the report's columns say, in the policy's names."""
    party = situation.perpetrator_org
    return {
        "adm2": situation.area.code,
        "child_victims": situation.child_victims,
        "perpetrator_org": party.name if party else None,
    }


def _completed(given: dict[str, object], seating: Seating, policy: Policy) -> Facts:
    """The facts with what the directory knows of organizations, in the policy's names."""
    roles = policy.vocabulary["implicated_roles"].values
    facts = given | {
        "hrddp": seating.directory.hrddp(implicated=seating.implicated),
        "implicated_roles": seating.implicated_roles(roles),
        "low_confidentiality_partners": [],
    }
    # How much a partner must keep safe depends on the class of the report, which the rules say.
    known = policy.know(policy.facts(facts))
    needed = NEEDED_RATING.get(known["classification"], max(NEEDED_RATING.values()))
    partners = policy.vocabulary["low_confidentiality_partners"].values
    return policy.facts(
        facts | {"low_confidentiality_partners": seating.rated_below(needed, partners)}
    )

"""A trial answers as filing would, for any moment and mission, and leaves nothing behind."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.models import Mission, Organization, PostHolding
from actors.roles import Role
from actors.walking import Outcome
from referrals.models import HistoryEntry, Notification, Referral, Report
from referrals.workflow import trying
from referrals.workflow.planning import plan_seated
from referrals.workflow.trying import Trial, resolve_trial, try_routing
from tests.factories import (
    DutyShiftFactory,
    LeaveFactory,
    OrganizationFactory,
    PostFactory,
    PostHoldingFactory,
)


@pytest.fixture
def trial(unmix) -> Trial:
    """S04 in Port Sela, filed now by the officers of the site."""
    unmix.file()  # the policy is in force
    return Trial(filing=unmix.filing(), at=timezone.now())


def rows_of(plan) -> list[tuple]:
    return [
        (p.recipient.role, p.recipient.gate, p.seat and p.seat.post_id, p.is_gap)
        for p in plan.recipients
    ]


def outcomes(answer, role) -> list[tuple[str, str]]:
    found = [each for step in answer.steps(role) for each in step.found]
    return [(each.seat.organization, each.outcome) for each in found]


def test_it_finds_whom_filing_finds(unmix, trial):
    report = unmix.file().report
    stored = report.referrals.order_by("position")
    assert rows_of(try_routing(trial).plan) == [
        (r.role, r.gate, r.post_id, r.is_gap) for r in stored
    ]


def test_nothing_is_stored_and_nobody_is_told(trial):
    kept = (Report, Referral, Notification, HistoryEntry, Mission)
    before = [list(model.objects.order_by("pk").values()) for model in kept]
    with CaptureQueriesContext(
        connection,
    ) as captured:
        try_routing(replace(trial, settings={"has_cpa": False}))
    assert {query["sql"].split()[0] for query in captured} <= {"SELECT", "WITH"}
    assert [list(model.objects.order_by("pk").values()) for model in kept] == before


def test_all_recipients_take_at_most_four_statements(unmix, trial):
    # The worst case: an alleged party, and no supervisor at the filer's own organization.
    site = unmix.organizations["UNPOL Team Site Port Sela"]
    child = OrganizationFactory(parent=site)
    filing = unmix.filing(
        facts={"perpetrator": "armed_group"}, perpetrator_org=unmix.organizations["Front for Myre"]
    )
    worst = replace(trial, filing=filing, filer_organization=child)
    with CaptureQueriesContext(connection) as captured:
        plan = plan_seated(resolve_trial(worst))
    assert len(captured) == 4
    supervisor = next(p for p in plan.recipients if p.recipient.role == Role.UNPOL_SUPERVISOR)
    assert supervisor.seat.organization == "UNPOL Team Site Port Sela"


def test_names_and_ways_take_two_more_whatever_the_number_of_posts(unmix, trial):
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = try_routing(trial)
            for planned in answer.plan.recipients:
                answer.steps(planned.recipient.role)
        return len(captured)

    few = statements()
    for role in list(Role)[:20]:
        organization = OrganizationFactory(mission=unmix.mission)
        PostHoldingFactory(post=PostFactory(role=role, organization=organization))
    assert statements() == few <= 6


class TestSettings:
    def test_a_mission_without_an_adviser_has_human_rights_lead(self, trial):
        answer = try_routing(replace(trial, settings={"has_cpa": False}))
        told = {p.recipient.role: p.recipient.kind for p in answer.plan.told}
        assert told["HUMAN_RIGHTS"] == "action"
        assert Role.CPA not in told

    def test_nobody_answers_then_the_lead_of_the_mission_tried_is_told(self, unmix, trial):
        PostHolding.objects.filter(post__role=Role.JOC).delete()
        answer = try_routing(replace(trial, settings={"has_cpa": False}))
        gap = next(p for p in answer.plan.recipients if p.recipient.role == Role.JOC)
        assert (gap.is_gap, gap.seat.role) == (True, "HUMAN_RIGHTS")

    def test_the_mission_itself_stays_as_it_is(self, unmix, trial):
        try_routing(replace(trial, settings={"has_cpa": False, "mass_threshold": 2}))
        mission = trial.filing.area.mission
        assert (mission.has_cpa, mission.mass_threshold) == (True, 5)
        assert Mission.objects.get(pk=unmix.mission.pk).has_cpa

    def test_a_threshold_decides_what_is_many(self, unmix, trial):
        filing = unmix.filing(
            facts={"violations": ["killing_maiming"], "facility": "none"}, children_unknown=3
        )
        flashes = [
            try_routing(replace(trial, filing=filing, settings=settings)).plan.decision.flash
            for settings in ({}, {"mass_threshold": 3})
        ]
        assert flashes == [False, True]


class TestWho:
    def test_the_supervisor_is_that_of_the_unit_that_files(self, unmix, trial):
        other = OrganizationFactory(parent=unmix.organizations["UNMIX Police"])
        PostHoldingFactory(post=PostFactory(role=Role.UNPOL_SUPERVISOR, organization=other))
        found = [
            next(
                p.seat.organization
                for p in try_routing(replace(trial, filer_organization=filer)).plan.recipients
                if p.recipient.role == Role.UNPOL_SUPERVISOR
            )
            for filer in (None, other)
        ]
        assert found == ["UNPOL Team Site Port Sela", other.name]

    def test_people_are_those_of_the_moment_tried(self, unmix, trial):
        holding = PostHolding.objects.get(post__role=Role.JOC)
        deputy = PostHoldingFactory(post=holding.post, rank="deputy")
        tomorrow = timezone.now() + timedelta(days=1)
        DutyShiftFactory(post=holding.post, user=deputy.user, begins_at=tomorrow)
        found = []
        for at in (timezone.now(), tomorrow + timedelta(hours=1)):
            answer = try_routing(replace(trial, at=at))
            seat = answer.seating.directory.resolve(Role.JOC)
            found.append((answer.names(seat), seat.cover))
        assert found == [(["Person of JOC"], "holder"), ([deputy.user.name], "shift")]

    def test_who_is_on_leave_is_named_where_nobody_stands_in(self, unmix, trial):
        holding = PostHolding.objects.get(post__role=Role.UNPOL_CPFP_FIELD)
        LeaveFactory(user=holding.user)
        answer = try_routing(trial)
        assert answer.lacks_focal_point
        assert outcomes(answer, Role.UNPOL_CPFP_FIELD) == [("UNMIX Police", Outcome.ON_LEAVE)]
        (seat,) = [s for s in answer.seating.directory.seats if s.role == Role.UNPOL_CPFP_FIELD]
        assert (answer.away(seat), answer.names(seat)) == (["Person of UNPOL_CPFP_FIELD"], [])

    def test_the_alleged_partys_own_are_passed_over_on_the_way(self, unmix, trial):
        party = unmix.organizations["Front for Myre"]
        unmix.organizations["WHO Kesara"].affiliates.add(party)
        far = OrganizationFactory(mission=unmix.mission, name="WHO Region")
        PostHoldingFactory(post=PostFactory(role=Role.WHO, organization=far))
        filing = unmix.filing(facts={"perpetrator": "armed_group"}, perpetrator_org=party)
        answer = try_routing(replace(trial, filing=filing))
        assert outcomes(answer, Role.WHO) == [
            ("WHO Kesara", Outcome.IMPLICATED),
            ("WHO Region", Outcome.CHOSEN),
        ]

    def test_each_way_ends_at_the_seat_of_the_plan(self, trial):
        answer = try_routing(trial)
        for planned in answer.plan.recipients:
            found = [each for step in answer.steps(planned.recipient.role) for each in step.found]
            chosen = [each.seat for each in found if each.outcome == Outcome.CHOSEN]
            assert chosen == ([] if planned.is_gap else [planned.seat])

    def test_whom_a_guard_took_out_is_named(self, unmix, trial):
        answer = try_routing(trial)
        (removed,) = answer.plan.decision.suppressed
        assert removed.role == "HS_POLICE_SPECIALISED"
        assert answer.seat_without(removed).organization == "Kesara Children and Women Unit"


def test_a_proposal_is_held_where_a_guard_holds_it(unmix, trial):
    killing = {"violations": ["killing_maiming"], "facility": "none", "perpetrator": "civilian"}
    filing = unmix.filing(facts=killing)
    plan = try_routing(replace(trial, filing=filing)).plan
    held = [p.recipient.role for p in plan.recipients if trying.is_held(p)]
    stored = unmix.file(facts=filing.facts).report.referrals.filter(status="held")
    assert held == [r.role for r in stored.order_by("position")] != []


def test_no_officers_and_no_unit_means_no_line(unmix, trial):
    filing = unmix.filing(area="QM0101")
    answer = try_routing(replace(trial, filing=filing))
    assert answer.steps(Role.UNPOL_SUPERVISOR) == []
    assert Organization.objects.count() == len(unmix.organizations)

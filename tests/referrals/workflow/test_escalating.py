"""Nobody answers: who is told at once, twice and three times the deadline (policy 2.8)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.models import Contact, Leave, Organization, Post, PostHolding, User
from actors.roles import Role
from referrals import tasks
from referrals.models import Escalation, HistoryEntry, Notification, Referral, Report, Task
from referrals.notifications.behind import behind
from referrals.statuses import ReferralStatus, ReportStatus
from referrals.workflow.escalating import escalate_overdue
from referrals.workflow.triage import acknowledge_report
from tests.referrals.workflow.at_once import all_at_once

URGENT = {"violations": ["recruitment_use"], "facility": "none", "perpetrator": "armed_group"}
EMERGENCY = URGENT | {"ongoing_threat": True}
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_hears(settings):
    settings.OUTBOX_JITTER = 0


def file(unmix, facts=URGENT, **changes) -> Report:
    """A report filed an hour ago, routed at that moment."""
    return unmix.file(facts=facts, **changes).report


def only_waiting(report: Report, role: str) -> Referral:
    """Of all who were to act only this one has not answered; no task and no proposal is open."""
    report.tasks.all().delete()
    report.referrals.filter(status="proposed").update(status="revoked")
    acting = report.referrals.filter(kind="action").exclude(role=role)
    acting.update(status=ReferralStatus.ACKNOWLEDGED)
    return report.referrals.get(role=role)


def deputy_of(unmix, role: str, rank: str = "deputy") -> User:
    user = User.objects.create(username=f"{role}-{rank}", name=f"{rank} of {role}")
    now = timezone.now()
    PostHolding.objects.create(
        post=unmix.posts[role],
        user=user,
        rank=rank,
        held_from=now - timedelta(days=9),
        held_until=now + timedelta(days=99),
    )
    Contact.objects.create(user=user, address=f"{role.lower()}-{rank}@example.org")
    return user


def steps(report: Report) -> list[tuple[int, str]]:
    return [(e.step, e.role) for e in report.escalations.order_by("step", "role")]


def written_to(report: Report, before: set[int] = frozenset()) -> list[str]:
    """Addresses of the messages queued since."""
    found = Notification.objects.exclude(pk__in=before).order_by("address")
    return [n.address for n in found if behind(n).report == report]


def notices() -> set[int]:
    return set(Notification.objects.values_list("pk", flat=True))


def step_at(referral: Referral, times: int) -> datetime:
    return referral.released_at + times * (referral.due_at - referral.released_at)


class TestARecipientWhoDoesNotAnswer:
    def test_nobody_hears_of_it_before_the_time_is_over(self, unmix):
        report = file(unmix)
        referral = only_waiting(report, Role.UNPOL_SUPERVISOR)
        assert escalate_overdue(step_at(referral, 1) - MINUTE) == 0
        assert steps(report) == []

    def test_at_once_the_time_the_deputy_is_told_and_not_the_holder_again(self, unmix):
        deputy_of(unmix, Role.UNPOL_SUPERVISOR)
        report = file(unmix)
        referral, before = only_waiting(report, Role.UNPOL_SUPERVISOR), notices()
        assert escalate_overdue(step_at(referral, 1)) == 1
        assert steps(report) == [(1, Role.UNPOL_SUPERVISOR)]
        assert written_to(report, before) == ["unpol_supervisor-deputy@example.org"]

    def test_without_a_deputy_who_can_be_written_to_all_of_the_post_are_told_again(self, unmix):
        report = file(unmix)
        referral, before = only_waiting(report, Role.UNPOL_SUPERVISOR), notices()
        escalate_overdue(step_at(referral, 1))
        assert written_to(report, before) == ["unpol_supervisor@example.org"]

    def test_a_deputy_on_leave_is_passed_over(self, unmix):
        deputy = deputy_of(unmix, Role.UNPOL_SUPERVISOR)
        report = file(unmix)
        referral, before = only_waiting(report, Role.UNPOL_SUPERVISOR), notices()
        at = step_at(referral, 1)
        Leave.objects.create(user=deputy, begins_at=at - HOUR, ends_at=at + HOUR)
        escalate_overdue(at)
        assert written_to(report, before) == ["unpol_supervisor@example.org"]

    def test_at_twice_the_time_headquarters_and_the_senior_adviser_are_told(self, unmix):
        report = file(unmix)
        referral, before = only_waiting(report, Role.UNPOL_SUPERVISOR), notices()
        escalate_overdue(step_at(referral, 1))
        between = notices()
        escalate_overdue(step_at(referral, 2))
        assert steps(report)[1:] == [(2, Role.CPA_SENIOR), (2, Role.UNPOL_CPFP_HQ)]
        assert written_to(report, between) == [
            "cpa_senior@example.org",
            "unpol_cpfp_hq@example.org",
        ]
        assert len(notices() - before) == 3

    def test_who_was_not_told_before_is_let_in_by_a_referral_of_their_own(self, unmix):
        report = file(unmix)
        referral = only_waiting(report, Role.UNPOL_SUPERVISOR)
        assert not report.referrals.filter(role=Role.CPA_SENIOR).exists()
        escalate_overdue(step_at(referral, 2))
        senior = report.referrals.get(role=Role.CPA_SENIOR)
        assert (senior.rule, senior.kind, senior.redaction, senior.status) == (
            "ESCALATION",
            "info",
            "RD1",
            "released",
        )
        assert senior.post == unmix.posts[Role.CPA_SENIOR]
        assert senior.notifications.count() == 1
        # HQ has a referral by the rules and keeps it.
        assert report.referrals.get(role=Role.UNPOL_CPFP_HQ).rule != "ESCALATION"

    def test_a_third_step_is_for_emergencies_alone(self, unmix):
        report = file(unmix)
        referral = only_waiting(report, Role.UNPOL_SUPERVISOR)
        escalate_overdue(step_at(referral, 9))
        assert {step for step, _role in steps(report)} == {1, 2}

    def test_an_emergency_goes_on_to_the_head_of_police_and_the_chief_of_staff(self, unmix):
        report = file(unmix, EMERGENCY)
        referral = only_waiting(report, Role.UNPOL_SUPERVISOR)
        for times in (1, 2):
            escalate_overdue(step_at(referral, times))
        before = notices()
        escalate_overdue(step_at(referral, 3))
        assert steps(report)[3:] == [(3, Role.HOPC), (3, Role.SRSG_OFFICE)]
        assert written_to(report, before) == ["hopc@example.org", "srsg_office@example.org"]

    def test_head_of_police_and_chief_of_staff_are_let_in_at_a_summary(self, unmix):
        facts = {"concerns": ["unaccompanied_separated"], "imminent_harm": True}
        report = file(unmix, {"violations": [], "facility": "none"} | facts)
        assert (report.priority, report.flash) == ("emergency", False)
        referral = only_waiting(report, Role.UNPOL_SUPERVISOR)
        assert not report.referrals.filter(role__in=[Role.HOPC, Role.SRSG_OFFICE]).exists()
        escalate_overdue(step_at(referral, 3))
        let_in = report.referrals.filter(rule="ESCALATION").order_by("role")
        assert [(r.role, r.redaction) for r in let_in] == [
            (Role.CPA_SENIOR, "RD1"),
            (Role.HOPC, "RD2"),
            (Role.SRSG_OFFICE, "RD2"),
        ]

    def test_a_portal_that_was_away_takes_all_steps_and_writes_to_each_once(self, unmix):
        report = file(unmix, EMERGENCY)
        referral, before = only_waiting(report, Role.UNPOL_SUPERVISOR), notices()
        escalate_overdue(step_at(referral, 5))
        assert [step for step, _role in steps(report)] == [1, 2, 2, 3, 3]
        told = written_to(report, before)
        assert len(told) == len(set(told)) == 5

    def test_several_who_are_late_at_once_are_one_message_to_each_that_is_told(self, unmix):
        report = file(unmix)
        acting = report.referrals.unacknowledged()
        assert acting.count() > 1
        report.referrals.filter(status="proposed").update(status="revoked")
        before, last = notices(), max(step_at(r, 2) for r in acting)
        escalate_overdue(last)
        told = written_to(report, before)
        assert len(told) == len(set(told))
        assert "cpa_senior@example.org" in told

    def test_acknowledging_stops_the_later_steps(self, unmix):
        report = file(unmix)
        referral = only_waiting(report, Role.UNPOL_SUPERVISOR)
        escalate_overdue(step_at(referral, 1))
        acknowledge_report(report=report, by=unmix.user(Role.UNPOL_SUPERVISOR))
        assert escalate_overdue(step_at(referral, 2)) == 0
        assert steps(report) == [(1, Role.UNPOL_SUPERVISOR)]

    def test_a_closed_report_escalates_no_more(self, unmix):
        report = file(unmix)
        referral = only_waiting(report, Role.UNPOL_SUPERVISOR)
        Report.objects.filter(pk=report.pk).update(status=ReportStatus.CLOSED)
        assert escalate_overdue(step_at(referral, 2)) == 0

    def test_the_night_stops_nothing(self, unmix):
        night = datetime.now(UTC).replace(hour=2, minute=0) - timedelta(days=1)
        report = unmix.file(facts=EMERGENCY, at=night).report
        referral = only_waiting(report, Role.UNPOL_SUPERVISOR)
        assert referral.due_at - night == timedelta(minutes=30)
        assert [escalate_overdue(night + n * 30 * MINUTE) for n in (1, 2, 3)] == [1, 1, 1]
        assert {step for step, _role in steps(report)} == {1, 2, 3}

    def test_a_notice_of_an_emergency_goes_out_at_once(self, unmix, settings):
        settings.OUTBOX_JITTER = 500
        report = file(unmix, EMERGENCY)
        referral, before = only_waiting(report, Role.UNPOL_SUPERVISOR), notices()
        at = step_at(referral, 2)
        escalate_overdue(at)
        queued = Notification.objects.exclude(pk__in=before)
        assert {n.next_at for n in queued} == {at}

    def test_the_history_says_which_step_told_whom(self, unmix):
        report = file(unmix)
        referral = only_waiting(report, Role.UNPOL_SUPERVISOR)
        escalate_overdue(step_at(referral, 2))
        entries = report.history.filter(verb="escalated").order_by("pk")
        late = {"late": ["UNPOL_SUPERVISOR"], "nobody": False}
        assert [(e.actor, e.referral.role, e.details) for e in entries] == [
            (None, role, {"step": step, "role": role} | late)
            for step, role in (
                (1, "UNPOL_SUPERVISOR"),
                (2, "UNPOL_CPFP_HQ"),
                (2, "CPA_SENIOR"),
            )
        ]

    def test_the_history_names_in_one_line_all_who_let_it_come_so_far(self, unmix):
        report = file(unmix)
        PostHolding.objects.filter(post=unmix.posts[Role.CPA_SENIOR]).delete()
        report.referrals.filter(status="proposed").update(status="revoked")
        acting = report.referrals.unacknowledged()
        roles = set(acting.values_list("role", flat=True))
        escalate_overdue(max(step_at(r, 2) for r in acting))
        entry = report.history.get(verb="escalated", details__role="CPA_SENIOR")
        assert (set(entry.details["late"]), entry.details["nobody"]) == (roles, True)
        assert entry.referral is None

    def test_without_advisers_human_rights_is_told(self, unmix):
        unmix.mission.has_cpa = False
        unmix.mission.save()
        report = file(unmix)
        referral = only_waiting(report, Role.UNPOL_SUPERVISOR)
        escalate_overdue(step_at(referral, 2))
        assert steps(report)[1:] == [(2, Role.HUMAN_RIGHTS), (2, Role.UNPOL_CPFP_HQ)]

    def test_who_is_not_there_is_kept_as_a_gap(self, unmix):
        PostHolding.objects.filter(post=unmix.posts[Role.CPA_SENIOR]).delete()
        report = file(unmix)
        referral = only_waiting(report, Role.UNPOL_SUPERVISOR)
        escalate_overdue(step_at(referral, 2))
        assert [e.role for e in Escalation.objects.found_nobody()] == [Role.CPA_SENIOR]
        assert escalate_overdue(step_at(referral, 2)) == 0

    def test_a_post_filled_since_is_told_where_nobody_was(self, unmix):
        report = file(unmix)
        referral = only_waiting(report, Role.UNPOL_SUPERVISOR)
        referral.role = Role.UNMAS
        referral.post = referral.organization = None
        referral.is_gap = True
        referral.save()
        before = notices()
        escalate_overdue(step_at(referral, 1))
        referral.refresh_from_db()
        assert (referral.post, referral.is_gap) == (unmix.posts[Role.UNMAS], False)
        assert written_to(report, before) == ["unmas@example.org"]


class TestWhoMustNotLearn:
    def test_an_implicated_organization_is_never_let_in(self, unmix):
        section = unmix.organizations["Child Protection Section"]
        report = file(unmix)
        referral = only_waiting(report, Role.UNPOL_SUPERVISOR)
        Report.objects.filter(pk=report.pk).update(perpetrator_org=section)
        before = notices()
        escalate_overdue(step_at(referral, 2))
        assert not report.referrals.filter(role=Role.CPA_SENIOR).exists()
        assert "cpa_senior@example.org" not in written_to(report, before)
        assert report.escalations.get(role=Role.CPA_SENIOR).post is None

    def test_an_implicated_organization_told_by_mistake_hears_nothing_more(self, unmix):
        police = unmix.organizations["UNMIX Police"]
        report = file(unmix)
        referral = only_waiting(report, Role.UNPOL_SUPERVISOR)
        Report.objects.filter(pk=report.pk).update(perpetrator_org=police)
        before = notices()
        escalate_overdue(step_at(referral, 2))
        assert written_to(report, before) == ["cpa_senior@example.org"]

    def test_the_next_organization_answers_for_the_role(self, unmix):
        section = unmix.organizations["Child Protection Section"]
        other = Organization.objects.create(
            mission=unmix.mission, name="Second section", kind="mission_component"
        )
        post = Post.objects.create(role=Role.CPA_SENIOR, organization=other)
        Contact.objects.create(post=post, address="second@example.org")
        report = file(unmix)
        referral = only_waiting(report, Role.UNPOL_SUPERVISOR)
        Report.objects.filter(pk=report.pk).update(perpetrator_org=section)
        escalate_overdue(step_at(referral, 2))
        assert report.referrals.get(role=Role.CPA_SENIOR).post == post

    def test_whom_a_guard_kept_out_stays_out(self, unmix):
        report = file(unmix)
        referral = only_waiting(report, Role.UNPOL_SUPERVISOR)
        kept_out = {"role": "CPA_SENIOR", "guard": "NO_SELF_ROUTE", "reason": "", "source": ""}
        report.decision["suppressed"].append(kept_out)
        report.save(update_fields=["decision"])
        escalate_overdue(step_at(referral, 2))
        assert not report.referrals.filter(role=Role.CPA_SENIOR).exists()

    def test_a_referral_taken_back_is_not_given_again(self, unmix):
        report = file(unmix)
        referral = only_waiting(report, Role.UNPOL_SUPERVISOR)
        report.referrals.filter(role=Role.UNPOL_CPFP_HQ).update(status="revoked")
        before = notices()
        escalate_overdue(step_at(referral, 2))
        assert written_to(report, before) == [
            "cpa_senior@example.org",
            "unpol_supervisor@example.org",
        ]


class TestTheConductChannel:
    FACTS = {
        "violations": ["sexual_violence"],
        "facility": "none",
        "consent": "given",
        "ongoing_threat": True,
    }
    STANDARD = (Role.UNPOL_CPFP_HQ, Role.CPA, Role.HOPC, Role.SRSG_OFFICE, Role.UNPOL_SUPERVISOR)

    def confide(self, unmix, perpetrator) -> Report:
        report = file(unmix, self.FACTS | {"perpetrator": perpetrator})
        assert report.track == "misconduct"
        return report

    def test_it_ends_at_oios_and_no_role_of_the_standard_track_learns(self, unmix):
        unmix.mission.oios_contact = "Write to oversight@example.org at any hour."
        unmix.mission.save()
        report = self.confide(unmix, "un_personnel")
        referral = only_waiting(report, Role.CONDUCT_DISCIPLINE)
        told, before = set(report.referrals.values_list("role", flat=True)), notices()
        escalate_overdue(step_at(referral, 9))
        assert steps(report) == [(1, Role.CONDUCT_DISCIPLINE), (2, "OIOS")]
        assert written_to(report, before) == [
            "conduct_discipline@example.org",
            "oversight@example.org",
        ]
        assert set(report.referrals.values_list("role", flat=True)) == told
        assert not told & set(self.STANDARD)
        assert not Escalation.objects.found_nobody().exists()

    def test_without_an_address_of_oios_the_step_is_kept_as_a_gap(self, unmix):
        report = self.confide(unmix, "un_personnel")
        referral = only_waiting(report, Role.CONDUCT_DISCIPLINE)
        escalate_overdue(step_at(referral, 9))
        assert [e.role for e in Escalation.objects.found_nobody()] == ["OIOS"]
        assert escalate_overdue(step_at(referral, 10)) == 0

    @pytest.mark.parametrize("role", [Role.PSEA_NETWORK, Role.VICTIMS_RIGHTS])
    def test_what_the_network_does_not_answer_goes_to_conduct_and_discipline(self, unmix, role):
        network = Organization.objects.create(
            mission=unmix.mission, name="PSEA", kind="coordination_body"
        )
        post = Post.objects.create(role=Role.PSEA_NETWORK, organization=network)
        Contact.objects.create(post=post, address="psea_network@example.org")
        report = self.confide(unmix, "aid_worker")
        referral, before = only_waiting(report, role), notices()
        told = set(report.referrals.values_list("role", flat=True))
        escalate_overdue(step_at(referral, 9))
        assert steps(report) == [(1, role), (2, Role.CONDUCT_DISCIPLINE)]
        assert written_to(report, before) == sorted(
            [f"{role.lower()}@example.org", "conduct_discipline@example.org"]
        )
        assert set(report.referrals.values_list("role", flat=True)) == told

    def test_a_channel_nobody_was_let_into_is_opened_to_nobody(self, unmix):
        report = self.confide(unmix, "aid_worker")
        report.referrals.filter(role=Role.CONDUCT_DISCIPLINE).update(status="revoked")
        referral = only_waiting(report, Role.VICTIMS_RIGHTS)
        escalate_overdue(step_at(referral, 9))
        assert report.escalations.get(step=2).post is None


class TestAProposalTheLeadDoesNotDecide:
    def waiting(self, unmix) -> Report:
        report = file(unmix, URGENT | {"consent": "given", "needs": ["psychosocial"]})
        report.referrals.filter(kind="action").update(status="acknowledged")
        return report

    def test_the_deputy_of_the_lead_is_told_then_the_senior_adviser(self, unmix):
        deputy_of(unmix, Role.CPA)
        report = self.waiting(unmix)
        proposals = report.referrals.awaiting_release()
        assert proposals.count() > 1
        due, before = max(r.due_at for r in proposals), notices()
        escalate_overdue(due)
        assert set(steps(report)) == {(1, Role.CPA)}
        assert written_to(report, before) == ["cpa-deputy@example.org"]
        between = notices()
        escalate_overdue(due + (due - report.routed_at))
        assert set(steps(report)) == {(1, Role.CPA), (2, Role.CPA_SENIOR)}
        assert written_to(report, between) == ["cpa_senior@example.org"]

    def test_what_is_held_or_decided_waits_for_nobody(self, unmix):
        report = self.waiting(unmix)
        due = max(r.due_at for r in report.referrals.awaiting_release())
        report.referrals.awaiting_release().update(status=ReferralStatus.HELD)
        assert escalate_overdue(due + HOUR) == 0


class TestATask:
    def plan(self, unmix) -> Task:
        """S04: an attack on a hospital asks for a plan within 90 minutes."""
        report = unmix.file().report
        report.referrals.filter(kind="action").update(status="acknowledged")
        report.referrals.filter(status="proposed").update(status="revoked")
        return report.tasks.get(code="plan_of_action")

    def test_the_plan_is_reminded_of_after_an_hour_and_missed_after_ninety_minutes(self, unmix):
        deputy_of(unmix, Role.HOPC)
        task = self.plan(unmix)
        opened = task.opened_at
        assert task.due_at - opened == 90 * MINUTE
        assert escalate_overdue(opened + 59 * MINUTE) == 0
        before = notices()
        assert escalate_overdue(opened + 60 * MINUTE) == 1
        assert written_to(task.report, before) == ["hopc-deputy@example.org", "hopc@example.org"]
        assert escalate_overdue(opened + 61 * MINUTE) == 0
        assert escalate_overdue(opened + 90 * MINUTE) == 1
        assert steps(task.report) == [(0, Role.HOPC), (1, Role.HOPC)]

    def test_a_plan_of_somebody_else_is_told_to_the_head_of_police_when_missed(self, unmix):
        task = self.plan(unmix)
        task.owner, task.post = Role.CPA, unmix.posts[Role.CPA]
        task.save()
        before = notices()
        escalate_overdue(task.due_at)
        assert steps(task.report) == [(1, Role.CPA), (1, Role.HOPC)]
        assert written_to(task.report, before) == ["cpa@example.org", "hopc@example.org"]

    def test_a_task_nobody_does_climbs_as_a_recipient_does(self, unmix):
        task = self.plan(unmix)
        task.code = "physical_protection"
        task.save()
        assert task.report.priority == "emergency"
        escalate_overdue(task.opened_at + 270 * MINUTE)
        assert [step for step, _role in steps(task.report)] == [1, 2, 2, 3, 3]

    def test_a_task_that_is_done_is_quiet(self, unmix):
        task = self.plan(unmix)
        Task.objects.filter(pk=task.pk).update(status="done")
        assert escalate_overdue(task.due_at + HOUR) == 0

    def test_a_task_without_a_post_is_the_owners_who_was_told_since(self, unmix):
        task = self.plan(unmix)
        Task.objects.filter(pk=task.pk).update(post=None)
        escalate_overdue(task.due_at)
        assert task.escalations.get(step=1).post == unmix.posts[Role.HOPC]

    def test_a_post_that_may_no_longer_read_the_report_hears_nothing_of_its_task(self, unmix):
        task = self.plan(unmix)
        task.report.referrals.filter(role=Role.HOPC).update(status="revoked")
        escalate_overdue(task.due_at)
        assert task.escalations.get(step=1).post is None


class TestTheSweep:
    def test_each_step_is_taken_once_however_often_it_runs(self, unmix):
        report = file(unmix, EMERGENCY)
        referral = only_waiting(report, Role.UNPOL_SUPERVISOR)
        assert [escalate_overdue(step_at(referral, 3)) for _n in range(3)] == [1, 0, 0]
        assert HistoryEntry.objects.filter(verb="escalated").count() == 5

    def test_nothing_due_costs_one_statement(self, unmix):
        for _n in range(3):
            file(unmix)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            escalate_overdue(timezone.now())
        assert len(asked) == 1

    def test_emergencies_come_first_and_the_limit_holds(self, unmix):
        slow = only_waiting(file(unmix), Role.UNPOL_SUPERVISOR)
        fast = only_waiting(file(unmix, EMERGENCY), Role.UNPOL_SUPERVISOR)
        assert escalate_overdue(step_at(slow, 2), limit=1) == 1
        assert steps(fast.report) != []
        assert steps(slow.report) == []

    def test_one_faulty_report_does_not_silence_the_others(self, unmix):
        first, other = [only_waiting(file(unmix), Role.UNPOL_SUPERVISOR) for _n in range(2)]
        Report.objects.filter(pk=first.report_id).update(decision=[])
        assert escalate_overdue(step_at(other, 2)) == 1
        assert steps(first.report) == []

    def test_the_timed_work_calls_it(self, unmix):
        report = file(unmix, at=timezone.now() - timedelta(hours=5))
        only_waiting(report, Role.UNPOL_SUPERVISOR)
        tasks.sweep_reports()
        assert steps(report) == [(1, Role.UNPOL_SUPERVISOR)]

    @pytest.mark.django_db(transaction=True)
    def test_of_two_dispatchers_at_once_one_takes_the_step(self, unmix):
        report = file(unmix, EMERGENCY)
        referral, before = only_waiting(report, Role.UNPOL_SUPERVISOR), notices()
        at = step_at(referral, 3)
        outcomes = all_at_once(*[lambda: escalate_overdue(at)] * 4)
        assert sorted(outcomes) == [0, 0, 0, 1]
        assert [step for step, _role in steps(report)] == [1, 2, 2, 3, 3]
        assert len(written_to(report, before)) == 5

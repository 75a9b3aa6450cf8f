"""Tasks: opened by the rules with the report or by the CP lead, ended by the owner or the lead."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.roles import Role
from referrals.models import HistoryEntry, Notification, Task, Verb
from referrals.models.inserting import insert_rows
from referrals.workflow.errors import AlreadyDone, NotAllowed
from referrals.workflow.overriding import OverrideBasis, override_guard
from referrals.workflow.planning import plan_again
from referrals.workflow.routed_tasks import open_tasks
from referrals.workflow.task_kinds import KINDS, MILITARY_ALERT_ONLY, task_label
from referrals.workflow.tasking import TaskRefused, end_task, open_task

THREAT = {
    "violations": ["killing_maiming"],
    "facility": "none",
    "perpetrator": "armed_group",
    "ongoing_threat": True,
}


@pytest.fixture
def report(unmix):
    return unmix.file().report


@pytest.fixture
def threat(unmix):
    return unmix.file(facts=THREAT).report


def ask(unmix, report, code="escort_request", owner=Role.MILITARY_LIAISON, role=Role.CPA, **more):
    due_at = more.pop("due_at", timezone.now() + timedelta(hours=4))
    return open_task(
        report=report, by=unmix.user(role), code=code, owner=owner, due_at=due_at, **more
    )


def plan_for(report, facts):
    """The decision as it would be with other facts, and its tasks."""
    plan = plan_again(report, set_aside=(), stated=facts, at=timezone.now())
    return plan


def opened(report) -> dict[str, str]:
    return dict(report.tasks.values_list("code", "status"))


class TestByTheRules:
    def test_an_attack_on_a_hospital_opens_the_plan_with_its_clock_and_horizon(self, unmix):
        at = timezone.now()
        task = unmix.file(at=at).report.tasks.get()
        assert (task.code, task.owner, task.post, task.status) == (
            "plan_of_action",
            "HOPC",
            unmix.posts[Role.HOPC],
            "open",
        )
        assert (task.due_at - at, task.horizon_at - at, task.opened_by) == (
            timedelta(minutes=90),
            timedelta(hours=24),
            None,
        )

    def test_a_danger_that_continues_opens_protection_and_advocacy(self, threat):
        assert opened(threat) == {
            "physical_protection": "open",
            "host_state_police_deployment_advocacy": "open",
        }

    def test_what_the_cp_lead_owns_goes_to_human_rights_without_an_adviser(self, unmix):
        unmix.mission.has_cpa = False
        unmix.mission.save()
        facts = THREAT | {"perpetrator": "host_state_military", "ongoing_threat": False}
        task = unmix.file(facts=facts).report.tasks.get(code="leadership_advocacy")
        assert (task.owner, task.post) == ("HUMAN_RIGHTS", unmix.posts[Role.HUMAN_RIGHTS])

    def test_the_owner_is_told_once_with_the_report(self, unmix, report):
        notices = Notification.objects.filter(contact__user=unmix.people[Role.HOPC])
        assert [notice.task_id for notice in notices] == [None]

    def test_a_report_that_asks_nothing_and_one_in_confidence_open_none(self, unmix):
        unmix.file(facts={"violations": [], "concerns": ["explosive_hazard"], "facility": "none"})
        unmix.file(facts={"perpetrator": "un_personnel"})
        assert Task.objects.count() == 0

    def test_filing_takes_one_statement_more_however_many_tasks(self, unmix):
        unmix.file()
        took = []
        for facts in ({}, THREAT):
            with CaptureQueriesContext(connection) as captured:
                unmix.file(facts=facts)
            took.append([q["sql"][:40] for q in captured if '"referrals_task"' in q["sql"][:40]])
        assert [len(found) for found in took] == [1, 1]


class TestWhenTheDecisionChanges:
    def change(self, report, **facts):
        at = timezone.now()
        with transaction.atomic():
            return open_tasks(report, plan_for(report, facts), at=at)

    def test_new_ones_are_opened_and_those_no_longer_asked_cancelled(self, unmix, report):
        new = self.change(report, **THREAT)
        assert {task.code for task in new} == {
            "physical_protection",
            "host_state_police_deployment_advocacy",
        }
        assert opened(report) == {
            "plan_of_action": "cancelled",
            "physical_protection": "open",
            "host_state_police_deployment_advocacy": "open",
        }
        verbs = report.history.filter(verb__startswith="task").values_list("verb", "details__task")
        assert sorted(verbs) == [
            ("task_ended", "plan_of_action"),
            ("task_opened", "host_state_police_deployment_advocacy"),
            ("task_opened", "physical_protection"),
        ]

    def test_who_was_told_before_hears_of_a_task_that_comes_later(self, unmix, report):
        self.change(report, **THREAT)
        notices = Notification.objects.exclude(task=None)
        assert {notice.contact.user for notice in notices} == {unmix.people[Role.HOPC]}
        assert notices.count() == 2

    def test_the_same_again_changes_nothing(self, unmix, report):
        self.change(report, **THREAT)
        before = (opened(report), Notification.objects.count(), report.history.count())
        assert self.change(report, **THREAT) == []
        assert (opened(report), Notification.objects.count(), report.history.count()) == before

    def test_what_is_asked_again_is_opened_again_but_not_what_a_person_ended(self, unmix, report):
        self.change(report, **THREAT)
        protection = report.tasks.get(code="physical_protection")
        end_task(task=protection, by=unmix.user(Role.HOPC), is_done=True, outcome="A unit is there")
        self.change(report)
        self.change(report, **THREAT)
        rows = report.tasks.order_by("pk").values_list("code", "status")
        assert list(rows) == [
            ("plan_of_action", "cancelled"),
            ("physical_protection", "done"),
            ("host_state_police_deployment_advocacy", "cancelled"),
            ("plan_of_action", "cancelled"),
            ("host_state_police_deployment_advocacy", "open"),
        ]

    def test_what_the_lead_opened_by_hand_stays(self, unmix, report):
        ask(unmix, report)
        self.change(report, **THREAT)
        assert opened(report)["escort_request"] == "open"

    def test_setting_a_guard_aside_leaves_the_tasks_as_they_are(self, unmix, report):
        basis = OverrideBasis(reason="The witness was sure of it.", perpetrator="armed_group")
        override_guard(
            report=report, guard="UNKNOWN_PERP_HOLD", by=unmix.user(Role.CPA), basis=basis
        )
        assert opened(report) == {"plan_of_action": "open"}


class TestByHand:
    def test_the_lead_asks_for_an_escort_and_the_military_is_told(self, unmix, report):
        task = ask(unmix, report)
        assert (task.post, task.opened_by, task.status) == (
            unmix.posts[Role.MILITARY_LIAISON],
            unmix.people[Role.CPA],
            "open",
        )
        notice = Notification.objects.get(task=task)
        assert notice.address == "military_liaison@example.org"
        entry = HistoryEntry.objects.get(verb=Verb.TASK_OPENED)
        assert entry.details == {"task": "escort_request", "owner": "MILITARY_LIAISON"}

    @pytest.mark.parametrize("code", sorted(set(KINDS) - MILITARY_ALERT_ONLY))
    def test_soldiers_are_asked_for_nothing_but_alert_secure_escort_and_facilitate(
        self, unmix, report, code
    ):
        with pytest.raises(TaskRefused) as refused:
            ask(unmix, report, code)
        assert (refused.value.field, refused.value.code) == ("owner", "military")
        assert opened(report) == {"plan_of_action": "open"}

    def test_nobody_is_asked_who_was_not_told_or_whose_work_it_is_not(self, unmix, report):
        found = []
        for code, owner in (
            ("leadership_advocacy", Role.DSRSG_RC_HC),
            ("verification_mission", Role.JOC),
            ("nonsense", Role.HOPC),
        ):
            with pytest.raises(TaskRefused) as refused:
                ask(unmix, report, code, owner)
            found.append((refused.value.field, refused.value.code))
        assert found == [("owner", "untold"), ("owner", "wrong"), ("code", "unknown")]

    def test_no_joint_visit_with_the_authorities_where_they_are_the_alleged_party(self, unmix):
        report = unmix.file(facts={"perpetrator": "host_state_police"}).report
        with pytest.raises(TaskRefused) as refused:
            ask(unmix, report, "joint_visit", Role.CPA)
        assert refused.value.code == "implicated"

    def test_a_time_is_needed_and_lies_ahead(self, unmix, report):
        codes = []
        for due_at in (None, timezone.now() - timedelta(minutes=1)):
            with pytest.raises(TaskRefused) as refused:
                ask(unmix, report, due_at=due_at)
            codes.append((refused.value.field, refused.value.code))
        assert codes == [("due_at", "required"), ("due_at", "past")]

    def test_only_the_lead_opens_one(self, unmix, report):
        for role in (Role.HOPC, Role.CPA_SENIOR, Role.UNPOL_OFFICER):
            with pytest.raises(NotAllowed):
                ask(unmix, report, role=role)

    def test_twice_is_once_and_says_who_was_first(self, unmix, report):
        ask(unmix, report)
        with pytest.raises(AlreadyDone, match="opened by Person of CPA"):
            ask(unmix, report)
        assert report.tasks.filter(code="escort_request").count() == 1

    def test_a_closed_report_gets_no_new_task(self, unmix, report):
        type(report).objects.filter(pk=report.pk).update(status="closed")
        with pytest.raises(AlreadyDone, match="closed"):
            ask(unmix, report)


class TestEnding:
    def test_the_owner_says_what_was_done(self, unmix, report):
        task = ask(unmix, report)
        end_task(
            task=task,
            by=unmix.user(Role.MILITARY_LIAISON),
            is_done=True,
            outcome=" Escorted.\r\nAll back. ",
        )
        task.refresh_from_db()
        assert (task.status, task.outcome, task.ended_by) == (
            "done",
            "Escorted.\nAll back.",
            unmix.people[Role.MILITARY_LIAISON],
        )
        entry = HistoryEntry.objects.get(verb=Verb.TASK_ENDED)
        assert entry.details == {
            "task": "escort_request",
            "owner": "MILITARY_LIAISON",
            "status": "done",
        }

    def test_only_the_lead_cancels_and_others_do_nothing(self, unmix, report):
        task = ask(unmix, report)
        for role, is_done in ((Role.MILITARY_LIAISON, False), (Role.JOC, True)):
            with pytest.raises(NotAllowed):
                end_task(task=task, by=unmix.user(role), is_done=is_done, outcome="x")
        end_task(task=task, by=unmix.user(Role.CPA), is_done=False, outcome="Road is closed")
        task.refresh_from_db()
        assert task.status == "cancelled"

    def test_words_are_needed(self, unmix, report):
        task = ask(unmix, report)
        for outcome, code in (("  ", "required"), ("x" * 2001, "long"), ("a\x00b", "characters")):
            with pytest.raises(TaskRefused) as refused:
                end_task(task=task, by=unmix.user(Role.CPA), is_done=True, outcome=outcome)
            assert (refused.value.field, refused.value.code) == ("outcome", code)

    def test_of_two_the_second_is_told_who_was_first(self, unmix, report):
        task = ask(unmix, report)
        again = Task.objects.select_related("report__mission").get(pk=task.pk)
        end_task(task=task, by=unmix.user(Role.MILITARY_LIAISON), is_done=True, outcome="Done")
        with pytest.raises(AlreadyDone, match="Done, by Person of MILITARY_LIAISON"):
            end_task(task=again, by=unmix.user(Role.CPA), is_done=False, outcome="No")
        again.refresh_from_db()
        assert (again.status, again.outcome) == ("done", "Done")

    def test_a_plan_is_not_done_by_saying_so(self, unmix, report):
        task = report.tasks.get()
        with pytest.raises(TaskRefused) as refused:
            end_task(task=task, by=unmix.user(Role.HOPC), is_done=True, outcome="Done")
        assert refused.value.code == "plan"


def test_every_kind_of_the_policy_is_called_something(unmix, report, threat):
    asked = {each["code"] for r in (report, threat) for each in r.decision["tasks"]}
    assert asked <= set(KINDS)
    assert [task_label(task) for task in report.tasks.all()] == [
        "Plan of action for the next 24 hours"
    ]


def test_a_task_of_an_edited_policy_is_called_as_the_policy_says(unmix, report):
    report.decision["tasks"].append({"code": "new_thing", "label": "A new thing", "owner": "HOPC"})
    task = Task(report=report, code="new_thing", owner="HOPC", opened_at=timezone.now())
    other = Task(report=report, code="other_thing", owner="HOPC", opened_at=timezone.now())
    insert_rows([task, other])
    assert [task_label(each) for each in (task, other)] == ["A new thing", "Other thing"]

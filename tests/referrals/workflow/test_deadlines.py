"""A mission's own deadlines: in the plan, and nothing but minutes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actors.models.deadlines import DEADLINES, PRIORITIES
from actors.roles import Role
from referrals.policy_file import standard_policy
from referrals.workflow.deadlines import task_deadlines
from referrals.workflow.escalating import escalate_overdue
from referrals.workflow.planning import plan_routing, situation_of
from referrals.workflow.policies import active_policy

MINUTE = timedelta(minutes=1)
DANGER = {
    "violations": ["recruitment_use"],
    "facility": "none",
    "perpetrator": "armed_group",
    "ongoing_threat": True,
}


def minutes(referral) -> float:
    return (referral.due_at - referral.report.routed_at) / MINUTE


def test_the_deadlines_and_priorities_are_those_of_the_policy():
    policy = standard_policy()
    assert set(DEADLINES) == set(policy.terms.deadlines)
    assert set(PRIORITIES) == set(policy.all_facts["priority"].values)


@pytest.mark.django_db
class TestInThePlan:
    def filed(self, unmix, **deadlines):
        unmix.mission.deadlines = deadlines
        unmix.mission.save()
        return unmix.file(facts=DANGER).report

    def test_a_mission_without_its_own_has_the_policys(self, unmix):
        report = self.filed(unmix)
        assert minutes(report.referrals.get(role=Role.HOPC)) == 30

    def test_recipients_have_the_missions_time_and_escalate_by_it(self, unmix):
        report = self.filed(unmix, acknowledge={"emergency": 10})
        referral = report.referrals.get(role=Role.HOPC)
        assert minutes(referral) == 10
        assert report.decision["ack_minutes"] == 10
        assert escalate_overdue(report.routed_at + 9 * MINUTE) == 0
        assert escalate_overdue(report.routed_at + 10 * MINUTE) == 1

    def test_another_priority_and_another_deadline_keep_the_policys(self, unmix):
        report = self.filed(unmix, acknowledge={"urgent": 10}, release={"emergency": 99})
        assert minutes(report.referrals.get(role=Role.HOPC)) == 30
        waiting = report.referrals.awaiting_release()
        assert {minutes(r) for r in waiting} == {99}

    def test_tasks_under_a_deadline_have_the_missions_time(self, unmix):
        report = self.filed(unmix, acknowledge={"emergency": 15}, start={"emergency": 600})
        due = {t.code: (t.due_at - t.opened_at) / MINUTE for t in report.tasks.all()}
        assert due == {"physical_protection": 15, "host_state_police_deployment_advocacy": 600}

    def test_a_task_with_minutes_of_its_own_keeps_them(self, unmix):
        by_code = task_deadlines(active_policy().version_id)
        assert "plan_of_action" not in by_code
        assert by_code["leadership_advocacy"] == "start"

    def test_nothing_but_minutes_changes(self, unmix):
        plain = plan_routing(situation_of(self.filed(unmix), timezone.now())).decision
        every = {name: dict.fromkeys(PRIORITIES, 77) for name in DEADLINES}
        own = plan_routing(situation_of(self.filed(unmix, **every), timezone.now())).decision
        said = [_without_minutes(each.as_dict()) for each in (plain, own)]
        assert said[0] == said[1]
        assert {r.due_minutes for r in own.recipients if r.deadline} == {77}


def _without_minutes(part):
    if isinstance(part, dict):
        kept = {k: v for k, v in part.items() if k not in ("due_minutes", "ack_minutes")}
        return {key: _without_minutes(value) for key, value in kept.items()}
    return [_without_minutes(each) for each in part] if isinstance(part, list) else part

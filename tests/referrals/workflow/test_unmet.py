"""Tasks that nobody on duty can do, and deadlines nobody was there to be told of."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.models import Leave, PostHolding
from actors.roles import Role
from referrals.models import Task
from referrals.workflow.escalating import escalate_overdue
from referrals.workflow.unmet import escalations_without_anyone, tasks_without_anyone
from tests.factories import ContactFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def task(unmix) -> Task:
    """The plan that an attack on a hospital asks of the Head of Police, due in 90 minutes."""
    return unmix.file().report.tasks.get(code="plan_of_action")


def found(unmix, now=None) -> list[tuple[str, int]]:
    lines = tasks_without_anyone(unmix.mission, now or timezone.now())
    return [(line.role, line.number) for line in lines]


def test_a_task_somebody_can_do_is_no_gap(unmix, task):
    assert found(unmix) == []


def test_a_task_whose_holder_leaves_before_it_is_due_is_one(unmix, task):
    holdings = PostHolding.objects.filter(post=task.post)
    holdings.update(held_until=task.due_at - timedelta(minutes=1))
    assert found(unmix) == [(Role.HOPC, 1)]


def test_a_task_whose_holder_is_away_when_it_is_due_is_one(unmix, task):
    user = unmix.user(Role.HOPC)
    Leave.objects.create(user=user, begins_at=task.due_at, ends_at=task.due_at + DAY)
    assert found(unmix) == [(Role.HOPC, 1)]
    assert found(unmix, now=task.due_at + 2 * DAY) == []


def test_a_duty_desk_is_somebody(unmix, task):
    PostHolding.objects.filter(post=task.post).delete()
    ContactFactory(user=None, post=task.post)
    assert found(unmix) == []


def test_a_task_without_a_post_is_one_until_it_ends(unmix, task):
    Task.objects.update(post=None)
    assert found(unmix) == [(Role.HOPC, 1)]
    Task.objects.update(status="done")
    assert found(unmix) == []


def test_one_statement_however_many(unmix, task):
    for _n in range(3):
        unmix.file()
    Task.objects.update(post=None)
    with CaptureQueriesContext(connection) as asked:
        assert found(unmix) == [(Role.HOPC, 4)]
    assert len(asked) == 1


def test_who_should_have_been_told_of_a_passed_deadline_and_is_not_there(unmix, task):
    PostHolding.objects.filter(post=unmix.posts[Role.UNPOL_CPFP_HQ]).delete()
    escalate_overdue(task.report.routed_at + timedelta(hours=3))
    lines = escalations_without_anyone(unmix.mission)
    assert [(line.role, line.number) for line in lines] == [(Role.UNPOL_CPFP_HQ, 1)]


def test_nothing_of_the_conduct_channel_stands_here(unmix):
    facts = {"violations": ["sexual_violence"], "facility": "none", "perpetrator": "un_personnel"}
    report = unmix.file(facts=facts).report
    escalate_overdue(report.routed_at + 9 * DAY)
    assert report.escalations.found_nobody().exists()
    assert escalations_without_anyone(unmix.mission) == []


class TestThePage:
    def test_it_says_the_role_and_nothing_of_the_report(self, unmix, as_role, task):
        Task.objects.update(post=None)
        page = as_role(Role.CPA).get("/directory/gaps/unmet/?mission=UNMIX").content.decode()
        assert "Head of Police Component" in page
        assert "1 report" in page
        assert task.report.reference not in page

    def test_the_gap_board_fetches_it_as_a_part(self, unmix, as_role, task):
        browser = as_role(Role.CPA)
        board = browser.get("/directory/gaps/?mission=UNMIX").content.decode()
        assert 'hx-get="/directory/gaps/unmet/?mission=UNMIX"' in board
        part = browser.get("/directory/gaps/unmet/?mission=UNMIX", headers={"HX-Request": "true"})
        assert "<html" not in part.content.decode()
        assert "Somebody is there for every task" in part.content.decode()

    def test_who_does_not_see_the_gap_board_does_not_see_it(self, unmix, as_role):
        assert as_role(Role.JOC).get("/directory/gaps/unmet/").status_code == 404

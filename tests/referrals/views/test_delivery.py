"""The delivery board tells administrators whom a notice did not reach, whatever waits behind it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actors.roles import Role
from referrals.models import Notification
from referrals.workflow.escalating import escalate_overdue
from referrals.workflow.tasking import open_task

CONFIDED = {"violations": ["sexual_violence"], "facility": "none", "perpetrator": "un_personnel"}
OVERSIGHT = "oversight@example.org"
MINUTE = timedelta(minutes=1)
STATEMENTS = 9
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _oversight(unmix):
    unmix.mission.oios_contact = f"Write to {OVERSIGHT} at any hour."
    unmix.mission.save()


@pytest.fixture
def keeper(client, unmix, django_user_model):
    client.force_login(
        django_user_model.objects.create(username="keeper", name="Keeper", is_staff=True)
    )
    return client


def failed(keeper, **which) -> list[tuple[str, str, str]]:
    """What the board says of these notices once they have failed."""
    Notification.objects.filter(**which).update(status="dead", failure="rejected")
    rows = keeper.get("/delivery/").context["dead"]
    return [(row["role"], row["organization"], row["address"]) for row in rows]


def ask_for_an_escort(unmix, report) -> None:
    open_task(
        report=report,
        by=unmix.user(Role.CPA),
        code="escort_request",
        owner=Role.MILITARY_LIAISON,
        due_at=report.filed_at + 240 * MINUTE,
    )


def test_a_task_that_reached_nobody_names_its_owner(keeper, unmix):
    ask_for_an_escort(unmix, unmix.file().report)
    assert failed(keeper, task__isnull=False) == [
        ("Military liaison", "Mission components", "military_liaison@example.org")
    ]


def test_an_escalation_that_reached_nobody_names_who_should_have_heard(keeper, unmix):
    report = unmix.file().report
    report.referrals.filter(kind="action").update(status="acknowledged")
    report.referrals.filter(status="proposed").update(status="revoked")
    escalate_overdue(report.tasks.get().opened_at + 60 * MINUTE)
    assert failed(keeper, escalation__isnull=False) == [
        ("Head of Police Component", "UNMIX Police", "hopc@example.org")
    ]


def test_of_the_confidential_channel_no_address_is_shown_not_even_of_oversight(keeper, unmix):
    report = unmix.file(facts=CONFIDED).report
    assert report.track == "misconduct"
    escalate_overdue(report.filed_at + timedelta(days=30))
    assert Notification.objects.filter(address=OVERSIGHT).exists()
    rows = failed(keeper)
    assert set(rows) == {("Confidential channel", "", "")}
    page = keeper.get("/delivery/").content.decode()
    for secret in (OVERSIGHT, "conduct_discipline@", "OIOS", report.reference):
        assert secret not in page


def test_what_waits_of_tasks_is_shown_and_of_the_confidential_channel_nothing(keeper, unmix):
    Notification.objects.all().delete()
    ask_for_an_escort(unmix, unmix.file().report)
    confided = unmix.file(facts=CONFIDED).report
    escalate_overdue(confided.filed_at + timedelta(days=30))
    waiting = keeper.get("/delivery/").context["waiting"]
    addresses = {row["address"] for row in waiting}
    assert "military_liaison@example.org" in addresses
    assert not addresses & {OVERSIGHT, "conduct_discipline@example.org"}


@pytest.mark.parametrize("number", [1, 3, 50])
def test_it_takes_as_many_statements_whatever_is_on_it(keeper, unmix, number):
    report = unmix.file().report
    ask_for_an_escort(unmix, report)
    asked = Notification.objects.get(task__isnull=False)
    Notification.objects.exclude(pk=asked.pk).update(status="sent")
    for step in range(number - 1):
        Notification.objects.create(
            task=asked.task,
            contact=asked.contact,
            channel=asked.channel,
            address=asked.address,
            language=asked.language,
            priority=asked.priority,
            created_at=asked.created_at,
            next_at=asked.next_at,
            step=f"told-{step}",
        )
    Notification.objects.filter(task__isnull=False).update(status="dead", failure="rejected")
    keeper.get("/delivery/")
    with CaptureQueriesContext(connection) as captured:
        board = keeper.get("/delivery/")
    assert len(board.context["dead"]) == number
    assert len(captured) == STATEMENTS

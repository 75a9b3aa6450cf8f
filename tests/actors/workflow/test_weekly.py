"""Administrators are told once a week how much needs doing."""

from datetime import UTC, datetime, timedelta

import pytest

from actors.gaps.findings import findings
from actors.models import DirectoryMail
from actors.workflow.weekly import queue_weekly_counts
from tests.factories import AreaFactory, UserFactory

pytestmark = pytest.mark.django_db

MONDAY = datetime(2027, 1, 4, 6, tzinfo=UTC)


def test_each_active_administrator_gets_one_mail_a_week_with_the_count(mission, other_mission):
    AreaFactory(mission=mission)
    keeper = UserFactory(is_staff=True)
    UserFactory(is_staff=True, is_active=False)
    UserFactory()
    number = findings(mission, MONDAY).number
    assert number > 0
    assert queue_weekly_counts(now=MONDAY) == 1
    mail = DirectoryMail.objects.get()
    assert (mail.user, mail.kind, mail.key) == (keeper, "gaps", "2027-W01")
    assert (mail.number, mail.path) == (number, "/directory/gaps/")


def test_asked_again_in_the_same_week_it_queues_nothing(mission):
    UserFactory(is_staff=True)
    assert queue_weekly_counts(now=MONDAY) == 1
    assert queue_weekly_counts(now=MONDAY + timedelta(days=6)) == 0
    assert queue_weekly_counts(now=MONDAY + timedelta(days=7)) == 1


def test_an_administrator_who_came_during_the_week_is_told_too(mission):
    UserFactory(is_staff=True)
    queue_weekly_counts(now=MONDAY)
    late = UserFactory(is_staff=True)
    assert queue_weekly_counts(now=MONDAY + timedelta(days=1)) == 1
    assert DirectoryMail.objects.filter(user=late).count() == 1

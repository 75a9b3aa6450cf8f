"""Of a link those are told who know of the report inside the mission: once, and nobody else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actors.models import Contact, Post, PostHolding, User
from actors.roles import Role
from referrals.models import Notification, Referral, Report
from referrals.notifications.rendering import render
from referrals.statuses import NotificationStatus
from referrals.workflow.closing import merge_report, unmerge_report
from referrals.workflow.triage import acknowledge_report
from tests.referrals.partners import DESK, leave_the_desk_alone, refer_to_partner

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(unmix) -> Report:
    """Acknowledged by the adviser; all notices of it have gone out."""
    report = unmix.file().report
    acknowledge_report(report=report, by=unmix.user(Role.CPA))
    Notification.objects.update(status=NotificationStatus.SENT)
    return report


@pytest.fixture
def master(unmix) -> Report:
    master = unmix.file(narrative="The other patrol").report
    Notification.objects.update(status=NotificationStatus.SENT)
    return master


def link(unmix, report, master):
    return merge_report(
        report=Report.objects.get(pk=report.pk),
        by=unmix.user(Role.CPA),
        master=master.reference,
    )


def news(report: Report) -> list[str]:
    """Whom the news goes to."""
    found = Notification.objects.filter(referral__report=report, step__startswith="linked-")
    return sorted(found.values_list("address", flat=True))


def inside(report: Report) -> set[str]:
    """Roles of the mission's components that were let in."""
    kinds = ("mission_component", "contingent")
    found = report.referrals.filter(released_at__isnull=False, organization__kind__in=kinds)
    return set(found.values_list("role", flat=True))


def test_each_of_the_mission_who_knows_of_it_gets_one_notice_without_facts(unmix, report, master):
    entry = link(unmix, report, master)
    others = inside(report) - {Role.CPA}
    assert others
    assert news(report) == sorted(f"{role.lower()}@example.org" for role in others)
    notice = Notification.objects.filter(step=f"linked-{entry.pk}").first()
    assert (notice.status, notice.created_at) == ("pending", entry.at)
    message = render(notice)
    for secret in (report.reference, master.reference, "hospital", "Port Sela", "link", "Link"):
        assert secret not in message.subject + message.body.replace(f"/notice/{notice.code}/", "")


def test_nobody_of_the_other_report_is_told(unmix, report, master):
    before = Notification.objects.filter(referral__report=master).count()
    link(unmix, report, master)
    assert Notification.objects.filter(referral__report=master).count() == before


def test_who_linked_it_hears_nothing_and_a_colleague_of_the_same_post_does(unmix, report, master):
    colleague = User.objects.create(username="cpa2", name="Deputy", email="cpa2@example.org")
    Contact.objects.create(user=colleague, address="cpa2@example.org")
    now = timezone.now()
    PostHolding.objects.create(
        post=unmix.posts[Role.CPA],
        user=colleague,
        rank="member",
        held_from=now - timedelta(days=1),
        held_until=now + timedelta(days=9),
    )
    link(unmix, report, master)
    assert {"cpa2@example.org", "cpa@example.org"} & set(news(report)) == {"cpa2@example.org"}


def test_who_holds_two_posts_that_know_of_it_is_told_once(unmix, report, master):
    supervisor = unmix.people[Role.UNPOL_SUPERVISOR]
    holding = PostHolding.objects.get(user=supervisor)
    PostHolding.objects.filter(post=unmix.posts[Role.UNPOL_CPFP_FIELD]).update(user=supervisor)
    link(unmix, report, master)
    assert {Role.UNPOL_SUPERVISOR, Role.UNPOL_CPFP_FIELD} <= inside(report)
    assert news(report).count(holding.user.email) == 1


def test_whose_first_notice_is_still_on_its_way_is_not_sent_a_second(unmix, report, master):
    waiting = Notification.objects.filter(
        referral__report=report, referral__role="UNPOL_SUPERVISOR"
    )
    waiting.update(status=NotificationStatus.PENDING)
    link(unmix, report, master)
    assert "unpol_supervisor@example.org" not in news(report)


def test_nobody_outside_the_mission_is_told(unmix, master):
    leave_the_desk_alone(unmix)
    referral = refer_to_partner(unmix)
    report = referral.report
    acknowledge_report(report=report, by=unmix.user(Role.CPA))
    WHO = report.referrals.filter(role="WHO")
    WHO.update(status="sent", released_at=timezone.now())
    Notification.objects.update(status=NotificationStatus.SENT)
    link(unmix, report, master)
    assert news(report)
    assert not {DESK, "who@example.org", "pss_provider@example.org"} & set(news(report))


def test_who_knows_of_no_case_is_not_told(unmix, report, master):
    Referral.objects.filter(report=report, role="UNPOL_SUPERVISOR").update(redaction="RN")
    link(unmix, report, master)
    assert "unpol_supervisor@example.org" not in news(report)


def test_a_post_that_nobody_holds_any_more_stops_nothing(unmix, report, master):
    Post.objects.filter(role="UNPOL_SUPERVISOR").update(retired_at=timezone.now())
    link(unmix, report, master)
    assert "unpol_supervisor@example.org" not in news(report)


def test_linking_again_is_news_again_and_unlinking_is_none(unmix, report, master):
    link(unmix, report, master)
    first = news(report)
    Notification.objects.update(status=NotificationStatus.SENT)
    unmerge_report(report=Report.objects.get(pk=report.pk), by=unmix.user(Role.CPA))
    assert news(report) == first
    link(unmix, report, master)
    assert news(report) == sorted([*first, *first])


def test_it_takes_as_many_statements_for_many_as_for_few(
    unmix, report, master, django_assert_max_num_queries
):
    with django_assert_max_num_queries(30):
        link(unmix, report, master)

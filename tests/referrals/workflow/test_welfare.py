"""This was hard on me: Staff Welfare learns a name and a moment, and nobody learns more."""

import threading
from uuid import uuid4

import pytest
from django.db import connections
from django.utils import timezone

from actors.models import Area, Contact
from actors.roles import Role
from referrals.models import HistoryEntry, Notification, WelfareRequest
from referrals.workflow.errors import AlreadyDone, NotAllowed
from referrals.workflow.handing_over import confirm_handover
from referrals.workflow.welfare import (
    NobodyToAsk,
    ask_for_support,
    note_call,
    wishes_for,
    wishes_of,
)
from tests.factories import LeaveFactory, PostFactory, PostHoldingFactory, UserFactory
from tests.referrals.workflow.test_handing_over import again, begin

pytestmark = pytest.mark.django_db


@pytest.fixture
def wish(unmix):
    """A function by which the officer asks."""

    def wish(uuid=None, role=Role.UNPOL_OFFICER, **more) -> WelfareRequest:
        return ask_for_support(
            officer=unmix.user(role), mission=unmix.mission, uuid=uuid or uuid4(), **more
        )

    return wish


def told() -> list[str]:
    notices = Notification.objects.filter(welfare__isnull=False)
    return list(notices.order_by("address").values_list("address", flat=True))


def test_whoever_is_on_duty_at_staff_welfare_is_told_as_routine(wish, unmix):
    asked = wish()
    notice = Notification.objects.get()
    assert (notice.welfare, notice.address) == (asked, "staff_welfare@example.org")
    assert (notice.priority, notice.status) == ("routine", "pending")
    assert (notice.referral, notice.message) == (None, None)
    assert asked.post == unmix.posts[Role.STAFF_WELFARE]


def test_no_report_and_no_history_is_part_of_it(wish, unmix):
    unmix.file()
    before = HistoryEntry.objects.count()
    wish()
    assert HistoryEntry.objects.count() == before
    named = {field.name for field in WelfareRequest._meta.get_fields()}
    assert not {name for name in named if "report" in name or "text" in name}


def test_somebody_on_leave_is_not_written_to(wish, unmix):
    deputy = PostHoldingFactory(post=unmix.posts[Role.STAFF_WELFARE], rank="deputy").user
    Contact.objects.create(user=deputy, address="deputy@example.org")
    LeaveFactory(user=unmix.user(Role.STAFF_WELFARE))
    wish()
    assert told() == ["deputy@example.org"]


def test_the_staff_welfare_of_the_officers_place_is_told(wish, unmix):
    post = PostFactory(
        role=Role.STAFF_WELFARE,
        organization=unmix.organizations["Mission components"],
        areas=[unmix.areas["QM02"]],
    )
    near = PostHoldingFactory(post=post).user
    Contact.objects.create(user=near, address="near@example.org")
    assert wish().post == post
    assert told() == ["near@example.org"]
    # A post of the whole mission asks whoever answers for all of it.
    assert wish(role=Role.HOPC).post == unmix.posts[Role.STAFF_WELFARE]


@pytest.mark.parametrize("missing", ["holder", "address", "area"])
def test_where_nobody_can_be_written_to_nothing_is_stored(wish, unmix, missing):
    if missing == "holder":
        unmix.posts[Role.STAFF_WELFARE].holdings.all().delete()
    elif missing == "address":
        Contact.objects.filter(user=unmix.user(Role.STAFF_WELFARE)).delete()
    else:
        Area.objects.update(retired_at=timezone.now())
    with pytest.raises(NobodyToAsk):
        wish()
    assert (WelfareRequest.objects.count(), told()) == (0, [])


def test_who_holds_no_post_in_the_mission_asks_nobody(unmix):
    with pytest.raises(NotAllowed):
        ask_for_support(officer=UserFactory(), mission=unmix.mission, uuid=uuid4())


def test_pressing_twice_is_asking_once_and_asking_again_is_possible(wish):
    uuid = uuid4()
    assert wish(uuid) == wish(uuid)
    assert told() == ["staff_welfare@example.org"]
    wish()
    assert WelfareRequest.objects.count() == 2


def test_staff_welfare_alone_reads_who_asked(wish, unmix):
    asked = wish()
    assert list(wishes_for(unmix.user(Role.STAFF_WELFARE))) == [asked]
    for role in unmix.people:
        if role != Role.STAFF_WELFARE:
            assert list(wishes_for(unmix.user(role))) == []
    assert list(wishes_for(UserFactory(is_staff=True, is_superuser=True))) == []


def test_staff_welfare_of_another_mission_reads_nothing(wish):
    wish()
    elsewhere = PostHoldingFactory(post__role=Role.STAFF_WELFARE).user
    assert list(wishes_for(elsewhere)) == []


def test_the_officer_sees_that_somebody_has_called(wish, unmix):
    asked, at = wish(), timezone.now()
    note_call(uuid=asked.uuid, by=unmix.user(Role.STAFF_WELFARE), at=at)
    own = wishes_of(unmix.user(Role.UNPOL_OFFICER)).get()
    assert (own.answered_at, own.answered_by) == (at, unmix.user(Role.STAFF_WELFARE))


def test_the_second_who_called_is_told_of_the_first(wish, unmix):
    asked, first = wish(), unmix.user(Role.STAFF_WELFARE)
    second = PostHoldingFactory(post=unmix.posts[Role.STAFF_WELFARE], rank="deputy").user
    note_call(uuid=asked.uuid, by=first)
    with pytest.raises(AlreadyDone, match="Person of STAFF_WELFARE has called already"):
        note_call(uuid=asked.uuid, by=second)
    assert WelfareRequest.objects.get().answered_by == first


@pytest.mark.parametrize("role", [Role.UNPOL_OFFICER, Role.CPA, Role.UNPOL_SUPERVISOR])
def test_nobody_else_notes_a_call(wish, unmix, role):
    asked = wish()
    with pytest.raises(NotAllowed):
        note_call(uuid=asked.uuid, by=unmix.user(role))


def test_who_waits_for_a_call_passes_on_with_the_post(wish, unmix):
    wish()
    done = wish()
    note_call(uuid=done.uuid, by=unmix.user(Role.STAFF_WELFARE))
    incoming = UserFactory(email="ben@example.org")
    Contact.objects.get_or_create(user=incoming, address="ben@example.org")
    handover = begin(unmix, incoming, Role.STAFF_WELFARE)
    confirm_handover(handover=handover, by=unmix.user(Role.STAFF_WELFARE))
    confirm_handover(handover=handover, by=again(incoming))
    # Of the one who was called, the old notice is nobody's to read any more, and stays.
    assert told() == ["ben@example.org", "staff_welfare@example.org"]


@pytest.mark.django_db(transaction=True)
def test_two_identical_presses_at_once_are_one_wish(wish):
    uuid, outcomes, at_once = uuid4(), [], threading.Barrier(4, timeout=20)

    def press():
        try:
            at_once.wait()
            outcomes.append(wish(uuid).pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _step in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [WelfareRequest.objects.get().pk] * 4
    assert told() == ["staff_welfare@example.org"]

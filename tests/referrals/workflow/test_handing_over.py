"""Handing over is one act: the post, what waits there, the notices and the access."""

import threading
from datetime import timedelta
from itertools import pairwise

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections
from django.utils import timezone

from actors.models import Contact, Handover, PostHolding, User
from actors.roles import Role
from actors.workflow.entries import settle_administrator
from actors.workflow.handovers import HandoverClosed, start_handover
from referrals.models import Notification, Referral, Report
from referrals.notifications import outbox
from referrals.workflow.handing_over import (
    confirm_handover,
    count_open,
    open_referrals,
    open_referrals_seen,
)
from tests.factories import PostHoldingFactory, UserFactory

pytestmark = pytest.mark.django_db


STATEMENTS = 28


@pytest.fixture
def incoming(db) -> User:
    return UserFactory(name="Ben", email="ben@example.org")


def again(user: User) -> User:
    """Read anew: what somebody stands for is remembered on the object."""
    return User.objects.get(pk=user.pk)


def begin(unmix, incoming, role=Role.CPA) -> Handover:
    return start_handover(
        post=unmix.posts[role],
        incoming=incoming,
        held_until=timezone.now() + timedelta(days=200),
        by=unmix.user(role),
    )


def hand_over(unmix, incoming, role=Role.CPA) -> Handover:
    handover = begin(unmix, incoming, role)
    confirm_handover(handover=handover, by=unmix.user(role))
    return confirm_handover(handover=handover, by=again(incoming))


def told(incoming) -> list[Notification]:
    return list(Notification.objects.filter(contact__user=incoming).order_by("pk"))


def let_in(unmix, role=Role.CPA, **filed) -> Referral:
    """A report of which this role was told at once."""
    report = unmix.file(**filed).report
    return Referral.objects.get(report=report, role=role)


@pytest.fixture
def referred(unmix):
    """A function that files a report of which the adviser is told at once."""
    return lambda: let_in(unmix)


def test_access_passes_to_the_second(unmix, incoming, referred):
    report = referred().report
    handover, cpa = begin(unmix, incoming), unmix.user(Role.CPA)
    confirm_handover(handover=handover, by=cpa)

    def sees(user) -> bool:
        return Report.objects.visible_to(again(user)).filter(pk=report.pk).exists()

    moment = timezone.now() + timedelta(hours=1)
    with time_machine.travel(moment - timedelta(seconds=1), tick=False):
        assert (sees(cpa), sees(incoming)) == (True, False)
    with time_machine.travel(moment, tick=False):
        confirm_handover(handover=handover, by=again(incoming))
        assert (sees(cpa), sees(incoming)) == (False, True)
    done = Handover.objects.get()
    assert done.completed_at == moment
    assert PostHolding.objects.get(user=cpa).held_until == moment


def test_one_confirmation_changes_nothing(unmix, incoming, referred):
    referred()
    before = list(Notification.objects.values())
    handover = begin(unmix, incoming)
    confirm_handover(handover=handover, by=again(incoming))
    assert not open_referrals_seen(handover.post, again(incoming)).exists()
    assert open_referrals_seen(handover.post, unmix.user(Role.CPA)).exists()
    assert list(Notification.objects.values()) == before
    assert Handover.objects.get().completed_at is None


def test_the_incoming_holder_is_told_of_each_open_item_and_they_are_counted(
    unmix, incoming, referred
):
    first, second, done = referred(), referred(), referred()
    Referral.objects.filter(pk=done.pk).update(status="done")
    handover = hand_over(unmix, incoming)
    assert [notice.referral for notice in told(incoming)] == [first, second]
    assert {(n.step, n.address, n.status) for n in told(incoming)} == {
        (f"handover-{handover.pk}", "ben@example.org", "pending")
    }
    assert Handover.objects.get().open_items == 2


def test_what_was_not_delivered_yet_goes_to_the_incoming_holder_instead(unmix, incoming, referred):
    waiting, dead, leased, sent = (referred() for _step in range(4))
    cpa = unmix.user(Role.CPA)
    for referral, fields in (
        (dead, {"status": "dead", "failure": "rejected"}),
        (leased, {"status": "leased"}),
        (sent, {"status": "sent", "sent_at": timezone.now()}),
    ):
        Notification.objects.filter(referral=referral).update(**fields)
    others = set(Notification.objects.exclude(contact__user=cpa))
    hand_over(unmix, incoming)
    left = Notification.objects.filter(contact__user=cpa)
    assert [notice.referral for notice in left] == [sent]
    assert [notice.referral for notice in told(incoming)] == [waiting, dead, leased, sent]
    assert others <= set(Notification.objects.all())


def test_each_address_of_the_incoming_holder_is_told_once(unmix, incoming, referred):
    referred()
    for address in ("one@example.org", "ONE@example.org", "two@example.org"):
        Contact.objects.create(user=incoming, address=address)
    Contact.objects.create(user=incoming, address="dead@example.org", failed_at=timezone.now())
    hand_over(unmix, incoming)
    assert [notice.address for notice in told(incoming)] == ["one@example.org", "two@example.org"]


def test_a_deputy_who_was_told_already_is_told_as_the_holder(unmix, referred):
    deputy = PostHoldingFactory(post=unmix.posts[Role.CPA], rank="deputy").user
    Contact.objects.create(user=deputy, address=deputy.email)
    referral = referred()
    outbox_row = Notification.objects.filter(referral=referral).first()
    outbox_row.pk, outbox_row.uuid, outbox_row.code = None, None, "AAAA-AAAA"
    outbox_row.uuid = deputy.public_id
    outbox_row.contact, outbox_row.address = deputy.contacts.get(), deputy.email
    outbox_row.save()
    handover = hand_over(unmix, deputy)
    assert [notice.step for notice in told(deputy)] == ["told", f"handover-{handover.pk}"]


def test_a_post_may_go_there_and_back_and_there_again(unmix, incoming, referred):
    referred()
    cpa = unmix.user(Role.CPA)
    people = [cpa, incoming, cpa, incoming]
    for outgoing, successor in pairwise(people):
        handover = start_handover(
            post=unmix.posts[Role.CPA],
            incoming=again(successor),
            held_until=timezone.now() + timedelta(days=20),
            by=again(outgoing),
        )
        confirm_handover(handover=handover, by=again(outgoing))
        confirm_handover(handover=handover, by=again(successor))
    assert Handover.objects.filter(completed_at__isnull=False).count() == 3
    # Undelivered notices follow the post: one is left, the last.
    assert [n.step for n in told(incoming)] == [f"handover-{handover.pk}"]


def test_only_what_the_incoming_holder_may_open_is_told_to_them(unmix, referred):
    """Somebody who also serves the party alleged to have done it hears nothing of it."""
    hidden, open_to_all = referred(), referred()
    armed_group = unmix.organizations["Front for Myre"]
    Report.objects.filter(pk=hidden.report_id).update(perpetrator_org=armed_group)
    handover = start_handover(
        post=unmix.posts[Role.CPA],
        incoming=(tied := UserFactory()),
        held_until=timezone.now() + timedelta(days=20),
        by=unmix.user(Role.CPA),
    )
    PostHoldingFactory(post__organization=armed_group, user=tied)
    Handover.objects.update(started_by=settle_administrator(user=UserFactory(is_staff=True)))
    confirm_handover(handover=handover, by=unmix.user(Role.CPA))
    confirm_handover(handover=handover, by=again(tied))
    assert [notice.referral for notice in told(tied)] == [open_to_all]
    # What nobody else would be told of stays where it was to go.
    kept = Notification.objects.filter(contact__user=unmix.user(Role.CPA))
    assert [notice.referral for notice in kept] == [hidden]


def test_confidential_items_are_told_and_not_counted(unmix, incoming):
    referral = let_in(unmix, Role.CONDUCT_DISCIPLINE, facts={"perpetrator": "un_personnel"})
    post = unmix.posts[Role.CONDUCT_DISCIPLINE]
    assert (open_referrals(post).count(), count_open(post)) == (1, 0)
    hand_over(unmix, incoming, Role.CONDUCT_DISCIPLINE)
    assert [notice.referral for notice in told(incoming)] == [referral]
    assert Handover.objects.get().open_items == 0


def test_what_is_only_proposed_is_not_yet_an_open_item(unmix):
    unmix.file(facts={"needs": ["psychosocial"], "consent": "given"})
    proposed = Referral.objects.filter(role=Role.PSS_PROVIDER, status="proposed")
    assert proposed.exists()
    assert count_open(unmix.posts[Role.PSS_PROVIDER]) == 0


def test_an_administrator_stands_in_for_who_left_and_the_reason_is_kept(unmix, incoming):
    keeper = settle_administrator(user=UserFactory(is_staff=True))
    handover = begin(unmix, incoming)
    confirm_handover(handover=handover, by=again(incoming))
    with pytest.raises(ValidationError):
        confirm_handover(handover=handover, by=keeper)
    done = confirm_handover(handover=handover, by=keeper, reason="Left on 3 May.")
    assert (done.outgoing_confirmed_by, done.stand_in_reason) == (keeper, "Left on 3 May.")
    assert done.completed_at is not None


def test_what_stands_in_the_way_at_the_second_confirmation_undoes_it(unmix, incoming, referred):
    referred()
    handover = begin(unmix, incoming)
    confirm_handover(handover=handover, by=again(incoming))
    User.objects.filter(pk=incoming.pk).update(is_active=False)
    with pytest.raises(ValidationError):
        confirm_handover(handover=handover, by=unmix.user(Role.CPA))
    stored = Handover.objects.get()
    assert (stored.outgoing_confirmed_at, stored.completed_at) == (None, None)
    assert told(incoming) == []


def test_a_stranger_confirms_nothing(unmix, incoming):
    handover = begin(unmix, incoming)
    with pytest.raises(PermissionDenied):
        confirm_handover(handover=handover, by=unmix.user(Role.HOPC))


def test_a_message_in_flight_records_nothing_on_the_withdrawn_row(unmix, incoming, referred):
    referred()
    cpa = unmix.user(Role.CPA)
    Notification.objects.exclude(contact__user=cpa).delete()
    sending = Notification.objects.get()
    Notification.objects.update(status="leased", lease_token=sending.uuid)
    sending.refresh_from_db()
    hand_over(unmix, incoming)
    assert outbox.record_sent(sending) is False
    assert [notice.status for notice in told(incoming)] == ["pending"]


@pytest.mark.parametrize("number", [1, 3, 20])
def test_handing_over_takes_the_same_number_of_statements_whatever_is_open(
    unmix, incoming, referred, number, django_assert_num_queries
):
    for _step in range(number):
        referred()
    handover = begin(unmix, incoming)
    confirm_handover(handover=handover, by=again(incoming))
    cpa = unmix.user(Role.CPA)
    with django_assert_num_queries(STATEMENTS):
        confirm_handover(handover=handover, by=cpa)
    assert len(told(incoming)) == number


@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_at_once_are_one_act(unmix, incoming, referred):
    referred()
    handover, outcomes = begin(unmix, incoming), []
    confirm_handover(handover=handover, by=unmix.user(Role.CPA))
    at_once = threading.Barrier(4, timeout=20)

    def confirm():
        try:
            at_once.wait()
            outcomes.append(confirm_handover(handover=handover, by=again(incoming)).is_open)
        except HandoverClosed as closed:
            outcomes.append(str(closed))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=confirm) for _step in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    closed = "This handover is done. Nothing is left to do."
    assert sorted(map(str, outcomes)) == ["False", closed, closed, closed]
    assert PostHolding.objects.filter(user=incoming).count() == 1
    assert len(told(incoming)) == 1

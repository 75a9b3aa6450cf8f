"""The table of moves holds: what it allows leads where it says, all else changes nothing."""

import itertools
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from actors.roles import Role
from referrals.models import HistoryEntry, Referral, Report, Verb
from referrals.statuses import (
    BEFORE,
    REFERRAL_MOVE_WORDS,
    REFERRAL_MOVES,
    REPORT_MOVE_WORDS,
    REPORT_MOVES,
    ReferralStatus,
    ReportStatus,
)
from referrals.workflow.asking import add_to_report, ask_officer
from referrals.workflow.errors import AlreadyDone
from referrals.workflow.moving import move_referral, move_report, said_of
from referrals.workflow.triage import acknowledge_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(unmix) -> Report:
    return unmix.file().report


def again(report: Report) -> Report:
    return Report.objects.get(pk=report.pk)


def rows() -> list[object]:
    return [
        list(model.objects.order_by("pk").values()) for model in (Report, Referral, HistoryEntry)
    ]


class TestTheTable:
    """One test for all pairs, each from the same beginning: one mission is enough for them."""

    def test_every_pair_of_a_report(self, report):
        for move, status in itertools.product(REPORT_MOVES, ReportStatus):
            with undone():
                self.check_report(report, move, status)

    def check_report(self, report, move, status):
        allowed, after = REPORT_MOVES[move]
        Report.objects.filter(pk=report.pk).update(status=status)
        before = rows()
        if status not in allowed:
            with pytest.raises(AlreadyDone):
                go(report, move)
            assert rows() == before, (move, status)
            return
        entry = go(report, move)
        # Nothing says what it was before that: acknowledged.
        after = ReportStatus.ACKNOWLEDGED if after == BEFORE else after
        assert (move, again(report).status) == (move, after)
        assert (entry.verb, entry.details) == ("noted", {"was": status, "why": "test"})

    def test_every_pair_of_a_referral(self, report):
        referral = report.referrals.first()
        for move, status in itertools.product(REFERRAL_MOVES, ReferralStatus):
            with undone():
                self.check_referral(referral, move, status)

    def check_referral(self, referral, move, status):
        allowed, after = REFERRAL_MOVES[move]
        Referral.objects.filter(pk=referral.pk).update(status=status)
        before = rows()
        referral = Referral.objects.get(pk=referral.pk)
        if status not in allowed:
            with pytest.raises(AlreadyDone):
                move_referral(referral, move, verb=Verb.NOTED, by=None, at=timezone.now())
            assert rows() == before, (move, status)
            return
        entry = move_referral(referral, move, verb=Verb.NOTED, by=None, at=timezone.now())
        after = ReferralStatus.PROPOSED if after == BEFORE else after
        assert (move, Referral.objects.get(pk=referral.pk).status) == (move, after)
        assert (entry.report, entry.referral) == (referral.report, referral)

    def test_each_move_has_words(self):
        assert list(REPORT_MOVE_WORDS) == list(REPORT_MOVES)
        assert list(REFERRAL_MOVE_WORDS) == list(REFERRAL_MOVES)


class TestSayingWhoWasFirst:
    def test_it_is_the_last_thing_that_moved_it_with_name_and_time(self, unmix, report):
        adviser, at = unmix.user(Role.CPA), timezone.now()
        move_report(report, "acknowledge", verb=Verb.ACKNOWLEDGED, by=adviser, at=at)
        move_report(report, "close", verb=Verb.CLOSED, by=adviser, at=at)
        HistoryEntry.objects.create(
            report=report, verb=Verb.INTERVIEW_NOTED, actor=None, at=timezone.now()
        )
        assert said_of(report).startswith("Already done: Closed, by Person of CPA, ")

    def test_of_a_referral_it_is_the_last_thing_that_happened_to_it(self, unmix, report):
        referral = report.referrals.get(role="WHO")
        at, adviser = timezone.now(), unmix.user(Role.CPA)
        move_referral(referral, "hold", verb=Verb.HELD, by=adviser, at=at)
        with pytest.raises(AlreadyDone, match="Already done: Held, by Person of CPA"):
            move_referral(referral, "hold", verb=Verb.HELD, by=adviser, at=at)


class TestGoingBack:
    def test_an_answer_brings_back_the_status_before_the_question(self, unmix, report):
        ask, answer = talk(unmix, report)
        adviser = unmix.user(Role.CPA)
        go(report, "acknowledge")
        go(report, "finish_triage")
        ask()
        assert again(report).status == "returned_for_info"
        answer()
        assert again(report).status == "routed"
        assert adviser.pk == HistoryEntry.objects.get(verb="asked").actor_id

    def test_what_was_acknowledged_meanwhile_is_not_new_again(self, unmix, report):
        ask, answer = talk(unmix, report)
        ask()
        acknowledge_report(report=again(report), by=unmix.user(Role.CPA))
        assert again(report).status == "returned_for_info"
        answer()
        assert again(report).status == "acknowledged"

    def test_a_link_in_between_does_not_count(self, unmix, report):
        ask, answer = talk(unmix, report)
        go(report, "acknowledge")
        ask()
        go(report, "merge")
        go(report, "unmerge")
        assert again(report).status == "returned_for_info"
        answer()
        assert again(report).status == "acknowledged"


def go(report: Report, move: str) -> HistoryEntry:
    report = again(report)
    details = {"why": "test"}
    return move_report(report, move, verb=Verb.NOTED, by=None, at=timezone.now(), details=details)


@contextmanager
def undone():
    """What happens inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def talk(unmix, report: Report):
    """The adviser's question and the officer's answer."""

    def ask():
        adviser = unmix.user(Role.CPA)
        ask_officer(report=again(report), by=adviser, text="Where?", uuid=uuid4())

    def answer():
        officer = unmix.user(Role.UNPOL_OFFICER)
        add_to_report(report=again(report), by=officer, text="There.", uuid=uuid4())

    return ask, answer

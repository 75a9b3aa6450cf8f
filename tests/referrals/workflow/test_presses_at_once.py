"""Eight people press the same button at the same moment: one wins, whichever button it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from actors.roles import Role
from referrals.models import HistoryEntry, Referral, Report, Verb
from referrals.workflow.closing import begin_follow_up, close_report, reopen_report
from referrals.workflow.errors import AlreadyDone
from referrals.workflow.release import ReleaseBasis, release_referral, revoke_referral
from referrals.workflow.triage import acknowledge_report
from tests.referrals.workflow.at_once import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE, TIMES = 8, 100  # five buttons, so 500 presses by eight
WORDS = "A sentence that says why."


def test_of_eight_who_press_the_same_button_one_wins_each_time(unmix):
    adviser = unmix.user(Role.CPA)
    report = unmix.file().report
    acknowledge_report(report=report, by=adviser)
    Referral.objects.filter(report=report, status="proposed").exclude(role="WHO").update(
        status="revoked"
    )
    for _time in range(TIMES):
        for verb, press in presses(report.pk, adviser):
            check_one_wins(report, verb, press)
        Referral.objects.filter(report=report, role="WHO").update(status="proposed")
        Report.objects.filter(pk=report.pk).update(status="acknowledged")


def check_one_wins(report: Report, verb: Verb, press: Callable[[], object]) -> None:
    told = HistoryEntry.objects.filter(report=report, verb=verb)
    before = told.count()
    outcomes = all_at_once(*[press] * PEOPLE)
    refused = [each for each in outcomes if isinstance(each, Exception)]
    assert [type(each) for each in refused] == [AlreadyDone] * (PEOPLE - 1)
    assert told.count() == before + 1


def presses(pk: int, adviser) -> list[tuple[Verb, Callable[[], object]]]:
    """Five buttons, in the order in which somebody would press them."""

    def report() -> Report:
        return Report.objects.select_related("mission").get(pk=pk)

    def referral() -> Referral:
        return Referral.objects.select_related("report__mission").get(report=pk, role="WHO")

    basis = ReleaseBasis(reason=WORDS, entry_confirmed=True)
    return [
        (
            Verb.RELEASED,
            lambda: release_referral(referral=referral(), by=adviser, basis=basis),
        ),
        (
            Verb.REVOKED,
            lambda: revoke_referral(referral=referral(), by=adviser, reason=WORDS),
        ),
        (Verb.FOLLOWED_UP, lambda: begin_follow_up(report=report(), by=adviser)),
        (
            Verb.CLOSED,
            lambda: close_report(
                report=report(), by=adviser, reason="served", words=WORDS, although=True
            ),
        ),
        (Verb.REOPENED, lambda: reopen_report(report=report(), by=adviser, words=WORDS)),
    ]

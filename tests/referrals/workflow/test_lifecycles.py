"""Random people press random buttons: the lifecycles stay within their table (policy 2.9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actors.models import User
from actors.roles import Role
from referrals.models import HistoryEntry, Notification, Referral, Report
from referrals.notifications.behind import behind
from referrals.statuses import BEFORE, LET_IN, REFERRAL_MOVES, REPORT_MOVES, ReferralStatus
from referrals.workflow import answering, asking, closing, correcting, recording, release, triage
from referrals.workflow.errors import AlreadyDone, FieldRefused, NotAllowed
from referrals.workflow.release import DO_NO_HARM, ReleaseBasis

pytestmark = pytest.mark.django_db

PEOPLE = [
    Role.UNPOL_OFFICER,
    Role.UNPOL_SUPERVISOR,
    Role.UNPOL_CPFP_FIELD,
    Role.CPA,
    Role.CPA_SENIOR,
    Role.HOPC,
    Role.WHO,
    Role.UNICEF_CP,
    Role.HUMAN_RIGHTS,
]
REFUSALS = (AlreadyDone, FieldRefused, NotAllowed)
BASIS = ReleaseBasis(
    reason="They can help.",
    consent="best_interest_override",
    do_no_harm=frozenset(DO_NO_HARM),
    entry_confirmed=True,
)
FIRST_STATUSES = {ReferralStatus.PROPOSED, ReferralStatus.HELD, ReferralStatus.RELEASED}
WORDS = "A sentence that says why."

Press = Callable[[Report, Referral, User, UUID], object]


def _correct(perpetrator: str) -> Press:
    return lambda report, _r, by, _u: correcting.correct_report(
        report=report, by=by, facts={"perpetrator": perpetrator}, reason=WORDS
    )


PRESSES: dict[str, Press] = {
    "acknowledge": lambda report, _r, by, _u: triage.acknowledge_report(report=report, by=by),
    "forward": lambda report, _r, by, _u: triage.forward_report(report=report, by=by),
    "ask": lambda report, _r, by, u: asking.ask_officer(report=report, by=by, text=WORDS, uuid=u),
    "add": lambda report, _r, by, u: asking.add_to_report(report=report, by=by, text=WORDS, uuid=u),
    "release": lambda _x, r, by, _u: release.release_referral(referral=r, by=by, basis=BASIS),
    "hold": lambda _x, r, by, _u: release.hold_referral(
        referral=r, by=by, held_for="consent", reason=WORDS
    ),
    "withhold": lambda _x, r, by, _u: release.withhold_referral(referral=r, by=by, reason=WORDS),
    "revoke": lambda _x, r, by, _u: release.revoke_referral(referral=r, by=by, reason=WORDS),
    "accept": lambda _x, r, by, _u: answering.accept_referral(referral=r, by=by),
    "decline": lambda _x, r, by, _u: answering.decline_referral(
        referral=r, by=by, reason="no_capacity"
    ),
    "start": lambda _x, r, by, _u: answering.start_referral(referral=r, by=by),
    "finish": lambda _x, r, by, _u: answering.finish_referral(referral=r, by=by),
    "follow_up": lambda report, _r, by, _u: closing.begin_follow_up(report=report, by=by),
    "close": lambda report, _r, by, _u: closing.close_report(
        report=report, by=by, reason="served", words=WORDS
    ),
    "reopen": lambda report, _r, by, _u: closing.reopen_report(report=report, by=by, words=WORDS),
    "interview": lambda report, _r, by, _u: recording.note_interview(
        report=report, by=by, interviewer="ngo", held_on=None, seen_at=timezone.now()
    ),
    "armed group": _correct("armed_group"),
    "not known": _correct("unknown"),
    "aid worker": _correct("aid_worker"),
}
steps = st.lists(
    st.tuples(
        st.sampled_from(sorted(PRESSES)), st.sampled_from(PEOPLE), st.integers(0, 30), st.uuids()
    ),
    min_size=4,
    max_size=14,
)


@dataclass(frozen=True)
class Seen:
    """What must move as the table says, before and after one press."""

    report: str
    referrals: dict[int, str]
    history: int
    notices: frozenset[int]

    @classmethod
    def of(cls, report: Report) -> Seen:
        return cls(
            report=Report.objects.values_list("status", flat=True).get(pk=report.pk),
            referrals=dict(Referral.objects.filter(report=report).values_list("pk", "status")),
            history=HistoryEntry.objects.filter(report=report).count(),
            notices=frozenset(Notification.objects.values_list("pk", flat=True)),
        )


def moves_between(moves: dict, before: str, after: str) -> bool:
    """Whether one move of the table leads from one status to the other."""
    return any(before in allowed and after in (to, *_was(to)) for allowed, to in moves.values())


def _was(to: str) -> tuple[str, ...]:
    """Where a move leads back to whatever it was before, every status of the table."""
    moves = (*REPORT_MOVES.values(), *REFERRAL_MOVES.values())
    return tuple(status for allowed, _to in moves for status in allowed) if to == BEFORE else ()


@contextmanager
def undone() -> Iterator[None]:
    """Nothing of it stays for the next example."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=steps)
def test_no_press_leaves_the_table_loses_history_or_tells_without_cause(unmix, steps):
    with undone():
        report = unmix.file().report
        for name, role, number, uuid in steps:
            check_press(report, PRESSES[name], unmix.user(role), number, uuid)


def check_press(report: Report, press: Press, by: User, number: int, uuid: UUID) -> None:
    before = Seen.of(report)
    report = Report.objects.with_places().prefetch_related("referrals").get(pk=report.pk)
    referrals = list(report.referrals.order_by("position"))
    referral = referrals[number % len(referrals)]
    referral.report = report
    try:
        press(report, referral, by, uuid)
    except REFUSALS:
        assert Seen.of(report) == before
        return
    after = Seen.of(report)
    assert after.history >= before.history
    check_report(before, after)
    check_referrals(before, after)
    check_notices(before, after)


def check_report(before: Seen, after: Seen) -> None:
    if after.report == before.report:
        return
    assert moves_between(REPORT_MOVES, before.report, after.report), (before.report, after.report)
    assert after.history > before.history


def check_referrals(before: Seen, after: Seen) -> None:
    assert set(before.referrals) <= set(after.referrals)
    for pk, status in after.referrals.items():
        was = before.referrals.get(pk)
        if was is None:
            assert status in FIRST_STATUSES
        elif was != status:
            assert moves_between(REFERRAL_MOVES, was, status), (was, status)
            assert after.history > before.history


def check_notices(before: Seen, after: Seen) -> None:
    """A new notice is about something that happened just now, to somebody who may read of it."""
    new = Notification.objects.filter(pk__in=after.notices - before.notices)
    assert not new or after.history > before.history
    for notice in new:
        thing = behind(notice)
        if isinstance(thing, Referral):
            assert thing.status in LET_IN

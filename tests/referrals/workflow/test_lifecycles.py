"""Random people press random buttons, on pages and over the API: the lifecycles stay within their
table (policy 2.9), and both doors give the same answer and do the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actors.roles import Role
from referrals.models import HistoryEntry, Notification, PlanVersion, Referral, Report, Task
from referrals.notifications.behind import behind
from referrals.statuses import BEFORE, LET_IN, OPEN, REFERRAL_MOVES, REPORT_MOVES, ReferralStatus
from referrals.workflow.release import ReleaseBasis, release_referral
from referrals.workflow.triage import acknowledge_report
from tests.referrals.plan_of_action import complete
from tests.referrals.workflow.buttons import BUTTONS
from tests.referrals.workflow.doors import Button, Page, Program, Situation

pytestmark = pytest.mark.django_db

PEOPLE = [
    Role.UNPOL_OFFICER,
    Role.UNPOL_SUPERVISOR,
    Role.UNPOL_CPFP_FIELD,
    Role.CPA,
    Role.CPA_SENIOR,
    Role.HOPC,
    Role.SRSG_OFFICE,
    Role.WHO,
    Role.PSS_PROVIDER,
    Role.HUMAN_RIGHTS,
]
ASKED = {"needs": ["psychosocial"], "consent": "given", "consent_scope": ["psychosocial"]}
UNDECIDED = {ReferralStatus.PROPOSED, ReferralStatus.HELD}
FIRST_STATUSES = {ReferralStatus.PROPOSED, ReferralStatus.HELD, ReferralStatus.RELEASED}
# What a report keeps, and what of it does not depend on the moment.
KEPT = {
    "referrals": ("role", "status", "kind", "redaction", "held_for", "answered_by", "declined_for"),
    "history": ("verb", "referral__role", "actor", "details"),
    "messages": ("author", "kind", "text"),
    "tasks": ("code", "owner", "status", "outcome", "sections"),
    "corrections": ("facts", "was", "reason", "by"),
    "interviews": ("interviewer", "held_on", "noted_by"),
    "violations": ("code", "verifications__stage", "verifications__status", "verifications__by"),
}
OF_NOTICES = ("address", "referral__role", "task__code", "message__kind")
steps = st.lists(
    st.tuples(
        st.sampled_from(sorted(BUTTONS)),
        # Mostly who may press it: of others each button says the same, that it is not there.
        st.sampled_from([*[None] * 2 * len(PEOPLE), *PEOPLE]),
        st.integers(0, 30),
        st.uuids(),
        st.booleans(),
    ),
    min_size=4,
    max_size=16,
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


def left_behind(report: Report) -> dict[str, object]:
    """All that a press can leave behind, without keys and moments: the same by either door."""
    report = Report.objects.get(pk=report.pk)
    found = {"report": (report.status, report.poc_phase, report.perpetrator, report.master_id)}
    for name, columns in KEPT.items():
        found[name] = list(getattr(report, name).order_by(*columns).values_list(*columns))
    versions = PlanVersion.objects.filter(task__report=report).order_by("number")
    notices = Notification.objects.order_by(*OF_NOTICES).values_list(*OF_NOTICES)
    plans = versions.values_list("number", "submitted_by", "decision__is_approved")
    return found | {"plans": list(plans), "notices": list(notices)}


def moves_between(moves: dict, before: str, after: str, restored: Collection[str]) -> bool:
    """Whether one move of the table leads from one status to the other.

    Args:
        restored: where a move may lead that takes a status back to what it was.
    """
    return any(
        before in allowed and after in (restored if to == BEFORE else {to})
        for allowed, to in moves.values()
    )


@contextmanager
def undone() -> Iterator[None]:
    """Nothing of it stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def doors(unmix) -> dict[str, tuple[Page, Program]]:
    """Everybody with a browser and a program."""
    return {role: (Page(unmix.user(role)), Program(unmix.user(role))) for role in PEOPLE}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(is_decided=st.booleans(), steps=steps)
def test_no_press_leaves_the_table_loses_history_tells_without_cause_or_differs_by_its_door(
    unmix, doors, is_decided, steps
):
    with undone():
        report, other = unmix.file(facts=ASKED).report, unmix.file().report
        complete(unmix, report.tasks.get())
        if is_decided:
            decide_all(unmix, report)
        for name, role, number, uuid, pages_first in steps:
            button = BUTTONS[name]
            at = situation(report, other, button, number, uuid)
            by = role or button.by or at.referral.role
            first, second = doors[by] if pages_first else doors[by][::-1]
            check_press(at, name, button, first, second)


def decide_all(unmix, report: Report) -> None:
    """The adviser has read it, asked one partner and decided against the others."""
    acknowledge_report(report=report, by=unmix.user(Role.CPA))
    asked = report.referrals.get(role=Role.PSS_PROVIDER)
    basis = ReleaseBasis(reason="They can help.", entry_confirmed=True)
    release_referral(referral=asked, by=unmix.user(Role.CPA), basis=basis)
    report.referrals.filter(status="proposed").update(status="revoked")


def situation(report: Report, other: Report, button: Button, number: int, uuid: UUID) -> Situation:
    """The report as it stands, and one of the recipients that the button is for."""
    report = Report.objects.in_full().get(pk=report.pk)
    told = [each for each in report.referrals.all() if each.role in PEOPLE]
    referrals = [each for each in told if not button.gates or each.gate in button.gates]
    tasks = list(Task.objects.filter(report=report).order_by("pk"))
    referral, task = referrals[number % len(referrals)], tasks[number % len(tasks)]
    referral.report = task.report = report
    return Situation(report, referral, task, other, uuid)


def check_press(at: Situation, name: str, button: Button, first, second) -> None:
    """Pressed at the first door and undone, then at the second: the same came of both."""
    before = Seen.of(at.report)
    with undone():
        outcome = first.press(button, at)
        left = left_behind(at.report)
    again = second.press(button, at)
    assert again.agrees_with(outcome), (name, type(first).__name__, outcome, again)
    assert left_behind(at.report) == left, (name, outcome)
    after = Seen.of(at.report)
    if outcome.kind != "done":
        assert after == before, (name, outcome)
    assert after.history >= before.history
    check_report(before, after)
    check_referrals(before, after)
    check_notices(before, after)


def check_report(before: Seen, after: Seen) -> None:
    if after.report == before.report:
        return
    assert moves_between(REPORT_MOVES, before.report, after.report, OPEN), (before, after)
    assert after.history > before.history


def check_referrals(before: Seen, after: Seen) -> None:
    assert set(before.referrals) <= set(after.referrals)
    for pk, status in after.referrals.items():
        was = before.referrals.get(pk)
        if was is None:
            assert status in FIRST_STATUSES
        elif was != status:
            assert moves_between(REFERRAL_MOVES, was, status, UNDECIDED), (was, status)
            assert after.history > before.history


def check_notices(before: Seen, after: Seen) -> None:
    """A new notice is about something that happened just now, to somebody who may read of it."""
    new = Notification.objects.filter(pk__in=after.notices - before.notices)
    assert not new or after.history > before.history
    for notice in new:
        thing = behind(notice)
        if isinstance(thing, Referral):
            assert thing.status in LET_IN

"""Escalation: nobody answered in time, so somebody else is told (policy 2.8).

Each report in one transaction. However many dispatchers run, each step is taken once: the report
is locked, what is locked already waits for the next turn, and the database refuses the same step
to the same role twice. The clock is the caller's, who asks the database.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from itertools import takewhile

from django.db import DatabaseError, IntegrityError, transaction
from django.utils.translation import gettext_noop

from actors.directory import Directory, Seat
from actors.models import Channel, Contact
from referrals.models import Escalation, HistoryEntry, Notification, Referral, Report, Verb
from referrals.models.choices import Gate, ReferralKind
from referrals.models.inserting import insert_rows
from referrals.notifications import outbox
from referrals.statuses import LET_IN
from referrals.workflow.ladder import (
    LEVELS,
    OIOS,
    REMINDER,
    Late,
    Target,
    due_steps,
    may_be_let_in,
    targets,
)
from referrals.workflow.overdue import WORKED_ON, late_on, reports_to_escalate
from referrals.workflow.reaching import contacts_at
from referrals.workflow.routing import current_implicated
from referrals.workflow.telling import directory_now, let_in

logger = logging.getLogger(__name__)

RULE = "ESCALATION"
REASON = gettext_noop("Nobody answered in time, so this post was told as well.")
SOURCE = "policy 2.8"
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def escalate_overdue(
    now: datetime, limit: int = 200, keep_going: Callable[[], bool] = lambda: True
) -> int:
    """Take every step that is due, on at most so many reports; the number of reports.

    Args:
        now: this moment by the database's clock.
        keep_going: asked before each report; none is begun after it says no.
    """
    due = takewhile(lambda _pk: keep_going(), reports_to_escalate(now, limit))
    number = sum(_escalate_safely(pk, now) for pk in due)
    if number:
        outbox.poke()
    return number


def _escalate_safely(pk: int, now: datetime) -> bool:
    """One faulty report must not keep the others from being heard."""
    try:
        return _escalate_report(pk, now)
    except Exception as error:
        if isinstance(error, DatabaseError) and not isinstance(error, IntegrityError):
            raise
        # Only the kind of error: its text may repeat what an officer wrote.
        logger.error("escalation failed: report %s: %s", pk, type(error).__name__)
        return False


@transaction.atomic
def _escalate_report(pk: int, now: datetime) -> bool:
    found = Report.objects.filter(pk=pk, status__in=WORKED_ON).select_related("mission")
    report = found.select_for_update(of=("self",), no_key=True, skip_locked=True).first()
    if report is None:
        return False
    climb = _Climb(report, now)
    for late in late_on(report):
        for step in due_steps(late, now):
            climb.take(late, step)
    climb.store()
    return bool(climb.steps)


class _Climb:
    """The steps taken on one report in one turn. An address is written to once in it."""

    def __init__(self, report: Report, now: datetime):
        self.report, self.now = report, now
        self.steps: list[tuple[Escalation, list[Contact]]] = []
        self.history: dict[tuple[int, str], HistoryEntry] = {}
        self.notices: list[Notification] = []
        self.told: set[tuple[str, str]] = set()
        self.reached: dict[tuple[int | None, bool], list[Contact] | None] = {}

    @cached_property
    def directory(self) -> Directory:
        return directory_now(self.report, self.now)

    @cached_property
    def implicated(self) -> frozenset[int]:
        return current_implicated(self.report)

    @cached_property
    def referrals(self) -> dict[str, Referral]:
        return {referral.role: referral for referral in self.report.referrals.all()}

    def take(self, late: Late, step: int) -> None:
        """Find whom the step tells; where nobody is found, that is kept too, without a post."""
        for target in targets(late, step):
            is_told = self._told(late, step, target)
            self._note(late, step, target.role, is_told=is_told)

    def store(self) -> None:
        """Write what was taken, and queue the messages."""
        if not self.steps:
            return
        insert_rows([escalation for escalation, _contacts in self.steps])
        for escalation, contacts in self.steps:
            self._queue(contacts, escalation=escalation)
        insert_rows(self.notices)
        insert_rows(list(self.history.values()))

    def _note(self, late: Late, step: int, role: str, *, is_told: bool) -> None:
        """One line of the history for each that a step tells, with all who let it come so far."""
        entry = self.history.setdefault(
            (step, role),
            HistoryEntry(
                report=self.report,
                referral=self.referrals.get(role) if is_told else None,
                at=self.now,
                verb=Verb.ESCALATED,
                details={"step": step, "role": role, "late": [], "nobody": not is_told},
            ),
        )
        if late.role not in entry.details["late"]:
            entry.details["late"].append(late.role)

    def _told(self, late: Late, step: int, target: Target) -> bool:
        post_id = None if target.role == OIOS else self._post(late, target)
        contacts = self._outside() if target.role == OIOS else self._at(post_id, target, step)
        behind = {"task" if late.is_task else "referral": late.thing}
        escalation = Escalation(
            report=self.report,
            step=step,
            role=target.role,
            post_id=post_id if contacts is not None else None,
            at=self.now,
            **behind,
        )
        self.steps.append((escalation, contacts or []))
        return contacts is not None

    def _at(self, post_id: int | None, target: Target, step: int) -> list[Contact] | None:
        """Of several that wait for the same post it is asked once."""
        asked = post_id, target.is_own and step != REMINDER
        if asked not in self.reached:
            self.reached[asked] = contacts_at(
                post_id, now=self.now, shut_out=self.implicated, deputies_first=asked[1]
            )
        return self.reached[asked]

    def _outside(self) -> list[Contact] | None:
        """The address of OIOS, as the mission has written it down; it has no entry of its own."""
        found = _ADDRESS.search(self.report.mission.oios_contact)
        return [Contact(channel=Channel.EMAIL, address=found[0])] if found else None

    def _post(self, late: Late, target: Target) -> int | None:
        """The post that this step tells, let in where it was not; None where nobody may be."""
        if target.is_own and late.is_task:
            return self._doing(late)
        if target.is_own and not late.is_proposal:
            return late.thing.post_id or self._found_since(late)
        known = self.referrals.get(target.role)
        if known:
            return known.post_id if known.status in LET_IN else None
        return self._let_in(target.role) if may_be_let_in(target.role, self.report) else None

    def _doing(self, late: Late) -> int | None:
        """The post of a task, or the one its owner has now: a task itself opens no door."""
        posts = {r.role: r.post_id for r in self.referrals.values() if r.status in LET_IN}
        own = late.thing.post_id
        return own if own in posts.values() else posts.get(late.role)

    def _found_since(self, late: Late) -> int | None:
        """Nobody answered for the role when it was to be told; somebody may do so now."""
        seat = self._seat(late.role)
        if seat is None:
            return None
        late.thing.post_id, late.thing.organization_id = seat.post_id, seat.organization_id
        late.thing.is_gap = False
        late.thing.save(update_fields=["post", "organization", "is_gap"])
        return seat.post_id

    def _let_in(self, role: str) -> int | None:
        """By a referral of its own, for information: the first still has to answer."""
        seat = self._seat(role)
        if seat is None:
            return None
        referral = Referral(
            report=self.report,
            position=max((r.position for r in self.referrals.values()), default=-1) + 1,
            role=role,
            kind=ReferralKind.INFO,
            gate=Gate.NONE,
            redaction=LEVELS[role],
            rule=RULE,
            reason=REASON,
            source=SOURCE,
        )
        let_in(referral, seat, by=None, at=self.now)
        insert_rows([referral])
        self.referrals[role] = referral
        self._queue(self._at(seat.post_id, Target(role), 0) or [], referral=referral)
        return seat.post_id

    def _seat(self, role: str) -> Seat | None:
        return self.directory.resolve(role, implicated=self.implicated)

    def _queue(self, contacts: list[Contact], **behind: Escalation | Referral) -> None:
        """Messages to those of these addresses that this turn has not written to yet."""
        new = [c for c in contacts if (c.channel, c.address.lower()) not in self.told]
        self.told |= {(c.channel, c.address.lower()) for c in new}
        self.notices += outbox.notices_about(
            new, priority=self.report.priority, now=self.now, due=self.now, **behind
        )

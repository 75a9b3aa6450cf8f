"""What is recorded beside a report: who has spoken to the child, and what was verified.

Nothing recorded is changed; a newer entry counts.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actors.models import User
from referrals.models import HistoryEntry, Interview, Report, Verb, Verification
from referrals.models.choices import Concern, Violation
from referrals.models.reasons import Interviewer, VerificationStage, VerificationStatus
from referrals.permissions import can_note_interview, verifiable_stages
from referrals.statuses import ReportStatus
from referrals.workflow.errors import AlreadyDone, FieldRefused, NotAllowed, moment
from referrals.workflow.moving import lock_report, said_of
from referrals.workflow.reasons import words_of

# What the task force looks at: the six grave violations, and what it counts beside them (3.2).
VERIFIABLE = frozenset(
    {*Violation.values, Concern.CHILD_DETAINED.value, Concern.MILITARY_USE_FACILITY.value}
)


@transaction.atomic
def note_interview(
    *,
    report: Report,
    by: User,
    interviewer: str,
    held_on: date | None,
    seen_at: datetime,
    at: datetime | None = None,
) -> Interview:
    """Note that somebody has spoken to the child, so that nobody asks again (policy 2.6).

    Args:
        held_on: the day, in the mission's zone; None where it is not known.
        seen_at: when this person was shown what is noted; the same noted since is not noted twice.

    Raises:
        NotAllowed: this person was not told the record for action.
        FieldRefused: no such `interviewer`, or a day that has not come (`held_on`).
        AlreadyDone: the same is noted already, or the report is linked to another.
    """
    report, at = lock_report(report), at or timezone.now()
    if not can_note_interview(by, report):
        raise NotAllowed
    _check_unlinked(report)
    if interviewer not in Interviewer:
        raise FieldRefused("interviewer", "required", _("Choose who spoke to the child."))
    if held_on:
        _check_day(report, held_on, field="held_on", at=at)
    same = report.interviews.filter(interviewer=interviewer, held_on=held_on)
    if earlier := same.filter(noted_at__gt=seen_at).first():
        raise AlreadyDone(
            _("Already noted by %(name)s, %(at)s.")
            % {"name": earlier.noted_by, "at": moment(earlier.noted_at)}
        )
    _tell_history(report, Verb.INTERVIEW_NOTED, by, at, {"interviewer": interviewer})
    return Interview.objects.create(
        report=report, interviewer=interviewer, held_on=held_on, noted_by=by, noted_at=at
    )


@transaction.atomic
def set_verification(
    *,
    report: Report,
    by: User,
    violation: str,
    stage: str,
    status: str,
    decided_on: date | None,
    seen_at: datetime,
    note: str = "",
    at: datetime | None = None,
) -> Verification:
    """Record what was found of one violation at one stage (policy 3.3).

    Args:
        violation: its code; of `VERIFIABLE`, and in the report.
        seen_at: when this person was shown what is recorded; of two people one wins.

    Raises:
        NotAllowed: this person may record nothing here; UNPOL never may.
        FieldRefused: at `violation`, `stage` (not theirs), `status`, `decided_on` or `note`.
        AlreadyDone: somebody recorded this stage meanwhile, or the report is linked to another.
    """
    report, at = lock_report(report), at or timezone.now()
    stages = verifiable_stages(by, report)
    if not stages:
        raise NotAllowed
    _check_unlinked(report)
    act = report.violations.filter(code=violation).first()
    if act is None or violation not in VERIFIABLE:
        raise FieldRefused("violation", "required", _("Choose the violation."))
    if stage not in stages:
        raise FieldRefused("stage", "required", _("Choose one of the stages you may record."))
    if status not in VerificationStatus:
        raise FieldRefused("status", "required", _("Choose what was found."))
    _check_decision_day(report, decided_on, at=at)
    note = words_of(note, field="note")
    if earlier := act.verifications.filter(stage=stage, at__gt=seen_at).last():
        raise AlreadyDone(_recorded(earlier))
    details = {"violation": violation, "stage": stage, "status": status, "on": str(decided_on)}
    _tell_history(report, Verb.VERIFICATION_SET, by, at, details)
    return Verification.objects.create(
        violation=act, stage=stage, status=status, decided_on=decided_on, note=note, by=by, at=at
    )


def verifiable_in(report: Report) -> list[str]:
    """The codes of what can be verified in this report; no query."""
    facts = report.current_facts
    found = [*facts.get("violations", ()), *facts.get("concerns", ())]
    return [code for code in found if code in VERIFIABLE]


def is_late(report: Report, found: Verification) -> bool:
    """Whether the task force decided after the quarter of the incident (policy 3.3). False where
    the day of the incident is not known.
    """
    happened = report.occurred_until or report.occurred_on
    if happened is None or found.stage != VerificationStage.TASK_FORCE:
        return False
    return found.status != VerificationStatus.PENDING and found.decided_on >= _next_quarter(
        happened
    )


def _next_quarter(day: date) -> date:
    """The first day after the quarter of this day."""
    first = (day.month - 1) // 3 * 3 + 1
    return date(day.year + first // 10, (first + 3) % 12, 1)


def _check_unlinked(report: Report) -> None:
    """A closed report goes on being verified; of a linked one its master is."""
    if report.status == ReportStatus.MERGED:
        raise AlreadyDone(said_of(report))


def _check_decision_day(report: Report, day: date | None, *, at: datetime) -> None:
    if day is None:
        raise FieldRefused("decided_on", "required", _("Write the day of the decision."))
    _check_day(report, day, field="decided_on", at=at)
    if report.occurred_on and day < report.occurred_on:
        message = _("This day is before the incident. Write the day of the decision.")
        raise FieldRefused("decided_on", "early", message)


def _check_day(report: Report, day: date, *, field: str, at: datetime) -> None:
    if day > at.astimezone(report.mission.zone).date():
        raise FieldRefused(field, "future", _("This day has not come yet. Check it."))


def _recorded(found: Verification) -> str:
    return _("Already recorded as “%(finding)s” by %(name)s, %(at)s.") % {
        "finding": found.get_status_display(),
        "name": found.by,
        "at": moment(found.at),
    }


def _tell_history(
    report: Report, verb: Verb, by: User, at: datetime, details: dict[str, object]
) -> None:
    HistoryEntry.objects.create(report=report, at=at, actor=by, verb=verb, details=details)

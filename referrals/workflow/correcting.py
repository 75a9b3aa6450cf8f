"""Correcting the facts of a report: what the CP lead alone may do, with a reason that is kept.

A correction is a new entry; what was filed stays. The report is decided again from the corrected
facts (`changing`): new recipients are told or proposed, those told before keep what they were
told, and nobody is told twice.

What the report can be found, counted and denied by (its columns) follows the correction. The
denial never narrows by it (`planning.implicated_in`). A guard set aside before stays so, with the
category stated beside it, until a correction states another: what was stated last counts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actors.models import User
from referrals.models import (
    Correction,
    HistoryEntry,
    Notification,
    Report,
    ReportedViolation,
    Task,
    TaskStatus,
    Verb,
)
from referrals.models.inserting import insert_rows
from referrals.notifications import outbox
from referrals.permissions import can_lead
from referrals.statuses import OPEN
from referrals.workflow.changing import Change, apply_change, lock_referrals, work_out
from referrals.workflow.corrected_facts import COLUMNS, FACTS, draft_correction, kinds_of
from referrals.workflow.errors import AlreadyDone, ChangedMeanwhile, CorrectionRefused, NotAllowed
from referrals.workflow.handing_over import UNDELIVERED
from referrals.workflow.moving import move_report, said_of
from referrals.workflow.overriding import SHORTEST_REASON
from referrals.workflow.routing import DECIDED_FIELDS

REASON_MISSING = gettext_lazy("Write at least one sentence: how you know that it was otherwise.")


@dataclass(frozen=True)
class Preview:
    """A correction that is not stored, the report as it would read, and what would follow."""

    correction: Correction
    report: Report
    change: Change

    def fingerprint(self) -> str:
        """The same for the same facts with the same outcome, and for nothing else."""
        stated = json.dumps([self.correction.facts, self.correction.was], sort_keys=True)
        return f"{hashlib.sha256(stated.encode()).hexdigest()[:16]}{self.change.fingerprint()}"


def preview_correction(
    *, report: Report, facts: Mapping[str, object], at: datetime | None = None
) -> Preview:
    """What `correct_report` would do with these facts; stores nothing.

    Args:
        facts: new values by the names of `CORRECTABLE`; those that are as known change nothing.
            `perpetrator_org` is an Organization or None, days are dates.

    Raises:
        AlreadyDone: the report is closed, linked to another or handed on, by somebody named.
        CorrectionRefused: a fact that nobody may correct, or nothing is corrected.
        FilingRefused: the values contradict each other, each named at its field.
    """
    report = Report.objects.with_places().get(pk=report.pk)
    _check_open(report)
    preview = _previewed(report, draft_correction(report, facts), at=at or timezone.now())
    report.routed_facts = preview.change.plan.facts.as_dict()
    return preview


@transaction.atomic
def correct_report(
    *,
    report: Report,
    by: User,
    facts: Mapping[str, object],
    reason: str,
    seen: str = "",
    at: datetime | None = None,
) -> Correction:
    """Correct facts of a report and tell who must know now, as the rules say.

    A correction to UN personnel or an aid worker hands the report to the conduct channel (policy
    2.7): all others lose their access, the lead among them, and there is no way back.

    Args:
        facts: as for `preview_correction`.
        seen: the fingerprint of the preview this person was shown; empty asks for no comparison.

    Raises:
        NotAllowed: this person does not lead on the report.
        ChangedMeanwhile: another change than the one `seen` would follow now; nothing is stored.
        AlreadyDone, CorrectionRefused, FilingRefused: as `preview_correction`, or no reason.
    """
    at = at or timezone.now()
    report = _locked(report)
    if not can_lead(by, report):
        raise NotAllowed
    _check_open(report)
    correction = draft_correction(report, facts)
    if len(reason.strip()) < SHORTEST_REASON:
        raise CorrectionRefused("reason", "required", str(REASON_MISSING))
    correction.reason, correction.by, correction.at = reason.strip(), by, at
    lock_referrals(report)
    preview = _previewed(report, correction, at=at)
    if seen and seen != preview.fingerprint():
        raise ChangedMeanwhile(_("What would follow is different now. Look at it again."))
    _store(report, correction, preview.change)
    transaction.on_commit(outbox.poke, robust=True)
    return correction


def _locked(report: Report) -> Report:
    # No key lock: whoever releases or acknowledges meanwhile may still write to the history.
    locked = Report.objects.select_for_update(of=("self",), no_key=True)
    return locked.with_places().get(pk=report.pk)


def _check_open(report: Report) -> None:
    if report.status not in OPEN:
        raise AlreadyDone(said_of(report))
    if not report.routed_facts:
        message = _("An earlier release routed this report, so it cannot be decided again.")
        raise CorrectionRefused("", "no_facts", message)


def _previewed(report: Report, draft: Correction, *, at: datetime) -> Preview:
    """Decided with all that the correction says, in the policy's words."""
    party = report.perpetrator_org
    stated = {name: value for name, value in draft.facts.items() if name in FACTS}
    stated |= {"child_victims": report.children, "perpetrator_org": party.name if party else None}
    change = work_out(report, stated=stated, was=draft.was, at=at)
    return Preview(draft, report, change)


def _store(report: Report, correction: Correction, change: Change) -> None:
    by, at, reason = correction.by, correction.at, correction.reason
    _keep_kinds(report, correction.facts)
    correction.save()
    followed = apply_change(report, change, by=by, at=at, reason=reason)
    columns = [name for name in COLUMNS if name in correction.facts]
    report.save(update_fields=[*DECIDED_FIELDS, *columns])
    insert_rows(
        [
            HistoryEntry(
                report=report,
                at=at,
                actor=by,
                verb=Verb.CORRECTED,
                details={"facts": sorted(correction.facts)},
            ),
            HistoryEntry(report=report, at=at, verb=Verb.REROUTED, details=followed),
        ]
    )
    if change.diverts:
        _hand_over(report, change, by=by, at=at)


def _keep_kinds(report: Report, changed: Mapping[str, object]) -> None:
    """Lists ask for the kinds of a report by their rows."""
    if not {"violations", "concerns"} & changed.keys():
        return
    codes = kinds_of(report, changed)
    report.violations.exclude(code__in=codes).delete()
    known = set(report.violations.values_list("code", flat=True))
    insert_rows([ReportedViolation(report=report, code=c) for c in codes if c not in known])


def _hand_over(report: Report, change: Change, *, by: User, at: datetime) -> None:
    """To the conduct channel: what stands open for others ends, unsent notices included."""
    move_report(report, "divert", verb=Verb.DIVERTED, by=by, at=at)
    report.shares.filter(expires_at__gt=at).update(expires_at=at)
    asked = {(task.code, task.owner) for task in change.plan.decision.tasks}
    left = [
        t for t in report.tasks.filter(status=TaskStatus.OPEN) if (t.code, t.owner) not in asked
    ]
    Task.objects.filter(pk__in=[task.pk for task in left]).update(
        status=TaskStatus.CANCELLED, ended_at=at, ended_by=by
    )
    unsent = Notification.objects.filter(status__in=UNDELIVERED)
    unsent.filter(message__report=report).delete()
    unsent.filter(task__in=left).delete()
    unsent.filter(escalation__report=report).delete()

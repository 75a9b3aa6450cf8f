"""Filing in confidence by the short form: nothing but the report remains."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import uuid5

from django.db import transaction

from actors.models import User
from referrals.models import Report
from referrals.workflow.drafts import forget_draft
from referrals.workflow.filing import SentDifferently, file_report
from referrals.workflow.filings import Filing


@dataclass(frozen=True)
class Confided:
    """The stored report; `was_changed` where an earlier sending of it said something else."""

    report: Report
    was_changed: bool = False


@transaction.atomic
def confide_report(*, reporter: User, filing: Filing) -> Confided:
    """Store, route and queue a report of the misconduct track, and drop its draft.

    Sent again it is the same report. Had the long form already sent another one under this id,
    in the open, this one is stored apart from it: what is confided must not get lost.

    Raises:
        FilingRefused: as `file_report`.
    """
    try:
        confided = Confided(file_report(reporter=reporter, filing=filing).report)
    except SentDifferently as earlier:
        if not earlier.report.is_confided:
            apart = replace(filing, uuid=uuid5(filing.uuid, "in confidence"))
            confided = confide_report(reporter=reporter, filing=apart)
        else:
            confided = Confided(earlier.report, was_changed=True)
    forget_draft(owner=reporter, draft=filing.uuid)
    return confided

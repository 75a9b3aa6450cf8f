"""Taking a filtered list out of the portal as a file: who did it, by which filter, and of what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from actors.models import User
from referrals.models import BulkLine, BulkRun
from referrals.models.inserting import insert_rows
from referrals.workflow.bulk import OK

EXPORT = "export"


@transaction.atomic
def record_export(
    *, by: User, query: str, is_searched: bool, reports: Sequence[int], at: datetime
) -> BulkRun:
    """Keep that these reports were taken out as a file; two statements. Written before the file.

    Args:
        query: the filter as its address has it, so that it reads in any language.
        is_searched: words were searched for as well. Which ones is kept nowhere.
        reports: their primary keys.
    """
    run = BulkRun.objects.create(
        by=by,
        verb=EXPORT,
        given={"filter": query, "is_searched": is_searched},
        requested_at=at,
        finished_at=at,
        total=len(reports),
        done=len(reports),
    )
    insert_rows([BulkLine(run=run, report_id=report, outcome=OK) for report in reports])
    return run

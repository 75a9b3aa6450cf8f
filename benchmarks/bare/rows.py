"""The rows of one filing, copied from a report that the portal filed.

All values but keys are worked out before: no routing, no directory, no checks, no numbering
of the reference, no random notice codes.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID, uuid4

from django.db import connection, models, transaction

from actors.models import User
from referrals.models import HistoryEntry, Notification, Referral, Report, ReportedViolation

SAMPLE = "BENCH_SAMPLE"

_NUMBER = """
INSERT INTO referrals_reportnumber (mission_id, year, last) VALUES (%s, %s, 1)
ON CONFLICT (mission_id, year) DO UPDATE SET last = referrals_reportnumber.last + 1
RETURNING last
"""

Values = dict[str, object]


@dataclass(frozen=True)
class Sample:
    """The values of a filed report's rows, less what must differ from filing to filing."""

    report: Values
    violations: list[Values]
    referrals: list[Values]
    notices: list[tuple[int, Values]]  # with the place of their referral
    history: list[Values]

    def count(self) -> dict[str, int]:
        """How many rows of each kind one filing writes."""
        parts = ("violations", "referrals", "notices", "history")
        return {"reports": 1, **{name: len(getattr(self, name)) for name in parts}}


def write_rows(uuid: UUID, *, reporter: User) -> Report:
    """Write as many rows of the same size in one transaction, a bulk_create for each table."""
    sample = sample_of(UUID(os.environ[SAMPLE]))
    report = Report(uuid=uuid, reference=f"B{uuid.hex[:15]}", reporter=reporter, **sample.report)
    violations = [ReportedViolation(report=report, **values) for values in sample.violations]
    referrals = [Referral(report=report, **values) for values in sample.referrals]
    notices = [
        Notification(referral=referrals[place], code=uuid4().hex[:12], **values)
        for place, values in sample.notices
    ]
    history = [HistoryEntry(report=report, **values) for values in sample.history]
    with transaction.atomic():
        Report.objects.bulk_create([report])
        ReportedViolation.objects.bulk_create(violations)
        Referral.objects.bulk_create(referrals)
        Notification.objects.bulk_create(notices)
        HistoryEntry.objects.bulk_create(history)
        _take_number(report)
    return report


@lru_cache(maxsize=1)
def sample_of(uuid: UUID) -> Sample:
    """Read a filed report and its rows."""
    report = Report.objects.get(uuid=uuid)
    referrals = list(report.referrals.order_by("position"))
    places = {referral.pk: place for place, referral in enumerate(referrals)}
    notices = Notification.objects.filter(referral__report=report).order_by("pk")
    return Sample(
        report=_values(report, "uuid", "reference", "reporter_id"),
        violations=[_values(each, "report_id") for each in report.violations.all()],
        referrals=[_values(each, "uuid", "report_id") for each in referrals],
        notices=[
            (places[each.referral_id], _values(each, "uuid", "referral_id", "code"))
            for each in notices
        ],
        history=[_values(each, "report_id") for each in report.history.all()],
    )


def _values(row: models.Model, *without: str) -> Values:
    left_out = {row._meta.pk.attname, *without}
    names = [field.attname for field in row._meta.concrete_fields]
    return {name: getattr(row, name) for name in names if name not in left_out}


def _take_number(report: Report) -> None:
    """Last, so that the row all filings share is locked for one round trip."""
    with connection.cursor() as cursor:
        cursor.execute(_NUMBER, [report.mission_id, report.filed_at.year])
        cursor.fetchone()

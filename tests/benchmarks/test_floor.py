"""The bare view writes what a filing writes; else the ratio would compare unequal work."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from actors.roles import Role
from benchmarks.bare.rows import SAMPLE, sample_of
from benchmarks.bare.views import write
from referrals.models import HistoryEntry, Notification, Referral, Report, ReportedViolation

UNIQUE = {"id", "uuid", "reference", "code", "report_id", "referral_id"}
PARENTS = {
    Report: "pk",
    ReportedViolation: "report",
    Referral: "report",
    Notification: "referral__report",
    HistoryEntry: "report",
}


def rows_of(report: Report, model) -> list[dict]:
    found = model.objects.filter(**{PARENTS[model]: report.pk}).order_by("pk")
    return [{k: v for k, v in row.items() if k not in UNIQUE} for row in found.values()]


@pytest.fixture
def filed(unmix, monkeypatch):
    """A filed report, set to be what the bare view copies."""
    sample_of.cache_clear()
    report = unmix.file().report
    monkeypatch.setenv(SAMPLE, str(report.uuid))
    yield report
    sample_of.cache_clear()


def ask(user):
    uuid = uuid4()
    request = RequestFactory().post("/", {"uuid": uuid})
    request.user = user
    return write(request), uuid


@pytest.mark.parametrize("model", PARENTS)
def test_the_bare_view_writes_the_rows_of_a_filing_column_by_column(unmix, filed, model):
    answer, uuid = ask(unmix.user(Role.UNPOL_OFFICER))

    assert answer.status_code == 201
    assert rows_of(Report.objects.get(uuid=uuid), model) == rows_of(filed, model)


def test_the_bare_view_counts_the_number_up_and_keeps_texts_as_long(unmix, filed):
    _answer, uuid = ask(unmix.user(Role.UNPOL_OFFICER))

    copy = Report.objects.get(uuid=uuid)
    assert len(copy.reference) == len(filed.reference)
    assert unmix.file().report.reference == filed.reference[:-1] + "3"


def test_the_bare_view_serves_nobody_who_has_not_signed_in(filed, unmix):
    answer, _uuid = ask(AnonymousUser())
    assert answer.status_code == 403
    assert Report.objects.count() == 1


def test_the_rows_of_a_filing_are_counted(filed):
    assert sample_of(filed.uuid).count() == {
        "reports": 1,
        "violations": 1,
        "referrals": 16,
        "notices": 14,
        "history": 2,
    }

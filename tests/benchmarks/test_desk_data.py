"""The copies that `./run bench desk` measures with."""

from django.db.models import Count

from benchmarks.desk_data import OWN_AREA, copy_reports
from referrals.models import Referral, Report, ReportedViolation
from referrals.statuses import ReportStatus


def test_copies_have_the_referrals_and_violations_of_their_originals(unmix):
    original = unmix.file().report
    copy_reports(10)
    assert Report.objects.count() == 10
    for model in (Referral, ReportedViolation):
        numbers = model.objects.values("report").annotate(n=Count("pk")).values_list("n", flat=True)
        assert set(numbers) == {model.objects.filter(report=original).count()}
        assert len(numbers) == 10


def test_what_is_older_than_three_weeks_is_closed(unmix):
    unmix.file()
    copy_reports(4_000)
    closed = Report.objects.filter(status=ReportStatus.CLOSED).count()
    assert closed == 4_000 - 21 * 24 * 4
    assert OWN_AREA in set(Report.objects.values_list("area__code", flat=True))

"""The desk's list as a file: what the filter names, as this reader sees it, and it is kept."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from actors.models import Area, Organization
from actors.roles import Role
from referrals.models import BulkLine, BulkRun, Referral, Report
from referrals.views import export as page
from referrals.workflow.correcting import correct_report

NARRATIVE = "NARRATIVE-CANARY at the mill"
ALL = {"match": "show=all"}
LED = ("CPA", "CPA_SENIOR")


@pytest.fixture
def unmix(unmix):
    """Here the lead is told directly, whatever the priority."""
    unmix.mission.reporting_line = "officer"
    unmix.mission.save()
    return unmix


@pytest.fixture
def report(unmix) -> Report:
    party = Organization.objects.get(name="Front for Myre")
    return unmix.file(
        narrative=NARRATIVE,
        boys=3,
        perpetrator_org=party,
        facts={"perpetrator": "armed_group"},
    ).report


@pytest.fixture
def adviser(as_role):
    return as_role(Role.CPA)


def take(browser, **given):
    return browser.post(reverse("export-reports"), ALL | given)


def body(answer) -> str:
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def rows(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body(answer), newline="")))


class TestWhoMay:
    @pytest.mark.parametrize("role", LED)
    def test_the_lead_and_the_senior_adviser_are_offered_it_and_get_it(self, as_role, report, role):
        browser = as_role(role)
        desk = browser.get(f"{reverse('desk')}?show=all").content.decode()
        assert f'action="{reverse("export-reports")}"' in desk
        assert [row["Reference"] for row in rows(take(browser))] == [report.reference]

    @pytest.mark.parametrize(
        "role",
        ["UNPOL_OFFICER", "UNPOL_SUPERVISOR", "UNPOL_CPFP_FIELD", "HUMAN_RIGHTS", "HOPC", "JOC",
         "SRSG_OFFICE", "CONDUCT_DISCIPLINE", "UNICEF_CP"],
    )  # fmt: skip
    def test_nobody_else_is_or_does(self, as_role, report, role):
        browser = as_role(role)
        assert take(browser).status_code == 404
        desk = browser.get(f"{reverse('desk')}?show=all").content.decode()
        assert reverse("export-reports") not in desk
        assert BulkRun.objects.count() == 0

    def test_where_the_mission_has_no_adviser_human_rights_does(self, as_role, unmix):
        unmix.mission.has_cpa = False
        unmix.mission.save()
        report = unmix.file().report
        found = rows(take(as_role(Role.HUMAN_RIGHTS)))
        assert [row["Reference"] for row in found] == [report.reference]
        assert take(as_role(Role.CPA)).status_code == 404

    def test_nobody_does_before_signing_in_and_an_address_alone_exports_nothing(
        self, client, adviser, report
    ):
        assert "/accounts/login/" in take(client).url
        assert adviser.get(reverse("export-reports")).url == f"{reverse('desk')}?"
        assert BulkRun.objects.count() == 0


class TestWhatIsInIt:
    def test_a_row_has_what_the_lead_may_count_and_no_text_or_name(self, adviser, report):
        text = body(take(adviser))
        (row,) = csv.DictReader(io.StringIO(text, newline=""))
        shown = (
            "Your access",
            "Status",
            "What",
            "Where",
            "Children affected",
            "Alleged perpetrator",
        )
        assert [row[name] for name in shown] == [
            "RD0",
            "Submitted",
            "Attack on a hospital",
            "Port Sela, Lakeside",
            "3 boys",
            "Armed group",
        ]
        for hidden in ("CANARY", "Front for Myre", "Person of", "Team Site"):
            assert hidden not in text

    def test_each_row_is_at_the_readers_own_level(self, adviser, report):
        Referral.objects.filter(role="CPA").update(redaction="RD3")
        (row,) = rows(take(adviser))
        assert (row["Your access"], row["Where"], row["Alleged perpetrator"]) == (
            "RD3",
            "Lakeside",
            "",
        )

    def test_a_corrected_fact_is_as_known_now(self, unmix, adviser, report):
        correct_report(
            report=report, by=unmix.user(Role.CPA), facts={"boys": 5}, reason="Counted again"
        )
        assert rows(take(adviser))[0]["Children affected"] == "5 boys"

    def test_it_is_the_filter_of_the_address_and_the_words_searched_for(
        self, unmix, adviser, report
    ):
        other = unmix.file(area="QM0101", narrative="About the ferry").report
        north = rows(take(adviser, match="show=all&area=QM01"))
        assert [row["Reference"] for row in north] == [other.reference]
        words = rows(take(adviser, q="ferry"))
        assert [row["Reference"] for row in words] == [other.reference]
        everything = rows(take(adviser))
        assert [row["Reference"] for row in everything] == [other.reference, report.reference]

    def test_what_one_may_not_see_is_not_in_it(self, unmix, adviser, report):
        unmix.file().report.referrals.filter(role="CPA").update(status="revoked")
        assert [row["Reference"] for row in rows(take(adviser))] == [report.reference]

    @pytest.mark.parametrize("role", LED)
    def test_nothing_filed_in_confidence_is(self, unmix, as_role, role):
        unmix.file(facts={"perpetrator": "un_personnel"})
        answer = take(as_role(role))
        assert answer.url == f"{reverse('desk')}?show=all"
        assert BulkRun.objects.count() == 0

    def test_what_is_handed_on_while_the_file_is_written_is_left_out(self, adviser, report):
        answer = take(adviser)
        Report.objects.update(track="misconduct", perpetrator="un_personnel")
        assert rows(answer) == []

    def test_a_cell_that_would_be_a_formula_is_none(self, unmix, adviser, report):
        Area.objects.filter(code="QM0201").update(name='=HYPERLINK("//evil","x")')
        assert rows(take(adviser))[0]["Where"].startswith("'=HYPERLINK")

    def test_it_is_in_the_readers_language_and_a_spreadsheet_reads_it(self, unmix, as_role, report):
        browser = as_role(Role.CPA)
        browser.cookies["django_language"] = "fr"
        unmix.people[Role.CPA].__class__.objects.update(language="fr")
        answer = take(browser)
        raw = b"".join(answer.streaming_content)
        assert raw.startswith(b"\xef\xbb\xbf")
        assert raw.count(b"\xef\xbb\xbf") == 1
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="reports-20')


class TestWhatIsKept:
    def test_who_by_which_filter_how_many_and_which(self, unmix, adviser, report):
        other = unmix.file().report
        take(adviser, match="show=all&area=QM02", q="")
        run = BulkRun.objects.get()
        assert (run.by, run.verb, run.total, run.done) == (unmix.people[Role.CPA], "export", 2, 2)
        assert run.given == {"filter": "show=all&area=QM02", "is_searched": False}
        assert run.finished_at is not None
        exported = BulkLine.objects.filter(run=run).values_list("report", flat=True)
        assert set(exported) == {report.pk, other.pk}

    def test_not_the_words_searched_for(self, adviser, report):
        take(adviser, q="CANARY")
        assert BulkRun.objects.get().given == {"filter": "show=all", "is_searched": True}

    def test_it_is_kept_before_the_file_leaves(self, adviser, report):
        answer = take(adviser)
        assert BulkRun.objects.count() == 1
        answer.close()

    def test_no_worker_takes_it_for_a_run_and_it_has_no_page_of_one(self, adviser, report):
        take(adviser)
        run = BulkRun.objects.get()
        assert adviser.get(reverse("bulk-run", args=[run.uuid])).status_code == 404
        assert adviser.get(reverse("bulk-progress", args=[run.uuid])).status_code == 404


class TestRefusals:
    def test_more_than_the_most_is_refused_in_words_and_nothing_is_cut_off(
        self, unmix, adviser, report, monkeypatch
    ):
        unmix.file()
        monkeypatch.setattr(page, "MOST", 1)
        answer = take(adviser)
        assert answer.url == f"{reverse('desk')}?show=all"
        said = adviser.get(answer.url).content.decode()
        assert "More than 1 reports match" in said
        assert BulkRun.objects.count() == 0

    def test_a_filter_that_is_not_understood_exports_nothing(self, adviser, report):
        answer = take(adviser, match="show=all&status=nonsense")
        assert (answer.status_code, answer.url) == (302, f"{reverse('desk')}?")
        assert BulkRun.objects.count() == 0

    def test_nothing_that_matches_is_said(self, adviser, report):
        answer = take(adviser, match="show=all&status=closed")
        said = adviser.get(answer.url).content.decode()
        assert "No report matches that may be exported." in said


def test_it_takes_as_many_statements_for_many_rows_as_for_one(unmix, adviser, report):
    counts = {}
    for number in (1, 3, 50):
        missing = number - Report.objects.count()
        at = timezone.now() - timedelta(minutes=5)
        _copy(report, missing, at)
        with CaptureQueriesContext(connection) as captured:
            assert len(rows(take(adviser))) == number
        counts[number] = len(captured)
    assert counts[1] == counts[3] == counts[50]
    assert counts[50] <= 12


def _copy(report: Report, times: int, at) -> None:
    """Rows like this one, with its recipients."""
    referrals = list(report.referrals.all())
    for number in range(times):
        copy = Report.objects.get(pk=report.pk)
        copy.pk, copy.uuid = None, f"{Report.objects.count():032x}"
        copy._state.adding = True
        copy.reference, copy.filed_at = f"UNMIX-C-{Report.objects.count():05d}", at
        copy.save()
        for referral in referrals:
            referral.pk, referral.report = None, copy
            referral.uuid = f"{number:016x}{copy.pk:08x}{referral.position:08x}"
            referral._state.adding = True
            referral.save(force_insert=True)

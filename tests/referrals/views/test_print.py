"""The written report: what the chain of command may read on paper, and never more."""

import re
from uuid import uuid4

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from actors.roles import Role
from referrals.models import Annex, Notification, Referral, Report
from referrals.workflow.asking import add_to_report, ask_officer
from referrals.workflow.correcting import correct_report
from referrals.workflow.recording import set_verification
from referrals.workflow.triage import forward_report

NARRATIVE = "Armed men drove past the ward."
STRICT = {"violations": ["sexual_violence"], "facility": "none", "perpetrator": "armed_group"}


@pytest.fixture
def report(unmix):
    return unmix.file(narrative=NARRATIVE, boys=3).report


@pytest.fixture
def strict(unmix):
    report = unmix.file(narrative=NARRATIVE, girls=3, facts=STRICT).report
    forward_report(report=report, by=unmix.user(Role.UNPOL_CPFP_FIELD))
    return report


def sheet(answer) -> str:
    """What goes on paper, without the frame of the screen."""
    page = answer.content.decode()
    return page[page.index('<article class="sheet">') : page.index("</article>")]


@pytest.fixture
def paper(as_role):
    """A function from a role and a report to the answer."""
    return lambda role, report: as_role(role).get(f"/reports/{report.reference}/print/")


def test_it_carries_what_a_written_report_needs(paper, report):
    page = paper(Role.UNPOL_OFFICER, report).content.decode()
    for text in (
        "Confidential",
        "Confidential · Alert",
        report.reference,
        "UNPOL Team Site Port Sela",
        "Attack on a hospital",
        NARRATIVE,
        "Who was told, and when",
        "Child Protection Adviser",
        "Reporting officer, date",
        "Received by, date",
        "do not leave it lying about",
        "The perpetrator is always alleged.",
    ):
        assert text in page


def test_who_was_told_stands_with_the_moment_and_who_was_not_is_missing(paper, report):
    rows = paper(Role.UNPOL_OFFICER, report).context["told"]
    let_in = Referral.objects.filter(report=report, released_at__isnull=False)
    assert len(rows) == let_in.count()
    assert {row["told_at"] for row in rows} == {report.filed_at}
    assert "WHO" not in [row["role"] for row in rows]


@pytest.mark.parametrize(
    ("role", "printer"),
    [
        (Role.UNPOL_OFFICER, ""),
        (Role.CPA, "by <bdi>Person of CPA</bdi>."),
        (Role.UNPOL_SUPERVISOR, "by <bdi>Person of UNPOL_SUPERVISOR</bdi>."),
    ],
)
def test_of_a_strictly_confidential_report_the_paper_is_the_summary(paper, strict, role, printer):
    on_paper = sheet(paper(role, strict))
    assert "Strictly confidential" in on_paper
    assert "A summary without names or details." in on_paper
    assert printer in on_paper
    for text in (NARRATIVE, "UNPOL Team Site", "Person of UNPOL_OFFICER", "Who was told, and when"):
        assert text not in on_paper


def test_nobody_prints_more_than_they_see(paper, report):
    """Who reads the summary on the screen reads it on paper, also where the chain reads more."""
    on_paper = sheet(paper(Role.JOC, report))
    assert "A summary without names or details." in on_paper
    for text in (NARRATIVE, "UNPOL Team Site", "Who was told, and when"):
        assert text not in on_paper


def test_the_annex_never_goes_on_paper(paper, unmix):
    report = unmix.file(
        narrative="Ask Mariam Okoye, +44 20 7946 0123.",
        safe_contact="The teacher at the mill",
        facts={"contains_identity": True},
    ).report
    assert Annex.objects.filter(report=report).exists()
    for role in (Role.UNPOL_OFFICER, Role.CPA):
        page = paper(role, report).content.decode()
        for text in ("Mariam", "7946", "teacher"):
            assert text not in page


def test_what_was_added_since_is_printed_unless_restricted(paper, unmix, report):
    officer = unmix.user(Role.UNPOL_OFFICER)
    for text in ("The road is open again.", "Ring +44 20 7946 0123."):
        add_to_report(report=report, by=officer, text=text, uuid=uuid4())
    ask_officer(report=report, by=unmix.user(Role.CPA), text="Which bridge?", uuid=uuid4())
    for role in (Role.UNPOL_OFFICER, Role.CPA, Role.UNPOL_SUPERVISOR):
        page = paper(role, report).content.decode()
        shown = [text in page for text in ("The road is open again.", "7946", "Which bridge?")]
        assert shown == [True, False, False]


def test_who_reads_less_than_a_summary_prints_nothing(paper, as_role, report):
    referral = Referral.objects.filter(report=report, role="WHO")
    assert referral.get().redaction == "RD3"
    assert paper("WHO", report).status_code == 404
    referral.update(status="sent")
    page = as_role("WHO").get(f"/reports/{report.reference}/")
    assert (page.status_code, "/print/" in page.content.decode()) == (200, False)
    assert paper("WHO", report).status_code == 404


def test_nothing_filed_in_confidence_goes_on_paper(paper, as_role, unmix):
    report = unmix.file(facts={"perpetrator": "un_personnel"}).report
    for role in (Role.CONDUCT_DISCIPLINE, Role.CPA_SENIOR, Role.UNPOL_OFFICER):
        assert paper(role, report).status_code == 404
    conduct = as_role(Role.CONDUCT_DISCIPLINE).get(f"/reports/{report.reference}/")
    assert (conduct.status_code, "/print/" in conduct.content.decode()) == (200, False)


def test_before_the_rules_have_run_the_paper_is_the_summary(paper, report):
    Notification.objects.all().delete()
    Referral.objects.filter(report=report).delete()
    Report.objects.filter(pk=report.pk).update(routed_at=None, classification="")
    page = paper(Role.UNPOL_OFFICER, report).content.decode()
    assert "Strictly confidential" in page
    assert NARRATIVE not in page


def verify(unmix, report, status="verified") -> None:
    day = report.filed_at.date()
    set_verification(
        report=report,
        by=unmix.user(Role.CPA),
        violation="attack_school_hospital",
        stage="focal_point",
        status=status,
        decided_on=day,
        seen_at=timezone.now(),
        note="NOTE-CANARY",
    )


class TestWhatStandsNow:
    def test_a_corrected_fact_stands_as_known_now_with_what_was_and_when(
        self, paper, unmix, report
    ):
        correct_report(
            report=report, by=unmix.user(Role.CPA), facts={"boys": 5}, reason="REASON-CANARY"
        )
        for role in (Role.CPA, Role.UNPOL_SUPERVISOR, Role.UNPOL_OFFICER):
            on_paper = sheet(paper(role, report))
            assert "The report as it stands now" in on_paper
            assert "Corrected since it was filed" in on_paper
            moment = report.corrections.get().at.astimezone(unmix.mission.zone)
            assert date_format(moment, "SHORT_DATETIME_FORMAT") in on_paper
            texts = {
                " ".join(each.split()) for each in re.findall("<bdi>(.*?)</bdi>", on_paper, re.S)
            }
            assert {"3 boys", "5 boys"} <= texts
            assert "REASON-CANARY" not in on_paper

    def test_a_summary_has_the_fact_as_known_now_and_says_no_more(self, paper, unmix, report):
        correct_report(
            report=report, by=unmix.user(Role.CPA), facts={"boys": 5}, reason="Counted again"
        )
        on_paper = sheet(paper(Role.JOC, report))
        assert "5 boys" in on_paper
        for text in ("3 boys", "Corrected since it was filed"):
            assert text not in on_paper

    def test_as_filed_it_says_nothing_of_corrections(self, paper, report):
        on_paper = sheet(paper(Role.CPA, report))
        assert "The report as it stands now" not in on_paper
        assert "Confidential · Unverified alert" in on_paper
        assert "An alert, not verified." in on_paper

    def test_what_was_verified_is_printed_as_verified(self, paper, unmix, report):
        verify(unmix, report)
        for role in (Role.CPA, Role.UNPOL_SUPERVISOR):
            on_paper = sheet(paper(role, report))
            assert "Confidential · Verified" in on_paper
            assert "Attack on a school or hospital: Verified" in on_paper
            assert "Focal point, first assessment: Verified" in on_paper
            for text in ("An alert, not verified.", "NOTE-CANARY"):
                assert text not in on_paper

    def test_of_several_some_verified_is_in_part(self, paper, unmix, report):
        facts = {"violations": ["attack_school_hospital", "killing_maiming"], "boys": 1}
        correct_report(report=report, by=unmix.user(Role.CPA), facts=facts, reason="Counted again")
        verify(unmix, report)
        assert "Confidential · Verified in part" in sheet(paper(Role.CPA, report))

    def test_a_finding_that_is_no_verification_is_said_and_stays_unverified(
        self, paper, unmix, report
    ):
        verify(unmix, report, status="did_not_occur")
        on_paper = sheet(paper(Role.CPA, report))
        assert "Confidential · Unverified alert" in on_paper
        assert "Found not to have occurred" in on_paper

    @pytest.mark.parametrize("role", [Role.UNPOL_OFFICER, Role.JOC])
    def test_who_is_not_told_what_was_found_reads_neither(self, paper, unmix, report, role):
        before = sheet(paper(role, report))
        verify(unmix, report)
        after = sheet(paper(role, report))
        assert "whether it was verified since is not said here" in after
        for text in ("Verified", "verified alert", "Focal point, first assessment"):
            assert text not in before + after


def test_nobody_prints_before_signing_in(client, report):
    url = f"/reports/{report.reference}/print/"
    assert client.get(url).url == f"/accounts/login/?next={url}"


def test_it_takes_few_statements(as_role, report, django_assert_max_num_queries):
    browser = as_role(Role.UNPOL_OFFICER)
    with django_assert_max_num_queries(8):
        browser.get(f"/reports/{report.reference}/print/")

"""The written report: what the chain of command may read on paper, and never more."""

from uuid import uuid4

import pytest

from actors.roles import Role
from referrals.models import Annex, Notification, Referral, Report
from referrals.workflow.asking import add_to_report, ask_officer
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
        "Unverified alert",
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


def test_nobody_prints_before_signing_in(client, report):
    url = f"/reports/{report.reference}/print/"
    assert client.get(url).url == f"/accounts/login/?next={url}"


def test_it_takes_few_statements(as_role, report, django_assert_max_num_queries):
    browser = as_role(Role.UNPOL_OFFICER)
    with django_assert_max_num_queries(8):
        browser.get(f"/reports/{report.reference}/print/")

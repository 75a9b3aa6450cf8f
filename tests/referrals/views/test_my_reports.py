"""My reports: what became of each, in words an officer understands."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actors.models import Mission
from actors.roles import Role
from referrals.models import Notification, Referral, Report
from referrals.views.my_reports import PAGE
from referrals.workflow.asking import add_to_report, ask_officer
from referrals.workflow.triage import acknowledge_report

SHELL = {"violations": [], "concerns": ["explosive_hazard"], "facility": "none"}


@pytest.fixture
def officer(as_role):
    return as_role(Role.UNPOL_OFFICER)


def cards(officer, **query) -> list[dict]:
    return officer.get("/reports/", query).context["cards"]


def note(officer) -> str:
    (card,) = cards(officer)
    return card["note"]


def ask(unmix, report) -> None:
    ask_officer(report=report, by=unmix.user(Role.CPA), text="Which bridge?", uuid=report.uuid)


class TestInPlainWords:
    def test_the_adviser_was_told_and_has_read_it(self, officer, unmix):
        report = unmix.file().report
        assert note(officer) == "The adviser has been told."
        acknowledge_report(report=report, by=unmix.user(Role.CPA))
        assert note(officer) == "The adviser has read it."

    def test_the_focal_point_has_it(self, officer, unmix):
        Mission.objects.update(reporting_line="focal_point")
        unmix.file(area="QM0201", facts={"violations": ["killing_maiming"], "facility": "none"})
        Referral.objects.filter(role=Role.CPA).update(status="proposed")
        assert note(officer) == "The focal point has it and passes it on."

    def test_the_adviser_asks(self, officer, unmix):
        report = unmix.file().report
        acknowledge_report(report=report, by=unmix.user(Role.CPA))
        ask(unmix, report)
        assert note(officer) == "The adviser asks you something."
        add_to_report(
            report=report, by=unmix.user(Role.UNPOL_OFFICER), text="The north", uuid=report.uuid
        )
        assert note(officer) == "The adviser has read it."

    @pytest.mark.parametrize(
        ("status", "words"),
        [
            ("follow_up", "It is being followed up."),
            ("closed", "Closed. Nothing more is expected of you."),
            ("merged", "Linked to another report of the same incident."),
        ],
    )
    def test_what_comes_later(self, officer, unmix, status, words):
        unmix.file()
        Report.objects.update(status=status)
        assert note(officer) == words

    def test_recipients_are_still_worked_out(self, officer, unmix):
        unmix.file()
        Notification.objects.all().delete()
        Report.objects.update(routed_at=None)
        assert note(officer) == "Stored. Recipients are being worked out."

    def test_a_shell_has_nobody_who_leads(self, officer, unmix):
        unmix.file(facts=SHELL)
        assert note(officer) == "Those who must act have been told."

    def test_who_has_acknowledged_is_named_by_function(self, officer, unmix):
        report = unmix.file().report
        for role in (Role.UNPOL_SUPERVISOR, Role.CPA):
            acknowledge_report(report=report, by=unmix.user(role))
        (card,) = cards(officer)
        assert [each["role"] for each in card["acknowledged"]] == [
            "UNPOL supervisor",
            "Child Protection Adviser",
        ]
        page = officer.get("/reports/").content.decode()
        assert "Person of CPA" not in page
        assert "UNPOL supervisor" in page

    def test_a_report_that_adds_to_another_says_so(self, officer, unmix):
        first = unmix.file().report
        unmix.file(adds_to=first)
        assert officer.get("/reports/").content.decode().count("Adds to an earlier report") == 1


def test_what_asks_for_the_officer_stands_above_however_old_it_is(officer, unmix):
    first = unmix.file().report
    for _step in range(PAGE):
        unmix.file()
    ask(unmix, first)
    shown = officer.get("/reports/").context
    assert first not in [card["report"] for card in shown["cards"]]
    assert [card["report"] for card in shown["asked"]] == [first]


def test_pages_hold_every_report_once(officer, unmix):
    filed = [unmix.file().report for _step in range(PAGE + 2)]
    first, second = officer.get("/reports/"), officer.get("/reports/?page=2")
    assert (first.context["newer_url"], first.context["older_url"]) == ("", "/reports/?page=2")
    assert (second.context["newer_url"], second.context["older_url"]) == ("/reports/?page=1", "")
    seen = [card["report"] for answer in (first, second) for card in answer.context["cards"]]
    assert seen == filed[::-1]
    assert len(cards(officer, page="nonsense")) == PAGE


def test_only_ones_own_are_there_and_nothing_filed_in_confidence(officer, as_role, unmix):
    unmix.file()
    unmix.file(facts={"perpetrator": "un_personnel"})
    assert len(cards(officer)) == 1
    assert cards(as_role(Role.CPA)) == []


def test_the_list_takes_the_same_statements_for_one_three_and_fifty(officer, unmix):
    taken = []
    for number in (1, 3, 50):
        while Report.objects.count() < number:
            report = unmix.file().report
        ask(unmix, report)
        acknowledge_report(report=report, by=unmix.user(Role.CPA))
        with CaptureQueriesContext(connection) as captured:
            officer.get("/reports/")
        taken.append(len(captured))
    assert taken[0] == taken[1] == taken[2]
    assert taken[0] <= 12


def test_the_reports_page_takes_the_same_statements_however_much_was_said(officer, unmix):
    report, taken = unmix.file().report, []
    for number in (1, 3, 50):
        for step in range(number):
            add_to_report(
                report=report,
                by=unmix.user(Role.UNPOL_OFFICER),
                text=f"More {number} {step}",
                uuid=f"00000000-0000-4000-8000-{number:06d}{step:06d}",
            )
        with CaptureQueriesContext(connection) as captured:
            officer.get(f"/reports/{report.reference}/")
        taken.append(len(captured))
    assert taken[0] == taken[1] == taken[2]


def test_my_report_says_who_has_it_and_what_happened(officer, unmix):
    report = unmix.file().report
    acknowledge_report(report=report, by=unmix.user(Role.CPA))
    page = officer.get(f"/reports/{report.reference}/").content.decode()
    assert "Who has said: I have it" in page
    assert "Child Protection Adviser: has it" in page
    assert f'href="/reports/{report.reference}/print/"' in page

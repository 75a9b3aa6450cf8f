"""Every role does its daily work in a browser; what came of it is read on the others' pages.

One alarm is shared by those who answer alarms, each does a part of their own with it.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import desks
from tests.journeys.desks import AtDesk, open_report, pick, recipient, row_of, status_of
from tests.journeys.test_other_form import press_send, sent_reference
from tests.journeys.test_other_form import write as write_in_confidence
from tests.journeys.test_role_play_1 import PHONE

WORDS = "Soldiers fired over the market at noon and two boys were hit. They are still there."
ALARM = {
    "area": "QM0202",
    "violations": "killing_maiming",
    "boys": 2,
    "perpetrator": "host_state_military",
    "source": "witness",
    "ongoing_threat": True,
}
# Where these reports are found again among all others.
MINE = "area=QM0202&kind=killing_maiming"
OUTSIDE_THE_CHANNEL = (
    "UNPOL_OFFICER",
    "UNPOL_SUPERVISOR",
    "UNPOL_CPFP_FIELD",
    "CPA",
    "HOPC",
    "ADMIN",
)
LABOUR = {"area": "QM0202", "concerns": "child_labour", "conflict_nexus": "no"}


@pytest.fixture
def at_desk(browser, demo):
    with desks.desks(browser, demo) as open_page:
        yield open_page


@pytest.fixture(scope="module")
def alarm(browser, demo) -> str:
    """The reference of a flash in which the danger continues."""
    with desks.desks(browser, demo) as open_page:
        return desks.file_report(open_page("UNPOL_OFFICER"), ALARM, WORDS)


def listed(page: Page, show: str, narrowed: str = MINE) -> None:
    """Open a list of the desk by its tile, narrowed by the address as a saved filter would be."""
    page.goto(f"/desk/?show=all&{narrowed}")
    page.locator(f"a[href*='show={show}']").first.click()
    expect(page).to_have_url(re.compile(f"show={show}"))


def on_the_report(at_desk: AtDesk, role: str, reference: str) -> Page:
    """The report as somebody else sees it now."""
    page = at_desk(role)
    page.goto(f"/reports/{reference}/")
    return page


class TestTheLine:
    def test_the_focal_point_forwards_and_the_adviser_learns_only_then(self, at_desk, demo):
        reference = desks.file_report(at_desk("UNPOL_OFFICER"), LABOUR, "Boys carry fish crates.")
        adviser, focal_point = at_desk("CPA"), at_desk("UNPOL_CPFP_FIELD")
        assert status_of(adviser, f"/reports/{reference}/") == 404
        before = desks.newest(demo, adviser.person)

        narrowed = "area=QM0202&kind=child_labour"
        listed(focal_point, "forward", narrowed)
        pick(focal_point, reference)
        focal_point.get_by_role("button", name="Forward to the adviser").click()
        expect(focal_point.get_by_text("Forwarded. The adviser is being told.")).to_be_visible()
        listed(focal_point, "forward", narrowed)
        expect(row_of(focal_point, reference)).to_have_count(0)

        desks.open_mail(adviser, demo, before, reference)
        expect(adviser.get_by_text("Boys carry fish crates.").first).to_be_visible()
        story = adviser.locator("#timeline")
        expect(story).to_contain_text(focal_point.person["name"])

    def test_the_supervisor_says_i_have_it_and_the_officer_reads_so(self, at_desk, alarm):
        supervisor = at_desk("UNPOL_SUPERVISOR")
        listed(supervisor, "unacknowledged")
        pick(supervisor, alarm)
        # The alleged party is of the host State: strictly confidential, a summary for the line.
        expect(supervisor.get_by_text("Your access: De-identified summary")).to_be_visible()
        expect(supervisor.get_by_text(WORDS)).to_have_count(0)
        desks.acknowledge(supervisor)
        officer = on_the_report(at_desk, "UNPOL_OFFICER", alarm)
        having = officer.locator("section").filter(has_text="Who has said: I have it")
        expect(having).to_contain_text("UNPOL supervisor")

    def test_the_head_of_police_answers_for_protection_and_says_what_was_done(self, at_desk, alarm):
        head = at_desk("HOPC")
        listed(head, "tasks")
        pick(head, alarm)
        task = "Physical protection by formed police units and individual officers"
        head.locator("#tasks").get_by_role("link", name=task).click()
        expect(head.locator(".page-head time[data-relative=due]")).to_contain_text("left")
        head.get_by_role("button", name="Done", exact=True).click()
        expect(head.get_by_text("Say what was done.").first).to_be_visible()
        head.locator("textarea[name=outcome]").fill("A formed unit stands at the market.")
        head.get_by_role("button", name="Done", exact=True).click()
        expect(head.get_by_text("Kept. The others can see it.")).to_be_visible()

        adviser = on_the_report(at_desk, "CPA", alarm)
        adviser.locator("#tasks").get_by_role("link", name=task).click()
        expect(adviser.get_by_text("A formed unit stands at the market.")).to_be_visible()
        expect(adviser.locator(".page-head + .notice")).to_contain_text(head.person["name"])

    def test_the_operations_centre_takes_the_flash(self, at_desk, alarm):
        joc = at_desk("JOC")
        listed(joc, "flash")
        pick(joc, alarm)
        expect(joc.get_by_text("Your access: De-identified summary")).to_be_visible()
        expect(joc.get_by_text(WORDS)).to_have_count(0)
        desks.acknowledge(joc)
        listed(joc, "flash")
        expect(row_of(joc, alarm)).to_have_count(0)
        listed(joc, "alarms")
        expect(row_of(joc, alarm)).to_be_visible()
        adviser = on_the_report(at_desk, "CPA", alarm)
        expect(recipient(adviser, "Joint Operations Centre")).to_contain_text("Acknowledged")


class TestTheMission:
    def test_human_rights_acts_and_keeps_others_from_asking_the_child_again(self, at_desk, alarm):
        rights = at_desk("HUMAN_RIGHTS")
        listed(rights, "unacknowledged")
        pick(rights, alarm)
        expect(rights.get_by_text(WORDS).first).to_be_visible()
        desks.acknowledge(rights)
        rights.get_by_text("Note that somebody has spoken to the child").click()
        rights.locator("input[name=interviewer][value=human_rights]").check()
        rights.get_by_role("button", name="Note", exact=True).click()
        expect(rights.get_by_text("Noted. Whoever reads the record sees")).to_be_visible()
        for role in ("CPA", "UNPOL_CPFP_FIELD"):
            page = on_the_report(at_desk, role, alarm)
            expect(page.get_by_text("Do not ask the child again.")).to_be_visible()
            expect(page.get_by_text(f"noted by {rights.person['name']}")).to_be_visible()

    def test_a_component_takes_it_says_something_and_is_done(self, at_desk, alarm):
        protection = at_desk("POC_ADVISER")
        listed(protection, "unacknowledged")
        pick(protection, alarm)
        desks.acknowledge(protection)
        protection.get_by_text("Ask or tell the child protection lead").first.click()
        words = "The market is closed until the unit has left."
        protection.get_by_label("Ask or tell the child protection lead").fill(words)
        protection.get_by_role("button", name="Send", exact=True).click()
        expect(
            protection.get_by_text("Sent. The child protection lead is being told.")
        ).to_be_visible()
        protection.get_by_role("button", name="Done", exact=True).click()
        expect(protection.get_by_text("Noted as done.")).to_be_visible()

        adviser = on_the_report(at_desk, "CPA", alarm)
        said = adviser.locator("section").filter(has_text="What recipients said")
        expect(said).to_contain_text(words)
        expect(recipient(adviser, "Protection of Civilians Adviser")).to_contain_text("Done")
        # What a component tells the lead is part of the record, which a summary does not show.
        assert status_of(at_desk("JMAC"), f"/reports/{alarm}/") == 200
        expect(on_the_report(at_desk, "JMAC", alarm).get_by_text(words)).to_have_count(0)

    def test_the_office_of_the_srsg_follows_and_the_adviser_can_say_when_it_knew(
        self, at_desk, alarm
    ):
        srsg = at_desk("SRSG_OFFICE")
        listed(srsg, "alarms")
        pick(srsg, alarm)
        expect(srsg.get_by_text("Your access: De-identified summary")).to_be_visible()
        expect(srsg.get_by_text(WORDS)).to_have_count(0)
        expect(srsg.get_by_role("button", name="Acknowledge")).to_have_count(0)
        adviser = on_the_report(at_desk, "CPA", alarm)
        row = adviser.locator("table.learned tr").filter(has_text="Office of the SRSG")
        expect(row).to_contain_text("at once")
        expect(row).to_contain_text(srsg.person["name"])

    def test_the_adviser_asks_decides_follows_up_and_closes(self, at_desk):
        officer, adviser = at_desk("UNPOL_OFFICER", **PHONE), at_desk("CPA")
        hazard = {"area": "QM0202", "violations": "killing_maiming", "ongoing_threat": True}
        reference = desks.file_report(officer, hazard, "A shell fell on the road to the mill.")
        listed(adviser, "unacknowledged")
        pick(adviser, reference)
        desks.acknowledge(adviser)
        adviser.get_by_label("Ask the officer who reported").fill("Which end of the road?")
        adviser.get_by_role("button", name="Ask", exact=True).click()
        expect(adviser.get_by_text("Which end of the road?")).to_be_visible()
        listed(adviser, "asked")
        expect(row_of(adviser, reference)).to_be_visible()

        officer.goto(f"/reports/{reference}/")
        expect(officer.get_by_text("The adviser asks you something.")).to_be_visible()
        officer.locator("#talk textarea[name=text]").fill("The end at the bridge.")
        officer.get_by_role("button", name="Answer", exact=True).click()
        expect(officer.get_by_text("The end at the bridge.")).to_be_visible()

        open_report(adviser, reference)
        expect(adviser.get_by_text("The end at the bridge.")).to_be_visible()
        task_force = "Country Task Force on Monitoring and Reporting"
        recipient(adviser, task_force).get_by_role("link", name="Release").click()
        adviser.get_by_role("button", name="Do not tell them").click()
        expect(adviser.get_by_text("Write why this recipient").first).to_be_visible()
        why = adviser.get_by_label("Why does this recipient need to know, or why not?")
        why.fill("Nobody was hurt: it stays with the mine action service.")
        adviser.get_by_role("button", name="Do not tell them").click()
        expect(adviser.get_by_text(f"{task_force} is not told.")).to_be_visible()

        close(adviser, "Marked by the patrol; nobody was hurt.")
        assert status_of(at_desk("CTFMR"), f"/reports/{reference}/") == 404
        officer.goto(f"/reports/{reference}/")
        expect(officer.get_by_text("Closed").first).to_be_visible()
        expect(officer.get_by_text("Marked by the patrol")).to_have_count(0)


def close(page: Page, words: str) -> None:
    page.get_by_text("Close the report", exact=True).click()
    page.locator("input[name=reason][value=served]").check()
    page.get_by_label("How did it end?").fill(words)
    press = page.get_by_role("button", name="Close", exact=True)
    press.click()
    # The Head of Police has not said yet what became of the protection asked for.
    refused = page.get_by_text("Settle it first, or tick that you close it all the same.")
    expect(refused.first).to_be_visible()
    page.get_by_label("Close it although this is open").check()
    press.click()
    expect(page.get_by_text("Closed. Your reason is kept; it can be opened again.")).to_be_visible()


class TestTheConfidentialChannel:
    def test_conduct_and_discipline_has_it_and_nobody_else_learns(self, at_desk, demo):
        conduct, rights = at_desk("CONDUCT_DISCIPLINE"), at_desk("VICTIMS_RIGHTS")
        before = desks.newest(demo, conduct.person)
        officer = write_in_confidence(at_desk("UNPOL_OFFICER"))
        press_send(officer)
        reference = sent_reference(officer)

        mail = desks.open_mail(conduct, demo, before, reference)
        conduct.goto("/desk/")
        expect(conduct.get_by_text("Only what was filed in confidence")).to_be_visible()
        open_report(conduct, reference)
        expect(conduct.get_by_text("Your access: Everything")).to_be_visible()
        desks.acknowledge(conduct)
        conduct.goto("/desk/?show=unacknowledged")
        expect(row_of(conduct, reference)).to_have_count(0)
        open_report(rights, reference)

        for role in (
            "UNPOL_OFFICER",
            "UNPOL_SUPERVISOR",
            "UNPOL_CPFP_FIELD",
            "CPA",
            "HOPC",
            "ADMIN",
        ):
            page = at_desk(role)
            for address in (f"/reports/{reference}/", mail["link"]):
                assert status_of(page, address) == 404
        for role, address in (("CPA", "/desk/?show=all"), ("ADMIN", "/delivery/")):
            page = at_desk(role)
            page.goto(address)
            expect(page.locator("h1")).to_be_visible()
            for secret in (reference, "Conduct and Discipline"):
                expect(page.locator("main")).not_to_contain_text(secret)


class TestTheAdministrator:
    def test_sees_the_health_of_routing_and_delivery_and_no_case(self, at_desk, alarm):
        admin = at_desk("ADMIN")
        admin.goto("/delivery/")
        expect(admin.get_by_role("heading", name="Delivery", level=1)).to_be_visible()
        expect(
            admin.get_by_text(re.compile("acknowledged in time|is late with an"))
        ).to_be_visible()
        # The demo has one address that refuses mail: it is named, what it was about is not.
        failed = admin.get_by_role("row").filter(has_text="ddr@example.org").first
        expect(failed).to_be_visible()
        for secret in (alarm, "UNMIX-20", "Ndara", "market"):
            expect(admin.locator("main")).not_to_contain_text(secret)
        assert status_of(admin, f"/reports/{alarm}/") == 404
        admin.goto("/desk/?show=all")
        expect(admin.locator(".queue")).to_have_count(0)

"""UNPOL module 5, role-play 2: the SRSG hears of the attack from the press and wants a plan.

The press conference is in two hours, the Head of Police wants the plan in 90 minutes. The adviser,
Human Rights, the Gender Adviser and Public Information write it with him; the SRSG's office sends
it back once and then approves it, and only the approved lines may leave the mission.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import desks, plans
from tests.journeys.phones import send_button
from tests.journeys.plans import Part
from tests.journeys.test_role_play_1 import PHONE, reach

WORDS = "Reporters were at the gate before the patrol had left the ward."
LINES = "The mission condemns every attack on a place where children are treated."
SHARPER = "Whoever did this must answer for it. Hospitals are never a target."
KNOWN = "Reporters were there before us. Nothing is verified yet."

CELL = {
    "HUMAN_RIGHTS": Part(
        {
            "Line towards the host State, and due diligence": (
                "No party is named. The partner unit is asked for nothing before it is cleared."
            )
        },
        "HUMAN_RIGHTS",
        "Raise the protection of hospitals with the authorities",
        "Head of the field office",
    ),
    "GENDER": Part(
        {"Risks": "Mothers do not come back to the ward if only men stand at its door."},
        "GENDER",
        "See that every patrol at the hospital has women in it",
        "Gender Adviser on duty",
    ),
    "HOPC": Part(
        {
            "What is not known": "Who fired, and why the flash was not read aloud in the briefing.",
            "Objectives for the next 24 hours": "No child leaves the ward untreated out of fear.",
        },
        "MILITARY_LIAISON",
        "Secure: the road to the hospital from dusk to dawn",
        "Duty officer of the force",
    ),
    "CPA": Part(
        {
            "What is known": KNOWN,
            "Way to services": "Beds outside the sector by WHO; counsellors on call.",
            "Do no harm": "No camera near the ward. Nobody says who told the patrol.",
            "Lines for the press": LINES,
        },
        "CPA",
        "Brief the spokesperson before the press conference",
        "Adviser on duty",
    ),
}


@pytest.fixture
def at_desk(browser, demo):
    with desks.desks(browser, demo) as open_page:
        yield open_page


def test_a_plan_for_the_next_24_hours_is_approved_before_the_press_conference(at_desk, demo):
    people = {role: at_desk(role) for role in (*CELL, "SRSG_OFFICE")}
    press = at_desk("PUBLIC_INFORMATION")
    before = {role: desks.newest(demo, page.person) for role, page in people.items()}
    before_release = desks.newest(demo, press.person)

    reference = file_with_the_press_at_the_gate(at_desk("UNPOL_OFFICER", **PHONE))
    for role, page in people.items():
        desks.open_mail(page, demo, before[role], reference)
    assert desks.status_of(press, f"/reports/{reference}/") == 404
    head, srsg, adviser = people["HOPC"], people["SRSG_OFFICE"], people["CPA"]
    for page in (head, adviser):
        desks.acknowledge(page)

    # Public Information learns of it from the adviser alone, and gets one line and no more.
    desks.release(adviser, "Public Information", "They answer the press tonight")
    desks.open_mail(press, demo, before_release, reference)
    expect(press.get_by_text(WORDS)).to_have_count(0)

    before_plan = {role: desks.newest(demo, page.person) for role, page in people.items()}
    for page in people.values():
        plans.open_plan(page)
        assert plans.is_in_time(page)
    for role, part in CELL.items():
        plans.write(people[role], part)
    adviser.reload()
    expect(adviser.locator(".gaps li")).to_have_count(1)
    expect(adviser.locator(".gaps")).to_contain_text("The lines for the press are not approved yet")
    approve_lines(adviser)
    approve_lines_alone(press, reference, LINES)
    adviser.reload()
    plans.submit(adviser, version=1)

    # The SRSG's office wants clearer words: back once, with what is missing.
    srsg.reload()
    assert plans.is_in_time(srsg)
    plans.send_back(srsg, "Say that somebody will answer for it.")
    adviser.reload()
    adviser.locator("#versions summary").first.click()
    expect(adviser.locator("#versions")).to_contain_text("Say that somebody will answer for it.")
    plans.write(adviser, Part({"Lines for the press": f"{LINES}\n{SHARPER}"}))
    # What was approved before was another text.
    waiting = adviser.locator("#part-press").get_by_text("Not approved yet", exact=True)
    expect(waiting).to_have_count(2)
    approve_lines(adviser)
    approve_lines_alone(press, reference, SHARPER)
    adviser.reload()
    plans.submit(adviser, version=2)

    srsg.reload()
    assert plans.is_in_time(srsg)
    plans.approve(srsg)
    expect(srsg.locator(".page-head + .notice")).to_contain_text(srsg.person["name"])

    # Who answers for the plan hears of each step, and finds each action with who does it:
    # submitted, returned, submitted again, approved.
    desks.open_mail(head, demo, before_plan["HOPC"], reference, number=4)
    expect(head.locator("#versions summary").first).to_contain_text("Version 2 Approved")
    expect(head.locator("#versions summary").last).to_contain_text("Version 1 Returned")
    expect(head.locator(".plan-actions > li")).to_have_count(len(CELL))
    for part in CELL.values():
        row = head.locator(".plan-actions > li").filter(has_text=part.action)
        expect(row).to_contain_text(part.owner)
    expect(head.get_by_role("button", name="Submit for decision")).to_have_count(0)

    for role in ("HUMAN_RIGHTS", "GENDER", "CPA"):
        desks.open_mail(people[role], demo, before_plan[role], reference)
        expect(people[role].locator(".plan-actions")).to_contain_text(CELL[role].action)

    # "Why was I not told?" The story says when each could have known, and when each looked.
    adviser.goto(f"/reports/{reference}/story/")
    for name, page in (("Office of the SRSG", srsg), ("Head of Police Component", head)):
        told, _left, opened, *_later = learned_by(adviser, name).locator("td").all()
        expect(told).to_contain_text("at once")
        expect(opened).to_contain_text(page.person["name"])
    expect(learned_by(adviser, "Public Information")).to_contain_text(press.person["name"])
    expect(learned_by(adviser, "WHO")).to_contain_text("Awaiting release")


def file_with_the_press_at_the_gate(officer: Page) -> str:
    """As in role-play 1, and the press knows and the head of mission asks; the reference."""
    officer.goto("/reports/new/")
    officer.get_by_label("District").select_option("QM0201")
    reach(officer, officer.get_by_label("Attack on a school or hospital")).check()
    officer.get_by_label("Hospital or other health facility").check()
    source = officer.get_by_label("Source", exact=True)
    reach(officer, source).select_option("social_worker")
    reach(officer, officer.get_by_label("The media know of it")).check()
    officer.locator("#question-attention details.more > summary").click()
    officer.get_by_label("The head of mission asked about it").check()
    reach(officer, officer.get_by_label("Your patrol")).select_option("joint_host_state")
    reach(officer, officer.get_by_label("What happened, in your words")).fill(WORDS)
    officer.get_by_role("button", name="See who will be told").click()
    send_button(officer).click()
    expect(officer.locator(".receipt-title")).to_have_text("Report sent and stored")
    return officer.locator(".receipt-ref").inner_text()


def approve_lines(page: Page) -> None:
    page.get_by_role("button", name="Approve these lines").click()
    expect(page.get_by_text("Approved: the lines for the press.")).to_be_visible()


def approve_lines_alone(press: Page, reference: str, lines: str) -> None:
    """Public Information finds the lines from the report, reads them and nothing else."""
    desks.open_report(press, reference)
    press.locator("#tasks").get_by_role("link", name="Lines for the press").click()
    expect(press.get_by_text(lines)).to_be_visible()
    expect(press.get_by_text(KNOWN)).to_have_count(0)
    expect(press.get_by_text(WORDS)).to_have_count(0)
    approve_lines(press)
    expect(press.get_by_text(f"Approved by {press.person['name']}")).to_be_visible()


def learned_by(page: Page, role: str):
    named = page.get_by_role("rowheader", name=re.compile(f"^{re.escape(role)} "))
    return page.locator("table.learned tr").filter(has=named)

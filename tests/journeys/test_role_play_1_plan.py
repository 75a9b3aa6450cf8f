"""UNPOL module 5, role-play 1, by six people: from the debriefing to a plan of action in time.

Two officers come back from a joint patrol. Their team leader, the focal point, the adviser, the
operations centre and the Head of Police answer, each in a browser of their own.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import desks, plans
from tests.journeys.phones import send_button
from tests.journeys.plans import Part
from tests.journeys.test_role_play_1 import PHONE, write_s04

WORDS = "Social workers saw shells hit the children's ward this morning."
CODE = re.compile(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b")
SECRETS = ("hospital", "port sela", "ward", "unmix", "child", "police", "plan", "flash", "attack")

# Who has to say "I have it", and what each then writes.
CELL = {
    "UNPOL_SUPERVISOR": Part(
        {"Objectives for the next 24 hours": "The ward is safe to reach, day and night."},
        "UNPOL_SUPERVISOR",
        "Patrol the way to the hospital every two hours",
        "Team leader, Port Sela",
    ),
    "UNPOL_CPFP_FIELD": Part(
        {"What is not known": "Who fired. Nobody asks a child; the social workers were asked."},
        "UNPOL_CPFP_FIELD",
        "Keep the social workers' line open and pass on what they hear",
        "Focal point, Lakeside",
    ),
    "JOC": Part(
        {"Risks": "A second attack at night: the duty officer wakes the cell."},
        "JOC",
        "Watch the sector and tell the cell of every shot",
        "Duty officer",
    ),
    "HOPC": Part(
        {
            "Line towards the host State, and due diligence": (
                "The partner unit gets no copy. Nothing is asked of it before a party is known."
            )
        },
        "HOPC",
        "Move a formed police unit close to the hospital",
        "Chief of operations",
    ),
    "CPA": Part(
        {
            "What is known": "Shells hit the ward, said by social workers. Not verified.",
            "Way to services": "WHO moves the children who need a bed; psychosocial care on call.",
            "Do no harm": "No patrol car stops at the social workers' office.",
        },
        "CPA",
        "Ask WHO for beds outside the sector",
        "Adviser on duty",
    ),
}
NAMES = {
    "UNPOL_SUPERVISOR": "UNPOL supervisor",
    "UNPOL_CPFP_FIELD": "UNPOL Child Protection Focal Point (field)",
    "JOC": "Joint Operations Centre",
    "HOPC": "Head of Police Component",
    "CPA": "Child Protection Adviser",
}


@pytest.fixture
def at_desk(browser, demo):
    with desks.desks(browser, demo) as open_page:
        yield open_page


def test_six_people_bring_it_to_an_approved_plan_in_time(at_desk, demo):
    people = {role: at_desk(role) for role in CELL}
    before = {role: desks.newest(demo, page.person) for role, page in people.items()}

    officer = at_desk("UNPOL_OFFICER", **PHONE)
    write_s04(officer, WORDS)
    officer.get_by_role("button", name="See who will be told").click()
    send_button(officer).click()
    expect(officer.locator(".receipt-title")).to_have_text("Report sent and stored")
    reference = officer.locator(".receipt-ref").inner_text()

    # Each is told by a mail that says nothing, opens the report by it, and has it.
    mails = {
        role: desks.open_mail(page, demo, before[role], reference) for role, page in people.items()
    }
    assert len({CODE.search(mail["body"]).group() for mail in mails.values()}) == len(mails)
    for mail in mails.values():
        said = (mail["subject"] + mail["body"].replace(demo.url, "")).lower()
        assert [secret for secret in (*SECRETS, reference.lower()) if secret in said] == []
    for role, page in people.items():
        if role in ("JOC", "HOPC"):
            expect(page.get_by_text("Your access: De-identified summary")).to_be_visible()
            expect(page.get_by_text(WORDS)).to_have_count(0)
        else:
            expect(page.get_by_text(WORDS).first).to_be_visible()
        desks.acknowledge(page)

    # All have the plan open when the first begins to write: no text of anybody gets lost.
    for page in people.values():
        plans.open_plan(page)
        assert plans.is_in_time(page)
    for role, page in people.items():
        plans.write(page, CELL[role])
    adviser, head = people["CPA"], people["HOPC"]
    adviser.reload()
    for part in CELL.values():
        for heading, text in part.sections.items():
            expect(adviser.get_by_label(heading, exact=True)).to_have_value(text)
    plans.submit(adviser, version=1)

    # The operations centre may write, and may not decide.
    people["JOC"].reload()
    expect(people["JOC"].get_by_text("Version 1 waits for the decision.")).to_be_visible()
    expect(people["JOC"].get_by_role("button", name="Approve", exact=True)).to_have_count(0)
    head.reload()
    assert plans.is_in_time(head)
    plans.approve(head)
    expect(head.locator("#versions summary").first).to_contain_text("Approved")

    # The team leader finds what is theirs to do, does it, and the adviser sees it.
    leader = people["UNPOL_SUPERVISOR"]
    leader.reload()
    mine = CELL["UNPOL_SUPERVISOR"].action
    leader.get_by_role("button", name=re.compile(rf"^Done\s*: {re.escape(mine)}")).click()
    not_done = leader.get_by_role("button", name=re.compile(rf"^Not done\s*: {re.escape(mine)}"))
    expect(not_done).to_be_visible()
    adviser.reload()
    row = adviser.locator(".plan-actions > li").filter(has_text=mine)
    expect(row).to_contain_text("Done")
    expect(row).to_contain_text(leader.person["name"])

    # "When did each role learn?" is answered by name.
    adviser.goto(f"/reports/{reference}/story/")
    for role, page in people.items():
        row = adviser.locator("table.learned tr").filter(
            has=adviser.get_by_role("rowheader", name=re.compile(f"^{re.escape(NAMES[role])} "))
        )
        told, left, opened, acknowledged, _answered = row.locator("td").all()
        expect(told).to_contain_text("at once")
        expect(left).to_contain_text(re.compile("at once|after"))
        expect(opened).to_contain_text(page.person["name"])
        expect(acknowledged).to_contain_text(page.person["name"])
    expect(adviser.locator("#timeline")).to_contain_text(head.person["name"])

    officer.goto("/reports/")
    mine = officer.get_by_role("link").filter(has_text=reference)
    expect(mine).to_contain_text("The adviser has read it.")


def test_who_was_not_told_finds_nothing_of_it(at_desk, demo):
    head = at_desk("HOPC")
    before = desks.newest(demo, head.person)
    reference = desks.file_report(
        at_desk("UNPOL_OFFICER"),
        {"area": "QM0201", "violations": "attack_school_hospital", "facility": "hospital"},
        WORDS,
    )
    link = desks.open_mail(head, demo, before, reference)["link"]
    plans.open_plan(head)

    for uninvolved in ("focalpoint.tolwe", "officer.tolwe", "DDR", "WHO", "ADMIN"):
        stranger = at_desk(uninvolved)
        for address in (f"/reports/{reference}/", head.url, link):
            assert desks.status_of(stranger, address) == 404
        for address in ("/desk/?show=all", "/reports/"):
            stranger.goto(address)
            expect(stranger.locator("h1")).to_be_visible()
            expect(stranger.locator("body")).not_to_contain_text(reference)

"""Partners asked for help: with an account at a small desk, without one by a mail and a code."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import desks
from tests.journeys.conftest import Demo
from tests.journeys.desks import acknowledge, open_report, pick, recipient, row_of, status_of

WORDS = "Armed men took a boy from the ferry landing at dusk; his sister is hurt."
TAKEN = {
    "area": "QM0201",
    "violations": "abduction",
    "boys": 1,
    "perpetrator": "armed_group",
    "source": "community",
    "child_still_missing": True,
    "needs": "medical",
}
UNICEF, HEALTH = "UNICEF child protection", "Health provider"
UNIT, UNIT_DESK = "Host-State specialised police unit", "children.unit.qm0201@example.org"
ASKED = (UNICEF, HEALTH, UNIT)
NOTHING = "There is nothing here"


@pytest.fixture
def at_desk(browser, demo):
    with desks.desks(browser, demo) as open_page:
        yield open_page


@pytest.fixture(scope="module")
def case(browser: Browser, demo: Demo) -> dict[str, str]:
    """A report of which three services were asked; with the unit's mail of before."""
    before = desks.newest(demo, UNIT_DESK)
    with desks.desks(browser, demo) as open_page:
        reference = desks.file_report(open_page("UNPOL_OFFICER"), TAKEN, WORDS)
        adviser = open_page("CPA")
        open_report(adviser, reference)
        acknowledge(adviser)
        release_together(adviser)
    return {"reference": reference, "before": before}


def release_together(adviser: Page) -> None:
    """What the adviser decides about three packets, on one page: all of them or none."""
    for name in ASKED:
        recipient(adviser, name).locator("input[type=checkbox]").check()
    group = adviser.locator("#knows form").filter(has_text=UNICEF)
    group.get_by_role("button", name="Release the chosen").click()
    button = adviser.get_by_role("button", name="Release all 3 packets")
    button.click()
    expect(adviser.get_by_text("Some cannot be released like this")).to_be_visible()
    expect(adviser.get_by_text("Write why this recipient needs to know").first).to_be_visible()
    for packet in adviser.locator("section[id^=packet-]").all():
        packet.locator("textarea").fill("He is missing, and she needs care tonight")
        packet.locator("input[name$=-given_by][value=caregiver]").check()
        packet.locator("input[name$=-scope][value=all]").check()
        for point in packet.locator("input[name$=-do_no_harm]").all():
            point.check()
    button.click()
    expect(adviser.get_by_text("Released to 3 recipients. They are being told.")).to_be_visible()


def seen_by_the_adviser(at_desk, reference: str, name: str):
    page = at_desk("CPA")
    page.goto(f"/reports/{reference}/")
    return recipient(page, name)


def open_request(page: Page, reference: str) -> None:
    """From the small desk to what is asked; it says neither what happened nor in which words."""
    page.goto("/desk/?show=answer&area=QM02")
    pick(page, reference)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Request for a service")
    for secret in (WORDS, "Abduction", "Port Sela", "Amara Diallo"):
        expect(page.locator("main")).not_to_contain_text(secret)


def test_a_partner_accepts_begins_and_is_done(at_desk, case):
    reference, partner = case["reference"], at_desk("UNICEF_CP")
    open_request(partner, reference)
    for button, said, status in (
        ("Accept", "Accepted. The child protection lead is being told.", "Accepted"),
        ("We have begun", "Noted that you have begun.", "In progress"),
        ("Done", "Noted as done.", "Done"),
    ):
        partner.get_by_role("button", name=button, exact=True).click()
        expect(partner.get_by_text(said)).to_be_visible()
        row = seen_by_the_adviser(at_desk, reference, UNICEF)
        expect(row.locator(".person-name")).to_contain_text(status)
    partner.goto("/desk/?show=answer&area=QM02")
    expect(row_of(partner, reference)).to_have_count(0)


def test_a_partner_declines_with_a_reason_and_the_adviser_looks_further(at_desk, case):
    reference, partner = case["reference"], at_desk("HEALTH_PROVIDER")
    open_request(partner, reference)
    partner.locator("summary").filter(has_text="Decline").click()
    decline = partner.get_by_role("button", name="Decline", exact=True)
    decline.click()
    expect(partner.get_by_text("Choose why you decline.").first).to_be_visible()
    partner.get_by_label("No capacity now").check()
    decline.click()
    expect(partner.get_by_text("Declined. The child protection lead is being told")).to_be_visible()
    # With the answer the packet is gone.
    assert status_of(partner, f"/reports/{reference}/") == 404
    row = seen_by_the_adviser(at_desk, reference, HEALTH)
    expect(row).to_contain_text("Declined: No capacity now.")
    expect(row).to_contain_text(f"Answered by {partner.person['name']}")


def test_a_partner_without_an_account_answers_by_mail_and_code(browser, at_desk, demo, case):
    reference = case["reference"]
    mail = desks.new_mail(demo, UNIT_DESK, case["before"], lambda each: "/p/" in each["link"])
    for secret in (reference, "child", "abduct", "Port Sela", "UNMIX", "police", WORDS):
        assert secret.lower() not in (mail["subject"] + mail["body"]).lower()
    context, other = (browser.new_context(base_url=demo.url) for _each in range(2))
    try:
        desk = context.new_page()
        desk.goto(mail["link"])
        code = ask_for_the_code(desk, demo)
        desk.get_by_label("Code").fill(code)
        desk.get_by_role("button", name="Open", exact=True).click()
        expect(desk.get_by_role("heading", level=1)).to_contain_text("Request for a service")
        expect(desk.locator("main")).to_contain_text(reference)
        for secret in (WORDS, "Abduction", "Port Sela", "Amara Diallo"):
            expect(desk.locator("main")).not_to_contain_text(secret)
        desk.get_by_role("button", name="Accept", exact=True).click()
        told = desk.get_by_text("The child protection lead of the mission has been told.")
        expect(told).to_be_visible()
        row = seen_by_the_adviser(at_desk, reference, UNIT)
        expect(row.locator(".person-name")).to_contain_text("Accepted")
        expect(row).to_contain_text("Answered by a partner's link")

        # The link in other hands opens nothing, and its code was good for one opening.
        stranger = other.new_page()
        stranger.goto(mail["link"])
        expect(stranger.get_by_role("button", name="Send me a code")).to_be_visible()
        expect(stranger.get_by_label("Code")).to_have_count(0)
        expect(stranger.locator("body")).not_to_contain_text(reference)

        # Taken back it is the page that a made-up link gets, letter by letter.
        take_back(at_desk("CPA"), reference)
        guessed = re.sub(r"/p/[^/]+/", "/p/made-up-words-nobody-sent/", mail["link"])
        answers = {got(page, link) for page in (desk, stranger) for link in (mail["link"], guessed)}
        assert [status for status, _text in answers] == [404]
        expect(desk.get_by_role("heading", name=NOTHING)).to_be_visible()
    finally:
        context.close()
        other.close()


def got(page: Page, link: str) -> tuple[int, str]:
    """Status and text of what is behind a link."""
    answer = page.goto(link)
    return answer.status, answer.text()


def ask_for_the_code(page: Page, demo: Demo) -> str:
    """The door says nothing but that something waits; the code comes by a mail of its own."""
    expect(page.get_by_role("heading", name="A notice waits for you")).to_be_visible()
    before = desks.newest(demo, UNIT_DESK)
    page.get_by_role("button", name="Send me a code").click()
    mail = desks.new_mail(
        demo, UNIT_DESK, before, lambda each: re.match(r"\s*\d{6}\s", each["body"])
    )
    assert mail["link"] == ""
    return mail["body"].split()[0]


def take_back(adviser: Page, reference: str) -> None:
    adviser.goto(f"/reports/{reference}/")
    row = recipient(adviser, UNIT)
    row.locator("summary").click()
    row.get_by_role("link", name="Take back").click()
    adviser.get_by_label("Why is it taken back?").fill("The family is found; nobody else is needed")
    adviser.get_by_role("button", name="Take back", exact=True).click()
    expect(adviser.get_by_text("Taken back.").first).to_be_visible()
    expect(recipient(adviser, UNIT).locator(".person-name")).to_contain_text("Taken back")

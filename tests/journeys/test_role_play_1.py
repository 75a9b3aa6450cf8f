"""UNPOL module 5, role-play 1, on the running portal: file, tell, acknowledge, release."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Locator, Page, expect

from tests.journeys.phones import send_button

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}


def reach(page: Page, field: Locator) -> Locator:
    """The field, on whichever step of the form it is: a phone shows one question at a time."""
    while not field.is_visible():
        page.get_by_role("button", name="Next", exact=True).click()
    return field


def write_s04(page: Page, words: str = "Shells hit the ward at night.") -> None:
    """Fill the form as the officer of the role-play would."""
    page.goto("/reports/new/")
    page.get_by_label("District").select_option("QM0201")
    reach(page, page.get_by_label("Attack on a school or hospital")).check()
    page.get_by_label("Hospital or other health facility").check()
    reach(page, page.get_by_label("Source", exact=True)).select_option("social_worker")
    reach(page, page.get_by_label("Your patrol")).select_option("joint_host_state")
    reach(page, page.get_by_label("What happened, in your words")).fill(words)


def file_s04(page: Page) -> str:
    """Write, check, send; the reference."""
    write_s04(page)
    page.get_by_role("button", name="See who will be told").click()
    send_button(page).click()
    expect(page.locator(".receipt-title")).to_have_text("Report sent and stored")
    return page.locator(".receipt-ref").inner_text()


def wait_for_mail(demo, address: str, before: dict | None, seconds: float = 20) -> dict[str, str]:
    """The newest mail to this address once it is another than before."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        mail = demo.latest_mail_to(address)
        if mail != before:
            return mail
        time.sleep(0.3)
    raise AssertionError(f"no mail to {address} within {seconds} s")


def test_from_the_officers_phone_to_the_release_to_who(signed_in, demo):
    adviser = signed_in("CPA")
    officer = signed_in("UNPOL_OFFICER", **PHONE)

    write_s04(officer)
    officer.get_by_role("button", name="See who will be told").click()
    for text in ("Told at once", "Proposed; they wait", "What the portal will not do"):
        expect(officer.get_by_role("heading", name=text)).to_be_visible()
    expect(officer.get_by_text("UNPOL Child Protection Focal Point (field)")).to_be_visible()
    expect(officer.get_by_text("Host-State specialised police unit")).to_be_visible()
    send_button(officer).click()
    reference = officer.locator(".receipt-ref").inner_text()
    assert re.fullmatch(r"UNMIX-\d{4}-\d{5}", reference)

    adviser.goto("/desk/?show=all")
    row = adviser.get_by_role("row").filter(has_text=reference)
    expect(row.get_by_text("Attack on a hospital")).to_be_visible()
    row.get_by_role("link").click()
    # The desk has such a button too, for many at once.
    adviser.wait_for_url(f"**/reports/{reference}/")
    adviser.get_by_role("button", name="Acknowledge").click()
    expect(
        adviser.get_by_text("Acknowledged. The others can see that you have it.")
    ).to_be_visible()

    item = adviser.get_by_role("listitem").filter(has_text="WHO")
    item.get_by_role("link", name="Release").first.click()
    expect(adviser.get_by_role("heading", name="Withheld")).to_be_visible()
    adviser.get_by_label("Why does this recipient need to know, or why not?").fill(
        "Health surveillance"
    )
    adviser.get_by_role("button", name="Release to WHO").click()
    expect(adviser.locator("#timeline").get_by_text("Reason: Health surveillance")).to_be_visible()
    expect(adviser.get_by_role("heading", name="Released to WHO")).to_have_count(0)

    officer.goto("/reports/")
    expect(
        officer.get_by_role("link")
        .filter(has_text=reference)
        .get_by_text("The adviser is deciding who else must know.")
    ).to_be_visible()
    assert adviser.faults == officer.faults == []


def test_every_recipient_gets_a_mail_with_a_code_the_priority_and_a_link_only(signed_in, demo):
    page = signed_in("UNPOL_OFFICER")
    everyone = [demo.person(role) for role in ("HOPC", "JOC", "CPA")]
    before = {p["email"]: demo.latest_mail_to(p["email"]) for p in everyone}
    reference = file_s04(page)
    mails = [wait_for_mail(demo, p["email"], before[p["email"]]) for p in everyone]

    codes = {re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", mail["body"]).group() for mail in mails}
    assert len(codes) == len(mails)
    for mail in mails:
        for secret in (reference, "hospital", "Port Sela", "ward", "HOPC", "UNMIX", "child"):
            assert secret.lower() not in (mail["subject"] + mail["body"]).lower()
        assert "emergency" in mail["body"].lower()


def test_a_new_report_appears_on_an_open_desk_by_itself(signed_in):
    adviser = signed_in("CPA")
    # Newest first: what needs the adviser is sorted by the time left, on more than one page.
    adviser.goto("/desk/?show=all")
    reference = file_s04(signed_in("UNPOL_OFFICER"))
    expect(adviser.get_by_text(reference)).to_be_visible(timeout=30_000)
    assert adviser.faults == []


def test_the_link_of_a_mail_leads_to_the_report_after_signing_in(browser, signed_in, demo):
    person = demo.person("JOC")
    before = demo.latest_mail_to(person["email"])
    reference = file_s04(signed_in("UNPOL_OFFICER"))
    mail = wait_for_mail(demo, person["email"], before)
    joc = signed_in("JOC")
    joc.goto(mail["link"])
    expect(joc.get_by_text(reference)).to_be_visible()
    expect(joc.get_by_text("Your access: De-identified summary")).to_be_visible()


def test_a_session_that_ends_while_typing_loses_nothing(signed_in, demo):
    from tests.journeys.conftest import sign_in

    page = signed_in("UNPOL_OFFICER")
    write_s04(page, "Typed before the session ended.")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="See who will be told").click()
    expect(page.get_by_text("What you wrote is kept")).to_be_visible()
    sign_in(page, demo.person("UNPOL_OFFICER"))
    expect(page.get_by_label("What happened, in your words")).to_have_value(
        "Typed before the session ended."
    )
    expect(page.get_by_label("District")).to_have_value("QM0201")

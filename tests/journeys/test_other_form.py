"""The short form in confidence: a link that dies takes no word, and leaving empties the screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_pages import check
from tests.journeys.test_role_play_1 import PHONE, reach

FORM = "/other/form/"
WORDS = "Seen behind the canteen on Friday."
VIEWS = [
    pytest.param(size, scheme, id=f"{name}-{scheme}")
    for name, size in (("phone", (360, 740)), ("desktop", (1280, 900)))
    for scheme in ("light", "dark")
]


def write(page: Page) -> Page:
    page.goto(FORM)
    reach(page, page.get_by_label("UN personnel", exact=True)).check()
    reach(page, page.get_by_label("Sexual exploitation or abuse")).check()
    page.get_by_label("In your own words").fill(WORDS)
    page.get_by_label("District").select_option("QM0201")
    return page


def press_send(page: Page) -> None:
    page.get_by_role("button", name="Send in confidence").click()


def sent_reference(page: Page) -> str:
    expect(page.get_by_role("heading", name="Sent in confidence")).to_be_visible()
    return page.locator(".receipt-ref").inner_text()


def test_without_a_link_the_text_stays_and_goes_by_itself_once_there_is_one(signed_in):
    page = write(signed_in("UNPOL_OFFICER", **PHONE))
    page.context.set_offline(True)
    press_send(page)
    expect(page.get_by_text("No link. Nothing is lost")).to_be_visible()
    expect(page.get_by_label("In your own words")).to_have_value(WORDS)
    page.context.set_offline(False)
    assert sent_reference(page).startswith("UNMIX-")


def test_an_answer_that_gets_lost_leads_to_one_report(signed_in):
    page = write(signed_in("UNPOL_OFFICER"))
    answers = []

    def lose_the_first(route):
        answers.append(route.fetch())
        route.abort() if len(answers) == 1 else route.fulfill(response=answers[-1])

    page.route(f"**{FORM}", lose_the_first)
    press_send(page)
    expect(page.get_by_text("No link. Nothing is lost")).to_be_visible()
    page.evaluate("dispatchEvent(new Event('online'))")
    assert sent_reference(page) == answers[0].json()["reference"]


def test_signed_out_meanwhile_the_text_stays_until_one_is_back(signed_in):
    page = write(signed_in("UNPOL_OFFICER"))
    cookies = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    press_send(page)
    expect(page.get_by_text("You were signed out, and nothing was sent.")).to_be_visible()
    page.context.add_cookies(cookies)
    press_send(page)
    assert sent_reference(page).startswith("UNMIX-")


def test_what_is_refused_is_said_on_the_page_with_all_that_was_typed(signed_in):
    page = write(signed_in("UNPOL_OFFICER"))
    page.get_by_label("District").select_option("")
    press_send(page)
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("In your own words")).to_have_value(WORDS)
    page.get_by_label("District").select_option("QM0201")
    press_send(page)
    assert sent_reference(page).startswith("UNMIX-")


def test_leaving_empties_the_page_at_once_and_there_is_no_way_back_to_it(signed_in):
    page = write(signed_in("UNPOL_OFFICER"))
    left = page.evaluate("""() => {
        document.querySelector("[data-leave]").click();
        return [document.querySelector("main").textContent, document.title];
    }""")
    assert left == ["", ""]
    page.wait_for_url("**/reports/")
    page.go_back()
    assert FORM not in page.url


def test_nothing_of_it_stays_in_the_browser(signed_in):
    page = write(signed_in("UNPOL_OFFICER"))
    press_send(page)
    sent_reference(page)
    kept = page.evaluate("""async () => {
        const copies = [];
        for (const name of await caches.keys())
            for (const request of await (await caches.open(name)).keys()) copies.push(request.url);
        return [...copies, ...Object.values(localStorage), ...Object.values(sessionStorage)].join();
    }""")
    assert "/other/" not in kept
    assert WORDS not in kept


@pytest.mark.parametrize(("size", "scheme"), VIEWS)
def test_the_pages_read_well_for_everybody(signed_in, size, scheme):
    viewport = {"width": size[0], "height": size[1]}
    page = signed_in("UNPOL_OFFICER", viewport=viewport, color_scheme=scheme)
    for path in ("/other/", FORM):
        page.goto(path)
        check(page)
    press_send(page)
    expect(page.get_by_role("alert")).to_be_visible()
    check(page)
    assert page.faults == []

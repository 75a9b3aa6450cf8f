"""Who would be told, while the report is being written: on a good link, a bad one and none."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_pages import check
from tests.journeys.test_role_play_1 import PHONE, reach

PREVIEW = "/reports/new/preview/"
MOST_BYTES = 4 * 1024
VIEWS = [
    pytest.param(size, scheme, id=f"{name}-{scheme}")
    for name, size in (("phone", (360, 740)), ("desktop", (1280, 900)))
    for scheme in ("light", "dark")
]


def open_form(page: Page, path: str = "/reports/new/") -> Page:
    """The form, and in `page.asked` every preview it asks for from now on."""
    page.asked = []
    page.on("request", lambda request: request.url.endswith(PREVIEW) and page.asked.append(request))
    page.goto(path)
    return page


def line(page: Page):
    return page.locator(".live [data-line]")


def rows(page: Page, heading: str):
    return page.locator(".live section").filter(has_text=heading).get_by_role("listitem")


def attack(page: Page) -> None:
    reach(page, page.get_by_label("Attack on a school or hospital")).check()


def link_of(page: Page):
    """A function that gives the page a link of so many milliseconds."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    usual = {"offline": False, "downloadThroughput": -1, "uploadThroughput": -1}
    return lambda latency: session.send(
        "Network.emulateNetworkConditions", usual | {"latency": latency}
    )


def test_the_list_follows_what_is_typed(signed_in):
    page = open_form(signed_in("UNPOL_OFFICER"))
    expect(line(page)).to_have_text("Shown before sending")

    page.get_by_label("District").select_option("")
    attack(page)
    expect(page.get_by_text("Choose the place to see who is on duty there.")).to_be_visible()
    expect(rows(page, "Told at once").filter(has_text="Port Sela")).to_have_count(0)

    page.get_by_label("Hospital or other health facility").check()
    page.get_by_label("District").select_option("QM0201")
    expect(rows(page, "Told at once").filter(has_text="Port Sela")).not_to_have_count(0)
    expect(line(page)).to_have_text("14 told at once, 2 proposed")
    expect(rows(page, "Proposed; they wait").filter(has_text="WHO")).to_have_count(1)

    page.get_by_label("Alleged perpetrator").select_option("host_state_police")
    expect(
        page.get_by_text("No host-State unit is told: the alleged perpetrator belongs").first
    ).to_be_attached()
    expect(page.locator("[data-spoken]")).to_have_text(line(page).inner_text())
    assert page.faults == []


def test_it_takes_neither_the_focus_nor_the_place_of_a_button(signed_in):
    for view in (PHONE, {}):
        page = open_form(signed_in("UNPOL_OFFICER", **view))
        send, ward = (
            page.get_by_role("button", name="See who will be told"),
            page.get_by_label("Hospital or other health facility"),
        )
        attack(page)
        ward.focus()
        before = (send.bounding_box(), ward.bounding_box())
        expect(line(page)).to_contain_text("told at once")
        assert (send.bounding_box(), ward.bounding_box()) == before
        expect(ward).to_be_focused()


def test_words_of_the_officer_are_not_asked_about_and_not_sent(signed_in):
    page = open_form(signed_in("UNPOL_OFFICER"))
    page.get_by_label("What happened, in your words").fill("Words for the adviser alone.")
    page.wait_for_timeout(1000)
    assert page.asked == []
    attack(page)
    expect(line(page)).to_contain_text("told at once")
    assert "adviser" not in page.asked[0].post_data


def test_several_changes_in_a_row_are_one_question_and_the_newest_answer_counts(signed_in):
    page = open_form(signed_in("UNPOL_OFFICER"))
    link_of(page)(1200)
    for label in ("Abduction of children", "Killing or maiming of children"):
        page.get_by_label(label).check()
    page.wait_for_timeout(900)
    assert len(page.asked) == 1
    page.get_by_label("Alleged perpetrator").select_option("armed_group")
    expect(rows(page, "Proposed").filter(has_text="Host-State specialised")).to_have_count(1)
    assert [request.failure for request in page.asked] == ["net::ERR_ABORTED", None]


def test_one_answer_is_small(signed_in):
    page = open_form(signed_in("UNPOL_OFFICER"))
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    received = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    for label in ("Attack on a school or hospital", "Hospital or other health facility"):
        page.get_by_label(label).check()
    page.get_by_label("District").select_option("QM0201")
    expect(line(page)).to_have_text("14 told at once, 2 proposed")
    assert 0 < max(received) <= MOST_BYTES


class TestABadLink:
    def test_without_a_link_it_says_so_calmly_and_comes_back_by_itself(self, signed_in):
        page = open_form(signed_in("UNPOL_OFFICER"))
        attack(page)
        expect(line(page)).to_contain_text("told at once")
        page.context.set_offline(True)
        asked = len(page.asked)
        page.get_by_label("Alleged perpetrator").select_option("host_state_police")
        expect(line(page)).to_have_text("No link: shown before sending")
        expect(page.locator("[data-spoken]")).to_have_text("No link: shown before sending")
        expect(page.locator(".live section")).to_have_count(0)
        page.wait_for_timeout(1000)
        assert len(page.asked) == asked
        page.context.set_offline(False)
        expect(line(page)).to_contain_text("told at once")

    def test_a_link_slower_than_five_seconds_is_asked_once_per_group_of_fields(self, signed_in):
        page = open_form(signed_in("UNPOL_OFFICER"))
        link = link_of(page)
        link(5500)
        attack(page)
        expect(line(page)).to_contain_text("told at once", timeout=15_000)
        page.get_by_label("Hospital or other health facility").check()
        expect(line(page)).to_have_text("Slow link: shown at your next question or before sending")
        page.wait_for_timeout(1000)
        assert len(page.asked) == 1
        link(0)
        page.get_by_label("District").select_option("QM0201")
        expect(line(page)).to_have_text("14 told at once, 2 proposed")

    @pytest.mark.parametrize(
        "answer",
        [
            {"status": 500, "body": "<h1>Server error</h1>"},
            {"status": 429, "body": ""},
            {"status": 200, "content_type": "text/html", "body": "<p>Buy more data</p>"},
        ],
        ids=["a fault", "too often", "somebody else's page"],
    )
    def test_any_other_answer_is_not_shown(self, signed_in, answer):
        page = open_form(signed_in("UNPOL_OFFICER"))
        page.route(f"**{PREVIEW}", lambda route: route.fulfill(**answer))
        attack(page)
        expect(line(page)).to_have_text("Not now: shown before sending")
        expect(page.get_by_text("Buy more data")).to_have_count(0)

    def test_after_the_session_ended_it_says_that_what_was_typed_is_kept(self, signed_in):
        page = open_form(signed_in("UNPOL_OFFICER"))
        page.context.clear_cookies(name="sessionid")
        attack(page)
        expect(line(page)).to_have_text("You are signed out: what you typed is kept")
        expect(page.get_by_label("Attack on a school or hospital")).to_be_checked()
        assert page.url.endswith("/reports/new/")


def test_in_confidence_the_lists_close_and_leave_no_trail(signed_in):
    page = open_form(signed_in("UNPOL_OFFICER"))
    attack(page)
    expect(page.get_by_role("heading", name="Told at once")).to_be_visible()
    trail = """[history.length, location.href, document.title,
                localStorage.length, sessionStorage.length]"""
    named = page.locator(".live").get_by_text("Conduct and Discipline Team").first
    before = page.evaluate(trail)
    page.get_by_label("Alleged perpetrator").select_option("un_personnel")
    expect(line(page)).to_have_text("3 told at once")
    expect(named).to_be_hidden()
    assert "onfid" not in page.locator("[data-spoken]").inner_text()
    assert page.evaluate(trail) == before
    page.locator(".live summary").click()
    expect(named).to_be_visible()
    page.get_by_label("A child is with the patrol").check()
    page.wait_for_timeout(1500)
    expect(named).to_be_visible()


def test_a_kept_report_shows_its_list_when_it_is_opened_again(signed_in):
    page = open_form(signed_in("UNPOL_OFFICER"))
    attack(page)
    page.get_by_role("button", name="Save and leave").click()
    page.get_by_role("link", name="Unfinished report").first.click()
    expect(line(page)).to_contain_text("told at once")


def test_on_a_phone_the_keyboard_opens_and_scrolls_the_list(signed_in):
    page = open_form(signed_in("UNPOL_OFFICER", **PHONE))
    attack(page)
    expect(line(page)).to_contain_text("told at once")
    listed = page.get_by_role("region", name="Who will be told")
    expect(listed).to_be_hidden()
    page.locator(".live summary").focus()
    page.keyboard.press("Enter")
    expect(listed).to_be_visible()
    page.keyboard.press("Tab")
    expect(listed).to_be_focused()
    page.keyboard.press("End")
    end = time.monotonic() + 5
    while listed.evaluate("list => list.scrollTop") == 0 and time.monotonic() < end:
        page.wait_for_timeout(100)
    assert listed.evaluate("list => list.scrollTop") > 0


@pytest.mark.parametrize(("size", "scheme"), VIEWS)
def test_the_open_list_is_accessible(signed_in, size, scheme):
    view = {"viewport": {"width": size[0], "height": size[1]}, "color_scheme": scheme}
    page = open_form(signed_in("UNPOL_OFFICER", **view))
    attack(page)
    reach(page, page.get_by_label("Boys", exact=True)).fill("-1")
    reach(page, page.get_by_label("Alleged perpetrator")).select_option("host_state_police")
    reach(page, page.get_by_label("Investigate")).check()
    expect(line(page)).to_contain_text("told at once")
    if not page.get_by_role("region", name="Who will be told").is_visible():
        page.locator(".live summary").click()
    expect(page.get_by_text("Until these fields are mended")).to_be_visible()
    expect(page.locator(".live .htmx-request")).to_have_count(0)
    check(page)


def test_without_javascript_the_form_says_that_the_list_comes_before_sending(browser, demo):
    from tests.journeys.conftest import sign_in

    context = browser.new_context(base_url=demo.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, demo.person("UNPOL_OFFICER"))
    page.goto("/reports/new/")
    expect(line(page)).to_have_text("Shown before sending")
    attack(page)
    page.get_by_label("School", exact=True).check()
    page.get_by_label("District").select_option("QM0201")
    page.get_by_role("button", name="See who will be told").click()
    expect(page.get_by_role("heading", name="Told at once")).to_be_visible()
    context.close()

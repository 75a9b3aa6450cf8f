"""At the desk no page is loaded anew: every verb, the list, the keys, the ticks, the way back."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.journeys import desks
from tests.journeys.desks import AtDesk, recipient, row_of
from tests.journeys.live import (
    ACKNOWLEDGED,
    MARK,
    WHY,
    FileOne,
    Watched,
    filing,
    focused,
)

MORE_THAN_A_PAGE = 20  # with those of the demo
ON_A_PAGE = 25
SCROLLED = "Math.round(scrollY)"


@pytest.fixture
def at_desk(browser, demo) -> Iterator[AtDesk]:
    with desks.desks(browser, demo) as open_page:
        yield open_page


@pytest.fixture(scope="module")
def file_one(browser, demo) -> Iterator[FileOne]:
    with filing(browser, demo) as file:
        yield file


@pytest.fixture(scope="module")
def many(file_one) -> list[str]:
    """As many as do not go on one page, the newest last."""
    return [file_one(f"One of many, number {n}") for n in range(MORE_THAN_A_PAGE)]


class TestTheVerbsOfTheLead:
    def test_from_the_desk_to_a_release_and_a_correction_no_page_is_loaded(self, at_desk, file_one):
        reference = file_one("Shells hit the ward at night.")
        watched = Watched(at_desk("CPA"))
        page = watched.open("/desk/?show=all")
        row_of(page, reference).get_by_role("link").click()
        expect(page).to_have_title(re.compile(reference))
        expect(page).to_have_url(re.compile(f"/reports/{reference}/$"))
        focused(page, "Attack on a hospital")
        expect(page.locator(".app-nav [aria-current]")).to_have_count(0)

        page.get_by_role("button", name="Acknowledge").click()
        expect(page.get_by_text(ACKNOWLEDGED)).to_be_visible()
        focused(page, ACKNOWLEDGED)
        expect(page).to_have_url(re.compile(f"/reports/{reference}/$"))

        recipient(page, "WHO").get_by_role("link", name="Release").click()
        focused(page, "Release to WHO")
        page.get_by_role("link", name="Hold").click()
        focused(page, "Hold the proposal")
        page.get_by_role("button", name="Hold").click()
        focused(page, "2 things need your attention")
        page.locator("[name=held_for]").first.check()
        page.get_by_label("What is missing, and who sees to it?").fill("The nurse asks tonight.")
        page.get_by_role("button", name="Hold").click()
        focused(page, "is held. You can release it later.")

        recipient(page, "WHO").get_by_role("link", name="Release").click()
        page.get_by_label(WHY).fill("They bring the cold store.")
        page.get_by_role("button", name="Release to WHO").click()
        focused(page, "Released to WHO. They are being told.")

        page.get_by_role("link", name="Correct the facts").click()
        focused(page, "Correct the facts")
        page.get_by_role("radio", name="School", exact=True).check()
        page.get_by_label("How do you know that it was otherwise?").fill("The sister called back.")
        page.get_by_role("button", name="Show what would change").last.click()
        page.get_by_role("button", name="Correct and tell").click()
        focused(page, "Corrected. Who must know now is being told.")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Attack on a school")
        watched.check()

    def test_what_is_pressed_far_down_is_answered_there(self, at_desk, file_one):
        reference = file_one("Seen from the ridge.")
        watched = Watched(at_desk("CPA"))
        page = watched.open(f"/reports/{reference}/")
        page.get_by_role("button", name="Acknowledge").click()
        expect(page.get_by_text(ACKNOWLEDGED)).to_be_visible()
        part = page.locator("details").filter(has_text="Set the phase of protection")
        part.locator("summary").click()
        button = part.get_by_role("button", name="Set the phase")
        button.scroll_into_view_if_needed()
        page.mouse.wheel(0, 200)
        page.wait_for_function("() => scrollY > 200")
        button.click()
        focused(page, "needs your attention")
        expect(page).to_have_url(re.compile(f"/reports/{reference}/$"))

        part.get_by_label("Prevention").check()
        button.scroll_into_view_if_needed()
        before = page.evaluate(SCROLLED)
        button.click()
        said = page.get_by_text("The phase is set. The history keeps the one before.")
        expect(said).to_be_in_viewport()
        assert before > 200
        assert abs(page.evaluate(SCROLLED) - before) <= 2
        watched.check()

    def test_a_question_to_the_officer_is_sent_once_and_let_go(self, at_desk, file_one):
        first, second = file_one("The first."), file_one("The second.")
        watched = Watched(at_desk("CPA"))
        page = watched.open("/desk/?show=all")
        for reference in (first, second):
            row_of(page, reference).get_by_role("link").click()
            focused(page, "Attack on a hospital")
            box = page.locator("form[data-message-form] textarea")
            box.fill(f"Which gate? {reference}")
            page.get_by_role("button", name="Ask", exact=True).click()
            expect(page.locator("#talk .timeline")).to_contain_text(f"Which gate? {reference}")
            expect(box).to_have_value("")
            expect(page.locator("#talk .timeline li")).to_have_count(1)
            page.locator(".back").click()
            page.get_by_role("link", name="All reports you may see").click()
            expect(page.get_by_role("heading", name="All reports you may see")).to_be_visible()
        watched.check()

    def test_a_double_press_sends_once(self, at_desk, file_one):
        reference = file_one("Pressed twice.")
        watched = Watched(at_desk("CPA"))
        page = watched.open(f"/reports/{reference}/")
        sent = []
        page.route("**/acknowledge/", lambda route: sent.append(route))
        page.get_by_role("button", name="Acknowledge").dblclick()
        page.wait_for_timeout(500)
        assert len(sent) == 1
        sent[0].continue_()
        expect(page.get_by_text(ACKNOWLEDGED)).to_be_visible()
        watched.check()


class TestTheList:
    def test_tiles_filters_words_and_pages(self, at_desk, many):
        watched = Watched(at_desk("CPA"))
        page = watched.open("/desk/")
        heading = page.locator("#queue-heading")
        page.locator(".count").filter(has_text="Held").click()
        expect(heading).to_have_text(re.compile("Held"))
        expect(page).to_have_url(re.compile("show=held"))
        focused(page, heading.inner_text())

        page.get_by_role("link", name="All reports you may see").click()
        expect(heading).to_have_text("All reports you may see")
        expect(page.locator(".queue tbody tr")).to_have_count(ON_A_PAGE)
        expect(page.locator(".count b").first).to_have_text(re.compile(r"\d"))  # follows the list
        newest = page.locator(".q-ref").first.inner_text()
        page.get_by_role("link", name="Older").click()
        expect(page).to_have_url(re.compile("after="))
        expect(page.locator(".queue tbody")).not_to_contain_text(newest)
        focused(page, "All reports you may see")

        page.locator("#narrow summary").click()
        page.get_by_label("Where").select_option("QM0101")
        page.get_by_role("button", name="Show", exact=True).click()
        expect(page).to_have_url(re.compile("area=QM0101"))
        expect(page.locator(".queue tbody")).not_to_contain_text("Port Sela")

        page.goto("/desk/?show=all")
        page.evaluate(MARK)
        watched.loaded.clear()
        page.get_by_label("Search reports").fill(many[-1])
        page.get_by_label("Search reports").press("Enter")
        expect(heading).to_have_text("Found")
        expect(page.locator(".q-ref")).to_have_text([many[-1]])
        assert many[-1] not in page.url
        watched.check()

    def test_a_tile_opens_its_list_while_its_number_comes(self, at_desk, many):
        page, held = at_desk("CPA"), {}
        page.route("**/desk/counts/**", lambda route: held.update(numbers=route))
        page.goto("/desk/?show=all")
        page.route("**/desk/?show=held*", lambda route: held.update(list=route))
        with page.expect_request("**/desk/?show=held*"):
            page.locator(".count").filter(has_text="Held").click()
        with page.expect_response("**/desk/counts/**"):
            held["numbers"].continue_()
        held["list"].continue_()
        expect(page.locator("#queue-heading")).to_have_text(re.compile("Held"))
        expect(page).to_have_url(re.compile("show=held"))
        expect(page.locator("h1")).to_have_count(1)

    def test_the_filter_opens_while_the_numbers_have_not_come(self, at_desk, many):
        page = at_desk("CPA")
        page.route("**/desk/counts/**", lambda route: None)  # no answer yet
        page.goto("/desk/?show=all")
        page.locator("#narrow summary").click()
        expect(page.get_by_label("Where")).to_be_visible()

    def test_the_filter_opens_as_a_page_where_its_form_does_not_come(self, at_desk, many):
        page = at_desk("CPA")
        page.route("**/desk/narrow/**", lambda route: route.abort())
        page.goto("/desk/?show=all")
        with page.expect_event("requestfailed"):
            page.locator("#narrow summary").click()
        page.unroute("**/desk/narrow/**")
        page.locator("#narrow").get_by_role("link", name="Narrow the list").click()
        expect(page.locator("h1")).to_have_text("Narrow the list")
        page.get_by_label("Where").select_option("QM0101")
        page.get_by_role("button", name="Show", exact=True).click()
        expect(page).to_have_url(re.compile("/desk/.*area=QM0101"))

    def test_keys_work_after_a_page_came_without_loading(self, at_desk, many):
        watched = Watched(at_desk("CPA"))
        page = watched.open("/desk/?show=all")
        page.keyboard.press("j")
        page.keyboard.press("e")
        expect(page).to_have_title(re.compile(many[-1]))
        focused(page, "Attack on a hospital")
        page.keyboard.press("j")  # no list, no key
        page.locator(".back").click()
        expect(page).to_have_title(re.compile("^Desk"))
        focused(page, "Desk")
        page.get_by_role("link", name="All reports you may see").click()
        expect(page).to_have_url(re.compile("show=all"))
        expect(page.locator("#queue-heading")).to_be_focused()
        page.keyboard.press("j")  # from where one was
        assert page.evaluate("document.activeElement.id") == f"to-{many[-2]}"
        page.keyboard.press("?")
        expect(page.locator("#keys-list")).to_be_visible()
        page.keyboard.press("/")
        expect(page.get_by_label("Search reports")).to_be_focused()
        page.get_by_label("Single keys work on this page").uncheck()
        page.locator(".count").first.click()
        expect(page.get_by_label("Single keys work on this page")).not_to_be_checked()
        page.get_by_label("Single keys work on this page").check()
        watched.check()

    def test_ticks_outlast_the_renewal_and_many_are_acknowledged_at_once(self, at_desk, many):
        watched = Watched(at_desk("CPA"))
        page = watched.page
        page.clock.install()
        watched.open("/desk/?show=all")
        with page.expect_response("**/desk/?show=all") as renewal:
            page.clock.run_for(16_000)
        assert renewal.value.request.headers["hx-request"] == "true"
        for reference in many[-2:]:
            page.get_by_label(f"Choose {reference}").check()
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.clock.run_for(31_000)
        page.wait_for_timeout(500)
        assert asked == []
        for reference in many[-2:]:
            expect(page.get_by_label(f"Choose {reference}")).to_be_checked()
        page.clock.resume()

        page.locator("#bulk").get_by_role("button", name="Acknowledge").click()
        focused(page, "Acknowledge: 2 reports")
        page.get_by_role("button", name="Acknowledge: 2 reports").click()
        expect(page.get_by_role("heading", name="Done 2")).to_be_visible()
        watched.check()

    def test_going_back_shows_the_list_as_it_is_now_and_nothing_was_kept(self, at_desk, many):
        page = Watched(at_desk("CPA")).open("/desk/?show=all")
        page.locator(".q-what a").first.click()
        expect(page).to_have_title(re.compile(many[-1]))
        page.go_back()
        expect(page.locator("#queue-heading")).to_have_text("All reports you may see")
        expect(page).to_have_url(re.compile("/desk/\\?show=all$"))
        assert page.evaluate("sessionStorage.getItem('htmx-history-cache')") is None
        page.go_forward()
        expect(page).to_have_title(re.compile(many[-1]))

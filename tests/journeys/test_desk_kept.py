"""Where no page comes nothing typed at the desk is lost; without a script all of it works."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.journeys import desks
from tests.journeys.conftest import Demo, sign_in
from tests.journeys.desks import AtDesk, recipient, row_of
from tests.journeys.live import ACKNOWLEDGED, MARK, MARKED, WHY, FileOne, Watched, filing, focused
from tests.journeys.phones import CutLink


@pytest.fixture
def at_desk(browser, demo) -> Iterator[AtDesk]:
    with desks.desks(browser, demo) as open_page:
        yield open_page


@pytest.fixture(scope="module")
def file_one(browser, demo) -> Iterator[FileOne]:
    with filing(browser, demo) as file:
        yield file


class TestWhereNoPageComes:
    @pytest.fixture
    def writing(self, at_desk, file_one) -> tuple[Watched, Locator]:
        """On the page of a release, with a reason typed."""
        watched = Watched(at_desk("CPA"))
        page = watched.open(f"/reports/{file_one('Kept.')}/")
        recipient(page, "WHO").get_by_role("link", name="Release").click()
        reason = page.get_by_label(WHY)
        reason.fill("They bring the cold store.")
        return watched, reason

    def test_a_session_that_ended_keeps_what_was_typed(self, browser, demo, writing):
        watched, reason = writing
        page = watched.page
        session = page.context.cookies()
        page.context.clear_cookies(name="sessionid")
        page.get_by_role("button", name="Release to WHO").click()
        expect(page.get_by_role("alert")).to_contain_text("You are not signed in any more")
        expect(reason).to_have_value("They bring the cold store.")
        # Somebody else signs in: nothing is done in their name.
        with page.expect_popup() as opened:
            page.get_by_role("alert").get_by_role("link", name="Sign in").click()
        sign_in(opened.value, demo.person("JOC"))
        page.get_by_role("button", name="Release to WHO").click()
        expect(page.get_by_role("alert")).to_contain_text("You are not signed in any more")
        page.context.clear_cookies()
        page.context.add_cookies(session)
        page.get_by_role("button", name="Release to WHO").click()
        focused(page, "Released to WHO. They are being told.")
        expect(page.get_by_role("alert")).to_have_count(0)
        assert page.evaluate(MARKED)

    def test_signing_in_in_another_window_is_enough(self, browser, demo, file_one):
        context = browser.new_context(base_url=demo.url)
        page = context.new_page()
        sign_in(page, demo.person("CPA"))
        page.goto(f"/reports/{file_one('Two windows.')}/")
        page.evaluate(MARK)
        context.clear_cookies()
        page.get_by_role("button", name="Acknowledge").click()
        with page.expect_popup() as opened:
            page.get_by_role("alert").get_by_role("link", name="Sign in").click()
        sign_in(opened.value, demo.person("CPA"))
        page.get_by_role("button", name="Acknowledge").click()
        expect(page.get_by_text(ACKNOWLEDGED)).to_be_visible()
        assert page.evaluate(MARKED)
        context.close()

    @pytest.mark.parametrize(
        ("answer", "said"),
        [
            ({"status": 500, "body": "<h1>no</h1>"}, "Something broke in the portal."),
            ({"status": 403, "body": "<h1>no</h1>"}, "This was not accepted"),
            (None, "No answer from the portal."),
        ],
    )
    def test_what_broke_is_said_and_what_was_typed_stays(self, writing, answer, said):
        watched, reason = writing
        page = watched.page
        page.route(
            "**/release/", lambda route: route.fulfill(**answer) if answer else route.abort()
        )
        page.get_by_role("button", name="Release to WHO").click()
        expect(page.get_by_role("alert")).to_contain_text(said)
        expect(page.get_by_role("alert")).to_be_in_viewport()
        expect(reason).to_have_value("They bring the cold store.")
        page.unroute_all()
        page.get_by_role("button", name="Release to WHO").click()
        focused(page, "Released to WHO. They are being told.")
        assert page.evaluate(MARKED)
        assert watched.loaded == []

    def test_it_takes_the_place_of_what_was_said_before(self, at_desk, file_one):
        page = Watched(at_desk("CPA")).open(f"/reports/{file_one('Said.')}/")
        page.get_by_role("button", name="Acknowledge").click()
        expect(page.locator(".messages")).to_contain_text(ACKNOWLEDGED)
        page.route("**/share/", lambda route: route.abort())
        page.get_by_role("link", name="Share").click()
        expect(page.locator(".messages")).to_contain_text("No answer from the portal.")
        expect(page.locator(".messages")).to_have_count(1)
        page.get_by_role("button", name="Dismiss").click()
        expect(page.get_by_text("No answer from the portal.")).to_have_count(0)

    def test_a_line_cut_in_the_answer_leaves_the_form(self, browser, demo, file_one):
        link = CutLink(demo.url)
        link.cuts = b"POST /referrals/"
        context = browser.new_context(base_url=link.url)
        page = context.new_page()
        sign_in(page, demo.person("CPA"))
        page.goto(f"/reports/{file_one('Cut.')}/")
        recipient(page, "WHO").get_by_role("link", name="Release").click()
        page.get_by_label(WHY).fill("Sent once.")
        link.cut = ("down", 0)
        page.get_by_role("button", name="Release to WHO").click()
        expect(page.get_by_role("alert")).to_contain_text("No answer from the portal.")
        expect(page.get_by_label(WHY)).to_have_value("Sent once.")
        link.cut = None
        # It was done all the same; the second press says so and does nothing.
        page.get_by_role("button", name="Release to WHO").click()
        expect(page.locator(".messages")).to_contain_text("Already")
        context.close()
        link.listener.close()

    def test_a_page_that_is_not_there_or_not_of_the_desk_is_loaded(self, at_desk, file_one):
        watched = Watched(at_desk("CPA"))
        reference = file_one("Left.")
        page = watched.open(f"/reports/{reference}/")
        page.get_by_role("link", name="Written report").click()
        expect(page.get_by_text("Paper cannot be taken back.")).to_be_visible()
        assert len(watched.loaded) == 1
        watched.open("/desk/?show=all")
        gone = {"status": 404, "content_type": "text/html", "body": "<h1>Nothing here</h1>"}
        page.route(f"**/reports/{reference}/", lambda route: route.fulfill(**gone))
        row_of(page, reference).get_by_role("link").click()
        expect(page.get_by_role("heading", name="Nothing here")).to_be_visible()


def test_without_a_script_the_same_is_done(browser: Browser, demo: Demo, file_one):
    reference = file_one("No script.")
    context = browser.new_context(base_url=demo.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, demo.person("CPA"))
    page.goto("/desk/?show=all")
    row_of(page, reference).get_by_role("link").click()
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_text(ACKNOWLEDGED)).to_be_visible()
    recipient(page, "WHO").get_by_role("link", name="Release").click()
    page.get_by_role("button", name="Release to WHO").click()
    expect(page.get_by_role("alert")).to_contain_text("One thing needs your attention")
    page.get_by_label(WHY).fill("They bring the cold store.")
    page.get_by_role("button", name="Release to WHO").click()
    expect(page.get_by_text("Released to WHO. They are being told.")).to_be_visible()
    page.get_by_role("link", name="Desk", exact=True).first.click()
    page.get_by_label("Search reports").fill(reference)
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".q-ref")).to_have_text([reference])
    context.close()

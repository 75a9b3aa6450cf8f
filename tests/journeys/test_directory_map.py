"""The map of gaps draws itself under the portal's content-security policy, beside its list."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.test_pages import VIEWS, check

MOST_BYTES = 120 * 1024


@pytest.mark.parametrize(("size", "scheme"), VIEWS)
def test_the_map_is_drawn_and_the_list_says_the_same(signed_in, size, scheme):
    view = {"viewport": {"width": size[0], "height": size[1]}, "color_scheme": scheme}
    page = signed_in("CPA", **view)
    page.goto("/directory/map/")
    areas = page.locator("#map-list li")
    page.locator("#map").scroll_into_view_if_needed()
    expect(page.locator("#map .leaflet-marker-icon")).to_have_count(areas.count())
    expect(page.locator("#map path.land")).not_to_have_count(0)
    page.locator("#map .leaflet-marker-icon").first.click(force=True)
    said = areas.first.locator("small").inner_text()
    expect(page.locator(".leaflet-popup-content small")).to_have_text(said)
    check(page)
    assert page.faults == []


@pytest.mark.parametrize(("size", "scheme"), VIEWS)
def test_the_gap_board_is_accessible_and_leads_to_what_needs_doing(signed_in, size, scheme):
    view = {"viewport": {"width": size[0], "height": size[1]}, "color_scheme": scheme}
    page = signed_in("ADMIN", **view)
    page.goto("/directory/gaps/")
    expect(page.locator("#to-do")).to_be_visible()
    check(page)
    page.locator(".gap-board td a").first.click()
    expect(page.locator("#cell-title")).to_be_visible()
    # What comes after the page is dimmed until it is there.
    expect(page.locator("#to-do")).to_be_visible()
    check(page)
    assert page.faults == []


def test_without_javascript_the_list_is_there_and_no_empty_map(browser, signed_in, demo):
    state = signed_in("CPA").context.storage_state()
    context = browser.new_context(base_url=demo.url, java_script_enabled=False, storage_state=state)
    page = context.new_page()
    page.goto("/directory/map/")
    expect(page.locator("#map")).to_be_hidden()
    expect(page.locator("#map-list li")).not_to_have_count(0)
    context.close()


def test_the_map_stays_within_its_budget_and_asks_nobody_else(signed_in, demo):
    page = signed_in("CPA")
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    asked, received = [], []
    session.on("Network.requestWillBeSent", lambda event: asked.append(event["request"]["url"]))
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.goto("/directory/map/")
    expect(page.locator("#map[data-drawn]")).to_be_visible()
    page.wait_for_load_state("networkidle")
    asked = [url for url in asked if not url.startswith("data:")]
    assert [url for url in asked if not url.startswith(demo.url)] == []
    assert sum(received) <= MOST_BYTES

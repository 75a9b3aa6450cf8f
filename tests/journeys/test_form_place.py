"""Where it happened: the list, the phone's position, a pin on the map; each enough by itself."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.test_pages import check
from tests.journeys.test_role_play_1 import PHONE

TOLWE = {"latitude": -78.4212, "longitude": 67.8534, "accuracy": 30}
HERE = {"geolocation": TOLWE, "permissions": ["geolocation"]}


def open_form(page: Page) -> Page:
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto("/reports/new/")
    return page


def locate(page: Page) -> None:
    page.get_by_role("button", name="Use my position").click()


def said(page: Page):
    return page.locator("[data-place-said]")


def check_quiet(page: Page) -> None:
    """Accessible once the list of who will be told has its answer: until then it is dimmed."""
    page.wait_for_timeout(1_000)
    expect(page.locator(".live .htmx-request")).to_have_count(0)
    check(page)


def test_the_position_fills_the_degrees_and_how_near_they_are(signed_in):
    page = open_form(signed_in("UNPOL_OFFICER", **PHONE, **HERE))
    locate(page)
    expect(said(page)).to_contain_text("Position found, within 30 m.")
    expect(page.get_by_label("Latitude")).to_have_value("-78.42120")
    expect(page.get_by_label("Longitude")).to_have_value("67.85340")
    expect(page.get_by_label("Exactly there")).to_be_checked()
    check_quiet(page)


def test_it_chooses_the_nearest_district_only_where_none_is_chosen(signed_in):
    page = open_form(signed_in("UNPOL_OFFICER", **PHONE, **HERE))
    locate(page)
    expect(said(page)).to_contain_text("The nearest district is Tolwe, Northern Reach.")
    expect(page.get_by_label("District")).to_have_value("QM0201")
    page.get_by_label("District").select_option("")
    locate(page)
    expect(said(page)).to_contain_text("Nearest district chosen: Tolwe, Northern Reach.")
    expect(page.get_by_label("District")).to_have_value("QM0101")


def test_a_phone_that_gives_no_position_leaves_the_list(signed_in):
    page = open_form(signed_in("UNPOL_OFFICER", **PHONE))
    page.context.grant_permissions([])
    locate(page)
    expect(said(page)).to_contain_text("Choose the district from the list.")
    expect(page.get_by_label("Latitude")).to_have_value("")


def test_nothing_of_the_map_is_asked_for_before_it_is_wanted(signed_in):
    page = open_form(signed_in("UNPOL_OFFICER", **PHONE))
    page.wait_for_load_state("networkidle")
    assert [url for url in page.asked if "leaflet" in url or "map" in url] == []


def test_a_press_on_the_map_sets_a_pin(signed_in):
    page = open_form(signed_in("UNPOL_OFFICER"))
    page.get_by_role("button", name="Show on the map").click()
    drawn = page.get_by_role("region", name="Map")
    expect(drawn.locator(".land").first).to_be_attached()
    expect(drawn.locator(".place-name").filter(has_text="Tolwe")).to_be_visible()
    drawn.click(position={"x": 150, "y": 150})
    expect(drawn.locator(".pin")).to_have_count(1)
    expect(said(page)).to_contain_text("Point set.")
    assert float(page.get_by_label("Latitude").input_value()) < -70
    expect(page.get_by_label("Somewhere in this town or village")).to_be_checked()
    check_quiet(page)
    assert page.faults == []


def test_without_a_link_the_map_says_so_and_the_list_works(signed_in):
    page = open_form(signed_in("UNPOL_OFFICER", **PHONE))
    page.context.set_offline(True)
    page.get_by_role("button", name="Show on the map").click()
    expect(said(page)).to_contain_text("Choose the district from the list.")
    page.get_by_label("District").select_option("QM0101")
    expect(page.get_by_label("District")).to_have_value("QM0101")

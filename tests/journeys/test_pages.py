"""Every page: accessible, within its budget, without sideways scroll, on phone and desktop."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.journeys.test_role_play_1 import file_s04, reach

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
VIEWS = [
    pytest.param((360, 740), "light", id="phone-light"),
    pytest.param((1280, 900), "dark", id="desktop-dark"),
]


# What fades in is too pale to read only for a moment.
STANDS_STILL = """() => document.getAnimations().every(
  (each) => each.playState !== "running" || each.effect.getTiming().iterations === Infinity)"""


def violations(page: Page) -> list[str]:
    page.wait_for_function(STANDS_STILL)
    found = Axe().run(page, options=WCAG).response["violations"]
    return [f"{page.url} {v['id']}: {v['nodes'][0]['target']}" for v in found]


def sideways(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def follow(page: Page, control: Locator) -> None:
    """Press what leads to another page, and wait until that is there."""
    with page.expect_navigation():
        control.click()


def check(page: Page) -> None:
    assert violations(page) == []
    assert sideways(page) <= 0


@pytest.mark.parametrize(("size", "scheme"), VIEWS)
def test_an_officers_pages_are_accessible(signed_in, size, scheme):
    view = {"viewport": {"width": size[0], "height": size[1]}, "color_scheme": scheme}
    page = signed_in("UNPOL_OFFICER", **view)
    check(page)
    page.goto("/reports/new/")
    check(page)
    follow(page, reach(page, page.get_by_role("button", name="See who will be told")))
    check(page)
    file_s04(page)
    check(page)
    assert page.faults == []


@pytest.mark.parametrize(("size", "scheme"), VIEWS)
def test_the_desks_pages_are_accessible(signed_in, size, scheme):
    view = {"viewport": {"width": size[0], "height": size[1]}, "color_scheme": scheme}
    reference = file_s04(signed_in("UNPOL_OFFICER"))
    page = signed_in("CPA", **view)
    for path in ("/desk/", "/desk/?show=held", f"/reports/{reference}/"):
        page.goto(path)
        check(page)
    follow(page, page.get_by_role("link", name="Release").first)
    check(page)
    page.goto(f"/reports/{reference}/share/")
    check(page)
    page.goto("/reports/UNMIX-1999-00001/")
    check(page)
    assert page.faults == []


@pytest.mark.parametrize(("size", "scheme"), VIEWS)
def test_signing_in_and_the_mailbox_are_accessible(browser, demo, size, scheme):
    context = browser.new_context(
        base_url=demo.url,
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
    )
    page = context.new_page()
    for path in ("/accounts/login/", "/accounts/password/reset/", "/demo/mail/"):
        page.goto(path)
        check(page)
    context.close()


def test_the_whole_form_works_with_the_keyboard_alone(signed_in):
    page = signed_in("UNPOL_OFFICER")
    page.goto("/reports/new/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to the content"
    for _step in range(200):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.name || ''")
        value = page.evaluate("document.activeElement.value || ''")
        if (name, value) == ("violations", "attack_school_hospital"):
            page.keyboard.press("Space")
        elif name == "facility":
            page.keyboard.press("ArrowDown")
            page.keyboard.press("ArrowDown")
        elif name == "area":
            page.keyboard.type("Port Sela")
        elif (name, value) == ("action", "check"):
            page.keyboard.press("Enter")
            break
    expect(page.get_by_role("heading", name="Before sending")).to_be_visible()


def test_the_form_works_without_javascript(browser, demo):
    from tests.journeys.conftest import sign_in

    context = browser.new_context(base_url=demo.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, demo.person("UNPOL_OFFICER"))
    assert file_s04(page).startswith("UNMIX-")
    context.close()

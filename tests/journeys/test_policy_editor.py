"""An administrator adds a rule in the browser: by mouse, by keyboard alone, without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import sign_in
from tests.journeys.test_pages import VIEWS, check

PIECES = (
    "",
    "rows/new/?section=1",
    "rows/R04/",
    "guards/CONSENT_REQUIRED/",
    "derived/priority/",
    "deadlines/",
    "text/",
    "keep/",
    "discard/",
)
RECIPIENT = {
    "Who": "Civil Affairs",
    "For what": "For information",
    "When they are told": "Told at once",
    "What they see": "RD2: De-identified summary",
}


def begin_draft(page: Page) -> str:
    """Copy the policy in force; returns the address of the draft."""
    page.goto("/policy/")
    page.get_by_role("button", name="Copy and edit").first.click()
    expect(page.get_by_role("heading", name="Draft of the policy")).to_be_visible()
    return page.url


def begin_rule(page: Page) -> None:
    page.get_by_role("link", name="Add a rule to 2.5 By violation").click()
    page.get_by_label("Name of the rule").fill("C_LABOUR_CIVIL")
    page.get_by_label("What to look at").select_option(label="Other concerns")


def finish_rule(page: Page) -> None:
    for field, choice in RECIPIENT.items():
        page.get_by_label(field, exact=True).select_option(label=choice)
    page.get_by_text("More about this recipient").click()
    page.get_by_label("Where an earlier rule asks the same").select_option("first_stands")
    page.get_by_label("Reason", exact=True).fill("Works with the labour authorities.")
    page.get_by_label("Source", exact=True).select_option("D")
    page.get_by_role("button", name="Save in the draft").click()
    rule = page.locator("#row-C_LABOUR_CIVIL")
    expect(rule).to_contain_text("Other concerns include: Child labour")
    expect(rule).to_contain_text("Told: Civil Affairs")


@pytest.mark.parametrize(("size", "scheme"), VIEWS)
def test_the_pages_of_a_draft_are_accessible(signed_in, size, scheme):
    view = {"viewport": {"width": size[0], "height": size[1]}, "color_scheme": scheme}
    page = signed_in("ADMIN", **view)
    draft = begin_draft(page)
    for piece in PIECES:
        page.goto(draft + piece)
        check(page)
    assert page.faults == []


def test_the_form_follows_what_is_chosen_and_keeps_the_focus(signed_in):
    page = signed_in("ADMIN")
    begin_draft(page)
    begin_rule(page)
    page.get_by_role("checkbox", name="Child labour").check()
    expect(page.get_by_text("Other concerns include: Child labour")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Child labour")).to_be_focused()
    page.get_by_role("button", name="Add recipient").click()
    expect(page.get_by_label("Who", exact=True).nth(1)).to_be_focused()
    page.get_by_role("button", name="Remove recipient 2").click()
    expect(page.get_by_role("button", name="Add recipient")).to_be_focused()
    page.get_by_role("button", name="Add condition").click()
    expect(page.get_by_label("What to look at").nth(1)).to_be_focused()
    check(page)
    page.get_by_role("button", name="Remove condition 2").click()
    expect(page.get_by_label("What to look at")).to_have_count(1)
    expect(page.get_by_label("Name of the rule")).to_have_value("C_LABOUR_CIVIL")
    finish_rule(page)
    assert page.faults == []


def test_a_rule_is_added_without_javascript(browser, demo):
    context = browser.new_context(base_url=demo.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, demo.person("ADMIN"))
    begin_draft(page)
    begin_rule(page)
    page.get_by_role("button", name="Choose", exact=True).click()
    page.get_by_role("checkbox", name="Child labour").check()
    finish_rule(page)
    context.close()


def test_a_rule_is_added_with_the_keyboard_alone(signed_in):
    page = signed_in("ADMIN")
    begin_draft(page)
    tab_to(page, text="Add a rule to 2.5 By violation")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="New rule")).to_be_visible()
    tab_to(page, name="id")
    page.keyboard.type("C_LABOUR_CIVIL")
    tab_to(page, name="when.fact")
    page.keyboard.type("Other concerns")
    expect(page.get_by_role("checkbox", name="Child labour")).to_be_visible()
    tab_to(page, name="when.values", value="child_labour")
    page.keyboard.press("Space")
    for name, typed in (("role", "Civil Affairs"), ("kind", "For inf"), ("gate", "Told at once")):
        tab_to(page, name=f"recipients.0.{name}")
        page.keyboard.type(typed)
    tab_to(page, name="recipients.0.redaction")
    page.keyboard.type("RD2")
    tab_to(page, name="reason")
    page.keyboard.type("Works with the labour authorities.")
    tab_to(page, name="source.0.key")
    page.keyboard.type("D")
    tab_to(page, name="source.0.place")
    page.keyboard.press("Enter")
    expect(page.locator("#row-C_LABOUR_CIVIL")).to_contain_text("Told: Civil Affairs")
    tab_to(page, name="do", value="up:C_LABOUR_CIVIL")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Move C_LABOUR_CIVIL up")).to_be_focused()


def tab_to(page: Page, *, name: str = "", value: str = "", text: str = "") -> None:
    """Press Tab until the focus is on the control with this name and value, or on this text."""
    for _press in range(600):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        found = focused.evaluate("e => [e.name || '', e.value || '', e.textContent]")
        said = " ".join(found[2].split())
        if found[0] == name and value in ("", found[1]) and said.startswith(text):
            return
    pytest.fail(f"the Tab key does not lead to {name or text} {value}")

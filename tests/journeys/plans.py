"""The plan of action as a planning cell works on it, each in a browser of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.journeys.desks import PLAN, TIME_LEFT, tomorrow

MINUTES = 90
MISSING = "Nothing is written here yet."


@dataclass(frozen=True)
class Part:
    """What one component writes: its sections by their headings, and one action of its own."""

    sections: Mapping[str, str]
    component: str = ""
    action: str = ""
    owner: str = ""


def open_plan(page: Page) -> None:
    """From the report's page to its plan."""
    page.locator("#tasks").get_by_role("link", name=PLAN).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(PLAN)


def seconds_left(page: Page) -> float:
    """Until the plan's deadline, by the page's own clock; it says so in words as well."""
    expect(page.locator(".page-head time[data-relative=due]")).to_contain_text(" left")
    return page.evaluate(TIME_LEFT)


def is_in_time(page: Page) -> bool:
    """Whether the 90 minutes of the Head of Police run and are not over."""
    return 0 < seconds_left(page) <= MINUTES * 60


def write(page: Page, part: Part) -> None:
    """Write and keep one's part, on the page as it was opened; then nothing of it is a gap."""
    for heading, text in part.sections.items():
        page.get_by_label(heading, exact=True).fill(text)
    button = page.locator("button[name=do][value=save]").last
    if part.action:
        new = page.locator("#part-actions .plan-new")
        new.get_by_label("Action", exact=True).fill(part.action)
        new.get_by_label("Component", exact=True).select_option(part.component)
        new.get_by_label("Who, by function", exact=True).fill(part.owner)
        new.get_by_label("Until when", exact=True).fill(tomorrow())
        button = page.get_by_role("button", name="Add the action")
    button.click()
    if part.action:
        expect(page.locator(".plan-actions")).to_contain_text(part.action)
    for heading, text in part.sections.items():
        expect(page.get_by_label(heading, exact=True)).to_have_value(text)
        gap = page.locator(".gaps li").filter(has_text=f"{heading}: {MISSING}")
        expect(gap).to_have_count(0)


def submit(page: Page, version: int) -> None:
    """Put it before leadership; every gap must be closed."""
    expect(page.get_by_text("The plan can be submitted.")).to_be_visible()
    page.get_by_role("button", name="Submit for decision").click()
    expect(
        page.get_by_text(f"Version {version} is before the mission's leadership.")
    ).to_be_visible()


def approve(page: Page) -> None:
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_text("Approved. The plan is in force.")).to_be_visible()


def send_back(page: Page, note: str) -> None:
    page.get_by_label("Note", exact=True).fill(note)
    page.get_by_role("button", name="Return", exact=True).click()
    expect(page.get_by_text("Returned.", exact=True)).to_be_visible()

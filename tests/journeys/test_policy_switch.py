"""A rule is added, proven, replayed, proposed by one person and confirmed by another; a report
filed then is routed by it; and the version before is brought back.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_pages import VIEWS, check, follow
from tests.journeys.test_policy_editor import begin_draft, begin_rule, finish_rule

# A proof takes some seconds, and on a slow machine many.
PATIENCE = 60_000  # milliseconds
NOTE = "Civil Affairs works with the labour authorities and asked to know."


def keep(page: Page) -> str:
    """Keep the draft on this page as a version; returns its number."""
    page.get_by_role("link", name="Keep as version").click()
    page.get_by_label("What changed, and why").fill(NOTE)
    follow(page, page.get_by_role("button", name="Keep as version"))
    return re.search(r"/policy/(\d+)/", page.url)[1]


def prove(page: Page) -> None:
    page.get_by_role("button", name="Prove now").click()
    expect(page.get_by_text("No breach in")).to_be_visible(timeout=PATIENCE)


def replay(page: Page) -> None:
    page.get_by_label("Reports of the last months").fill("24")
    page.get_by_role("button", name="Replay").click()
    expect(
        page.get_by_role("heading", name="Who would be told of more or fewer reports")
    ).to_be_visible(timeout=PATIENCE)


def propose(page: Page) -> None:
    page.get_by_label("Why should this version be in force?").fill("Agreed in the meeting.")
    page.get_by_role("button", name="Propose to switch it on").click()
    expect(page.get_by_text("Proposed. A second person now reads")).to_be_visible(timeout=PATIENCE)


def recipients_of_child_labour(page: Page) -> str:
    """What the check page says for a report of child labour."""
    page.goto("/reports/new/")
    page.get_by_label("Child labour").check()
    page.get_by_label("District").select_option("QM0201")
    follow(page, page.get_by_role("button", name="See who will be told"))
    return page.locator("main").inner_text()


def test_a_rule_is_added_proven_replayed_confirmed_and_taken_back(signed_in):
    admin = signed_in("ADMIN")
    begin_draft(admin)
    begin_rule(admin)
    admin.get_by_label("Child labour").check()
    finish_rule(admin)
    number = keep(admin)
    prove(admin)
    address = admin.url
    replay(admin)
    admin.goto(address)
    propose(admin)
    expect(admin.get_by_role("button", name=f"Confirm version {number}")).to_have_count(0)

    officer = signed_in("UNPOL_OFFICER")
    assert "Civil Affairs" not in recipients_of_child_labour(officer)

    adviser = signed_in("CPA")
    adviser.goto("/policy/")
    adviser.get_by_role("link", name="What differs").click()
    expect(adviser.locator("main")).to_contain_text("C_LABOUR_CIVIL")
    adviser.get_by_role("link", name="Who is told otherwise?").click()
    expect(adviser.locator("#otherwise")).to_contain_text("Civil Affairs", timeout=PATIENCE)
    adviser.goto("/policy/")
    adviser.get_by_role("button", name=f"Confirm version {number}").click()
    expect(adviser.get_by_text(f"Version {number} is in force.")).to_be_visible(timeout=PATIENCE)
    assert "Civil Affairs" in recipients_of_child_labour(officer)

    admin.goto("/policy/1/")
    admin.get_by_role("button", name="Switch back to version 1").click()
    expect(admin.get_by_text("Version 1 is in force again.")).to_be_visible()
    assert "Civil Affairs" not in recipients_of_child_labour(officer)
    assert (admin.faults, officer.faults, adviser.faults) == ([], [], [])


@pytest.mark.parametrize(("size", "scheme"), VIEWS)
def test_the_policys_pages_are_accessible(signed_in, size, scheme):
    view = {"viewport": {"width": size[0], "height": size[1]}, "color_scheme": scheme}
    page = signed_in("CPA", **view)
    for path in ("/policy/", "/policy/1/", "/policy/compare/1/1/?situations=all"):
        page.goto(path)
        check(page)
    assert page.faults == []

"""A report on which much happened at the desk, for the journeys that look at its pages."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Demo
from tests.journeys.desks import AtDesk
from tests.journeys.test_languages import FILL, S04
from tests.journeys.test_pages import follow
from tests.journeys.test_role_play_1 import wait_for_mail

DESK = "desk.of.a.partner@example.org"
# What is folded away is looked at too.
UNFOLD = "() => document.querySelectorAll('main details').forEach((each) => { each.open = true; })"
# The desk of a partner to which a person with an account belongs as well.
ADD_DESK = """async (address) => {
  const asked = "app_label=actors&model_name=contact&field_name=post&term=Hearth";
  const { results } = await (await fetch(`/admin/autocomplete/?${asked}`)).json();
  const { id, text } = results.find((each) => /medical|health/i.test(each.text));
  document.querySelector("[name=post]").append(new Option(text, id, true, true));
  document.querySelector("[name=address]").value = address;
}"""


def press(page: Page, control: Locator) -> None:
    """Press what brings another page, whether it is loaded or put in the place of this one."""
    page.evaluate("document.querySelector('#main').dataset.before = ''")
    control.click()
    expect(page.locator("#main:not([data-before])")).to_be_attached()
    page.wait_for_load_state()


@dataclass
class Story:
    """A report on which much happened, and where to read of it."""

    report: str
    plan: str
    task: str
    link: str
    releases: list[str]
    run: str


def tell_story(at_desk: AtDesk, demo: Demo) -> Story:
    """A hospital was attacked: proposals wait, one service is asked of a partner without an
    account, the lead has corrected and noted, a task is open and the plan is begun.
    """
    keeper = at_desk("ADMIN")
    keeper.goto("/admin/actors/contact/add/")
    keeper.evaluate(ADD_DESK, DESK)
    follow(keeper, keeper.locator("[name=_save]"))
    officer = at_desk("UNPOL_OFFICER")
    at = file_with_needs(officer)
    lead = at_desk("CPA")
    lead.goto(at)
    press(lead, lead.locator("form[action$='/acknowledge/'] button"))
    link = release_to_partner(demo, lead, at)
    correct(lead, at)
    task = open_task(lead, at)
    work(lead, at)
    lead.goto(at)
    hrefs = lead.locator("#knows a[href$='/release/']").evaluate_all(
        "all => all.map((a) => a.href)"
    )
    plan = lead.locator("#tasks a[href$='/plan/']").get_attribute("href")
    return Story(at, plan, task, link, hrefs, run_over(lead, at))


def file_with_needs(page: Page) -> str:
    """A report with a service that a child needs and agreed to; its address."""
    page.goto("/reports/new/")
    with page.expect_navigation():
        page.evaluate(FILL, S04 | {"needs": "medical", "consent": "given", "consent_scope": "all"})
    page.locator(".actions button[value=send]").last.click()
    page.wait_for_url(re.compile("/reports/UNMIX-"))
    return page.url.partition("?")[0].partition("#")[0]


def release_to_partner(demo: Demo, page: Page, at: str) -> str:
    """Release the service; the link that the partner's desk gets by mail."""
    before = demo.latest_mail_to(DESK)
    page.goto(at)
    press(
        page,
        page.locator("#knows li").filter(has_text="Hearth").locator("a[href$='/release/']").first,
    )
    page.fill("[name=reason]", "A wounded child needs a doctor.")
    for box in page.locator("main form [type=checkbox]").all():
        box.check()
    if page.locator("[name=given_by]").count():
        page.locator("[name=given_by]").first.check()
    press(page, page.locator("main form button.btn").first)
    return wait_for_mail(demo, DESK, before)["link"]


def correct(page: Page, at: str) -> None:
    page.goto(f"{at}correct/")
    page.fill("[name=girls]", "2")
    page.fill("[name=reason]", "The hospital's own list names two girls as wounded.")
    press(page, page.locator("form button[name=show]:not(.vh)"))
    press(page, page.locator("button[name=apply]"))


def open_task(page: Page, at: str) -> str:
    page.goto(f"{at}tasks/new/")
    asked = page.locator("[name=asked] option[value^=physical_protection]")
    page.locator("[name=asked]").select_option(asked.first.get_attribute("value"))
    press(page, page.locator("main form button.btn"))
    return page.url


def work(page: Page, at: str) -> None:
    """Note who has spoken to the child, and a finding; a filter of one's own."""
    page.goto(at)
    page.evaluate(UNFOLD)
    page.locator("form[action*='/note-interview/'] [type=radio]").first.check()
    press(page, page.locator("form[action*='/note-interview/'] button"))
    page.evaluate(UNFOLD)
    finding = page.locator("form[action*='/set-verification/']")
    finding.locator("[name=stage]").first.check()
    finding.locator("[name=status]").first.check()
    day = finding.locator("[name=decided_on]")
    day.fill(day.get_attribute("max"))
    press(page, finding.locator("button"))
    page.goto("/desk/?show=all&priority=emergency")
    page.evaluate(UNFOLD)
    save_filter(page)


def save_filter(page: Page) -> None:
    page.fill("form[action$='/filters/'] [name=name]", "Emergencies")
    page.locator("form[action$='/filters/'] [name=is_shared]").check()
    press(page, page.locator("form[action$='/filters/'] button"))


def run_over(page: Page, at: str) -> str:
    """The phase set for two reports at once; where its result stands."""
    choose(page, at)
    page.locator("main form [name=phase]").first.check()
    press(page, page.locator("form[action$='/start/'] button.btn"))
    return page.url


def choose(page: Page, at: str) -> None:
    """Tick the report and another one on the desk, and press what sets the phase."""
    page.goto("/desk/?show=all")
    page.locator(f"[name=report][value='{at.rstrip('/').rpartition('/')[2]}']").check()
    page.locator("[name=report]").last.check()
    press(page, page.locator("#bulk button[value=set-phase]"))

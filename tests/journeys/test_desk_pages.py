"""Every page of the desk and of a partner, wide and light, on a phone in the dark, and in Arabic:
accessible, nothing too small to press, no sideways scroll.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.conftest import Demo, is_fault
from tests.journeys.desk_story import (
    DESK,
    UNFOLD,
    Story,
    choose,
    press,
    save_filter,
    tell_story,
)
from tests.journeys.desks import AtDesk, desks, new_mail, newest
from tests.journeys.test_languages import DESKTOP, PHONE, english_left
from tests.journeys.test_pages import sideways, violations

LANGUAGE_COOKIE = "django_language"
VIEWS = {"en": [(DESKTOP, "light"), (PHONE, "dark")], "ar": [(PHONE, "light")]}
in_both = pytest.mark.parametrize("language", list(VIEWS))
# All one can press or type into, a box with its label, but for links within a sentence.
TOO_SMALL = """() => [...document.querySelectorAll("main :is(a, button, input, select, summary, textarea)")]
  .filter((each) => each.checkVisibility() && !each.closest(".vh"))
  .filter((each) => getComputedStyle(each).display !== "inline"
    || ![...each.parentElement.childNodes].some((one) => one.nodeType === 3 && one.data.trim()))
  .map((each) => [each, (each.closest("label") ?? each).getBoundingClientRect()])
  .filter(([, box]) => box.width < 23.9 || box.height < 23.9)
  .map(([each, box]) => `${box.width}x${box.height} ${each.outerHTML.slice(0, 120)}`)"""  # noqa: E501


@dataclass
class Eyes:
    """Somebody's browser, and what was wrong with the pages they looked at."""

    page: Page
    language: str
    wrong: list[str] = field(default_factory=list)

    def look(self) -> None:
        """At the page that is open, in each view, with everything unfolded."""
        page = self.page
        page.evaluate(UNFOLD)
        for size, scheme in VIEWS[self.language]:
            page.set_viewport_size({"width": size[0], "height": size[1]})
            page.emulate_media(color_scheme=scheme)
            expect(page.locator(".htmx-request")).to_have_count(0)
            found = [*violations(page), *page.evaluate(TOO_SMALL)]
            if sideways(page) > 0:
                found.append(f"scrolls sideways by {sideways(page)}")
            self.wrong += [f"{page.url} {size[0]} {scheme}: {each}" for each in found]
        self.wrong += [f"{page.url} says: {each}" for each in english_left(page, self.language)]

    def at(self, *paths: str) -> None:
        """Go to pages and look at each."""
        for path in paths:
            self.page.goto(path)
            self.look()

    def press(self, control: Locator) -> None:
        """Press what leads to another page, and look at that."""
        press(self.page, control)
        self.look()


@pytest.fixture(scope="module")
def at_desk(browser: Browser, demo: Demo) -> Iterator[AtDesk]:
    with desks(browser, demo) as opened:
        yield opened


@pytest.fixture(scope="module")
def story(at_desk: AtDesk, demo: Demo) -> Story:
    return tell_story(at_desk, demo)


@pytest.fixture
def eyes(at_desk: AtDesk, demo: Demo) -> Iterator:
    """A function from a role and a language to the eyes of somebody who has signed in."""
    opened = []

    def open_eyes(role: str, language: str) -> Eyes:
        page = at_desk(role, service_workers="block")
        cookie = {"name": LANGUAGE_COOKIE, "value": language, "url": demo.url}
        page.context.add_cookies([cookie])
        eyes = Eyes(page, language)
        opened.append(eyes)
        page.on("console", lambda said: note_fault(eyes, said))
        return eyes

    yield open_eyes
    for each in opened:
        each.page.context.close()


def note_fault(eyes: Eyes, said) -> None:
    if is_fault(said):
        eyes.wrong.append(f"{eyes.page.url}: {said.text}")


@in_both
def test_the_desk_and_many_reports_at_once(eyes, story, language):
    lead = eyes("CPA", language)
    page = lead.page
    lead.at("/desk/", "/desk/?show=all&priority=emergency&area=QM0201", "/desk/?since=never")
    page.goto("/desk/?show=all")
    page.keyboard.press("?")
    expect(page.locator("#keys-list")).to_be_visible()
    page.locator("[name=report]").first.check()
    lead.look()
    for words in ("hospital", "nowhere-at-all"):
        page.fill(".search [name=q]", words)
        lead.press(page.locator(".search button"))
    page.goto("/desk/?show=all&priority=emergency")
    page.evaluate(UNFOLD)
    expect(page.locator("#narrow [name=kind]").first).to_be_visible()
    save_filter(page)  # of a name that is taken
    lead.look()
    choose(page, story.report)
    lead.look()
    lead.press(page.locator("form[action$='/start/'] button.btn"))
    if language == "en":  # a row keeps what was said to who did it, in the language of then
        lead.at(story.run)
    lead.at("/desk/moves/", "/desk/narrow/?show=held", "/directory/gaps/unmet/")
    assert not lead.wrong, "\n".join(lead.wrong)


@in_both
def test_the_report_and_what_the_lead_decides(eyes, story, language):
    lead = eyes("CPA", language)
    page, at = lead.page, story.report
    lead.at(at, f"{at}story/", f"{at}share/", f"{at}tasks/new/", story.task)
    page.goto(at)
    page.evaluate(UNFOLD)
    lead.press(
        page.locator("form[action*='/close-report/'], form[action*='/merge-report/']").last.locator(
            "button"
        )
    )
    lead.at(story.releases[0])
    lead.press(page.locator("main form button.btn").first)  # without a reason
    page.goto(at)
    for box in page.locator("#knows [name=referral]").all()[:3]:
        box.check()
    lead.press(page.locator("#knows form button").last)
    lead.press(page.locator("main form button.btn").first)
    lead.at(story.releases[0].replace("/release/", "/hold/"))
    lead.press(page.locator("main form button.btn").first)
    page.goto(at)
    page.evaluate(UNFOLD)
    lead.press(page.locator("a[href$='/revoke/']").first)
    page.goto(at)
    lead.press(page.locator("a[href*='/override/']").first)
    assert not lead.wrong, "\n".join(lead.wrong)


@in_both
def test_correcting_the_facts(eyes, story, language):
    lead = eyes("CPA", language)
    page = lead.page
    lead.at(f"{story.report}correct/")
    for perpetrator in ("armed_group", "aid_worker"):
        page.select_option("[name=perpetrator]", perpetrator)
        lead.press(page.locator("form button[name=show]:not(.vh)"))
    lead.press(page.locator("button[name=apply]"))  # without a reason
    assert not lead.wrong, "\n".join(lead.wrong)


@in_both
def test_the_plan_of_action(eyes, story, language):
    head = eyes("HOPC", language)
    page = head.page
    head.at(story.plan)
    if language == "en":
        head.press(page.locator("button[value=submit]:not(.vh)"))  # with its gaps
        for text in page.locator(".plan-part > .field > textarea:not([name=press])").all():
            text.fill("Patrols pass the hospital twice a night.")
        page.fill("[name=new-what]", "Patrol the road to the hospital")
        page.select_option("[name=new-component]", "HOPC")
        page.fill("[name=new-owner]", "Duty officer")
        page.fill("[name=new-due_at]", "2030-01-01T08:00")
        head.press(page.locator("button[value=add]"))
    head.at(story.plan)
    chief = eyes("SRSG_OFFICE", language)
    chief.at(story.plan)
    wrong = head.wrong + chief.wrong
    assert not wrong, "\n".join(wrong)


@in_both
@pytest.mark.parametrize("role", ["JOC", "UNPOL_CPFP_FIELD", "CPA_SENIOR"])
def test_the_desk_of_others_and_what_they_read(eyes, story, language, role):
    other = eyes(role, language)
    other.at("/desk/", story.report)
    assert not other.wrong, "\n".join(other.wrong)


@in_both
def test_the_desk_of_a_partner_with_an_account(eyes, story, language):
    partner = eyes("HEALTH_PROVIDER", language)
    partner.at("/desk/", story.report)
    partner.press(partner.page.locator("button[value=decline]"))
    assert not partner.wrong, "\n".join(partner.wrong)


def test_a_partner_without_an_account(browser, demo, story):
    context = browser.new_context()
    page, wrong = context.new_page(), []

    def look(path: str = story.link) -> None:
        """In both languages; the address says which one."""
        for language in VIEWS:
            page.goto(f"{path}?language={language}")
            seen = Eyes(page, language, wrong)
            seen.look()

    look(story.link[:-4] + "xyz/")
    look()
    before = newest(demo, DESK)
    press(page, page.locator("button[value=send]"))
    look()
    page.fill("[name=code]", "000000")
    press(page, page.locator("button[value=open]"))
    Eyes(page, "ar", wrong).look()
    mail = new_mail(demo, DESK, before, lambda each: re.match(r"\s*\d{6}\s", each["body"]))
    page.fill("[name=code]", mail["body"].split()[0])
    press(page, page.locator("button[value=open]"))
    look()
    page.evaluate(UNFOLD)
    press(page, page.locator("button[value=decline]"))
    Eyes(page, "ar", wrong).look()
    page.goto(story.link)
    press(page, page.locator("button[value=accept]"))
    look()
    context.close()
    assert not wrong, "\n".join(wrong)

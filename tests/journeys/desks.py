"""People of the demo at their desks: signed in once, what they file, find and are told of."""

from __future__ import annotations

import json
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from playwright.sync_api import Browser, Locator, Page, Response, expect

from tests.journeys.conftest import Demo, sign_in
from tests.journeys.phones import send_button
from tests.journeys.test_role_play_1 import reach

DESK = {"viewport": {"width": 1280, "height": 900}}
PLAN = "Plan of action for the next 24 hours"
# The page's own clock: when the server made it, and until when the first deadline on it is.
TIME_LEFT = """() => {
  const due = document.querySelector(".page-head time[data-relative=due]").dateTime;
  return (Date.parse(due) - Date.parse(document.documentElement.dataset.now)) / 1000;
}"""

AtDesk = Callable[..., Page]
# By demo and login: signing in takes a second each, and the portal lets nobody do it too often.
_cookies: dict[tuple[str, str], list] = {}


@contextmanager
def desks(browser: Browser, demo: Demo) -> Iterator[AtDesk]:
    """A function from a role, or a login, to a page on which this person has signed in.

    The page knows its `person`.
    """
    contexts = []

    def open_page(whom: str, **options) -> Page:
        person = next(each for each in demo.people if whom in (each["role"], each["login"]))
        context = browser.new_context(base_url=demo.url, **(DESK | options))
        contexts.append(context)
        known = _cookies.get((demo.url, person["login"]))
        if known:
            context.add_cookies(known)
        page = context.new_page()
        if not known:
            sign_in(page, person)
            _cookies[demo.url, person["login"]] = context.cookies()
        page.person = person
        return page

    yield open_page
    for context in contexts:
        context.close()


def file_report(page: Page, answers: Mapping[str, object], words: str) -> str:
    """Answer these questions of the form, by field, and send it; the reference."""
    page.goto("/reports/new/")
    for name, value in answers.items():
        answer(page, name, value)
    reach(page, page.get_by_label("What happened, in your words")).fill(words)
    page.get_by_role("button", name="See who will be told").click()
    send_button(page).click()
    expect(page.locator(".receipt-title")).to_have_text("Report sent and stored")
    return page.locator(".receipt-ref").inner_text()


def answer(page: Page, name: str, value: object) -> None:
    """One answer: a box to tick (True), one of several choices, or what is typed."""
    field, choice = f"[name='{name}']", f"input[name='{name}'][value='{value}']"
    if value is True:
        reach(page, page.locator(field)).check()
    elif page.locator(choice).count():
        reach(page, page.locator(choice)).check()
    elif page.locator(f"select{field}").count():
        reach(page, page.locator(field)).select_option(str(value))
    else:
        reach(page, page.locator(field)).fill(str(value))


def mails_to(demo: Demo, person: Mapping[str, str] | str) -> list[dict[str, str]]:
    """What the demo's mail server has for this person or address, newest first."""
    address = person if isinstance(person, str) else person["email"]
    query = urllib.parse.urlencode({"format": "json", "to": address})
    with urllib.request.urlopen(f"{demo.mail_url}?{query}") as found:  # noqa: S310
        return json.load(found)


def newest(demo: Demo, person: Mapping[str, str] | str) -> str:
    """The newest of these mails, so that what comes later is known as new; empty: none yet."""
    return next((mail["url"] for mail in mails_to(demo, person)), "")


def new_mail(
    demo: Demo,
    person: Mapping[str, str] | str,
    since: str,
    is_it: Callable[[dict[str, str]], bool] = bool,
    seconds: float = 30,
) -> dict[str, str]:
    """The first mail after `since` that is the one; each is looked at once."""
    end, seen = time.monotonic() + seconds, set()
    while time.monotonic() < end:
        for mail in reversed(_after(mails_to(demo, person), since)):
            if mail["url"] not in seen and is_it(mail):
                return mail
            seen.add(mail["url"])
        time.sleep(0.3)
    raise AssertionError(f"no such mail to {person} within {seconds} s")


def _after(mails: list[dict[str, str]], since: str) -> list[dict[str, str]]:
    urls = [mail["url"] for mail in mails]
    return mails[: urls.index(since)] if since in urls else mails


def open_mail(
    page: Page, demo: Demo, since: str, reference: str, number: int = 1
) -> dict[str, str]:
    """Follow the link of the mail that came `since` then about this report.

    Args:
        number: which one of them, counted from the first.
    """
    found = []

    def leads_there(mail: dict[str, str]) -> bool:
        page.goto(mail["link"])
        if reference in page.url:
            found.append(mail)
        return len(found) == number

    return new_mail(demo, page.person, since, leads_there)


def open_report(page: Page, reference: str) -> None:
    """Find it on the desk, the newest of all first, and open it."""
    page.goto("/desk/?show=all")
    pick(page, reference)


def pick(page: Page, reference: str) -> None:
    """From the row of a list to its report, once that is there: both have buttons of one name."""
    row_of(page, reference).get_by_role("link").click()
    expect(page.locator(".page-head")).to_contain_text(reference)


def row_of(page: Page, reference: str) -> Locator:
    return page.get_by_role("row").filter(has_text=reference)


def status_of(page: Page, address: str) -> int:
    """What this person gets there."""
    found: Response | None = page.goto(address)
    assert found is not None
    return found.status


def acknowledge(page: Page) -> None:
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_text("Acknowledged. The others can see that you have it.")).to_be_visible()


def recipient(page: Page, name: str) -> Locator:
    """The row of a recipient under "Who knows"; others may name it in their reasons."""
    named = page.locator(".person-name").filter(has_text=re.compile(rf"^\s*{re.escape(name)}"))
    return page.locator("#knows li").filter(has=named)


def release(page: Page, name: str, why: str) -> None:
    """Release one proposal that needs a reason and nothing else."""
    recipient(page, name).get_by_role("link", name="Release").click()
    page.get_by_label("Why does this recipient need to know, or why not?").fill(why)
    page.get_by_role("button", name=f"Release to {name}").click()
    expect(page.get_by_text(f"Released to {name}. They are being told.")).to_be_visible()


def tomorrow() -> str:
    """A moment as the page's picker writes it; whose zone does not matter for a day ahead."""
    return f"{datetime.now() + timedelta(hours=20):%Y-%m-%dT%H:%M}"

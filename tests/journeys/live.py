"""A page at the desk that is watched: what is loaded in it, and what its scripts complain of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

from playwright.sync_api import Browser, Page, expect

from tests.journeys import desks
from tests.journeys.conftest import Demo, is_fault

ACKNOWLEDGED = "Acknowledged. The others can see that you have it."
WHY = "Why does this recipient need to know, or why not?"
MARK = "window.isTheSamePage = true"
MARKED = "window.isTheSamePage === true"
REFERENCE = re.compile(r"UNMIX-\d{4}-\d{5}")
S04 = {
    "violations": "attack_school_hospital",
    "facility": "hospital",
    "area": "QM0201",
    "perpetrator": "unknown",
    "source": "social_worker",
    "patrol": "joint_host_state",
    "action": "send",
}

FileOne = Callable[[str], str]


@contextmanager
def filing(browser: Browser, demo: Demo) -> Iterator[FileOne]:
    """A function that files a report, told with these words, and gives its reference."""
    with desks.desks(browser, demo) as open_page:
        request = open_page("UNPOL_OFFICER").context.request

        def file_one(words: str) -> str:
            cookies = {each["name"]: each["value"] for each in request.storage_state()["cookies"]}
            token = {"csrfmiddlewaretoken": cookies["csrftoken"]}
            typed = S04 | token | {"uuid": str(uuid4()), "narrative": words}
            return REFERENCE.search(request.post("/reports/new/", form=typed).url).group()

        yield file_one


class Watched:
    """A page at the desk, and every page that was loaded in it since it was opened."""

    def __init__(self, page: Page):
        self.page = page
        self.loaded: list[str] = []
        self.faults: list[str] = []
        page.on("request", self._note)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(str(error)))

    def open(self, address: str) -> Page:
        self.page.goto(address)
        self.page.evaluate(MARK)
        self.loaded.clear()
        return self.page

    def check(self) -> None:
        """Nothing was loaded, and neither a script nor the policy of the page complains."""
        assert self.page.evaluate(MARKED)
        assert (self.loaded, self.faults) == ([], []), (self.loaded, self.faults)

    def _note(self, request) -> None:
        if request.is_navigation_request():
            self.loaded.append(request.url)

    def _hear(self, said) -> None:
        if is_fault(said):
            self.faults.append(said.text)


def focused(page: Page, words: str) -> None:
    """Reading goes on where these words stand."""
    expect(page.locator(":focus")).to_contain_text(words)

"""The form on a bad link or none: what a first visit costs, and how soon one can read it."""

from __future__ import annotations

import json
import socket
import statistics
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import Demo, sign_in

MOST_BYTES = 40 * 1024
MOST_REQUESTS = 8
ASKED_LAST = "GET /device/"
QUIET_MS = 6_000  # nothing that is asked for by itself comes later
SLOWEST_PAINT_MS = 6_000
BYTES_A_SECOND = 50_000 / 8
BAD_LINK = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": BYTES_A_SECOND,
    "uploadThroughput": BYTES_A_SECOND,
}
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
KEPT = """async () => {
  const state = await (await caches.match("/state"))?.json();
  const kept = await (await caches.open("form")).keys();
  return Boolean(state?.person) && kept.some(({url}) => url.includes("/reports/new/?for="));
}"""
PAINTS = 7
SLOWEST_KEPT_PAINT_MS = 300
REQUEST_LINE_END = b" HTTP/1.1\r\n"


class Wire:
    """Passes everything on to the demo and counts: pages, files and service workers alike.

    A browser does not tell of all that its service workers ask for; a cable does.
    """

    def __init__(self, url: str):
        self.target = (urlsplit(url).hostname, urlsplit(url).port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.asked: list[str] = []
        self.received = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                browser, _address = self.listener.accept()
            except OSError:
                return
            portal = socket.create_connection(self.target)
            for source, sink, note in (
                (browser, portal, self._note_asked),
                (portal, browser, self._note_received),
            ):
                threading.Thread(target=_pump, args=(source, sink, note), daemon=True).start()

    def _note_asked(self, part: bytes) -> None:
        lines = part.split(b"\r\n")
        self.asked += [
            line.decode() for line in lines if (line + b"\r\n").endswith(REQUEST_LINE_END)
        ]

    def _note_received(self, part: bytes) -> None:
        self.received += len(part)


def _pump(source: socket.socket, sink: socket.socket, note) -> None:
    try:
        while part := source.recv(65536):
            note(part)
            sink.sendall(part)
    except OSError:
        pass
    finally:
        # Only this wakes the other way. Else a browser asks once more on each line left open.
        with suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)
        source.close()


@contextmanager
def wire_to(demo: Demo) -> Iterator[Wire]:
    wire = Wire(demo.url)
    yield wire
    wire.listener.close()


FirstVisit = Callable[..., tuple[BrowserContext, Wire]]


@pytest.fixture
def first_visit(browser: Browser, demo: Demo) -> Iterator[FirstVisit]:
    """A function to a phone that was never here, signed in, and to the wire it is on.

    The language is that of the phone; the person's own stays English.
    """
    phone = {"viewport": {"width": 360, "height": 740}}
    with wire_to(demo) as wire:
        elsewhere = browser.new_context(base_url=wire.url, **phone)
        sign_in(elsewhere.new_page(), demo.person("UNPOL_OFFICER"))
        cookies = elsewhere.cookies()
        elsewhere.close()
        contexts: list[BrowserContext] = []

        def get_phone(language: str = "en") -> tuple[BrowserContext, Wire]:
            context = browser.new_context(base_url=wire.url, **phone)
            contexts.append(context)
            context.add_cookies(cookies)
            spoken = {"name": "django_language", "value": language, "url": wire.url}
            context.add_cookies([spoken])
            wire.asked.clear()
            wire.received = 0
            return context, wire

        yield get_phone
        for context in contexts:
            context.close()


def settle(page: Page, wire: Wire) -> None:
    """Wait until nothing is asked for any more, also by the service worker."""
    page.wait_for_load_state("networkidle")
    until(page, lambda: any(line.startswith(ASKED_LAST) for line in wire.asked))
    before = -1
    while before != wire.received:
        before = wire.received
        page.wait_for_timeout(QUIET_MS)


def until(page: Page, is_so: Callable[[], bool]) -> None:
    """Look every tenth of a second, for 20 seconds, until it is so."""
    for _ in range(200):
        if is_so():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it never came")


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar"])
def test_a_first_visit_stays_within_its_budget_with_all_that_a_service_worker_asks_for(
    first_visit, language
):
    context, wire = first_visit(language)
    page = context.new_page()
    page.goto("/reports/new/")
    assert page.locator("html").get_attribute("lang") == language
    settle(page, wire)
    figures = {"language": language, "bytes": wire.received, "asked": wire.asked}
    print(json.dumps(figures, indent=1))  # noqa: T201
    assert len(wire.asked) <= MOST_REQUESTS
    assert wire.received <= MOST_BYTES


def test_on_a_bad_link_the_first_question_is_there_within_six_seconds(first_visit):
    context, _wire = first_visit()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", BAD_LINK)
    page.goto("/reports/new/", timeout=60_000)
    expect(page.get_by_label("District")).to_be_visible()
    painted = page.evaluate(PAINTED)
    print(json.dumps({"first paint, ms": painted}))  # noqa: T201
    assert 0 < painted <= SLOWEST_PAINT_MS


@pytest.mark.parametrize("pause", [None, 0, 100, 250, 500, 900])
def test_a_first_visit_is_enough_to_open_the_form_without_a_link(first_visit, pause):
    """Also when the page is opened once more while its service worker is still being made."""
    context, _wire = first_visit()
    page = context.new_page()
    page.goto("/reports/new/", wait_until="load" if pause is None else "commit")
    if pause is not None:
        page.wait_for_timeout(pause)
        page.goto("/reports/new/")
    until(page, lambda: page.evaluate(KEPT))
    context.set_offline(True)
    page.goto("/reports/new/")
    expect(page.get_by_label("District")).to_be_visible()


def test_a_first_visit_that_opens_a_draft_keeps_an_empty_form_for_later(first_visit):
    context, _wire = first_visit()
    page = context.new_page()
    page.goto(f"/reports/new/?draft={uuid4()}")
    until(page, lambda: page.evaluate(KEPT))
    context.set_offline(True)
    page.goto("/reports/new/")
    expect(page.get_by_label("District")).to_be_visible()


def test_without_a_link_the_form_is_there_at_once(first_visit):
    context, _wire = first_visit()
    page = context.new_page()
    page.goto("/reports/new/")
    until(page, lambda: page.evaluate(KEPT))
    context.set_offline(True)
    painted = []
    for _ in range(PAINTS):
        page.goto("/reports/new/")
        until(page, lambda: page.evaluate(PAINTED) > 0)
        painted.append(page.evaluate(PAINTED))
    print(json.dumps({"first paint without a link, ms": painted}))  # noqa: T201
    assert statistics.median(painted) < SLOWEST_KEPT_PAINT_MS

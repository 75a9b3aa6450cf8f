"""The form on a bad link: how much a first visit costs, and how soon there is something to read."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import Demo, sign_in

MOST_BYTES = 40 * 1024
MOST_REQUESTS = 8
SLOWEST_PAINT_MS = 6_000
BYTES_A_SECOND = 50_000 / 8
BAD_LINK = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": BYTES_A_SECOND,
    "uploadThroughput": BYTES_A_SECOND,
}
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
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
        sink.close()


@contextmanager
def wire_to(demo: Demo) -> Iterator[Wire]:
    wire = Wire(demo.url)
    yield wire
    wire.listener.close()


@pytest.fixture
def first_visit(browser: Browser, demo: Demo) -> Iterator[tuple[BrowserContext, Wire]]:
    """A phone that was never here, signed in, and the wire it is on."""
    phone = {"viewport": {"width": 360, "height": 740}}
    with wire_to(demo) as wire:
        elsewhere = browser.new_context(base_url=wire.url, **phone)
        sign_in(elsewhere.new_page(), demo.person("UNPOL_OFFICER"))
        context = browser.new_context(base_url=wire.url, **phone)
        context.add_cookies(elsewhere.cookies())
        elsewhere.close()
        wire.asked.clear()
        wire.received = 0
        yield context, wire
        context.close()


def settle(page: Page, wire: Wire) -> None:
    """Wait until nothing is asked for any more, also by the service worker."""
    page.wait_for_load_state("networkidle")
    before = -1
    while before != wire.received:
        before = wire.received
        page.wait_for_timeout(1_500)


def test_a_first_visit_stays_within_its_budget_with_all_that_a_service_worker_asks_for(first_visit):
    context, wire = first_visit
    page = context.new_page()
    page.goto("/reports/new/")
    settle(page, wire)
    print(json.dumps({"bytes": wire.received, "asked": wire.asked}, indent=1))  # noqa: T201
    assert len(wire.asked) <= MOST_REQUESTS
    assert wire.received <= MOST_BYTES


def test_on_a_bad_link_the_first_question_is_there_within_six_seconds(first_visit):
    context, _wire = first_visit
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", BAD_LINK)
    page.goto("/reports/new/", timeout=60_000)
    expect(page.get_by_label("District")).to_be_visible()
    painted = page.evaluate(PAINTED)
    print(json.dumps({"first paint, ms": painted}))  # noqa: T201
    assert 0 < painted <= SLOWEST_PAINT_MS

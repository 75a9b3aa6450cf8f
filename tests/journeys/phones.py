"""A phone with the form on it, what is done with it, and a link that dies."""

# ruff: noqa: E501 (scripts for the page)
from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.journeys.conftest import Demo, sign_in

# All that scripts can read of what this device keeps, as text.
KEPT = """async () => {
  const seen = [];
  const text = (bytes) => ["utf-8", "utf-16le", "latin1"].map((name) => new TextDecoder(name).decode(bytes)).join("|");
  const walk = (value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) seen.push(text(value));
    else if (value && typeof value === "object" && !(value instanceof CryptoKey)) Object.values(value).forEach(walk);
    else seen.push(String(value));
  };
  const done = (request) => new Promise((good) => { request.onsuccess = () => good(request.result); });
  const database = await done(indexedDB.open("reports"));
  for (const name of database.objectStoreNames) walk(await done(database.transaction(name).objectStore(name).getAll()));
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) seen.push(request.url, await (await cache.match(request)).text());
  }
  walk({...localStorage});
  return seen.join("\\n");
}"""
ROWS = """async (name) => {
  const done = (request) => new Promise((good) => { request.onsuccess = () => good(request.result); });
  const database = await done(indexedDB.open("reports"));
  return (await done(database.transaction(name).objectStore(name).getAll())).length;
}"""


class CutLink:
    """Passes everything on to the demo, and closes the line where it was told to.

    `cut`: in which way, and after how many bytes. `cuts`: how a request it cuts begins.
    """

    def __init__(self, url: str):
        self.target = (urlsplit(url).hostname, urlsplit(url).port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.cut: tuple[str, int] | None = None
        self.cuts = b"PUT "
        self.lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                browser, _address = self.listener.accept()
            except OSError:
                return
            portal = socket.create_connection(self.target)
            line = {"up": None, "down": None, "ends": (browser, portal), "open": 2}
            for way, source, sink in (("up", browser, portal), ("down", portal, browser)):
                threading.Thread(
                    target=self._pump, args=(way, source, sink, line), daemon=True
                ).start()

    def _pump(self, way: str, source: socket.socket, sink: socket.socket, line: dict) -> None:
        try:
            while part := source.recv(65536):
                if way == "up" and self.cut and part.startswith(self.cuts):
                    line[self.cut[0]] = self.cut[1]
                left = line[way]
                if left is not None:
                    line[way] = left - len(part)
                    part = part[:left]
                sink.sendall(part)
                if left is not None and line[way] <= 0:
                    break
        except OSError:
            pass
        finally:
            self._hang_up(line)

    def _hang_up(self, line: dict) -> None:
        """The first of both ways wakes the other, the second closes."""
        with self.lock:
            line["open"] -= 1
            for end in line["ends"]:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                if not line["open"]:
                    end.close()


@contextmanager
def phones(browser: Browser, demo: Demo) -> Iterator[Callable[..., Page]]:
    """A function to a phone on which the officer has opened the form once, with a link."""
    contexts: list[BrowserContext] = []

    def get_phone(base_url: str = demo.url, role: str = "UNPOL_OFFICER", **options) -> Page:
        context = browser.new_context(base_url=base_url, **options)
        contexts.append(context)
        page = context.new_page()
        sign_in(page, demo.person(role))
        page.goto("/reports/new/")
        make_ready(page)
        return page

    yield get_phone
    for context in contexts:
        context.close()


def until(page: Page, question: str) -> None:
    """Ask the page until it says yes."""
    for _ in range(100):
        if page.evaluate(question):
            return
        page.wait_for_timeout(100)
    raise AssertionError(question)


def make_ready(page: Page) -> None:
    """Wait until the form, its files and its keys are on this device."""
    until(page, "Boolean(localStorage.device)")
    until(page, "caches.match('/state').then(Boolean)")


def use(page: Page) -> None:
    """Type once, so that the page for no link is fetched too."""
    page.get_by_label("What happened, in your words").fill("x")
    kept = "caches.open('form').then((kept) => kept.keys())"
    until(page, f"{kept}.then((keys) => keys.some(({{url}}) => url.includes('/offline/')))")


def write(page: Page, words: str) -> None:
    """A report that can be sent."""
    page.get_by_label("District").select_option("QM0201")
    page.get_by_label("Attack on a school or hospital").check()
    page.get_by_label("Hospital or other health facility").check()
    page.get_by_label("What happened, in your words").fill(words)


def saved(page: Page, where: str = "device") -> None:
    expect(page.locator("[data-saved]")).to_contain_text(
        f"Saved on th{'e server' if where == 'server' else 'is device'}"
    )


def let_wait(page: Page) -> None:
    page.get_by_role("button", name="See who will be told").click()
    page.get_by_role("button", name="Send when there is a link").click()
    expect(page.get_by_text("It is sent as soon as there is a link.")).to_be_visible()


def sent_references(page: Page) -> set[str]:
    """What the server has of this officer, asked without the page."""
    found: set[str] = set()
    for number in range(1, 20):
        text = page.context.request.get(f"/reports/?page={number}").text()
        new = set(re.findall(r"UNMIX-\d{4}-\d{5}", text)) - found
        if not new:
            return found
        found |= new
    raise AssertionError("too many pages")


def waiting(page: Page) -> Locator:
    return page.locator("section[data-waiting]")


def send_button(page: Page) -> Locator:
    """Of the page before sending; it says so where a report like this one is there."""
    return page.get_by_role("button", name=re.compile("^(Send report|Mine is different: send it)$"))

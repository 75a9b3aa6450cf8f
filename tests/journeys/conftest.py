"""Journeys drive the demo as people do: a real browser, worker, dispatcher and mail server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.parse
import urllib.request
import warnings
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
START_TIMEOUT = 240


def pytest_collection_modifyitems(items) -> None:
    """Every journey carries the mark; without a browser it fails in CI and skips elsewhere."""
    for item in items:
        if item.path.is_relative_to(ROOT / "tests" / "journeys"):
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args) -> dict:
    if CHROMIUM is None:
        message = "NO BROWSER: install Debian's chromium to run the journeys."
        if os.environ.get("CI"):
            pytest.fail(message)
        warnings.warn(message, UserWarning, stacklevel=1)
        pytest.skip(message)
    flags = ["--disable-gpu", "--no-first-run", "--disable-background-networking"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": flags}


@dataclass(frozen=True)
class Demo:
    """A running demo: where it is and who can sign in."""

    url: str
    mail_url: str
    people: list[dict[str, str]]

    def person(self, role: str) -> dict[str, str]:
        return next(person for person in self.people if person["role"] == role)

    def latest_mail_to(self, address: str) -> dict[str, str] | None:
        """The newest message for this address that the demo's mail server received."""
        query = urllib.parse.urlencode({"format": "json", "to": address})
        with urllib.request.urlopen(f"{self.mail_url}?{query}") as answer:  # noqa: S310
            return next(iter(json.load(answer)), None)


@pytest.fixture(scope="session")
def demo(browser_type_launch_args) -> Demo:
    """`./run demo --json` in a fresh data folder of its own, stopped at the end."""
    data = ROOT / ".data" / f"journeys-{os.getpid()}"
    environment = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ
    }
    command = [str(ROOT / "run"), "demo", "--json", "--port", "0", "--data", str(data)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True
    ) as process:
        line = process.stdout.readline()
        if not line:
            pytest.fail(f"the demo did not start: {process.stderr.read()[-3000:]}")
        told = json.loads(line)
        yield Demo(told["url"].rstrip("/"), told["mail_url"], told["people"])
        process.terminate()
        assert process.wait(timeout=60) == 0
    shutil.rmtree(data)


@pytest.fixture
def signed_in(browser: Browser, demo: Demo):
    """A function from a role to a page on which this person has just signed in."""
    contexts = []

    def open_page(role: str, **options) -> Page:
        options = {"viewport": {"width": 1280, "height": 900}} | options
        context = browser.new_context(base_url=demo.url, **options)
        contexts.append(context)
        page = context.new_page()
        page.faults = []
        page.on("console", lambda said: _note_fault(page, said))
        sign_in(page, demo.person(role))
        return page

    yield open_page
    for context in contexts:
        context.close()


def sign_in(page: Page, person: dict[str, str]) -> None:
    """Sign in on the sign-in page, whichever page was asked for."""
    if "/accounts/login/" not in page.url:
        page.goto("/accounts/login/")
    page.get_by_label("Login").fill(person["login"])
    page.get_by_label("Password").fill(person["password"])
    page.get_by_role("button", name="Sign in").click()
    # Not "until it is loaded": the page one is on is, and going on would end the signing in.
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def is_fault(said) -> bool:
    """Whether the console tells of a fault; a refusal is none."""
    return said.type == "error" and "status of 4" not in said.text


def _note_fault(page: Page, said) -> None:
    """Keep what a content-security policy or a script complains of."""
    if is_fault(said):
        page.faults.append(said.text)

"""What waits on the device: each thing an officer can do with it, and each answer of the server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Demo, sign_in
from tests.journeys.phones import (
    KEPT,
    ROWS,
    CutLink,
    let_wait,
    phones,
    saved,
    send_button,
    sent_references,
    until,
    use,
    waiting,
    write,
)

CANARY = "Kanarienvogel"
REFERENCE = re.compile(r"UNMIX-\d{4}-\d{5}")
DATABASE_DOWN = {"status": 503, "json": {"detail": "later"}}
KEYS = """(async (name) => {
  const keys = await (await caches.open(name)).keys();
  return keys.map(({ url }) => url.replace(location.origin, ""));
})"""


@pytest.fixture
def phone(browser: Browser, demo: Demo) -> Iterator[Callable[..., Page]]:
    with phones(browser, demo) as get_phone:
        yield get_phone


def answer_puts(page: Page, **answer) -> None:
    """Every report that is sent from here gets this answer, until it is unrouted."""
    page.context.route(
        "**/reports/new/*-*/",
        lambda route: (
            route.fulfill(**answer) if route.request.method == "PUT" else route.fallback()
        ),
    )


def queue_one(page: Page, words: str) -> None:
    """One report that waits, on a page with a link on which no report can be sent."""
    use(page)
    answer_puts(page, **DATABASE_DOWN)
    page.context.set_offline(True)
    write(page, words)
    let_wait(page)
    page.context.set_offline(False)
    page.goto("/reports/")
    expect(waiting(page)).to_contain_text("1 report waiting since")


def to_check_page(page: Page, words: str) -> None:
    write(page, words)
    page.get_by_role("button", name="See who will be told").click()
    send_button(page).wait_for()
    page.wait_for_load_state("networkidle")


def test_one_that_waits_can_be_copied_and_tried_again(phone):
    page = phone(permissions=["clipboard-read", "clipboard-write"])
    queue_one(page, f"Copied {CANARY}")
    before = sent_references(page)
    waiting(page).get_by_role("button", name="Copy as text").click()
    expect(waiting(page).get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "District: Port Sela" in copied
    assert "Attack on a school or hospital\n" in copied
    assert f"What happened, in your words: Copied {CANARY}" in copied
    waiting(page).get_by_role("button", name="Try again").click()
    expect(waiting(page)).to_contain_text("Goes by itself as soon as there is a link.")
    assert sent_references(page) == before
    page.context.unroute_all()
    waiting(page).get_by_role("button", name="Try again").click()
    expect(waiting(page)).to_contain_text("Sent:")
    assert len(sent_references(page) - before) == 1
    assert page.evaluate(ROWS, "items") == 0


def test_one_that_waits_is_deleted_only_when_that_is_confirmed(phone):
    page = phone()
    queue_one(page, f"Deleted {CANARY}")
    before = sent_references(page)
    asked = []
    for answer in ("dismiss", "accept"):
        page.once(
            "dialog",
            lambda dialog, answer=answer: (asked.append(dialog.message), getattr(dialog, answer)()),
        )
        waiting(page).get_by_role("button", name="Delete").click()
        if answer == "dismiss":
            expect(waiting(page)).to_contain_text("1 report waiting since")
    expect(waiting(page)).to_be_hidden()
    assert all("It was not sent, and nobody else has it." in each for each in asked)
    assert len(asked) == 2
    assert page.evaluate(ROWS, "items") == 0
    assert CANARY not in page.evaluate(KEPT)
    page.context.unroute_all()
    page.reload()
    assert sent_references(page) == before


def test_what_was_sent_before_says_so_links_to_it_and_waits_no_more(phone):
    page = phone()
    to_check_page(page, "Said first")
    uuid = page.locator("#check-form [name=uuid]").input_value()
    send_button(page).click()
    page.wait_for_url(REFERENCE)
    first = REFERENCE.search(page.url).group()
    before = sent_references(page)

    # The same report once more, with other words.
    page.goto(f"/reports/new/?draft={uuid}")
    expect(page.locator("form[data-report-form] [name=uuid]")).to_have_value(uuid)
    page.context.set_offline(True)
    write(page, f"Said otherwise {CANARY}")
    let_wait(page)
    page.context.set_offline(False)
    page.goto("/reports/")
    panel = waiting(page)
    expect(panel).to_contain_text(f"You sent this report before, as {first}.")
    expect(panel).not_to_contain_text("waiting since")
    for name in ("Send now", "Try again"):
        expect(panel.get_by_role("button", name=name)).to_be_hidden()
    expect(panel.get_by_role("button", name="Copy as text")).to_be_visible()
    panel.get_by_role("link", name="Open").click()
    page.wait_for_url(re.compile(f"/reports/{first}/"))
    expect(page.get_by_text("Said first")).to_be_visible()
    assert sent_references(page) == before
    page.goto("/reports/new/")
    expect(page.locator("[data-offer]")).to_be_hidden()
    page.goto("/reports/")
    page.once("dialog", lambda dialog: dialog.accept())
    panel.get_by_role("button", name="Delete").click()
    expect(panel).to_be_hidden()


def choose(page: Page, language: str) -> None:
    page.locator(".languages summary").click()
    page.locator(f".languages button[value={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.wait_for_load_state()


def test_the_form_is_kept_once_a_language_and_old_copies_go(phone):
    page = phone()
    page.evaluate("""async () => {
      const add = async (name, url) => (await caches.open(name)).put(url, new Response("old"));
      await add("form", "/reports/new/?for=somebody-else&in=en");
      await add("files", "/static/css/app.0123456789ab.css");
    }""")
    try:
        choose(page, "fr")
        page.goto("/reports/new/")
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        person = page.evaluate("localStorage.device")
        wanted = {f"/reports/new/?for={person}&in={language}" for language in ("en", "fr")}
        of_forms = (
            f"({KEYS})('form').then((urls) => urls.filter((url) => url.includes('/new/?for=')))"
        )
        until(page, f"{of_forms}.then((urls) => urls.length === 2)")
        assert set(page.evaluate(of_forms)) == wanted
        until(
            page,
            f"({KEYS})('files').then((urls) => !urls.some((url) => url.includes('0123456789ab')))",
        )
        page.context.set_offline(True)
        page.goto("/reports/new/")
        expect(page.locator("html")).to_have_attribute("lang", "fr")
    finally:
        page.context.set_offline(False)
        page.goto("/reports/")
        choose(page, "en")


@pytest.mark.parametrize("cut", [("up", 0), ("up", 900), ("down", 0)])
def test_a_link_that_dies_on_the_way_to_the_page_before_sending_loses_nothing(phone, demo, cut):
    link = CutLink(demo.url)
    link.cuts = b"POST /reports/new/ "
    page = phone(link.url)
    use(page)
    before = sent_references(page)
    write(page, f"On the way {CANARY}")
    saved(page, "server")
    page.wait_for_load_state("networkidle")
    link.cut = cut
    page.get_by_role("button", name="See who will be told").click()
    page.wait_for_url("**/reports/new/?draft=*")
    expect(page.get_by_label("What happened, in your words")).to_have_value(f"On the way {CANARY}")
    expect(page.get_by_label("District")).to_have_value("QM0201")
    page.context.set_offline(True)
    link.cut = None
    let_wait(page)
    page.context.set_offline(False)
    expect(waiting(page)).to_contain_text("Sent:")
    assert len(sent_references(page) - before) == 1
    assert page.evaluate(ROWS, "items") == 0
    link.listener.close()


def first_of_two(page: Page) -> str:
    """A report is there that the next one is like."""
    to_check_page(page, "The first of two")
    send_button(page).click()
    page.wait_for_url(REFERENCE)
    return REFERENCE.search(page.url).group()


def add_to(page: Page, reference: str) -> None:
    page.locator(f"button[name=adds_to][value={reference}]").click()


@pytest.mark.parametrize("cut", [None, ("up", 300), ("down", 0)])
def test_an_addition_is_kept_on_the_device_before_it_is_sent(phone, demo, cut):
    link = CutLink(demo.url)
    page = phone(link.url)
    first = first_of_two(page)
    before = sent_references(page)
    page.goto("/reports/new/")
    to_check_page(page, "The second of two")
    expect(page.get_by_role("button", name="Mine is different: send it")).to_be_visible()
    link.cut = cut
    with page.expect_request(lambda request: request.method == "PUT") as put:
        add_to(page, first)
    assert put.value.post_data_json["typed"]["adds_to"] == [first]
    if cut:
        again = waiting(page).get_by_role("button", name="Send now", disabled=False)
        again.wait_for()
        expect(page.get_by_role("heading", name="Is it one of these?")).to_be_hidden()
        link.cut = None
        again.click()
        waiting(page).get_by_role("link", name=REFERENCE).click()
    page.wait_for_url(REFERENCE)
    (second,) = sent_references(page) - before
    page.goto(f"/reports/{first}/")
    expect(page.get_by_text("You added to this on")).to_contain_text(second)
    link.listener.close()


def test_an_addition_that_is_opened_again_asks_anew(phone, demo):
    link = CutLink(demo.url)
    page = phone(link.url)
    first = first_of_two(page)
    page.goto("/reports/new/")
    to_check_page(page, "Not yet added")
    link.cut = ("up", 0)
    add_to(page, first)
    waiting(page).get_by_role("link", name="Open").click()
    expect(page.get_by_label("What happened, in your words")).to_have_value("Not yet added")
    expect(page.locator("[data-warning=leftOver]")).to_be_hidden()
    link.cut = None
    page.get_by_role("button", name="See who will be told").click()
    with page.expect_request(lambda request: request.method == "PUT") as put:
        page.get_by_role("button", name="Mine is different: send it").click()
    assert "adds_to" not in put.value.post_data_json["typed"]
    page.wait_for_url(REFERENCE)
    link.listener.close()


def test_a_message_typed_in_a_session_that_ended_is_there_again(phone, demo):
    page = phone()
    reference = first_of_two(page)
    page.goto(f"/reports/{reference}/")
    until(page, "Boolean(localStorage.device)")
    box = page.get_by_label("Add information")
    box.fill(f"One more thing {CANARY}")
    page.context.clear_cookies()
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url("**/accounts/login/**")
    expect(
        page.get_by_text("It is kept on this device: sign in, and it is there again.")
    ).to_be_visible()
    assert CANARY not in page.url + page.content() + page.evaluate(KEPT)
    sign_in(page, demo.person("UNPOL_OFFICER"))
    page.wait_for_url(f"**/reports/{reference}/#talk")
    expect(page.get_by_text("Not sent yet: this is what you wrote before.")).to_be_visible()
    expect(box).to_have_value(f"One more thing {CANARY}")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("Added", exact=False).first).to_be_visible()
    said = page.locator("#talk .timeline li").filter(has_text=f"One more thing {CANARY}")
    expect(said).to_have_count(1)
    expect(box).to_have_value("")
    until(page, f"({ROWS})('items').then((rows) => rows === 0)")


def test_a_message_typed_without_a_link_is_kept_and_found_among_what_waits(phone):
    page = phone()
    reference = first_of_two(page)
    page.goto(f"/reports/{reference}/")
    box = page.get_by_label("Add information")
    box.fill("Heard later")
    page.context.set_offline(True)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("What you wrote is kept on this device")
    expect(box).to_have_value("Heard later")
    page.context.set_offline(False)
    page.goto("/reports/")
    expect(waiting(page)).to_contain_text("Only on this device so far. Nothing was sent.")
    waiting(page).get_by_role("link", name="Open").click()
    page.wait_for_url(f"**/reports/{reference}/#talk")
    expect(box).to_have_value("Heard later")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#talk .timeline li").filter(has_text="Heard later")).to_have_count(1)
    until(page, f"({ROWS})('items').then((rows) => rows === 0)")

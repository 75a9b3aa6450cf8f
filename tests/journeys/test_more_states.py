"""What the pages show now and then: a queue, no link, a refusal, paper. In every language."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Demo
from tests.journeys.phones import make_ready, until
from tests.journeys.test_languages import FILL, LANGUAGES, S04, look, open_in, sign_in
from tests.journeys.test_offline import FULL
from tests.journeys.test_pages import follow, violations

TYPE = FILL.replace("HTMLFormElement.prototype.submit.call(form);", "")
CONFIDED = {"perpetrator": "un_personnel", "kinds": "sexual_violence", "area": "QM0201"}
TYPE_IN_CONFIDENCE = TYPE.replace("data-report-form", "data-confidence")
in_every_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
def officer(browser: Browser, demo: Demo) -> Iterator:
    """A function from a language to the officer's page; the form is on this device."""
    contexts = []

    def open_page(language: str) -> Page:
        page = open_in(browser, demo, language, service_workers="allow")
        contexts.append(page.context)
        sign_in(page, demo.person("UNPOL_OFFICER"))
        page.goto("/reports/new/")
        make_ready(page)
        return page

    yield open_page
    for context in contexts:
        context.close()


def keep_the_page_for_no_link(page: Page) -> None:
    """The first letter typed brings it, and after it the script that fills it."""
    page.evaluate(TYPE, {"narrative": "x"})
    for cache, part in (("form", "/offline/"), ("files", "/js/device")):
        kept = f"caches.open('{cache}').then((kept) => kept.keys())"
        until(page, f"{kept}.then((keys) => keys.some(({{url}}) => url.includes('{part}')))")


def answer_sending_with(page: Page, **answer) -> None:
    page.unroute_all()
    page.route("**/reports/new/*/", lambda route: route.fulfill(**answer))


@in_every_language
def test_a_report_that_waits_from_the_dialog_to_the_door(officer, language):
    page = officer(language)
    keep_the_page_for_no_link(page)
    page.context.set_offline(True)
    page.evaluate(TYPE, S04)
    page.evaluate("document.querySelector('form button[value=check]').click()")
    expect(page.locator("dialog[open]")).to_be_visible()
    wrong = look(page, language)
    page.locator("dialog button[value=wait]").click()
    expect(page.locator("div[data-queued]")).to_be_visible()
    wrong += look(page, language)
    page.goto("/reports/")
    panel = page.locator("section[data-waiting]")
    expect(panel.locator("[data-status]")).not_to_be_empty()
    expect(page.locator("a.door.main")).to_be_visible()
    wrong += look(page, language)

    answer_sending_with(page, status=401, json={"signed_in": False})
    page.context.set_offline(False)
    page.goto("/reports/")
    expect(panel.locator("[data-sign-in]")).to_be_visible()
    wrong += look(page, language)
    refusal = {"errors": {"narrative": [{"code": "x", "message": "Why not."}]}}
    answer_sending_with(page, status=422, json=refusal)
    panel.locator("[data-retry]").click()
    expect(panel.locator("[data-sign-in]")).to_be_hidden()
    expect(panel.locator("[data-note]")).to_contain_text("Why not.")
    wrong += look(page, language)

    page.goto("/accounts/logout/")
    expect(page.locator("[data-unsent] li")).to_have_count(1)
    wrong += look(page, language)
    page.locator("[data-sign-out]").click()
    page.wait_for_url("**/accounts/login/**")
    assert not wrong, "\n".join(wrong)


@in_every_language
def test_what_the_form_says_of_the_device(officer, language):
    page = officer(language)
    page.context.set_offline(True)
    page.evaluate(TYPE, {"narrative": "x"})
    expect(page.locator("[data-saved]")).not_to_be_empty()
    page.wait_for_timeout(500)
    page.reload()
    expect(page.locator("[data-offer]")).to_be_visible()
    wrong = look(page, language)
    page.add_init_script(FULL)
    page.reload()
    expect(page.locator("[data-warning=storage]")).to_be_visible()
    wrong += look(page, language)
    assert not wrong, "\n".join(wrong)


@in_every_language
def test_asking_staff_welfare_and_being_asked(browser, demo, language):
    page = open_in(browser, demo, language)
    sign_in(page, demo.person("UNPOL_OFFICER"))
    page.goto("/support/")
    wrong = look(page, language)
    follow(page, page.locator("main form [type=submit]"))
    expect(page.locator("main .timeline li")).not_to_have_count(0)
    wrong += look(page, language)
    page.context.close()

    page = open_in(browser, demo, language)
    sign_in(page, demo.person("STAFF_WELFARE"))
    page.goto("/welfare/")
    expect(page.locator("main .people li")).not_to_have_count(0)
    wrong += look(page, language)
    follow(page, page.locator("main .people form [type=submit]").first)
    wrong += look(page, language)
    page.context.close()
    assert not wrong, "\n".join(wrong)


@in_every_language
def test_the_short_form_in_confidence(browser, demo, language):
    page = open_in(browser, demo, language)
    sign_in(page, demo.person("UNPOL_OFFICER"))
    page.goto("/other/")
    wrong = look(page, language)
    page.goto("/other/form/")
    wrong += look(page, language)
    page.locator("button[value=send]").click()
    expect(page.locator(".error-summary")).to_be_visible()
    wrong += look(page, language)
    page.evaluate(TYPE_IN_CONFIDENCE, CONFIDED)
    page.context.set_offline(True)
    page.locator("button[value=send]").click()
    expect(page.locator("[data-state]")).not_to_be_empty()
    wrong += look(page, language)
    page.context.set_offline(False)
    expect(page.locator(".receipt-ref")).to_have_text(re.compile("UNMIX-"))
    wrong += look(page, language)
    page.context.close()
    assert not wrong, "\n".join(wrong)


@in_every_language
def test_the_written_report_on_the_screen_and_on_paper(browser, demo, language):
    page = open_in(browser, demo, language)
    sign_in(page, demo.person("UNPOL_OFFICER"))
    page.goto("/reports/")
    reports = page.locator("main a.card[href*=UNMIX]")
    page.goto(f"{reports.last.get_attribute('href').partition('#')[0]}print/")
    wrong = look(page, language)
    page.emulate_media(media="print")
    expect(page.locator(".app-header")).to_be_hidden()
    wrong += violations(page)
    page.context.close()
    assert not wrong, "\n".join(wrong)

"""The same pages in four languages, on a phone and on a desktop, light and dark."""

from __future__ import annotations

import re
from functools import cache

import pytest
from playwright.sync_api import Browser, Page, expect

from scripts import catalogs
from tests.journeys.test_pages import follow, sideways, violations

LANGUAGES = ["en", "fr", "es", "ar"]
PHONE, DESKTOP = (360, 740), (1280, 900)
VIEWS = [(PHONE, "light"), (DESKTOP, "dark")]
ALL_VIEWS = [*VIEWS, (PHONE, "dark"), (DESKTOP, "light")]
S04 = {
    "violations": "attack_school_hospital",
    "facility": "hospital",
    "area": "QM0201",
    "perpetrator": "unknown",
    "source": "social_worker",
    "patrol": "unpol_only",
}
# Fills the form as a hand would and sends it to the check page, in whichever shape it is shown.
FILL = """typed => {
  const form = document.querySelector("form[data-report-form]");
  for (const [name, value] of Object.entries(typed)) {
    for (const field of [...form.elements].filter(each => each.name === name)) {
      if (["checkbox", "radio"].includes(field.type)) field.checked = field.value === value;
      else field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
  HTMLFormElement.prototype.submit.call(form);
}"""
# What stands on the page for the eye, piece by piece; not what people wrote themselves.
SEEN = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = [];
  while (walker.nextNode()) {
    const holder = walker.currentNode.parentElement;
    if (holder.closest(".languages, script, template, [lang]:not(html)")) continue;
    if (holder.checkVisibility()) seen.push(walker.currentNode.textContent);
  }
  return seen;
}"""


def open_in(browser: Browser, demo, language: str, **options) -> Page:
    """The sign-in page in a language, chosen with the switcher."""
    view = {"viewport": {"width": 1280, "height": 900}, "service_workers": "block"}
    context = browser.new_context(base_url=demo.url, **view | options)
    page = context.new_page()
    page.goto("/accounts/login/")
    if language != "en":
        page.locator(".languages summary").click()
        follow(page, page.locator(f".languages button[value={language}]"))
    return page


def sign_in(page: Page, person: dict[str, str]) -> None:
    page.fill("[name=login]", person["login"])
    page.fill("[name=password]", person["password"])
    follow(page, page.locator("main form [type=submit]"))


def look(page: Page, language: str, *, again: bool = False) -> list[str]:
    """What is wrong with the page in any view. `again`: it takes its shape when it is opened."""
    wrong = []
    for size, scheme in ALL_VIEWS if language == "ar" else VIEWS:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme=scheme)
        if again:
            page.reload()
        expect(page.locator(".htmx-request")).to_have_count(0)
        wrong += [f"{size[0]} {scheme} {found}" for found in violations(page)]
        if sideways(page) > 0:
            wrong.append(f"{size[0]} {scheme} {page.url} scrolls sideways by {sideways(page)}")
    direction = page.evaluate("[document.documentElement.lang, document.documentElement.dir]")
    if direction != [language, "rtl" if language == "ar" else "ltr"]:
        wrong.append(f"{page.url} says it is {direction}")
    return wrong + [f"{page.url} says: {text}" for text in english_left(page, language)]


def english_left(page: Page, language: str) -> list[str]:
    """Texts on the page that the portal could say in the language of the page."""
    if language == "en":
        return []
    said, patterns = translatable(language)
    seen = {" ".join(text.split()) for text in page.evaluate(SEEN)}
    return sorted(text for text in seen if text in said or (text and patterns.fullmatch(text)))


@cache
def translatable(language: str) -> tuple[set[str], re.Pattern]:
    """English texts that read otherwise in the language: whole ones, and those with values."""
    pairs = [
        (" ".join(text.split()), catalogs.forms(message)[-1])
        for message in catalogs.stored_catalog(language)
        if message.id
        for text in (message.id if message.pluralizable else [message.id])
    ]
    # A single word may be the same as a name; a value alone says nothing.
    texts = [text for text, said in pairs if said and " ".join(said.split()) != text]
    value = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
    filled = [text for text in texts if len(re.sub(value, "", text)) > 8 and value.search(text)]
    wild = "|".join(".+".join(map(re.escape, value.split(text))) for text in filled)
    return {text for text in texts if not value.search(text)}, re.compile(wild)


@pytest.fixture
def english_again(browser, demo):
    """Choosing a language while signed in is kept with the person, whom other journeys use."""
    yield
    page = open_in(browser, demo, "en")
    sign_in(page, demo.person("UNPOL_OFFICER"))
    page.locator(".languages summary").click()
    follow(page, page.locator(".languages button[value=en]"))
    page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_officers_pages(browser, demo, language):
    page = open_in(browser, demo, language)
    wrong = look(page, language)
    sign_in(page, demo.person("UNPOL_OFFICER"))
    page.goto("/reports/new/")
    wrong += look(page, language, again=True)
    with page.expect_navigation():
        page.evaluate(FILL, S04)
    wrong += look(page, language)
    send = page.locator(".actions button[value=send]").last
    send.click()
    page.wait_for_url(re.compile("/reports/UNMIX-"))
    wrong += look(page, language)
    for path in ("/reports/", "/directory/contacts/"):
        page.goto(path)
        wrong += look(page, language)
    page.context.close()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_desks_pages(browser, demo, language):
    page = open_in(browser, demo, language)
    sign_in(page, demo.person("CPA"))
    page.goto("/desk/")
    wrong = look(page, language)
    follow(page, page.locator(".q-what a").first)
    wrong += look(page, language)
    page.goto("/directory/?q=clinic")
    wrong += look(page, language)
    page.context.close()
    assert not wrong, "\n".join(wrong)


def test_the_language_is_changed_with_the_keyboard_alone(browser, demo):
    page = open_in(browser, demo, "en")
    in_menu = "document.activeElement.closest('.languages') !== null"
    for language in ("fr", "es", "ar"):
        tabs = 0
        while not page.evaluate(in_menu):
            page.keyboard.press("Tab")
            tabs += 1
        assert tabs <= 3
        page.keyboard.press("Enter")
        while page.evaluate("document.activeElement.value") != language:
            page.keyboard.press("Tab")
            assert page.evaluate(in_menu)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.evaluate("document.documentElement.lang") == language
    page.context.close()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_report_in_the_middle_goes_on_in_the_other_language(browser, demo, english_again, script):
    page = open_in(browser, demo, "fr", java_script_enabled=script)
    sign_in(page, demo.person("UNPOL_OFFICER"))
    page.goto("/reports/new/")
    page.fill("[name=narrative]", "Deux obus, un mur.", force=True)
    page.locator(".languages summary").click()
    follow(page, page.locator(".languages button[value=es]"))
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("[name=narrative]")).to_have_value("Deux obus, un mur.")
    page.context.close()

"""In a real browser: the same words are spotted as on the server, and what the form says then."""

import random
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page, expect

from referrals.identity import find_identity, patterns
from referrals.workflow.advising import Advice

ROOT = Path(__file__).parents[2]
CORPUS = yaml.safe_load((ROOT / "tests/referrals/identity_corpus.yaml").read_text("utf-8"))
KNOWN = CORPUS["known"]
ADDRESS = "http://portal.test/"
DISCLOSURE = ("Do not interview the child.", "Listen. Ask no details")
FORM = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Form</title><body>
<form data-report-form class="form" data-later="/later.js" data-rules="/rules">
  <div class="field"><select name="area"><option value="">-</option>
    <option value="QM0201">Port Sela, Lakeside</option></select></div>
  <div class="field"><label><input type="checkbox" name="child_contact">Child</label></div>
  <div data-advice="child_contact"></div>
  <div class="field">
    <label><input type="checkbox" name="requested_actions" value="interview">Interview</label>
    <label><input type="checkbox" name="requested_actions" value="arrest">Arrest</label></div>
  <div class="field"><label>Text<textarea name="narrative"></textarea></label></div>
  <div class="field"><label><input type="checkbox" name="contains_identity">Names</label></div>
  <section>ADVICE</section>
</form>
<script type="module" src="/extras.js"></script></body></html>"""


def served(route) -> None:
    """The form, and the scripts as they are written; nothing else exists."""
    name = route.request.url.removeprefix(ADDRESS)
    if name.endswith(".js"):
        route.fulfill(
            path=ROOT / "static/js/form" / name, content_type="text/javascript; charset=utf-8"
        )
    elif name == "rules":
        note = render_to_string("referrals/_identity_note.html")
        route.fulfill(json={"checks": {}, "patterns": patterns(), "note": note})
    else:
        route.fulfill(body=form_page(), content_type="text/html; charset=utf-8")


def form_page() -> str:
    advice = [
        Advice("child_contact", ("on",), "NO_INTERVIEW", "Do not interview the child."),
        Advice("requested_actions", ("arrest", "raid"), "NON_EXECUTIVE", "Do not take this step."),
    ]
    mission = SimpleNamespace(code="UNMIX", name="UN Mission in Kesara")
    context = {"advice": advice, "form": SimpleNamespace(mission=mission)}
    block = render_to_string("referrals/_advice.html", context)
    return FORM.replace("ADVICE", block)


@pytest.fixture
def page(browser: Browser):
    page = browser.new_page()
    page.route(f"{ADDRESS}**", served)
    page.goto(ADDRESS)
    page.locator("[data-identity-note]").first.wait_for(state="attached")
    yield page
    page.close()


def typed(page: Page, text: str) -> None:
    page.get_by_label("Text").fill(text)


def mixtures(number: int) -> list[str]:
    """The corpus, and its words and signs in any order: what nobody thought of."""
    chance = random.Random(5)
    texts = [text for rows in CORPUS["positive"].values() for text, _words in rows]
    texts += [text for rows in CORPUS["negative"].values() for text in rows]
    words = [word for text in texts for word in text.split(" ")]
    between = [" ", " ", " ", ". ", "\n", "-", "'", "\u2019", " 😀 ", "\u202e", "\u00a0"]
    signs = sorted({sign for text in texts for sign in text} | set("İıſßΣςﷺ\u064b\u0301\0\u2028"))
    mixed = [
        "".join(chance.choice(words) + chance.choice(between) for _ in range(chance.randint(1, 25)))
        for _ in range(number)
    ]
    mixed += ["".join(chance.choices(signs, k=chance.randint(1, 60))) for _ in range(number)]
    return texts + mixed


def test_the_browser_spots_the_same_words_as_the_server(page):
    texts = mixtures(1500)
    found = page.evaluate(
        """async ([texts, patterns, known]) => {
            const { findIdentity } = await import("/identity.js");
            return texts.map((text) => findIdentity(text, patterns, known)
                .map(({ kind, start, end }) => [kind, text.slice(start, end)]));
        }""",
        [texts, patterns(), KNOWN],
    )
    here = [[[f.kind, text[f.start : f.end]] for f in find_identity(text, KNOWN)] for text in texts]
    differing = [(t, a, b) for t, a, b in zip(texts, here, found, strict=True) if a != b]
    assert (differing, sum(map(len, here)) > 300) == ([], True)


def test_a_name_is_shown_beside_the_text_and_taken_out_by_two_presses(page):
    note = page.locator("[data-identity-note]:visible")
    typed(page, "Near Port Sela we met Amina Diallo today.")
    expect(note.locator("q")).to_have_text(["Amina Diallo"])
    expect(page.get_by_role("status")).to_have_text(
        "Your text seems to say who somebody is: Amina Diallo"
    )
    page.get_by_role("button", name="Take it out: Amina Diallo").click()
    page.keyboard.press("Delete")
    expect(note).to_have_count(0)
    expect(page.get_by_role("status")).to_have_text("Your text names nobody any more.")
    assert page.get_by_label("Text").input_value() == "Near Port Sela we met  today."


def test_keeping_it_ticks_the_box_and_says_who_reads_it(page):
    typed(page, "Call 0712345678 at night.")
    page.get_by_role("button", name="Keep it: only the Child Protection Adviser").click()
    expect(page.get_by_label("Names")).to_be_checked()
    expect(page.get_by_text("Kept. Only the Child Protection Adviser").first).to_be_visible()
    expect(page.get_by_role("button", name="Keep it")).to_have_count(0)


def test_the_mandates_answer_comes_with_the_answer_it_is_about_and_goes_with_it(page):
    child = page.locator("[data-advice-on]", has_text=DISCLOSURE[0])
    step = page.locator("[data-advice-on]", has_text="Do not take this step.")
    for hidden in (child, step):
        expect(hidden).to_have_count(1)
        expect(hidden).to_be_hidden()
    page.get_by_label("Interview").check()
    expect(step).to_be_hidden()
    page.get_by_label("Arrest").check()
    expect(step).to_be_visible()
    page.get_by_label("Child").check()
    expect(page.locator("[data-advice=child_contact]").get_by_text(DISCLOSURE[1])).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text(DISCLOSURE[0])
    page.get_by_label("Arrest").uncheck()
    expect(step).to_be_hidden()


def test_what_a_draft_brought_back_is_looked_at_too(page):
    page.evaluate(
        """() => {
            document.querySelector("textarea").value = "Mme Traoré est venue.";
            document.querySelector("[name=child_contact]").checked = true;
            document.querySelector("form").dispatchEvent(new CustomEvent("report:restored"));
        }"""
    )
    expect(page.locator("[data-identity-note]:visible q")).to_have_text(["Traoré"])
    expect(page.locator("[data-advice-on]", has_text=DISCLOSURE[0])).to_be_visible()

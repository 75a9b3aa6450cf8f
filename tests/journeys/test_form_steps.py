"""The form, one question a step on a phone and one page on a desktop."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_pages import check
from tests.journeys.test_role_play_1 import PHONE, reach

VIEWS = [
    pytest.param(size, scheme, id=f"{name}-{scheme}")
    for name, size in (("phone", (360, 740)), ("desktop", (1280, 900)))
    for scheme in ("light", "dark")
]
STEPS = 11
# Everything one can press or type into, with the whole label of a box; smaller than 24 px.
TOO_SMALL = """
[...document.querySelectorAll("main :is(a, button, input, select, summary, textarea)")]
  .filter((each) => each.checkVisibility())
  .map((each) => [each, (each.closest("label") ?? each).getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24)
  .map(([each]) => each.outerHTML)
"""


def open_form(page: Page) -> Page:
    page.goto("/reports/new/")
    return page


def step(page: Page):
    """The question that is shown."""
    return page.locator(".question:visible h2")


def onward(page: Page) -> None:
    page.get_by_role("button", name="Next", exact=True).click()


class TestOnAPhone:
    def test_there_is_one_question_a_step_and_the_progress(self, signed_in):
        page = open_form(signed_in("UNPOL_OFFICER", **PHONE))
        expect(step(page)).to_have_text(["Where did it happen?"])
        expect(page.get_by_text(f"1 of {STEPS}", exact=True)).to_be_visible()
        onward(page)
        expect(step(page)).to_have_text(["When did it happen?"])
        expect(step(page)).to_be_focused()
        expect(page.get_by_text(f"2 of {STEPS}", exact=True)).to_be_visible()
        for _question in range(STEPS - 2):
            onward(page)
        expect(page.get_by_text(f"{STEPS} of {STEPS}", exact=True)).to_be_visible()
        expect(page.get_by_role("button", name="Next", exact=True)).to_be_hidden()
        assert page.faults == []

    def test_the_phones_own_back_button_goes_one_question_back(self, signed_in):
        page = open_form(signed_in("UNPOL_OFFICER", **PHONE))
        address = page.url
        onward(page)
        onward(page)
        page.go_back()
        expect(step(page)).to_have_text(["When did it happen?"])
        page.go_forward()
        expect(step(page)).to_have_text(["What happened?"])
        page.get_by_role("button", name="Back", exact=True).click()
        expect(step(page)).to_have_text(["When did it happen?"])
        assert page.url == address

    def test_what_was_answered_on_other_steps_is_sent(self, signed_in):
        page = open_form(signed_in("UNPOL_OFFICER", **PHONE))
        page.get_by_label("District").select_option("QM0101")
        reach(page, page.get_by_label("Abduction of children")).check()
        reach(page, page.get_by_label("Girls", exact=True)).fill("2")
        page.get_by_role("button", name="See who will be told").click()
        summary = page.locator(".summary")
        for words in ("Tolwe", "Abduction of children", "2 girls"):
            expect(summary.get_by_text(words).first).to_be_visible()

    def test_sending_is_in_reach_of_every_step_once_something_was_said(self, signed_in):
        page = open_form(signed_in("UNPOL_OFFICER", **PHONE))
        send = page.get_by_role("button", name="See who will be told")
        expect(send).to_be_hidden()
        reach(page, page.get_by_label("Trafficking")).check()
        expect(send).to_be_visible()
        page.get_by_label("Trafficking").uncheck()
        expect(send).to_be_hidden()
        page.get_by_label("Trafficking").check()
        for _question in range(STEPS - 3):
            onward(page)
            expect(send).to_be_visible()
            expect(page.locator(".live summary")).to_be_visible()

    def test_a_refused_answer_is_on_the_step_that_opens(self, signed_in):
        page = open_form(signed_in("UNPOL_OFFICER", **PHONE))
        reach(page, page.get_by_label("Trafficking")).check()
        reach(page, page.get_by_label("Boys", exact=True)).fill("-1")
        reach(page, page.get_by_label("Source", exact=True))
        page.get_by_role("button", name="See who will be told").click()
        expect(page.get_by_role("alert").first).to_contain_text("A number cannot be below 0.")
        expect(page.get_by_label("Boys", exact=True)).to_be_visible()
        onward(page)
        page.get_by_role("link", name="A number cannot be below 0.").click()
        expect(page.get_by_label("Boys", exact=True)).to_be_focused()

    def test_enter_in_a_field_goes_on_and_sends_nothing(self, signed_in):
        page = open_form(signed_in("UNPOL_OFFICER", **PHONE))
        reach(page, page.get_by_label("Boys", exact=True)).fill("2")
        page.keyboard.press("Enter")
        expect(step(page)).to_have_text(["Who is said to have done it?"])

    def test_turned_to_a_wide_screen_it_is_one_page(self, signed_in):
        page = open_form(signed_in("UNPOL_OFFICER", **PHONE))
        onward(page)
        page.set_viewport_size({"width": 1280, "height": 900})
        expect(step(page)).to_have_count(STEPS)
        page.set_viewport_size({"width": 360, "height": 740})
        expect(step(page)).to_have_text(["When did it happen?"])

    def test_the_keyboard_alone_is_enough(self, signed_in):
        page = open_form(signed_in("UNPOL_OFFICER", **PHONE))
        for _press in range(300):
            page.keyboard.press("Tab")
            name, value, text = page.evaluate(
                """() => { const { name, value, textContent } = document.activeElement;
                           return [name || "", value || "", textContent.trim()]; }"""
            )
            is_said = page.locator("[value=explosive_hazard]").is_checked()
            if (name, value) == ("concerns", "explosive_hazard") and not is_said:
                page.keyboard.press("Space")
            elif text == "Next" and not is_said:
                page.keyboard.press("Enter")
            elif (name, value) == ("action", "check"):
                page.keyboard.press("Enter")
                break
        expect(page.get_by_role("heading", name="Before sending")).to_be_visible()


class TestQuestionsThatDoNotApply:
    def test_they_are_hidden_until_an_answer_asks_for_them(self, signed_in):
        page = open_form(signed_in("UNPOL_OFFICER"))
        asked_by = {
            "Hospital or other health facility": page.get_by_label("Attack on a school"),
            "Which harmful practice?": page.get_by_label("Harmful practice", exact=True),
            "Whom does the child want to speak to?": page.get_by_label("A child is with the"),
            "When? (optional)": page.get_by_label("My supervisor"),
        }
        for label, cause in asked_by.items():
            question = page.get_by_label(label, exact=True)
            expect(question).to_be_hidden()
            cause.check()
            expect(question).to_be_visible()
            cause.uncheck()
            expect(question).to_be_hidden()
        expect(page.get_by_label("Which one, if known")).to_be_hidden()
        page.get_by_label("Alleged perpetrator").select_option("armed_group")
        expect(page.get_by_label("Which one, if known")).to_be_visible()
        page.get_by_label("Girls", exact=True).fill("1")
        page.get_by_text("Their ages, if you know").click()
        bands = page.locator("#question-children .ages:visible")
        expect(bands.locator("legend")).to_have_text(["Girls"])
        expect(bands.get_by_label("6-10")).to_be_visible()

    def test_a_hidden_answer_is_kept_in_the_page_and_not_sent(self, signed_in):
        page = open_form(signed_in("UNPOL_OFFICER"))
        attack = page.get_by_label("Attack on a school or hospital")
        attack.check()
        page.get_by_label("Hospital or other health facility").check()
        sent = "() => new FormData(document.querySelector('[data-report-form]')).get('facility')"
        assert page.evaluate(sent) == "hospital"
        attack.uncheck()
        assert page.evaluate(sent) is None
        attack.check()
        assert page.evaluate(sent) == "hospital"


@pytest.mark.parametrize(("size", "scheme"), VIEWS)
def test_every_step_is_accessible_and_nothing_on_it_is_too_small(signed_in, size, scheme):
    view = {"viewport": {"width": size[0], "height": size[1]}, "color_scheme": scheme}
    page = open_form(signed_in("UNPOL_OFFICER", **view))
    more = page.get_by_role("button", name="Next", exact=True)
    while True:
        for fold in page.locator(".question:visible summary:visible").all():
            fold.click()
        for box in page.locator(".question:visible [type=checkbox]:visible").all():
            box.check()
        for count in ("Boys", "Girls", "Sex not known"):
            field = page.get_by_label(count, exact=True)
            if field.is_visible():
                field.fill("1")
        page.wait_for_timeout(1200)
        expect(page.locator(".live .htmx-request")).to_have_count(0)
        check(page)
        assert page.evaluate(TOO_SMALL) == []
        if not more.is_visible():
            break
        more.click()
    assert page.faults == []

"""No typed text runs in a browser, even without the page's content-security policy."""

from __future__ import annotations

from uuid import uuid4

import pytest

from actors.roles import Role
from tests.referrals.hostile import TAKEN

SENTINELS = "() => [window.__x, document.querySelectorAll('[onerror], [onload], [onfocus]').length]"


@pytest.fixture
def pages(unmix, as_role) -> dict[str, str]:
    """Every page that shows what was typed, with as many of the texts as one report takes."""
    text = "\n".join(each for each in TAKEN if len(each) < 400)
    officer, lead = as_role(Role.UNPOL_OFFICER), as_role(Role.CPA)
    report = unmix.file(narrative=text, safe_contact=text[:500]).report
    at = f"/reports/{report.reference}/"
    for client, door in ((officer, "add/"), (lead, "ask/")):
        client.post(at + door, {"text": text[:900], "uuid": str(uuid4())})
    typed = {"uuid": str(uuid4()), "area": "QM0201", "violations": ["abduction"]}
    typed |= {"narrative": text, "safe_contact": text[:500]}
    wrong = typed | {"boys": text, "area": text, "adds_to": text[:32], "occurred_on": text[:99]}
    answers = {
        "own": officer.get(at),
        "lead": lead.get(at),
        "print": officer.get(f"{at}print/"),
        "check": officer.post("/reports/new/", typed | {"action": "check"}),
        "edit": officer.post("/reports/new/", typed | {"action": "edit"}),
        "refused": officer.post("/reports/new/", wrong | {"action": "check"}),
    }
    return {name: answer.content.decode() for name, answer in answers.items()}


def test_nothing_typed_runs_in_a_browser(browser, pages):
    context = browser.new_context()
    context.route("**/*", lambda route: route.abort())
    for name, page_text in pages.items():
        # Paper leaves out what may say who somebody is.
        assert "window.__x" in page_text or name == "print", name
        page = context.new_page()
        page.set_content(page_text)
        for control in page.locator("main input:visible, main textarea:visible").all():
            control.hover()
            control.focus()
        assert page.evaluate(SENTINELS) == [None, 0], name
    # The same texts as markup do run: the page would have told.
    page.set_content("<img src=x onerror=window.__x=1>")
    page.wait_for_function("window.__x === 1")
    context.close()

"""The checks in the browser are the server's: the same fields, codes and words for any report."""

from __future__ import annotations

import base64
import random
from datetime import timedelta
from uuid import uuid4

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import json_script

from actors.models import Area
from referrals.forms.checks import form_checks
from referrals.forms.filing import ReportForm
from referrals.models.details import AgeBand
from referrals.workflow.checks import today_in
from tests.journeys.conftest import ROOT

MODULE = (ROOT / "static" / "js" / "form" / "checks.js").read_bytes()
LOAD = "data:text/javascript;base64," + base64.b64encode(MODULE).decode()
ASK = """async ([load, reports, today]) => {
  const checks = await import(load);
  const rules = checks.readChecks(document.querySelector("form"));
  return reports.map((typed) => checks.findProblems(typed, rules, today));
}"""
TEXTS = ["", " ", "Told by a teacher.", "a\x00b", "\x1c", "a\x1fb", "\x85 a", "\ufeff", "a\uffff"]
TEXTS += [
    "x" * 500,
    "x" * 501,
    "x" * 10_000,
    "x" * 10_001,
    "😀" * 10_000,
    "a\r\nb" * 3334,
    "\u202eabc",
]
COUNTS = [
    "",
    "0",
    "1",
    "2",
    "30",
    "31",
    "29",
    "99",
    "-1",
    "3.0",
    "3.5",
    "x",
    " 4 ",
    "٣",
    "1e3",
    "+5",
]
COUNTS += ["9999", "10000", " "]
CENTRES = {"QM0101": ("6.1", "20.2"), "QM0201": ("6.9", "21.1"), "QM0302": ("5.2", "22.9")}
DEGREES = [
    "",
    "6.1",
    "6.9",
    "5.2",
    "20.2",
    "21.1",
    "22.9",
    "91",
    "-91",
    "181",
    "8.4",
    "north",
    ".5",
]
DEGREES += ["1e1", "6,3", "NaN", "-179.99999", "7.", " 6.5 "]


@pytest.fixture
def page(browser):
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def mission(unmix):
    """Small limits, so that chance meets both of their sides; far in the east, where it is
    tomorrow already.
    """
    unmix.mission.time_zone = "Pacific/Kiritimati"
    unmix.mission.most_children, unmix.mission.reach_km = 60, 120
    unmix.mission.save()
    for code, (latitude, longitude) in CENTRES.items():
        Area.objects.filter(code=code).update(latitude=latitude, longitude=longitude)
    return unmix.mission


def form_page(form: ReportForm, *, errors: bool = False) -> str:
    """The form's fields and the checks as the page has them, without the page around them."""
    fields = "".join(render_to_string("partials/_field.html", {"field": bound}) for bound in form)
    summary = render_to_string("partials/_error_summary.html", {"form": form}) if errors else ""
    checks = json_script(form_checks(form), "form-checks")
    return (
        f'<!DOCTYPE html><html lang="{translation.get_language()}" data-now="2020-01-01T00:00Z">'
        f"<main>{summary}<header class=page-head></header><form>{fields}</form></main>{checks}"
    )


def open_form(page, mission) -> None:
    page.set_content(form_page(ReportForm(mission=mission, initial={"uuid": uuid4()})))


def any_report(chance: random.Random, choices: dict[str, list[str]], today) -> dict[str, list[str]]:
    """Typed by chance, mostly near what is allowed; about half of the fields are left out."""
    near = [today + timedelta(days=n) for n in (-400, -3, -1, 0, 1, 40)]
    days = ["", *map(str, near), "2026-2-3", "2026-02-31", "0202-11-20", "31/12/2025", "soon", " "]
    moments = ["", f"{near[3]}T00:00", f"{near[4]}T14:05", f"{near[1]} 08:00", f"{near[2]}T25:00"]
    typed = {name: [chance.choice(values)] for name, values in choices.items()}
    for name in ("violations", "concerns", "needs", "actions"):
        typed[name] = chance.sample(choices[name], chance.choice((0, 0, 1, 2)))
    typed["needs"] += chance.choice(([], [], ["gold"], [""]))
    numbers = ["prior_interviews", "boys", "girls", "children_unknown"]
    numbers += [f"{sex}_{band}" for sex in numbers[1:] for band in AgeBand.values]
    for name in numbers:
        typed[name] = [
            chance.choice(COUNTS) if chance.random() < 0.2 else str(chance.choice((0, 9)))
        ]
    for name in ("occurred_on", "occurred_until", "learned_on"):
        typed[name] = [chance.choice(days)]
    typed |= {"briefed_at": [chance.choice(moments)], "narrative": [chance.choice(TEXTS)]}
    typed |= {"safe_contact": [chance.choice(TEXTS)], "area": [chance.choice(choices["area"])]}
    typed |= {name: [chance.choice(DEGREES)] for name in ("latitude", "longitude")}
    if chance.random() < 0.4:
        code = chance.choice(sorted(CENTRES))
        typed |= dict(
            zip(("latitude", "longitude"), ([each] for each in CENTRES[code]), strict=True)
        )
    typed |= {name: [chance.choice(["on", "", "false", "0"])] for name in ("ongoing_threat",)}
    left_out = [name for name in typed if chance.random() < 0.45]
    return {name: values for name, values in typed.items() if name not in left_out}


def choices_of(form: ReportForm) -> dict[str, list[str]]:
    """What each list of the form offers, and something it does not."""
    offered = {
        bound.name: [str(value) for value, _label in bound.field.choices if str(value) != ""]
        for bound in form
        if hasattr(bound.field, "choices") and bound.name != "area"
    }
    wrong = {name: [*values, *values, "", "nonsense"] for name, values in offered.items()}
    several = {name: offered[name] for name in ("violations", "concerns", "needs", "actions")}
    return wrong | several | {"area": [*CENTRES, *CENTRES, *CENTRES, "", "QM9999"]}


def on_the_server(typed: dict[str, list[str]], mission) -> set[tuple[str, str, str]]:
    data = QueryDict(mutable=True)
    for name, values in typed.items():
        data.setlist(name, values)
    data["uuid"] = str(uuid4())
    errors = ReportForm(data, mission=mission).errors.as_data()
    return {
        (name, error.code, " ".join(error.messages))
        for name, found in errors.items()
        for error in found
    }


@pytest.mark.parametrize(("language", "reports"), [("en", 2000), ("fr", 400)])
def test_any_report_is_refused_alike_with_and_without_a_link(page, mission, language, reports):
    chance = random.Random(20261122)
    with translation.override(language):
        choices = choices_of(ReportForm(mission=mission))
        today = today_in(mission.time_zone)
        typed = [any_report(chance, choices, today) for _ in range(reports)]
        open_form(page, mission)
        answers = page.evaluate(ASK, [LOAD, typed, today.isoformat()])
        seen = set()
        for report, problems in zip(typed, answers, strict=True):
            here = {(p["field"], p["code"], p["message"]) for p in problems}
            assert here == on_the_server(report, mission), report
            seen |= {code for _field, code, _message in here}
    # Chance has met every kind of refusal there is in a browser.
    assert seen == {
        *("required", "invalid", "invalid_choice", "min_value", "max_value", "max_length"),
        *("future", "long_ago", "order", "too_many", "ages", "incomplete", "outside", "elsewhere"),
        *("contradiction", "control_characters", "null_characters_not_allowed"),
    }


def test_the_missions_day_is_the_same_in_the_browser(page, mission):
    open_form(page, mission)
    asked = """async (load) => {
      const checks = await import(load);
      return checks.todayOf(checks.readChecks(document.forms[0]));
    }"""
    before = today_in(mission.time_zone).isoformat()
    assert page.evaluate(asked, LOAD) in (before, today_in(mission.time_zone).isoformat())


SHOWN = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const text = (element) => element.textContent.trim().replace(/\\s+/g, " ");
  const ids = (element) => element.getAttribute("aria-describedby").split(" ").sort();
  const beside = (e) => [e.previousElementSibling?.tagName ?? "", e.nextElementSibling.tagName];
  return {
    heading: text(document.querySelector(".error-summary h2")),
    kept: text(document.querySelector(".error-summary .muted")),
    lines: all(".error-summary a").map((a) => [a.getAttribute("href"), text(a)]),
    lead: all(".error-summary a").every((a) => document.querySelector(a.getAttribute("href"))),
    errors: all(".field-error").map((e) => [e.id, e.textContent, ...beside(e)]),
    invalid: all(".field.invalid").length,
    marked: all("[aria-invalid]").map((e) => e.name),
    described: all("[aria-describedby]").map((e) => [e.id, ids(e)]),
  };
}"""
SHOW = """async ([load, typed, today]) => {
  const checks = await import(load);
  const form = document.forms[0];
  const rules = checks.readChecks(form);
  checks.showProblems(form, [{ field: "boys", code: "old", message: "old" }]);
  checks.showProblems(form, checks.findProblems(typed, rules, today));
  return document.activeElement.className;
}"""


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    "typed",
    [
        {"area": ["QM0201"]},
        {"boys": ["many"], "occurred_on": ["2999-01-01"], "narrative": ["a\x00b"]},
        {"violations": ["attack_school_hospital"], "needs": ["gold"], "area": ["QM0201"]},
    ],
)
def test_problems_are_shown_as_the_server_shows_them(page, mission, language, typed):
    data = QueryDict(mutable=True)
    for name, values in typed.items():
        data.setlist(name, values)
    data["uuid"] = str(uuid4())
    with translation.override(language):
        page.set_content(form_page(ReportForm(data, mission=mission), errors=True))
        theirs = page.evaluate(SHOWN)
        open_form(page, mission)
        focused = page.evaluate(SHOW, [LOAD, typed, today_in(mission.time_zone).isoformat()])
    assert page.evaluate(SHOWN) == theirs
    assert theirs["lead"]
    assert focused == "error-summary"


def test_nothing_stays_once_all_is_mended(page, mission):
    open_form(page, mission)
    before = page.inner_html("main")
    problems = [{"field": name, "message": "Mend this."} for name in ("boys", "violations")]
    cleared = """async ([load, problems]) => {
      const checks = await import(load);
      checks.showProblems(document.forms[0], problems);
      checks.showProblems(document.forms[0], []);
    }"""
    page.evaluate(cleared, [LOAD, problems])
    assert page.inner_html("main") == before

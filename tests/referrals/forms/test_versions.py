"""A draft of an older form: what still fits is filled in, nothing else is dropped unseen."""

import pytest
from django import forms
from django.utils import translation

from referrals.forms import versions
from referrals.forms.filing import ReportForm
from referrals.forms.versions import LeftOver, carried_on, fit_draft, form_version, no_longer_asked

OLD = "0123456789ab"


@pytest.fixture
def form(unmix):
    return ReportForm(mission=unmix.mission)


@pytest.fixture
def anew():
    """The digest as a process that starts now would have it."""
    versions.form_version.cache_clear()
    yield lambda: versions.form_version.__wrapped__()
    versions.form_version.cache_clear()


def test_the_version_is_short_and_the_same_in_every_language(anew):
    seen = set()
    for language in ("en", "fr", "es", "ar"):
        with translation.override(language):
            seen.add(anew())
    assert len(seen) == 1
    assert len(seen.pop()) == 12


def test_the_version_changes_with_a_question_and_with_a_choice(anew, monkeypatch):
    before = anew()
    question = forms.CharField()
    monkeypatch.setitem(ReportForm.base_fields, "weather", question)
    with_question = anew()
    monkeypatch.delitem(ReportForm.base_fields, "weather")
    facility = ReportForm.base_fields["facility"]
    monkeypatch.setattr(facility, "choices", [*facility.choices, ("library", "Library")])
    assert len({before, with_question, anew()}) == 3


def test_the_version_asks_no_database(anew, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        anew()


def test_what_still_fits_is_filled_in(form):
    typed = {
        "violations": ["abduction", "killing_maiming"],
        "facility": ["school"],
        "area": ["QM0201"],
        "boys": ["2"],
        "occurred_on": ["2026-11-20"],
        "narrative": ["Told at noon.\nBy two persons."],
        "ongoing_threat": ["on"],
    }
    fitted = fit_draft(typed, OLD, form)
    assert fitted.typed == typed
    assert fitted.left_over == ()


@pytest.mark.parametrize(
    ("typed", "kept", "left"),
    [
        ({"weather": ["rain"]}, {}, ("weather", ("rain",))),
        ({"facility": ["library"]}, {"facility": []}, ("facility", ("library",))),
        (
            {"violations": ["abduction", "theft"]},
            {"violations": ["abduction"]},
            ("violations", ("theft",)),
        ),
        ({"area": ["QM9999"]}, {"area": []}, ("area", ("QM9999",))),
        (
            {"perpetrator_org": ["A gang"]},
            {"perpetrator_org": []},
            ("perpetrator_org", ("A gang",)),
        ),
        ({"boys": ["about ten"]}, {"boys": []}, ("boys", ("about ten",))),
        ({"occurred_on": ["yesterday"]}, {"occurred_on": []}, ("occurred_on", ("yesterday",))),
        ({"source": ["witness", "other"]}, {"source": ["witness"]}, ("source", ("other",))),
    ],
)
def test_what_does_not_fit_any_more_is_left_over(form, typed, kept, left):
    fitted = fit_draft(typed, OLD, form)
    assert fitted.typed == kept
    assert fitted.left_over == (LeftOver(*left),)


def test_empty_answers_and_what_belongs_to_the_page_are_no_left_overs(form):
    typed = {"weather": [""], "owner": ["x"], "draft": ["1"], "action": ["save"]}
    assert fit_draft(typed, OLD, form).left_over == ()


def test_a_draft_of_todays_form_holds_no_question_that_is_gone(form):
    typed = {"helper_of_the_page": ["1"], "facility": ["school"]}
    assert fit_draft(typed, form_version(), form).left_over == ()
    assert no_longer_asked(typed, form_version(), form) == []


def test_what_was_left_over_is_carried_on_from_save_to_save(form):
    first = fit_draft({"weather": ["rain", "wind"]}, OLD, form).left_over[0]
    saved = {first.carried_as: list(first.values), "weather": ["rain"]}
    assert fit_draft(saved, OLD, form).left_over == (LeftOver("weather", ("rain", "wind")),)
    assert carried_on(saved) == (LeftOver("weather", ("rain", "wind")),)
    assert no_longer_asked({first.carried_as: ["rain"]}, OLD, form) == []


def test_every_value_of_a_draft_is_either_filled_in_or_left_over(form):
    typed = {
        "violations": ["abduction", "theft", "theft"],
        "weather": ["rain", "", "wind"],
        "boys": ["2", "3"],
        "narrative": ["Text", "More text"],
        "left_over.colour": ["blue"],
    }
    fitted = fit_draft(typed, OLD, form)
    shown = {value for values in fitted.typed.values() for value in values}
    shown |= {value for left in fitted.left_over for value in left.values}
    assert shown == {value for values in typed.values() for value in values if value}

"""Labels, reasons and officer texts in other languages are part of the policy."""

import pytest

from referrals.routing import PolicyError, compile_policy

ALWAYS = "Always told directly."


@pytest.fixture
def translated(mapping):
    mapping["translations"] = {"fr": {ALWAYS: "Toujours prévenu directement."}}
    return compile_policy(mapping)


def test_a_text_is_said_in_a_language_it_is_translated_to(translated):
    assert translated.in_language(ALWAYS, "fr") == "Toujours prévenu directement."


def test_a_text_without_translation_is_said_as_written(translated, policy):
    assert translated.in_language("The child needs health care.", "fr") == (
        "The child needs health care."
    )
    assert translated.in_language(ALWAYS, "es") == ALWAYS
    assert policy.in_language(ALWAYS, "fr") == ALWAYS


def test_an_empty_translation_is_refused(mapping):
    mapping["translations"] = {"fr": {ALWAYS: " "}}
    with pytest.raises(PolicyError, match=r"must be a text, not ' '"):
        compile_policy(mapping)

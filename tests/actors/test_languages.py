"""Words in a list and in order, as the language of the page has them."""

from __future__ import annotations

import pytest
from django.utils import translation

from actors.languages import LANGUAGES, by_letters, clauses, listed


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "a, b; c"), ("fr", "a, b\u00a0; c"), ("es", "a, b; c"), ("ar", "a، b؛ c")],
)
def test_a_list_has_the_comma_of_its_language(language, said):
    with translation.override(language):
        assert clauses([listed(["a", "b"]), "c"]) == said


def test_a_list_takes_what_is_not_text_yet():
    assert [listed([]), listed([3]), listed([1, 2])] == ["", "3", "1, 2"]


def test_words_are_in_order_whatever_their_accents_and_case():
    words = ["Zone", "école", "abri", "eau", "Équipe", "ferme"]
    wanted = ["abri", "eau", "école", "Équipe", "ferme", "Zone"]
    assert sorted(words, key=by_letters) == wanted


def test_lazy_words_are_in_order_too():
    later = [translation.gettext_lazy(word) for word in ("Qwx", "Qwa")]
    assert [str(word) for word in sorted(later, key=by_letters)] == ["Qwa", "Qwx"]


def test_languages_are_in_order():
    names = [name for _code, name in LANGUAGES]
    assert names.index("español") < names.index("français") < names.index("Türkçe")

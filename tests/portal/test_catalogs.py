"""Everything the portal says, it says in every language, with the same names and marks in it.

Red here means: run `.venv/bin/python -m scripts.catalogs`, translate what is empty in
`portal/locale/*/LC_MESSAGES/django.po`, and run it again.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from gettext import c2py, translation
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from django import conf
from django.utils import dates

from scripts import catalogs

LANGUAGES = catalogs.languages()
NAMED = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}")
# The space that French keeps before a semicolon belongs to the sign.
MARKED = re.compile(r"</?\w+[^>]*>|&\w+;|^[ \t\n]+|[ \t\n]+$")
in_every_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def source() -> Catalog:
    return catalogs.source_texts()


@pytest.fixture
def stored(language) -> Catalog:
    return catalogs.stored_catalog(language)


def texts(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def said(catalog: Catalog) -> list[Message]:
    """The texts that are translated; the others fail a test of their own."""
    return [message for message in texts(catalog) if all(catalogs.forms(message))]


def keys(catalog: Catalog) -> set[tuple[str | None, str]]:
    return {(message.context, catalogs.singular(message)) for message in texts(catalog)}


def test_the_portal_is_written_in_four_languages():
    assert LANGUAGES == ["fr", "es", "ar"]


@in_every_language
def test_every_text_of_the_source_is_translated(source, stored):
    missing = catalogs.untranslated(stored, source)
    assert not missing, "\n".join(["to be translated:", *missing])


@in_every_language
def test_no_text_is_kept_that_is_not_said_any_more(source, stored):
    idle = keys(stored) - keys(source)
    assert not idle, "\n".join(["said nowhere:", *(text for _context, text in idle)])


@in_every_language
def test_no_translation_is_only_a_guess(stored):
    assert [message.id for message in texts(stored) if message.fuzzy] == []


@in_every_language
def test_a_translation_names_the_same_values(stored):
    wrong = [message.id for message in said(stored) if not _same_names(message)]
    assert wrong == []


@in_every_language
def test_a_translation_has_the_same_marks_and_no_space_less_or_more_at_its_ends(stored):
    wrong = [
        message.id
        for message in said(stored)
        for form in catalogs.forms(message)
        if Counter(MARKED.findall(form)) != Counter(MARKED.findall(catalogs.singular(message)))
    ]
    assert wrong == []


@in_every_language
def test_a_text_that_counts_has_every_form_of_the_language(stored):
    wrong = [
        message.id
        for message in texts(stored)
        if len(catalogs.forms(message)) != (stored.num_plurals if message.pluralizable else 1)
    ]
    assert wrong == []


@in_every_language
def test_the_rule_of_plurals_is_the_one_of_the_language(language, stored):
    order = ("zero", "one", "two", "few", "many", "other")
    rule = Locale(language).plural_form
    known = [name for name in order if name in {*rule.tags, "other"}]
    if stored.num_plurals == 2:  # "many" of French and Spanish begins at a million
        known = ["one", "other"]
    wanted = [known.index(rule(n)) for n in range(300)]
    assert [_form_of(stored, n) for n in range(300)] == wanted


@in_every_language
def test_what_runs_is_what_was_translated(language, stored):
    running = catalogs.LOCALE / language / "LC_MESSAGES" / "django.mo"
    assert running.read_bytes() == catalogs.compiled(stored)


@in_every_language
def test_no_word_of_ours_stands_in_for_the_name_of_a_day_or_month(language, stored):
    tables = (dates.WEEKDAYS, dates.WEEKDAYS_ABBR, dates.MONTHS, dates.MONTHS_3)
    names = [str(name) for table in tables for name in table.values()]
    django = translation("django", Path(conf.__file__).parent / "locale", [language])
    wrong = [
        name for name in names if (ours := stored.get(name)) and ours.string != django.gettext(name)
    ]
    assert wrong == []


class TestATextNewlyWritten:
    """The test above fails for it, wherever it is written."""

    @pytest.fixture
    def house(self, tmp_path) -> Path:
        policy = tmp_path / catalogs.POLICY
        policy.parent.mkdir(parents=True)
        shutil.copy(catalogs.ROOT / catalogs.POLICY, policy)
        (tmp_path / "templates").mkdir()
        return tmp_path

    def lacking(self, house: Path) -> list[str]:
        source = catalogs.source_texts(house)
        return catalogs.untranslated(catalogs.stored_catalog("fr"), source)

    def test_the_policy_alone_lacks_nothing(self, house):
        assert self.lacking(house) == []

    @pytest.mark.parametrize(
        "written",
        [
            '{% translate "A planted text" %}',
            '{% translate "A planted text" as planted %}',
            '{% translate "A planted text" context "elsewhere" %}',
            "{% blocktranslate trimmed %}\n  A planted\n  text\n{% endblocktranslate %}",
            "{% blocktranslate count n=n %}A planted text{% plural %}Many{% endblocktranslate %}",
        ],
    )
    def test_in_a_template(self, house, written):
        (house / "templates" / "page.html").write_text("{% load i18n %}" + written)
        assert self.lacking(house) == ["templates/page.html: A planted text"]

    @pytest.mark.parametrize(
        "written",
        [
            '_("A planted "\n  "text")',
            'pgettext("elsewhere", "A planted text")',
            'ngettext("A planted text", "%(n)s planted texts", 3)',
        ],
    )
    def test_in_code(self, house, written):
        (house / "actors").mkdir()
        (house / "actors" / "page.py").write_text(f"words = {written}\n")
        assert self.lacking(house) == ["actors/page.py: A planted text"]

    def test_in_the_policy(self, house):
        with (house / catalogs.POLICY).open("a") as policy:
            policy.write("\nplanted: {reason: A planted text}\n")
        assert self.lacking(house) == ["referrals/policies/standard.yaml: A planted text"]

    def test_a_text_known_in_another_context_is_another_text(self, house):
        (house / "templates" / "page.html").write_text(
            '{% load i18n %}{% translate "Open" %}{% translate "Open" context "elsewhere" %}'
        )
        assert self.lacking(house) == ["templates/page.html: Open"]


def _same_names(message: Message) -> bool:
    """Whether the values in a translation are those of its source.

    In a text that counts, the forms for a few may say the number in words; the last says all.
    """
    forms = [_names(form) for form in catalogs.forms(message)]
    wanted = _names(message.id[1] if message.pluralizable else message.id)
    return forms[-1] == wanted and all(names <= wanted for names in forms)


def _names(text: str) -> set[str]:
    return set(NAMED.findall(text))


def _form_of(catalog: Catalog, n: int) -> int:
    return c2py(catalog.plural_expr)(n)

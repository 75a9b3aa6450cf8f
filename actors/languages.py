"""The languages people speak and services are given in, by ISO 639 code.

More than the portal is written in: what counts is whether the child can be understood. And how
words are put in a list and in order, in the language of the page.
"""

import unicodedata
from collections.abc import Iterable

from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext


def listed(words: Iterable[object]) -> str:
    """The words as one list; Arabic has a comma of its own."""
    return pgettext("between the items of a list", ", ").join(map(str, words))


def clauses(parts: Iterable[object]) -> str:
    """Parts that are lists themselves as one text."""
    return pgettext("between lists in one sentence", "; ").join(map(str, parts))


def by_letters(text: object) -> tuple[str, str]:
    """The key by which words are sorted for people: "école" stands under e, whatever its case."""
    signs = unicodedata.normalize("NFKD", str(text))
    return "".join(each for each in signs if not unicodedata.combining(each)).casefold(), str(text)


# Of those Django can name, the ones without a country; then those of mission areas it lacks.
LANGUAGES = sorted(
    [
        (code, info["name_local"])
        for code, info in LANG_INFO.items()
        if "name_local" in info and "-" not in code
    ]
    + [
        ("so", "Soomaali"),
        ("ln", "Lingála"),
        ("sg", "Sängö"),
        ("din", "Thuɔŋjäŋ"),
        ("nus", "Thok Naath"),
        ("ht", "Kreyòl ayisyen"),
        ("rw", "Kinyarwanda"),
        ("rn", "Ikirundi"),
        ("bm", "Bamanankan"),
        ("ff", "Fulfulde"),
        ("ha", "Hausa"),
        ("prs", "دری"),
        ("ps", "پښتو"),
        ("ku", "Kurdî"),
    ],
    key=lambda pair: by_letters(pair[1]),
)
NAMES = dict(LANGUAGES)


def check_languages(codes: list[str]) -> None:
    """Refuse a code that is no language, and a language named twice."""
    unknown = [code for code in codes if code not in NAMES]
    if unknown:
        message = _("Not a language we know: %(codes)s. Use codes such as fr, ar or sw.")
        raise ValidationError(message, code="unknown", params={"codes": ", ".join(unknown)})
    if len(set(codes)) != len(codes):
        raise ValidationError(_("A language is named twice."), code="twice")

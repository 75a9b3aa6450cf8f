"""Text as it is compared: without accents, marks and case.

The database does the same to what it indexes (`actors_plain` in migration 0004).
"""

from __future__ import annotations

import re
import unicodedata

# Accents of Latin, Greek and Cyrillic letters; Arabic vowel signs, hamzas and the tatweel.
MARKS = re.compile("[\u0300-\u036f\u0640\u064b-\u0655\u0670]")
WORD = re.compile(r"[^\W_]+")
_ENGLISH = "a an and at by does for from here in is me my near of on or that the there to what"
_ENGLISH_TOO = "where which who with"
_FRENCH = "a au aux avec chez dans de des du en et la le les l d ou par pour pres qui sur un une"
_SPANISH = "cerca con de del el en la los las para por que quien un una y e o"
_ARABIC = "في من على الى عن مع و"
# Words of a question that say nothing about what is sought.
SMALL_WORDS = frozenset(" ".join((_ENGLISH, _ENGLISH_TOO, _FRENCH, _SPANISH, _ARABIC)).split())


def plain(text: str) -> str:
    """The text without accents and in small letters: "Sängö" becomes "sango"."""
    return MARKS.sub("", unicodedata.normalize("NFKD", text)).casefold()


def plain_words(text: str) -> list[str]:
    """The words of the text, plain; a hyphen or any other sign ends a word."""
    return WORD.findall(plain(text))

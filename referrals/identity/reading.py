"""The words of a text, and what the lists of names, titles and things say about a word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from referrals.identity.patterns import patterns


@dataclass(frozen=True)
class Word:
    """A word of the text. `key` is how the lists have it; `opens`: it begins a sentence."""

    text: str
    key: str
    start: int
    end: int
    gap: str
    is_near: bool
    opens: bool

    @property
    def is_capital(self) -> bool:
        return self.text[0] != self.text[0].lower()

    @property
    def is_caps(self) -> bool:
        upper = self.text.upper()
        return len(self.text) > 1 and self.text == upper != self.text.lower()

    @property
    def is_arabic(self) -> bool:
        return self.text[0] >= "\u0600"


def stands_at(words: list[Word], at: int, phrase: tuple[str, ...]) -> bool:
    """Whether these words stand here, one near the other."""
    found = words[at : at + len(phrase)]
    return tuple(word.key for word in found) == phrase and all(w.is_near for w in found[1:])


def read_words(text: str) -> list[Word]:
    """The words in their order, each with what stands before it."""
    found, end = [], 0
    for match in _expression("word").finditer(text):
        gap = text[end : match.start()]
        is_near = bool(found) and _is_near(found[-1], gap)
        opens = not is_near and (not found or any(sign in patterns()["ends"] for sign in gap))
        word = Word(match[0], plain(match[0]), match.start(), match.end(), gap, is_near, opens)
        found.append(word)
        end = match.end()
    return found


def _is_near(before: Word, gap: str) -> bool:
    """Also after the full stop of "M." and of an initial."""
    if gap[:1] == "." and (len(before.text) == 1 or before.key in listed("titles")[0]):
        gap = gap[1:]
        return before.is_capital and (not gap or gap in patterns()["near"])
    return gap in patterns()["near"]


def known_places(words: list[Word], known: Iterable[str]) -> set[int]:
    """Places of the words that are part of a known name."""
    phrases = _phrases(known)
    covered: set[int] = set()
    for at, word in enumerate(words):
        for phrase in phrases.get(word.key, ()):
            if stands_at(words, at, phrase):
                covered.update(range(at, at + len(phrase)))
                break
    return covered


def plain(word: str) -> str:
    """A word as the lists have it: small, without accents, vowel signs and hamza."""
    return _expression("marks").sub("", unicodedata.normalize("NFD", word.lower()))


def _phrases(texts: Iterable[str]) -> dict[str, list[tuple[str, ...]]]:
    """Phrases by their first word, the longest first."""
    phrases: dict[str, list[tuple[str, ...]]] = {}
    for text in texts:
        keys = tuple(plain(match[0]) for match in _expression("word").finditer(text))
        if keys:
            phrases.setdefault(keys[0], []).append(keys)
    for same in phrases.values():
        same.sort(key=len, reverse=True)
    return phrases


@cache
def _expression(name: str) -> re.Pattern:
    return re.compile(patterns()[name])


@cache
def listed(name: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Whole words, and beginnings of words, which the list has with a star."""
    words = [plain(word) for word in patterns()[name].split(" ")]
    stems = tuple(word.rstrip("*") for word in words if word.endswith("*"))
    return frozenset(words), stems


@cache
def says_phrases() -> dict[str, list[tuple[str, ...]]]:
    """ "My name is" and its like, in small letters, by their first word, the longest first."""
    return _phrases(patterns()["says"].split("/"))

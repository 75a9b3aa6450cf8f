"""What somebody means by the words in the search box.

Each part of what was typed becomes a term: a place, a word of the portal's own, or any text.
An entry is found when it answers to every term, by its text or by what the term stands for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from actors.search.places import Place, Places
from actors.search.plain import SMALL_WORDS, plain_words
from actors.search.vocabulary import codes_for

# "a phrase", -without or a word; a quotation mark that is never closed counts as none.
PART = re.compile(r'-?"[^"]*"|\S+')
LONGEST_NAME = 5
# Longer questions are searched as text from here on.
MOST_WORDS = 12
OPERATORS = re.compile(r'(^|\s)(-\S|or(\s|$))|"', re.IGNORECASE)


@dataclass(frozen=True)
class Term:
    """Some of the words, and what they stand for."""

    text: str
    codes: frozenset[str] = frozenset()
    areas: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Meaning:
    """All of what was typed; `rest` is text and nothing else, as PostgreSQL reads it."""

    terms: list[Term] = field(default_factory=list)
    rest: str = ""

    @property
    def is_empty(self) -> bool:
        """Nothing that could be looked for: small words, or signs only."""
        return not (self.terms or self.rest)

    @property
    def text(self) -> str:
        """All words that say something, as they were typed."""
        return " ".join([*(term.text for term in self.terms), self.rest]).strip()

    @property
    def areas(self) -> list[Place]:
        return [area for term in self.terms for area in term.areas]

    @property
    def last_word(self) -> str:
        """The word that may not be finished yet; empty where it is known or a command."""
        words = [] if OPERATORS.search(self.rest) else plain_words(self.rest)
        return words[-1] if words else ""


def meaning_of(typed: str, places: Places) -> Meaning:
    """Read what was typed. Words with "or" and words to leave out are for PostgreSQL alone."""
    parts = PART.findall(typed)
    if any(part.lower() == "or" for part in parts):
        return Meaning(rest=typed)
    terms, rest = [], []
    while parts:
        term, taken = _next_term(parts, places, is_early=len(terms) + len(rest) < MOST_WORDS)
        if term is not None:
            terms.append(term)
        elif _says_something(parts[0]):
            rest.append(parts[0])
        parts = parts[taken:]
    return Meaning(terms, " ".join(rest))


def _next_term(parts: list[str], places: Places, *, is_early: bool) -> tuple[Term | None, int]:
    """The term that these parts begin with and how many it takes; None for plain text."""
    if parts[0].startswith("-") or not is_early:
        return None, 1
    for fuzzy in (False, True):
        for length in range(min(LONGEST_NAME, len(parts)), 0, -1):
            if length > 1 and any(part.startswith("-") for part in parts[:length]):
                continue
            text = " ".join(parts[:length])
            words = plain_words(text)
            if areas := places.named(words, fuzzy=fuzzy):
                return Term(text, areas=tuple(areas)), length
        codes = _codes(parts[0])
        if codes:
            return Term(parts[0], codes=codes), 1
    return None, 1


def _says_something(part: str) -> bool:
    words = plain_words(part)
    return bool(words) and not (len(words) == 1 and words[0] in SMALL_WORDS)


def _codes(part: str) -> frozenset[str]:
    found = [codes_for(word) for word in plain_words(part)]
    return frozenset.intersection(*found) if found else frozenset()

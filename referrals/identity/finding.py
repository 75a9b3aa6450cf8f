"""The search itself: numbers by regular expressions, names by walking from word to word.

static/js/form/identity.js does the same, step by step; a test compares them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from referrals.identity import names
from referrals.identity.patterns import patterns

_ASCII_DIGITS = {
    **{0x660 + n: str(n) for n in range(10)},
    **{0x6F0 + n: str(n) for n in range(10)},
}


@dataclass(frozen=True)
class Found:
    """`text[start:end]` seems to say who somebody is: a name, phone, email or id."""

    kind: str
    start: int
    end: int


def find_identity(text: str, known: Iterable[str] = ()) -> list[Found]:
    """What in a text seems to identify somebody, in reading order, without overlaps.

    Args:
        text: in any mixture of English, French, Spanish and Arabic; up to the caller how long.
        known: names that identify nobody: the mission's places and organizations.
    """
    found = [Found(*spot) for spot in [*_numbers(text), *names.find_names(text, known)]]
    return _apart(sorted(found, key=lambda spot: (spot.start, -spot.end)))


def _apart(found: list[Found]) -> list[Found]:
    kept: list[Found] = []
    for spot in found:
        if not kept or spot.start >= kept[-1].end:
            kept.append(spot)
    return kept


def _numbers(text: str) -> list[tuple[str, int, int]]:
    """Telephone and ID numbers, mail addresses and handles. What was found is looked at once."""
    harmless, numbers = _compiled()
    text = text.translate(_ASCII_DIGITS)
    found = []
    for kind, fewest, pattern in numbers:
        if kind == "id" and fewest == 5:
            text = _without(harmless, text)
        for match in pattern.finditer(text):
            start = match.end(1)
            if sum("0" <= sign <= "9" for sign in text[start : match.end()]) >= fewest:
                found.append((kind, start, match.end()))
        text = _blank(text, found)
    return found


def _without(harmless: list[re.Pattern], text: str) -> str:
    for pattern in harmless:
        text = pattern.sub(lambda match: match[1] + "_" * (match.end() - match.end(1)), text)
    return text


def _blank(text: str, found: list[tuple[str, int, int]]) -> str:
    for _kind, start, end in found:
        text = text[:start] + "_" * (end - start) + text[end:]
    return text


@cache
def _compiled() -> tuple[list[re.Pattern], list[tuple[str, int, re.Pattern]]]:
    data = patterns()
    return (
        [re.compile(pattern) for pattern in data["harmless"]],
        [(kind, fewest, re.compile(pattern)) for kind, fewest, pattern in data["numbers"]],
    )

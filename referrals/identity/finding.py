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
    compiled = _compiled()
    text, found = text.translate(_ASCII_DIGITS), []
    for kind, fewest, pattern in compiled["addresses"]:
        text = _take(pattern, text, found, kind, fewest)
    for _kind, _fewest, pattern in compiled["harmless"]:
        text = _take(pattern, text, [], "", 0)
    for kind, fewest, pattern in compiled["numbers"]:
        text = _take(pattern, text, found, kind, fewest)
    return found


def _take(pattern: re.Pattern, text: str, found: list, kind: str, fewest: int) -> str:
    """Note what matches and has digits enough; the text with that blanked, as long as before."""

    def take(match: re.Match) -> str:
        start, end = match.end(1), match.end()
        if sum("0" <= sign <= "9" for sign in text[start:end]) < fewest:
            return match[0]
        found.append((kind, start, end))
        return match[1] + "_" * (end - start)

    return pattern.sub(take, text)


@cache
def _compiled() -> dict[str, list[tuple[str, int, re.Pattern]]]:
    data = patterns()
    lists = {name: data[name] for name in ("addresses", "numbers")}
    lists["harmless"] = [("", 0, pattern) for pattern in data["harmless"]]
    return {
        name: [(kind, fewest, re.compile(pattern)) for kind, fewest, pattern in rows]
        for name, rows in lists.items()
    }

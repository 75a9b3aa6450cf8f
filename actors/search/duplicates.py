"""Is this organization in the directory already, under a name written otherwise?

Somebody who enters an actor twice splits its reports and its assessments in two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from actors.models import Mission, Organization
from actors.search.plain import SMALL_WORDS, plain_words

ALIKE = 88
# The words two names do not share must still look like one misspelt.
REST_ALIKE = 75
# Shorter acronyms differ by their every letter: WHO is not WFP.
SHORTEST_FUZZY = 6


@dataclass(frozen=True)
class NameBook:
    """The names of one mission's organizations, read once; asked for each new name."""

    organizations: dict[int, Organization]
    # (a name as it is compared, primary key); one organization stands here several times.
    keys: list[tuple[str, int]]

    @classmethod
    def of(cls, mission: Mission) -> NameBook:
        """Read the names of all organizations, also the retired; one statement."""
        found = Organization.objects.filter(mission=mission).order_by("pk")
        keys = [(k, o.pk) for o in found for name in (o.name, o.short_name) for k in _keys(name)]
        return cls({o.pk: o for o in found}, keys)

    def similar(self, name: str, except_pk: int | None = None) -> list[Organization]:
        """Organizations that may be meant by `name`, the likeliest first; asks no database."""
        scores: dict[int, float] = {}
        for key in _keys(name):
            for pk, score in self._hits(key):
                scores[pk] = max(score, scores.get(pk, 0))
        scores.pop(except_pk, None)
        return [self.organizations[pk] for pk in sorted(scores, key=lambda pk: -scores[pk])]

    def _hits(self, key: str) -> Iterator[tuple[int, float]]:
        names = [known for known, _pk in self.keys]
        hits = process.extract(key, names, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None)
        return ((self.keys[at][1], score) for known, score, at in hits if _are_alike(key, known))


def similar_organizations(
    name: str, mission: Mission, except_pk: int | None = None
) -> list[Organization]:
    """Organizations of the mission that may be the same as one called `name`, likeliest first.

    Names and acronyms are compared without case, accents, order of words and words such as
    "and". For many names in a row ask one `NameBook`.
    """
    return NameBook.of(mission).similar(name, except_pk)


def _keys(name: str) -> set[str]:
    """The words of a name that count, as they stand and sorted; none for an empty name."""
    words = plain_words(name.replace("&", " and "))
    telling = [word for word in words if word not in SMALL_WORDS] or words
    return {" ".join(telling), " ".join(sorted(telling))} - {""}


def _are_alike(one: str, other: str) -> bool:
    """Whether two keys of a high score differ by spelling only, not by a number or a word."""
    if min(len(one), len(other)) < SHORTEST_FUZZY:
        return one == other
    left, right = one.split(), other.split()
    rest = " ".join(w for w in left if w not in right), " ".join(w for w in right if w not in left)
    if any(letter.isdigit() for letter in "".join(rest)):
        return False
    return not any(rest) or fuzz.ratio(*rest) >= REST_ALIKE

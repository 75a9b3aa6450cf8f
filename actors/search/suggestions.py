"""Nothing was found: what may have been meant, from the names this viewer may know."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.aggregates import StringAgg
from rapidfuzz import fuzz, process

from actors.models import EntryKind
from actors.permissions import Viewer
from actors.search.finding import entries_seen
from actors.search.places import Places
from actors.search.plain import SMALL_WORDS, plain_words
from actors.search.vocabulary import vocabulary_words

ALIKE = 70
NAMED = (EntryKind.ORGANIZATION, EntryKind.SERVICE, EntryKind.BODY, EntryKind.DOCUMENT)


def suggested(viewer: Viewer, typed: str, places: Places, *, on: date) -> str:
    """The same question with each unknown word put right, or "" where no name is like it.

    One statement. A word that is like none is left out.
    """
    words = [word for word in plain_words(typed) if word not in SMALL_WORDS]
    if not words:
        return ""
    known = _known_words(viewer, places, on)
    meant = [word if word in known else _nearest(word, known) for word in words]
    said = " ".join(filter(None, meant))
    return "" if said == " ".join(words) else said


def _known_words(viewer: Viewer, places: Places, on: date) -> set[str]:
    """Every word of a name, an area or a label."""
    named = entries_seen(viewer, on=on).filter(kind__in=NAMED).order_by()
    # Joined by the database: twenty thousand rows of one name each take longer to fetch.
    titles = named.aggregate(said=StringAgg("title", delimiter=" "))["said"] or ""
    said = {*titles.split(), *(word for a in places.listed() for word in a.name.split())}
    return {*plain_words(" ".join(said)), *vocabulary_words()}


def _nearest(word: str, known: set[str]) -> str | None:
    hit = process.extractOne(word, known, scorer=fuzz.ratio, score_cutoff=ALIKE)
    return hit[0] if hit else None

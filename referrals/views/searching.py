"""Searching reports by words: each word in a fact that this reader sees of that report.

Each kind of fact is asked by an index of its own and only of reports that are read at a level
which shows it, so that neither a hit nor its absence tells what a page would not.
"""

from __future__ import annotations

import re

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q, QuerySet
from django.utils import timezone

from actors.harms import Concern, Violation
from actors.models import DISTRICT, Area, Organization, User
from actors.standing import standing_of
from referrals.models import Annex, Report
from referrals.redaction.levels import FULL, LINE, RECORD, SERVICE, SUMMARY

MOST_WORDS = 6
_YEARS = 5
_REFERENCE = re.compile(r"\b[A-Z][A-Z0-9]+-\d{4}-\d+\b", re.IGNORECASE)


def matching(user: User, typed: str) -> Q:
    """Reports in which this reader finds every word; nothing where no word was typed."""
    references = _REFERENCE.findall(typed)
    words = re.findall(r"\w+", _REFERENCE.sub(" ", typed.lower()))[:MOST_WORDS]
    found = Q() if references or words else Q(pk__in=[])
    for reference in references[:MOST_WORDS]:
        found &= Q(reference=reference.upper())
    for word in words:
        found &= Q(pk__in=_with_word(user, word))
    return found


def _with_word(user: User, word: str) -> QuerySet:
    """Primary keys of the reports in which one word stands, of whatever kind of fact."""
    first, *others = [
        Report.objects.visible_to(user, levels).filter(condition).order_by().values("pk")
        for levels, condition in _places(user, word)
    ]
    return first.union(*others) if others else first


def _places(user: User, word: str) -> list[tuple[frozenset[str] | None, Q]]:
    """Where a word may stand, with the levels that show it (`redaction.FIELDS`)."""
    places = [
        (RECORD, Q(pk__in=_telling(word)) & ~Q(facts__contains_identity=True)),
        (FULL, Q(pk__in=_telling(word))),
        (FULL, Q(pk__in=_restricted(word))),
    ]
    if word.isdecimal():
        places.append((None, Q(reference__in=_references(user, int(word)))))
        return places
    if kinds := _kinds(word):
        places.append((LINE, Q(violations__code__in=kinds)))
    for levels, areas in _areas(user, word):
        places.append((levels, Q(area__in=areas)))
    parties = list(Organization.objects.filter(_called(word)).values_list("pk", flat=True))
    if parties:
        places.append((RECORD, Q(perpetrator_org__in=parties)))
    return places


def _telling(word: str) -> QuerySet:
    texts = Report.objects.annotate(words=SearchVector("narrative", config="simple"))
    return texts.filter(words=_begins(word)).order_by().values("pk")


def _restricted(word: str) -> QuerySet:
    texts = Annex.objects.annotate(words=SearchVector("narrative", config="simple"))
    return texts.filter(words=_begins(word)).values("report")


def _begins(word: str) -> SearchQuery:
    return SearchQuery(f"'{word}':*", config="simple", search_type="raw")


def _called(word: str) -> Q:
    """Names in which a word begins like this."""
    return Q(name__istartswith=word) | Q(name__icontains=f" {word}")


def _kinds(word: str) -> list[str]:
    """Kinds of violation or concern in whose name a word begins like this."""
    return [
        code
        for code, label in [*Violation.choices, *Concern.choices]
        if any(each.startswith(word) for each in re.findall(r"\w+", str(label).lower()))
    ]


def _areas(user: User, word: str) -> list[tuple[frozenset[str], list[int]]]:
    """Areas of this name with all below them, by the levels that show such a name."""
    named = Area.objects.filter(
        Q(code__iexact=word) | _called(word),
        mission__in=standing_of(user).missions(),
        level__lte=DISTRICT,
    )
    by_level: dict[frozenset[str], list[int]] = {}
    for pk, level in named.values_list("pk", "level"):
        by_level.setdefault(SERVICE if level < DISTRICT else SUMMARY, []).append(pk)
    return [(levels, _below(found)) for levels, found in by_level.items()]


def _below(areas: list[int]) -> list[int]:
    inside = Q(pk__in=areas) | Q(parent__in=areas) | Q(parent__parent__in=areas)
    inside |= Q(parent__parent__parent__in=areas)
    return list(Area.objects.filter(inside).values_list("pk", flat=True))


def _references(user: User, number: int) -> list[str]:
    """What a bare number may mean: that number of the last years in this person's missions."""
    year = timezone.now().year
    return [
        f"{mission.code}-{year - ago}-{number:05d}"
        for mission in standing_of(user).missions()
        for ago in range(_YEARS)
    ]

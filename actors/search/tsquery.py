"""Conditions on `SearchEntry.words`, put together from parts of PostgreSQL's text search."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from django.contrib.postgres.search import SearchQueryField
from django.db.models import BooleanField, F, FloatField, Func, Value

from actors.search.meaning import Meaning, Term
from actors.search.places import Place, Places
from actors.search.plain import plain_words

EVERYWHERE = "=everywhere"


class Typed(Func):
    """Text as somebody typed it, in any of the five dictionaries."""

    function = "actors_search_query"
    output_field = SearchQueryField()


class Begun(Func):
    """Words of which the last one is not finished: letters and digits only."""

    template = "to_tsquery('pg_catalog.simple', actors_plain(%(expressions)s))"
    output_field = SearchQueryField()


class Coded(Func):
    """Codes as they stand in the index."""

    template = "%(expressions)s::tsquery"
    output_field = SearchQueryField()


class Either(Func):
    template, arg_joiner = "(%(expressions)s)", " || "
    output_field = SearchQueryField()


class Both(Func):
    template, arg_joiner = "(%(expressions)s)", " && "
    output_field = SearchQueryField()


class Answers(Func):
    """Whether an entry answers to a query; to codes alone in the shorter column."""

    template, arg_joiner = "(%(expressions)s)", " @@ "
    output_field = BooleanField()

    def __init__(self, query: Func, column: str = "words"):
        super().__init__(F(column), query)


class Nearness(Func):
    """How well an entry's text answers to a query; names count most."""

    function = "ts_rank"
    output_field = FloatField()

    def __init__(self, query: Func):
        super().__init__(F("words"), query)


def any_code(codes: Iterable[str]) -> Func:
    """Entries with one of these codes; there must be at least one."""
    quoted = " | ".join("'{}'".format(code.replace("'", "''")) for code in sorted(codes))
    return Coded(Value(quoted))


def area_codes(ids: Iterable[int]) -> list[str]:
    return [f"=area:{pk}" for pk in ids]


def whole_query(meaning: Meaning, places: Places) -> Func | None:
    """Everything that was typed, as one query; None where nothing was."""
    parts = [_term(term, places) for term in meaning.terms]
    if meaning.rest:
        parts.append(_rest(meaning))
    return reduce(Both, parts) if parts else None


def serves(area: Place, places: Places) -> Func:
    """Entries for an area: itself, what lies in it or above it, or the whole mission."""
    ids = [*places.inside(area), *places.above(area)]
    return any_code([*area_codes(ids), EVERYWHERE])


def _term(term: Term, places: Places) -> Func:
    either = [Typed(Value(term.text))]
    either += [serves(area, places) for area in term.areas]
    if term.codes:
        either.append(any_code(term.codes))
    return reduce(Either, either)


def _rest(meaning: Meaning) -> Func:
    query = Typed(Value(meaning.rest))
    if not meaning.last_word:
        return query
    begun = " & ".join(plain_words(meaning.rest)) + ":*"
    return Either(query, Begun(Value(begun)))

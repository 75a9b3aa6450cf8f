"""Ranges of time as PostgreSQL compares them, for constraints no two rows can pass together."""

from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField
from django.contrib.postgres.fields.ranges import BigIntegerRangeField, RangeOperators
from django.db.models import BigIntegerField, Func, Value


def same(column: str) -> tuple[Func, str]:
    """Two rows with the same id in `column`, as an overlap of ranges of one element each.

    An equality in an exclusion constraint needs an extension (btree_gist); this needs none.
    """
    one = Func(
        column, column, Value("[]"), function="int8range", output_field=BigIntegerRangeField()
    )
    return one, RangeOperators.OVERLAPS


def moments_overlap(begins: str, ends: str) -> tuple[Func, str]:
    """Two rows whose times overlap; the end itself is outside."""
    span = Func(begins, ends, function="tstzrange", output_field=DateTimeRangeField())
    return span, RangeOperators.OVERLAPS


def days_overlap(begins: str, ends: str) -> tuple[Func, str]:
    """Two rows whose days overlap; the last day is inside, an empty one is without end."""
    span = Func(begins, ends, Value("[]"), function="daterange", output_field=DateRangeField())
    return span, RangeOperators.OVERLAPS


def same_text(column: str) -> tuple[Func, str]:
    """Two rows with the same text in `column`, compared by its 64-bit hash."""
    hashed = Func(column, Value(0), function="hashtextextended", output_field=BigIntegerField())
    one = Func(
        hashed, hashed, Value("[]"), function="int8range", output_field=BigIntegerRangeField()
    )
    return one, RangeOperators.OVERLAPS

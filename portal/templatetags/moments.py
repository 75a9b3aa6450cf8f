"""A moment in full, for people and for scripts."""

from datetime import datetime

from django import template
from django.utils.formats import date_format, get_format

register = template.Library()


@register.filter(expects_localtime=True)
def in_full(at: datetime) -> str:
    """Day, time and time zone as the language writes them, on the mission's clocks.

    One filter for what `date` does in two: a list has a moment in each row.
    """
    return date_format(at, f"{get_format('DATETIME_FORMAT')} T")


@register.filter
def iso(at: datetime) -> str:
    """For the `datetime` of a `<time>`: to the second, with its offset (ISO 8601)."""
    return at.isoformat(timespec="seconds")

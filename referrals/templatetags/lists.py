"""Lists as the language of the page writes them."""

from collections.abc import Iterable

from django import template

from actors import languages

register = template.Library()


@register.filter
def listed(words: Iterable[object]) -> str:
    """`{{ places|listed }}`: see `actors.languages.listed`."""
    return languages.listed(words)


@register.filter
def clauses(parts: Iterable[object]) -> str:
    """`{{ changed|clauses }}`: see `actors.languages.clauses`."""
    return languages.clauses(parts)

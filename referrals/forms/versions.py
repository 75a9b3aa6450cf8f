"""Drafts outlive the form they were typed into: what still fits is filled in, the rest is shown."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django import forms

from referrals.forms.filing import AGES, ReportForm

Typed = dict[str, list[str]]

# Typed on the page, and no answer to a question.
PAGE_FIELDS = frozenset(
    {"csrfmiddlewaretoken", "action", "owner", "draft", "draft_version", "form_version"}
)
# How the page carries on what it shows as left over, until the report is sent without it.
CARRIED = "left_over."


@dataclass(frozen=True)
class LeftOver:
    """Answers that the form of today cannot take: the question or the choice is gone."""

    name: str
    values: tuple[str, ...]

    @property
    def carried_as(self) -> str:
        """The name under which the page sends them on."""
        return CARRIED + self.name


@dataclass(frozen=True)
class Fitted:
    """A draft on the form of today: `typed` fits it, `left_over` would be lost on it."""

    typed: Typed
    left_over: tuple[LeftOver, ...]


@cache
def form_version() -> str:
    """A short digest of the questions and their answers, the same in every language.

    What differs between missions and days, the areas and the parties, is not part of it.
    """
    asked = {name: _offered(field) for name, field in ReportForm.base_fields.items()}
    asked |= {f"{sex}_{band}": [] for sex, band, _label in AGES}
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:12]


def fit_draft(typed: Typed, version: str, form: ReportForm) -> Fitted:
    """Part what was typed on `version` into what `form` takes and what it would drop silently.

    Asks the database once for the area and once for the party, where they were typed.
    """
    fitting: Typed = {}
    left_over: Typed = {}
    for name, values in _answers(typed):
        if name not in form.fields:
            continue
        fitting[name] = _fitting(form.fields[name], values)
        left_over[name] = [value for value in values if value and value not in fitting[name]]
    left_over |= {name: typed[name] for name in no_longer_asked(typed, version, form)}
    for left in carried_on(typed):
        left_over[left.name] = [*left_over.get(left.name, []), *left.values]
    return Fitted(fitting, _as_left_over(left_over))


def carried_on(typed: Typed) -> tuple[LeftOver, ...]:
    """What the page showed as left over, and sends along."""
    return _as_left_over(
        {
            name.removeprefix(CARRIED): values
            for name, values in typed.items()
            if name.startswith(CARRIED)
        }
    )


def no_longer_asked(typed: Typed, version: str, form: ReportForm) -> list[str]:
    """Names of answers, typed on another version of the form, that sending would drop."""
    if version == form_version():
        return []
    return [
        name
        for name, values in _answers(typed)
        if any(values) and name not in form.fields and not name.startswith(CARRIED)
    ]


def _as_left_over(typed: Typed) -> tuple[LeftOver, ...]:
    """Each value once; names without any are left out."""
    return tuple(
        LeftOver(name, tuple(dict.fromkeys(filter(None, values))))
        for name, values in typed.items()
        if any(values)
    )


def _answers(typed: Typed) -> Iterator[tuple[str, list[str]]]:
    return ((name, values) for name, values in typed.items() if name not in PAGE_FIELDS)


def _offered(field: forms.Field) -> list[str]:
    if isinstance(field, forms.ModelChoiceField) or not isinstance(field, forms.ChoiceField):
        return [type(field).__name__]
    return [type(field).__name__, *(str(value) for value, _label in field.choices)]


def _fitting(field: forms.Field, values: list[str]) -> list[str]:
    taken = [value for value in values if _takes(field, value)]
    return taken if isinstance(field, forms.MultipleChoiceField) else taken[:1]


def _takes(field: forms.Field, value: str) -> bool:
    """Whether the page can show this value: a list has it, a box for numbers reads it."""
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return not value or field.valid_value(value)
    try:
        field.to_python(value)
    except forms.ValidationError:
        return False
    return True

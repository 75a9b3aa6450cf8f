"""What the form's checks need in the browser: made from the form's own fields and the rules."""

from __future__ import annotations

from collections.abc import Iterator

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from referrals.workflow.check_rules import check_rules

_KINDS = (
    (forms.MultipleChoiceField, "several", ("invalid_choice",)),
    (forms.ModelChoiceField, "one", ("required", "invalid_choice")),
    (forms.ChoiceField, "one", ("required", "invalid_choice")),
    (forms.DecimalField, "degrees", ("invalid", "min_value", "max_value")),
    (forms.IntegerField, "whole", ("invalid", "min_value", "max_value")),
    (forms.DateTimeField, "moment", ("invalid",)),
    (forms.DateField, "day", ("invalid",)),
    (forms.BooleanField, "tick", ()),
    (forms.CharField, "words", ()),
)
# A number for each of the plural forms that a language may have (Unicode CLDR).
_PLURALS = {"one": 1, "two": 2, "few": 3, "many": 11, "other": 100}


def form_checks(form: forms.Form) -> dict[str, object]:
    """JSON for `checks.js`: how each field is read, the rules, and the words of the summary.

    Args:
        form: a report's form with its `mission`. Rules about other forms' fields are left out.
    """
    return {
        "zone": form.mission.time_zone,
        "fields": _fields(form),
        "rules": [rule for rule in check_rules(form.mission) if rule["fields"][0] in form.fields],
        "attention": _attention(),
        "kept": _("What you typed is still here."),
    }


def _fields(form: forms.Form) -> list[dict[str, object]]:
    """Fields that are read alike stand together: {"names", "kind", "min", "max", "messages"}."""
    groups: list[dict[str, object]] = []
    for bound in form:
        if bound.is_hidden:
            continue
        reading = dict(_reading(bound.field))
        group = next((g for g in groups if g["reading"] == reading), None)
        if group is None:
            groups.append(group := {"reading": reading, "names": []})
        group["names"].append(bound.name)
    return [{"names": group["names"], **group["reading"]} for group in groups]


def _reading(field: forms.Field) -> Iterator[tuple[str, object]]:
    kind, codes = next((kind, codes) for cls, kind, codes in _KINDS if isinstance(field, cls))
    yield "kind", kind
    for name, limit in (("min", "min_value"), ("max", "max_value")):
        if (value := getattr(field, limit, None)) is not None:
            yield name, value
    told = [code for code in codes if code != "required" or field.required]
    yield "messages", {code: str(field.error_messages[code]) for code in told}


def _attention() -> dict[str, str]:
    """The summary's heading for each plural form, as `partials/_error_summary.html` has it."""
    one, several = "One thing needs your attention", "%(n)s things need your attention"
    return {name: ngettext(one, several, number) for name, number in _PLURALS.items()}

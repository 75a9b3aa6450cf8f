"""What a program sends, read by the form of the page: the same fields, refused in the same words.

A page and the API cannot grow apart: a field that is added to a form is one here too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import QueryDict
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

_KINDS: tuple[tuple[type[forms.Field], type[serializers.Field]], ...] = (
    (forms.BooleanField, serializers.BooleanField),
    (forms.IntegerField, serializers.IntegerField),
    (forms.DateTimeField, serializers.DateTimeField),
    (forms.DateField, serializers.DateField),
    (forms.UUIDField, serializers.UUIDField),
)

F = TypeVar("F", bound=forms.Form)


def read_form(sent: object, make: Callable[[QueryDict], F], *, needed: Collection[str] = ()) -> F:
    """The form of a page, bound to what was sent, and valid.

    Args:
        sent: the body of a request.
        make: the form, with whatever else it asks for.
        needed: names that the page sends by itself, so that its form never misses them.

    Raises:
        ValidationError: a code and a sentence at each field that is refused, and at each name
            that the form does not know: what is misspelt must not be lost in silence.
    """
    if not isinstance(sent, Mapping):
        raise ValidationError({"": [ErrorDetail("Send an object.", "invalid")]})
    form = make(as_typed(sent))
    refused = _misshapen(sent, form)
    for name in needed:
        if name not in sent:
            refused[name] = [ErrorDetail("Send what you were shown.", "required")]
    if refused := refused_by(form) | refused:
        raise ValidationError(refused)
    return form


def refused_by(form: forms.Form) -> dict[str, list[ErrorDetail]]:
    """What a bound form refuses, at its fields; what concerns all of it under no name."""
    return {
        "" if name == NON_FIELD_ERRORS else name: [
            ErrorDetail(each["message"], each["code"] or "invalid") for each in errors
        ]
        for name, errors in form.errors.get_json_data().items()
    }


def as_typed(sent: Mapping[str, object]) -> QueryDict:
    """JSON as a browser would send it: texts, several of one name, nothing for null."""
    typed = QueryDict(mutable=True)
    for name, value in sent.items():
        values = value if isinstance(value, list) else [value]
        typed.setlist(str(name), [_text(each) for each in values if each is not None])
    return typed


def described(
    name: str,
    form: type[forms.Form],
    *,
    without: Collection[str] = (),
    needed: Collection[str] = (),
    optional: Collection[str] = (),
    **more: serializers.Field,
) -> type[serializers.Serializer]:
    """The fields of a form for the API's description; `more` is asked for besides.

    Args:
        optional: names that the form does not always ask for.
    """
    fields = {
        each: _described(field, each in needed or (field.required and each not in optional))
        for each, field in form.base_fields.items()
        if each not in without
    }
    return type(name, (serializers.Serializer,), fields | more)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _misshapen(sent: Mapping[str, object], form: forms.Form) -> dict[str, list[ErrorDetail]]:
    # A form may leave out what is not asked for here; the page does not send it then.
    known = {**form.base_fields, **form.fields}
    refused = {}
    for name, value in sent.items():
        if name not in known:
            refused[name] = [ErrorDetail("The portal knows no such field.", "unknown")]
        elif not _fits(value, known[name]):
            refused[name] = [ErrorDetail("This is not the kind of value for it.", "invalid")]
    return refused


def _fits(value: object, field: forms.Field) -> bool:
    if isinstance(value, list):
        is_plain = not any(isinstance(each, list | dict) for each in value)
        return isinstance(field, forms.MultipleChoiceField) and is_plain
    return not isinstance(value, dict)


def _described(field: forms.Field, is_asked: bool) -> serializers.Field:
    said = {"required": is_asked, "allow_null": not is_asked, "help_text": _help(field)}
    if isinstance(field, forms.MultipleChoiceField):
        return serializers.ListField(child=serializers.CharField(), **said)
    for kind, described_as in _KINDS:
        if isinstance(field, kind):
            return described_as(**said)
    return serializers.CharField(**said)


def _help(field: forms.Field) -> object:
    choices = field.choices if isinstance(field, forms.ChoiceField) else ()
    codes = [str(value) for value, _label in choices if value]
    return f"One of: {', '.join(codes)}." if codes else field.label

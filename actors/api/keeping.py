"""Storing an entry, and every refusal in the model's own words at the field it is about."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.exceptions import ValidationError as Refused
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import BaseConstraint, F, Model, Q, TextField, UniqueConstraint
from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.fields import get_error_detail
from rest_framework.settings import api_settings

DEADLOCK = "40P01"  # PostgreSQL's code


def keep(entry: Model) -> None:
    """Check an entry as its page does, and store it.

    Raises:
        ValidationError: with the sentences at each field, also where somebody else stored what
            stands in its way at the same moment.
    """
    problems = _problems(entry)
    if problems:
        raise ValidationError(problems)
    try:
        _save(entry)
    except IntegrityError as error:
        raise ValidationError(_overtaken(entry, error)) from error


def _save(entry: Model) -> None:
    """Two that exclude each other can wait for one another, and PostgreSQL lets one of them go.
    Tried again, it finds the other one stored.
    """
    try:
        with transaction.atomic():
            entry.save()
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") != DEADLOCK:
            raise
        with transaction.atomic():
            entry.save()


def _problems(entry: Model) -> dict[str, list[ErrorDetail]]:
    found: dict[str, list] = {}
    for check in (_check_lengths, _check_fields):
        try:
            check(entry)
        except Refused as refused:
            found = refused.update_error_dict(found)
    for constraint in _constraints(entry):
        try:
            constraint.validate(type(entry), entry, exclude=set(found))
        except Refused as refused:
            found.setdefault(_field_of(constraint), []).extend(refused.error_list)
    if NON_FIELD_ERRORS in found:
        found[api_settings.NON_FIELD_ERRORS_KEY] = found.pop(NON_FIELD_ERRORS)
    return get_error_detail(Refused(found)) if found else {}


def _check_fields(entry: Model) -> None:
    entry.full_clean(validate_constraints=False)


def _check_lengths(entry: Model) -> None:
    """The length of long texts: Django leaves it to forms."""
    for field in entry._meta.fields:
        if isinstance(field, TextField) and field.max_length:
            try:
                MaxLengthValidator(field.max_length)(getattr(entry, field.name) or "")
            except Refused as refused:
                raise Refused({field.name: refused}) from refused


def _overtaken(entry: Model, error: IntegrityError) -> dict[str, list[ErrorDetail]]:
    """What the database says when two people store at once, as the check would have said it."""
    name = error.__cause__.diag.constraint_name
    for constraint in _constraints(entry):
        if constraint.name == name:
            message = constraint.get_violation_error_message()
            return {_field_of(constraint): [ErrorDetail(message, "conflict")]}
    said = _("Something stored just now stands in its way. Look again and repeat.")
    return {api_settings.NON_FIELD_ERRORS_KEY: [ErrorDetail(said, "conflict")]}


def _constraints(entry: Model) -> list[BaseConstraint]:
    return [each for _model, several in entry.get_constraints() for each in several]


def _field_of(constraint: BaseConstraint) -> str:
    """The field at which a constraint is told."""
    match constraint:
        case UniqueConstraint():
            return constraint.fields[-1]
        case ExclusionConstraint():
            return next(_names(constraint.expressions[-1][0]))
    return next(_names(constraint.condition))


def _names(expression) -> Iterator[str]:
    """The fields a condition speaks of, in its order."""
    if isinstance(expression, F):
        yield expression.name
    elif isinstance(expression, tuple):
        yield expression[0].split("__")[0]
    else:
        is_condition = isinstance(expression, Q)
        for part in expression.children if is_condition else expression.get_source_expressions():
            yield from _names(part)

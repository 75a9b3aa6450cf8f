"""One form for every refusal: a code and a sentence per field, nothing of the database's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import Http404
from drf_spectacular.utils import OpenApiResponse
from rest_framework import status
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from referrals.workflow.checks import FilingRefused
from referrals.workflow.errors import AlreadyDone, ChangedMeanwhile, FieldRefused, NotAllowed

REFUSALS = {
    400: OpenApiResponse(description="A code and a sentence per field."),
    404: OpenApiResponse(description="Not yours to see or to do, or not there."),
    409: OpenApiResponse(description="Somebody was faster; it says who and when."),
}


class Conflict(ValidationError):
    """A refusal for what happened before, not for what was sent."""

    status_code = status.HTTP_409_CONFLICT


class Outdated(Conflict):
    """What was looked at is another by now; `now` is what stands there, by its name."""

    def __init__(self, detail: object, **now: object):
        self.now = now
        super().__init__(detail, "changed_meanwhile")


@contextmanager
def refusals() -> Iterator[None]:
    """How a verb says no, as the API answers it: 404, 400 at the field, or 409."""
    try:
        yield
    except NotAllowed as error:
        raise Http404 from error
    except FieldRefused as refused:
        detail = [ErrorDetail(refused.message, refused.code)]
        raise ValidationError({refused.field: detail}) from refused
    except FilingRefused as refused:
        details: dict[str, list[ErrorDetail]] = {}
        for problem in refused.problems:
            details.setdefault(problem.field, []).append(ErrorDetail(problem.message, problem.code))
        raise ValidationError(details) from refused
    except ChangedMeanwhile as changed:
        raise Outdated(str(changed)) from changed
    except AlreadyDone as earlier:
        raise Conflict(str(earlier), "already_done") from earlier


def answer(error: Exception, context: dict) -> Response | None:
    """Turn a refusal into `{"errors": {field: [{"code", "message"}]}}`; others as DRF has them."""
    response = exception_handler(error, context)
    if response is not None and isinstance(error, ValidationError):
        response.data = {"errors": _by_field(error.get_full_details())}
        if isinstance(error, Outdated):
            response.data |= error.now
    return response


def _by_field(details: object, prefix: str = "") -> dict[str, list]:
    """Flatten nested details to dotted field names."""
    if isinstance(details, dict) and not _is_detail(details):
        found: dict[str, list] = {}
        for name, inner in details.items():
            found |= _by_field(inner, f"{prefix}.{name}" if prefix else str(name))
        return found
    details = details if isinstance(details, list) else [details]
    return {prefix or "non_field_errors": [each for each in details if each]}


def _is_detail(details: dict) -> bool:
    return set(details) == {"message", "code"}

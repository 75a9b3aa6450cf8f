"""One form for every refusal: a code and a sentence per field, nothing of the database's."""

from __future__ import annotations

from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler


def answer(error: Exception, context: dict) -> Response | None:
    """Turn a refusal into `{"errors": {field: [{"code", "message"}]}}`; others as DRF has them."""
    response = exception_handler(error, context)
    if response is not None and isinstance(error, ValidationError):
        response.data = {"errors": _by_field(error.get_full_details())}
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

"""What the views for a device have in common: JSON in, JSON out, and each refusal has its answer.

A device keeps what it could not send. So no answer may look like success when nothing was
stored, and each says by its status whether to sign in, to mend, to merge or to come back later.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from redis.exceptions import RedisError
from rest_framework.throttling import UserRateThrottle

from referrals.forms.versions import PAGE_FIELDS, Typed

LARGEST_BODY = 1024 * 1024  # bytes; what is larger than a draft may be is refused at its field
MOST_NAMES, MOST_VALUES, LONGEST_NAME = 400, 400, 64
WHOLE = "non_field_errors"  # as the API names what concerns no single question

# No page: it loads nothing. The portal's own policy would be half of a small answer.
JSON_POLICY = "default-src 'none'; frame-ancestors 'none'"


class DeviceThrottle(UserRateThrottle):
    """Per person, all devices. Typing without a pause saves 30 times a minute."""

    scope, rate = "device", "600/min"


class Refused(Exception):
    """Ends a view with an answer in JSON."""

    def __init__(self, status: int, content: dict[str, object], **headers: str):
        self.answer = JsonResponse(content, status=status, headers=headers)
        super().__init__(status)


def refusal(status: int, code: str, message: str, field: str = WHOLE) -> Refused:
    """One refusal at one question, as the API words it."""
    return Refused(status, {"errors": {field: [{"code": code, "message": str(message)}]}})


def for_devices(*methods: str, signed_in: bool = True) -> Callable:
    """Make a view answer a device: JSON in every case, and kept by nobody.

    What answers in a view's place, without a database say, looks for `answers_json`.
    """

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def answered(request: HttpRequest, **given) -> HttpResponse:
            try:
                if request.method not in methods:
                    raise Refused(405, {"detail": "method"}, Allow=", ".join(methods))
                if signed_in:
                    _check_person(request)
                answer = view(request, **given)
            except Refused as refused:
                answer = refused.answer
            answer.headers["Cache-Control"] = "no-store"
            answer.headers["Content-Security-Policy"] = JSON_POLICY
            return answer

        answered.answers_json = True
        return answered

    return decorate


def read_json(request: HttpRequest) -> dict[str, object]:
    """The body as an object.

    Raises:
        Refused: 413 or 400.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
        raise refusal(413, "too_large", _("This is too large to be sent. Shorten the text."))
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError, UnreadablePostError):
        raise malformed() from None
    if not isinstance(sent, dict):
        raise malformed()
    return sent


def read_typed(sent: object) -> Typed:
    """Values by name, without those that belong to the page.

    Raises:
        Refused: 400.
    """
    if not isinstance(sent, dict) or len(sent) > MOST_NAMES:
        raise malformed()
    if not all(is_name(name) and _are_values(values) for name, values in sent.items()):
        raise malformed()
    return {name: values for name, values in sent.items() if name not in PAGE_FIELDS}


def read_number(sent: object) -> int:
    """A whole number from 0 on that PostgreSQL can hold.

    Raises:
        Refused: 400.
    """
    if type(sent) is not int or not 0 <= sent < 2**31:
        raise malformed()
    return sent


def read_form_version(sent: dict[str, object]) -> str:
    """The version of the form that this was typed into; empty where a device says none.

    Raises:
        Refused: 400.
    """
    version = sent.get("form", "")
    if version != "" and not (isinstance(version, str) and version.isalnum() and len(version) < 17):
        raise malformed()
    return version


def is_name(name: str) -> bool:
    """Whether this can be the name of a question, of this form or another version of it."""
    return 0 < len(name) <= LONGEST_NAME and name.isascii() and name.isprintable()


def malformed() -> Refused:
    """400 for what no page of ours sends."""
    return refusal(400, "malformed", _("The portal could not read this. Load the page again."))


def _are_values(values: object) -> bool:
    is_list = isinstance(values, list) and len(values) <= MOST_VALUES
    return is_list and all(isinstance(value, str) for value in values)


def _check_person(request: HttpRequest) -> None:
    if not request.user.is_authenticated:
        raise Refused(401, {"signed_in": False})
    throttle = DeviceThrottle()
    if not _allows(throttle, request):
        wait = str(math.ceil(throttle.wait() or 1))
        raise Refused(429, {"detail": _("Too many at once.")}, **{"Retry-After": wait})


def _allows(throttle: DeviceThrottle, request: HttpRequest) -> bool:
    """A counter that is away stops nobody: a report matters more than a limit."""
    try:
        return throttle.allow_request(request, None)
    except (OSError, RedisError):
        return True

"""How a verb says no. Views, API and commands turn these into words at the right place."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format


class NotAllowed(Exception):
    """This person has no part in the report that would let them do this."""


class AlreadyDone(Exception):
    """Somebody was faster; the text says who, what and when."""


class ReleaseRefused(Exception):
    """Something is missing; `field` names where on the page, `code` is for programs."""

    def __init__(self, field: str, code: str, message: str):
        self.field, self.code, self.message = field, code, message
        super().__init__(message)


def moment(at: datetime | None) -> str:
    """A moment as the reader's language writes it, in the current time zone."""
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT") if at else ""

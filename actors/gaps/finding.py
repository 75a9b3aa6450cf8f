"""One thing to mend in the directory, and how such things are put in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _

# Things that are about to end are shown so long before.
ENDS_SOON_DAYS = 30


@dataclass(frozen=True)
class Finding:
    """What, why, how bad, and where it is mended.

    `title` is said by its `str()`, once it is shown: thousands of posts put into words take a
    second. `model` and `pk` name the entry to change (a roster by its public id); without `pk`
    its list. `rank` sorts findings of one sort: the least is the worst.
    """

    title: object
    detail: str
    model: str = ""
    pk: int | UUID | None = None
    is_bad: bool = False
    rank: float = 0


def worst_first(found: Iterable[Finding]) -> list[Finding]:
    return sorted(found, key=lambda each: (not each.is_bad, each.rank))


def ends_words(ends: date, on: date) -> str:
    """“Ended on 3 May 2027” or “Ends on 3 May 2027”; the day itself still counts."""
    words = _("Ended on %(day)s") if ends < on else _("Ends on %(day)s")
    return words % {"day": date_format(ends)}

"""Time in words, one way for every page (docs/design.md, "One clock")."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

SOON = timedelta(minutes=30)


def span_words(seconds: float) -> str:
    """A span as people say it: "12 min", "2 h 10 min", "3 d".

    What is left (above 0) is rounded up, what has passed (below 0) down; both at least a minute.
    """
    minutes = max(1, math.ceil(seconds / 60) if seconds > 0 else int(-seconds // 60))
    if minutes < 60:
        return _("%(n)s min") % {"n": minutes}
    hours, rest = divmod(minutes, 60)
    if hours < 6 and rest:
        return _("%(h)s h %(m)s min") % {"h": hours, "m": rest}
    return _("%(n)s h") % {"n": hours} if hours < 48 else _("%(n)s d") % {"n": hours // 24}


def past(at: datetime | None, now: datetime) -> dict[str, object]:
    """Variables of `_clock.html` for something that happened."""
    if at is None:
        return {}
    seconds = (now - at).total_seconds()
    words = _("just now") if seconds < 60 else _("%(t)s ago") % {"t": span_words(-seconds)}
    return {"at": at, "kind": "past", "words": words}


def due(at: datetime | None, now: datetime) -> dict[str, object]:
    """Variables of `_clock.html` for a deadline: how long is left, or by how much it is missed."""
    if at is None:
        return {}
    left = (at - now).total_seconds()
    if left < 0:
        words, state = _("overdue %(t)s") % {"t": span_words(left)}, "over"
    else:
        state = "soon" if left < SOON.total_seconds() else "ok"
        words = _("%(t)s left") % {"t": span_words(left)}
    return {"at": at, "kind": "due", "words": words, "state": state}

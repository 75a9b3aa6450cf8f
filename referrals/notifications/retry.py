"""When a message is tried again."""

from __future__ import annotations

import secrets

from django.conf import settings

# Seconds from one try to the next: quickly at first, then hourly (docs/delivery.md).
FIRST_DELAYS = (10, 30, 120, 300, 900, 1800)
LATER_DELAY = 3600
SPREAD = 0.2

_random = secrets.SystemRandom()


def delay_after(attempts: int) -> float | None:
    """Seconds to wait after so many tries, spread by a fifth; None when it is time to give up.

    Counts tries instead of reading a clock: a wrong clock, or a mail server that was away for
    days, gives up nothing.
    """
    hours = max(0, attempts - len(FIRST_DELAYS))
    if sum(FIRST_DELAYS[:attempts]) + hours * LATER_DELAY > settings.OUTBOX_GIVE_UP_AFTER:
        return None
    return spread(LATER_DELAY if hours else FIRST_DELAYS[attempts - 1])


def spread(seconds: float) -> float:
    """About so many seconds, so that rows that failed together do not come back together."""
    return seconds * _random.uniform(1 - SPREAD, 1 + SPREAD)


def jitter(longest: float) -> float:
    """Between 0 and `longest` seconds, unpredictable to whoever watches the mail."""
    return _random.uniform(0, longest)

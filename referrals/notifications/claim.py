"""Claiming: one statement makes the next due row ours for a while.

Only the database's clock decides, so a worker with a wrong clock steals nothing. Workers and
dispatchers run this side by side; a locked row is passed over, never waited for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import transaction

from referrals.models import Notification

# A lease that ran out means that its worker died on the row: that counts as a crash.
# A leased row is always past its `next_at`, so the index on `next_at` serves both statuses.
_CLAIM = """
UPDATE referrals_notification SET
  status = 'leased',
  attempts = attempts + 1,
  crashes = crashes + CASE status WHEN 'leased' THEN 1 ELSE 0 END,
  lease_token = gen_random_uuid(),
  lease_until = statement_timestamp() + make_interval(secs => %(lease)s)
WHERE id = (
  SELECT id FROM referrals_notification
  WHERE status IN ('pending', 'leased')
    AND next_at <= statement_timestamp() - make_interval(secs => %(older_than)s)
    AND (status = 'pending' OR lease_until <= statement_timestamp())
    AND channel <> ALL(%(paused)s)
    AND lower(split_part(address, '@', 2)) <> ALL(%(slow)s)
  ORDER BY (priority = 'emergency') DESC, next_at
  FOR UPDATE SKIP LOCKED LIMIT 1
)
RETURNING *
"""


def due_notices(
    *,
    older_than: float,
    paused: Callable[[], list[str]],
    slow: Callable[[], list[str]],
    keep_going: Callable[[], bool],
) -> Iterator[Notification]:
    """Claim one row after another until none is due or `keep_going` says no.

    Emergencies come first. Mail domains that were slow come last, so that a domain that swallows
    everything does not hold up the others.

    Args:
        older_than: seconds a row must have been due.
        paused: the channels to leave alone; like the next two asked before each claim.
        slow: the mail domains that come last, in small letters.
        keep_going: False ends it.

    Raises:
        RuntimeError: called inside a transaction, where no lease would last.
    """
    while keep_going():
        choice = {"older_than": older_than, "paused": paused()}
        last = slow()
        notice = _claim(slow=last, **choice)
        if notice is None and last:
            notice = _claim(slow=[], **choice)
        if notice is None:
            return
        yield notice


def _claim(**choice: object) -> Notification | None:
    with transaction.atomic(durable=True):
        found = Notification.objects.raw(_CLAIM, {"lease": settings.OUTBOX_LEASE, **choice})
        return next(iter(found), None)

"""Letting a recipient in, and queueing what tells them so."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from actors.directory import Directory, Seat
from actors.models import Area, User
from referrals.models import HistoryEntry, Referral, Report
from referrals.models.inserting import insert_rows
from referrals.notifications import outbox
from referrals.statuses import ReferralStatus
from referrals.workflow.routing import queue_notices

LET_IN_FIELDS = ("status", "released_at", "released_by", "is_gap", "post", "organization")


def let_in(referral: Referral, seat: Seat | None, *, by: User | None, at: datetime) -> None:
    """Set on the unsaved row that this seat may open the report from now on."""
    referral.status = ReferralStatus.RELEASED
    referral.released_at, referral.released_by = at, by
    referral.is_gap = seat is None
    if seat is not None:
        referral.post_id, referral.organization_id = seat.post_id, seat.organization_id


def directory_now(report: Report, at: datetime) -> Directory:
    """Who answers in the report's area now; people may have changed since it was filed."""
    return Directory.covering(Area.objects.with_path().get(pk=report.area_id), at=at)


def tell(
    referrals: list[Referral],
    directory: Directory,
    *,
    verb: str,
    by: User | None,
    at: datetime,
    details: dict[str, object] | None = None,
) -> None:
    """Queue the messages and the history of referrals just let in; poke after commit."""
    told = [(r, directory.seat_of(r.post_id)) for r in referrals]
    queue_notices(told, at=at, due=directory.read_at)
    insert_rows(
        [
            HistoryEntry(
                report=r.report, referral=r, at=at, actor=by, verb=verb, details=details or {}
            )
            for r in referrals
        ]
    )
    transaction.on_commit(outbox.poke, robust=True)

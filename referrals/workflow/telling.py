"""Letting a recipient in, and queueing what tells them so."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from actors.directory import Directory, Seat
from actors.models import Area, User
from referrals.models import HistoryEntry, Referral
from referrals.models.choices import Gate
from referrals.notifications import outbox
from referrals.statuses import ReferralStatus
from referrals.workflow.errors import ReleaseRefused
from referrals.workflow.routing import current_implicated, queue_notices

LET_IN_FIELDS = ("status", "released_at", "released_by")


def let_in(referral: Referral, *, by: User | None, at: datetime) -> None:
    """Set on the unsaved row that this recipient may open the report from now on."""
    referral.status = ReferralStatus.RELEASED
    referral.released_at, referral.released_by = at, by


def tell(
    referrals: list[Referral],
    *,
    verb: str,
    by: User | None,
    at: datetime,
    details: dict[str, object] | None = None,
) -> None:
    """Queue the messages and the history of referrals just let in; poke after commit."""
    seats = [current_seat(referral, at, required=False) for referral in referrals]
    queue_notices(zip(referrals, seats, strict=True), at=at)
    HistoryEntry.objects.bulk_create(
        HistoryEntry(report=r.report, referral=r, at=at, actor=by, verb=verb, details=details or {})
        for r in referrals
    )
    transaction.on_commit(outbox.poke, robust=True)


def current_seat(referral: Referral, at: datetime, *, required: bool = True) -> Seat | None:
    """Who answers for the role now; people may have changed since the proposal was made."""
    report = referral.report
    area = Area.objects.with_path().get(pk=report.area_id)
    directory = Directory.covering(area, at=at)
    seat = directory.resolve(referral.role, implicated=current_implicated(report))
    if seat is None and required:
        message = _("Nobody in the directory answers for this role here. Ask an administrator.")
        raise ReleaseRefused("recipient", "nobody", message)
    if referral.gate == Gate.CP_LEAD_HRDDP and directory.hrddp() not in ("cleared", "conditional"):
        message = _("Human rights due diligence does not allow it: the unit is not cleared.")
        raise ReleaseRefused("recipient", "hrddp", message)
    return seat

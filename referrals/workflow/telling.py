"""Letting a recipient in, and queueing what tells them so."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from actors.directory import Directory, Seat, contacts_of
from actors.models import Area, Contact, User
from actors.permissions import INSIDE_KINDS
from referrals.models import HistoryEntry, Notification, Referral, Report
from referrals.models.choices import Redaction
from referrals.models.inserting import insert_rows
from referrals.notifications import outbox
from referrals.statuses import LET_IN, ReferralStatus
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


def tell_inside(report: Report, *, step: str, by: User, at: datetime) -> None:
    """A notice that there is news, to who knows of the report inside the mission; once to each
    address, none to who brought the news about or whose first notice is still on its way.

    Args:
        step: tells this occasion from others to the same address.
    """
    told = _told_inside(report)
    directory = directory_now(report, at)
    seats = [(r, seat) for r in told if (seat := directory.seat_of(r.post_id))]
    contacts = contacts_of([seat for _referral, seat in seats])
    known = {_address(each) for each in _on_the_way(report)}
    rows: list[Notification] = []
    for referral, seat in seats:
        others = [c for c in contacts[seat.post_id] if c.user_id != by.pk]
        new = [contact for contact in others if _address(contact) not in known]
        known |= {_address(contact) for contact in new}
        rows += outbox.notices_for(referral, new, now=at, due=directory.read_at)
    for row in rows:
        row.step = step
    insert_rows(rows)
    transaction.on_commit(outbox.poke, robust=True)


def _told_inside(report: Report) -> list[Referral]:
    """Referrals of components of the mission that were let in; not who knows of no case."""
    found = report.referrals.filter(
        status__in=LET_IN, is_gap=False, organization__kind__in=INSIDE_KINDS
    )
    told = list(found.exclude(redaction=Redaction.RN).order_by("position"))
    for referral in told:
        referral.report = report
    return told


def _on_the_way(report: Report) -> QuerySet[Notification]:
    return Notification.objects.waiting().filter(referral__report=report)


def _address(each: Contact | Notification) -> tuple[str, str]:
    return each.channel, each.address.lower()

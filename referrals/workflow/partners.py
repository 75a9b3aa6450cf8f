"""The way in for a partner who has no account: a link to one referral, opened by a one-time code.

What a link says and its codes are worked out in `notifications.links`, never stored. Every use is
kept (`PartnerVisit`), a guessed link's as well. The misconduct track has no links.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest, Now
from django.utils import timezone
from django.utils.translation import gettext as _

from actors.directory import Seat
from actors.models import Contact
from referrals.models import (
    HistoryEntry,
    Notification,
    PartnerLink,
    PartnerVisit,
    Referral,
    Report,
    Verb,
    VisitOutcome,
)
from referrals.models.choices import ReferralKind
from referrals.notifications import outbox
from referrals.notifications.desks import LEAST_LIFE, is_for_partner, open_links
from referrals.notifications.links import code_step, is_code, read_token
from referrals.statuses import LET_IN, ReferralStatus
from referrals.workflow.deadlines import minutes_to_accept
from referrals.workflow.errors import FieldRefused
from referrals.workflow.planning import implicated_in

# A link lasts twice the time a partner has to accept (policy 2.8), at least a week. Who has
# accepted keeps it for a month from then, to say how it goes on.
LIFE_AT_WORK = timedelta(days=30)
CODE_LIFE = timedelta(minutes=10)
CODE_PAUSE = timedelta(seconds=60)
MOST_CODES = 5  # a day
MOST_MISSES = 5  # for one code

# Whom a link still lets in: who has declined reads that they did, and nothing else.
_OPEN = LET_IN | {ReferralStatus.REJECTED}


class CodeRefused(FieldRefused):
    """A one-time code that is not sent now."""


def make_links(
    told: Iterable[tuple[Referral, Seat]],
    contacts: Mapping[int, Iterable[Contact]],
    *,
    at: datetime,
) -> None:
    """A link for each desk told of a partner's referral whose reader has no account; once each.

    No statement where nobody needs one.

    Args:
        contacts: whom the notices go to, by primary key of the post.
    """
    desks = [
        (referral, contact)
        for referral, seat in told
        if is_for_partner(referral)
        for contact in contacts[seat.post_id]
        if contact.user_id is None
    ]
    open_links(
        [(referral, contact, at + life_of(referral.report)) for referral, contact in desks], at=at
    )


def life_of(report: Report) -> timedelta:
    """How long a link to a referral of this report lasts unanswered."""
    return max(2 * timedelta(minutes=minutes_to_accept(report)), LEAST_LIFE)


def accept_due(referral: Referral) -> datetime | None:
    """Until when a partner who is asked for something is to accept or decline (policy 2.8)."""
    if referral.kind != ReferralKind.REFERRAL or referral.released_at is None:
        return None
    return referral.released_at + timedelta(minutes=minutes_to_accept(referral.report))


def find_link(token: str, *, at: datetime) -> PartnerLink | None:
    """The link these words open now, with its referral and report; None where they open nothing:
    made up, ended, revoked, or its referral taken back. Either is kept and takes the same work.
    """
    uuid, is_ours = read_token(token)
    link = _links().filter(uuid=uuid).first()
    if link is not None and is_ours and is_open(link, at):
        return link
    note_visit(link if is_ours else None, VisitOutcome.REFUSED, at=at)
    return None


def is_open(link: PartnerLink, at: datetime) -> bool:
    """Whether this link lets somebody in at this moment, by all that is known now."""
    referral, contact = link.referral, link.contact
    return (
        link.revoked_at is None
        and at < link.expires_at
        and referral.status in _OPEN
        and is_for_partner(referral)
        and contact.post_id == referral.post_id
        and _is_in_use(referral)
        and not is_shut_out(referral)
    )


def is_shut_out(referral: Referral) -> bool:
    """Whether its organization is tied to the alleged party, as `visible_to` asks of people."""
    report, organization = referral.report, referral.organization
    if organization.serves_host_state and report.perpetrator.startswith("host_state"):
        return True
    return organization.pk in implicated_in(report)


@transaction.atomic
def send_code(*, link: PartnerLink, at: datetime | None = None) -> PartnerLink:
    """Send a one-time code to the second address of the desk or, lacking one, to the same.

    Raises:
        CodeRefused: the last one was sent less than a minute ago, or five today.
    """
    at = at or timezone.now()
    link = _locked(link)
    _check_pace(link, at)
    link.codes_sent, link.code_sent_at, link.misses = link.codes_sent + 1, at, 0
    link.save(update_fields=["codes_sent", "code_sent_at", "misses"])
    contact = second_channel(link) or link.contact
    Notification.objects.create(
        referral=link.referral,
        contact=contact,
        step=code_step(link, link.codes_sent),
        channel=contact.channel,
        address=contact.address,
        language=link.contact.language,
        priority=link.referral.report.priority,
        created_at=at,
        next_at=Now(),  # at once: somebody waits for it
    )
    note_visit(link, VisitOutcome.ASKED_CODE, at=at)
    transaction.on_commit(outbox.poke, robust=True)
    return link


def second_channel(link: PartnerLink) -> Contact | None:
    """Another working address of the same desk; the portal itself writes by e-mail alone."""
    others = Contact.objects.notifiable().filter(post=link.contact.post_id)
    return others.exclude(address__iexact=link.contact.address).order_by("pk").first()


def has_code(link: PartnerLink, at: datetime) -> bool:
    """Whether a code was sent that may still be entered."""
    sent = link.code_sent_at
    return sent is not None and at < sent + CODE_LIFE and link.misses < MOST_MISSES


@transaction.atomic
def enter_code(*, link: PartnerLink, typed: str, at: datetime | None = None) -> bool:
    """Whether this code opens the link; it does so once. Five wrong ones end a code."""
    at = at or timezone.now()
    link = _locked(link)
    opens = has_code(link, at) and is_open(link, at) and is_code(link, typed)
    link.misses = MOST_MISSES if opens else min(link.misses + 1, MOST_MISSES)
    link.save(update_fields=["misses"])
    if not opens:
        note_visit(link, VisitOutcome.WRONG_CODE, at=at)
    return opens


@transaction.atomic
def note_packet_opened(*, link: PartnerLink, at: datetime) -> None:
    """Keep that the packet was shown; the first time is part of the report's story."""
    link = _locked(link)
    if not link.visits.filter(outcome=VisitOutcome.OPENED).exists():
        HistoryEntry.objects.create(
            report=link.referral.report,
            referral=link.referral,
            at=at,
            verb=Verb.LINK_OPENED,
            details={"by": link.referral.organization.name},
        )
    note_visit(link, VisitOutcome.OPENED, at=at)


def note_visit(link: PartnerLink | None, outcome: VisitOutcome, *, at: datetime) -> None:
    PartnerVisit.objects.create(link=link, outcome=outcome, at=at)


def keep_open(referral: Referral, *, at: datetime) -> None:
    """Let who has accepted come back for a while, by the links that still stand."""
    standing = referral.links.filter(revoked_at=None, expires_at__gt=at)
    standing.update(expires_at=Greatest(F("expires_at"), at + LIFE_AT_WORK))


def _links():
    return PartnerLink.objects.select_related(
        "contact",
        "referral__post",
        "referral__organization",
        "referral__report__mission",
    )


def _locked(link: PartnerLink) -> PartnerLink:
    return _links().select_for_update(of=("self",), no_key=True).get(pk=link.pk)


def _is_in_use(referral: Referral) -> bool:
    return referral.post.retired_at is None and referral.organization.retired_at is None


def _check_pace(link: PartnerLink, at: datetime) -> None:
    if link.code_sent_at is not None and at < link.code_sent_at + CODE_PAUSE:
        message = _("A code was sent less than a minute ago. Wait for it, then ask again.")
        raise CodeRefused("code", "pause", message)
    asked = link.visits.filter(outcome=VisitOutcome.ASKED_CODE, at__gt=at - timedelta(days=1))
    if asked.count() >= MOST_CODES:
        message = _("%(n)s codes were sent within a day. Ask for another one tomorrow.")
        raise CodeRefused("code", "too_many", message % {"n": MOST_CODES})

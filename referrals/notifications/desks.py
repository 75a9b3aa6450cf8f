"""Which desks of a partner read by a link: those that were told and where nobody has an account."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Max

from actors.models import Contact, PostHolding
from actors.roles import Role
from referrals.models import PartnerLink, Referral
from referrals.models.choices import Redaction, Track
from referrals.notifications.clock import database_now

LEAST_LIFE = timedelta(days=7)

# Who works outside the mission (policy 2.1); all others have accounts.
OUTSIDE = frozenset(
    {
        Role.UNICEF_CP,
        Role.UNHCR,
        Role.IOM,
        Role.WHO,
        Role.UNFPA,
        Role.UN_WOMEN,
        Role.UNODC,
        Role.ILO,
        Role.ICRC,
        Role.CTFMR,
        Role.CP_SUBCLUSTER,
        Role.GBV_SUBCLUSTER,
        Role.HCT_PROTECTION_CLUSTER,
        Role.HEALTH_PROVIDER,
        Role.PSS_PROVIDER,
        Role.SHELTER_PROVIDER,
        Role.LEGAL_AID_PROVIDER,
        Role.CASE_MGMT_AGENCY,
        Role.HS_POLICE_SPECIALISED,
    }
)


def is_for_partner(referral: Referral) -> bool:
    """Whether its recipient may be let in by a link: outside the mission, standard track, and not
    the CP lead who was told in place of nobody.
    """
    is_outside = referral.role in OUTSIDE or referral.redaction == Redaction.RS
    return is_outside and not referral.is_gap and referral.report.track == Track.STANDARD


def open_links(desks: Iterable[tuple[Referral, Contact, datetime]], *, at: datetime) -> None:
    """A link for each of these contacts of a partner's post whose reader has no account; once
    each. No statement where there are none.

    Args:
        desks: with each contact the referral it is told of, and when the link ends.
    """
    desks = list(desks)
    if not desks:
        return
    known = _addresses_of_holders({contact.post_id for _referral, contact, _end in desks}, at)
    links = [
        PartnerLink(referral=referral, contact=contact, created_at=at, expires_at=ends_at)
        for referral, contact, ends_at in desks
        if (contact.post_id, contact.address.lower()) not in known
    ]
    PartnerLink.objects.bulk_create(links, ignore_conflicts=True)


def open_link_late(referral: Referral, contact: Contact) -> None:
    """The same for a desk that is told in place of another: its link lasts as long as theirs, at
    least a week.
    """
    if contact.user_id is not None or not is_for_partner(referral):
        return
    at = database_now()
    last = referral.links.aggregate(last=Max("expires_at"))["last"]
    open_links([(referral, contact, max(last or at, at + LEAST_LIFE))], at=at)


def _addresses_of_holders(posts: set[int], at: datetime) -> set[tuple[int, str]]:
    """By post, the addresses of people who hold it and sign in; one statement."""
    holdings = PostHolding.objects.on_duty(at).filter(post__in=posts)
    found = holdings.values_list("post_id", "user__email", "user__contacts__address")
    return {
        (post, address.lower()) for post, *addresses in found for address in addresses if address
    }

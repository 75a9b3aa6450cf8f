"""What needs doing about people: posts nobody can reach, holders who leave, dead addresses."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actors.gaps.board import NOT_BY_PLACE
from actors.gaps.finding import Finding, worst_first
from actors.models import Contact, ContactsRead, Handover, Mission, Post, PostHolding, Rank
from actors.roles import Role

LEAVES_WITHIN = timedelta(days=14)
HOLDERS = (Rank.PRIMARY, Rank.MEMBER)


def unreachable(mission: Mission, at: datetime) -> list[Finding]:
    """Posts for which the portal has nobody to write to: no desk, and no holder with a working
    address; one statement. The supervisor's too, though it is no column of the board.
    """
    writable = Contact.objects.notifiable()
    held = PostHolding.objects.on_duty(at).filter(post=OuterRef("pk"))
    posts = Post.objects.active().filter(organization__mission=mission)
    found = (
        posts.exclude(role__in=NOT_BY_PLACE - {Role.UNPOL_SUPERVISOR})
        .exclude(Exists(writable.filter(post=OuterRef("pk"))))
        .exclude(Exists(held.filter(user__contacts__in=writable)))
        .annotate(is_held=Exists(held))
        .select_related("organization")
    )
    return worst_first(_unreachable(post) for post in found)


def _unreachable(post: Post) -> Finding:
    none, dead = _("Nobody holds it, and it has no desk"), _("No address of theirs works")
    words = dead if post.is_held else none
    return Finding(post, words, model="post", pk=post.pk, is_bad=True, rank=int(post.is_held))


def leaving(mission: Mission, at: datetime) -> list[Finding]:
    """Posts whose last holder leaves within 14 days while no handover is open; one statement."""
    open_handover = Handover.objects.filter(
        post=OuterRef("pk"), completed_at=None, cancelled_at=None
    )
    holders = Q(holdings__rank__in=HOLDERS, holdings__user__is_active=True)
    found = (
        Post.objects.active()
        .filter(organization__mission=mission)
        .annotate(last_day=Max("holdings__held_until", filter=holders))
        .filter(last_day__gt=at, last_day__lte=at + LEAVES_WITHIN)
        .exclude(Exists(open_handover))
        .select_related("organization")
    )
    return worst_first(_leaving(post, mission) for post in found)


def _leaving(post: Post, mission: Mission) -> Finding:
    until = timezone.localtime(post.last_day, mission.zone)
    words = _("Held until %(day)s") % {"day": date_format(until)}
    return Finding(post, words, model="handover", rank=until.timestamp())


def broken_contacts(mission: Mission, at: datetime) -> list[Finding]:
    """Addresses that did not work, of those who hold a post and of entries in use; one statement.

    Only whose they are is said: the address itself is shown where looks at it are recorded.
    """
    here = Exists(
        PostHolding.objects.on_duty(at).filter(
            user=OuterRef("user"), post__organization__mission=mission, post__retired_at=None
        )
    )
    found = Contact.objects.exclude(failed_at=None).filter(
        Q(here)
        | Q(organization__mission=mission, organization__retired_at=None)
        | Q(post__organization__mission=mission, post__retired_at=None)
        | Q(service__organization__mission=mission, service__retired_at=None)
    )
    found = found.select_related("user", "organization", "post__organization", "service")
    return worst_first(_broken(contact, mission) for contact in found)


def _broken(contact: Contact, mission: Mission) -> Finding:
    since = timezone.localtime(contact.failed_at, mission.zone)
    known = {"channel": contact.get_channel_display(), "day": date_format(since)}
    return Finding(
        contact.owner,
        _("%(channel)s, did not work since %(day)s") % known,
        model="contact",
        pk=contact.pk,
        rank=since.timestamp(),
    )


def not_read(mission: Mission, at: datetime) -> list[Finding]:
    """Officers on post who never confirmed “My contacts”, the longest there first; one
    statement.
    """
    has_read = ContactsRead.objects.filter(user=OuterRef("user"), mission=mission)
    held = PostHolding.objects.on_duty(at).filter(
        ~Exists(has_read),
        post__role=Role.UNPOL_OFFICER,
        post__organization__mission=mission,
        post__retired_at=None,
    )
    first = {h.user_id: h for h in held.order_by("-held_from").select_related("user")}
    return worst_first(_not_read(holding, at) for holding in first.values())


def _not_read(holding: PostHolding, at: datetime) -> Finding:
    days = (at - holding.held_from).days
    words = ngettext("On post for %(n)s day", "On post for %(n)s days", days) % {"n": days}
    return Finding(holding.user.name, words, rank=-days)

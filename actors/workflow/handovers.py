"""Handing a post over, as far as the directory goes: start, both sign, the post passes, cancel.

What waits at the post moves with it, in the same transaction; that is the act of a room above,
which calls `sign_handover` and, once both have signed, `pass_on_post`.
"""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from actors.models import (
    DirectoryMailKind,
    DutyShift,
    Handover,
    Mission,
    Post,
    PostHolding,
    Rank,
    User,
)
from actors.models.people import NOT_BOTH
from actors.permissions import INSIDE_KINDS
from actors.standing import standing_of
from actors.workflow.entries import open_mailbox
from actors.workflow.mails import queue_mail
from actors.workflow.rosters import refusal

PEOPLE = (
    "post__organization__mission",
    "outgoing__user",
    "incoming",
    "started_by",
    "outgoing_confirmed_by",
    "cancelled_by",
)


class HandoverClosed(ValueError):
    """It is done or cancelled, or this side has confirmed already; the text says so."""


def handovers_of(user: User, mission: Mission | None = None) -> QuerySet[Handover]:
    """The handovers somebody may open, newest first: their own, for administrators all (of one
    mission, if one is given).
    """
    found = Handover.objects.select_related(*PEOPLE)
    if not user.is_staff:
        return found.filter(Q(outgoing__user=user) | Q(incoming=user))
    return found.filter(post__organization__mission=mission) if mission else found


def posts_to_hand_over(user: User, mission: Mission | None) -> QuerySet[Post]:
    """The posts somebody may begin to hand over: those they hold, for administrators all of a
    mission that somebody holds or held.
    """
    posts = Post.objects.active().select_related("organization__mission")
    held = PostHolding.objects.filter(rank=Rank.PRIMARY)
    if user.is_staff:
        return posts.filter(organization__mission=mission, pk__in=held.values("post"))
    own = held.on_duty(timezone.now()).filter(user=user)
    return posts.filter(pk__in=own.values("post"))


def outgoing_holding(post: Post, at: datetime) -> PostHolding | None:
    """The holding that is handed over: that of the holder now, else of the last one."""
    begun = post.holdings.filter(rank=Rank.PRIMARY, held_from__lte=at)
    return begun.select_related("user").order_by("-held_from").first()


@transaction.atomic
def start_handover(
    *, post: Post, incoming: User, held_until: datetime, note: str = "", by: User
) -> Handover:
    """Begin to hand a post over; who has to confirm is written to.

    Raises:
        PermissionDenied: this person neither holds the post nor is an administrator.
        ValidationError: by field: the incoming person may not hold the post, or not until then,
            or a handover is under way already.
    """
    now = timezone.now()
    outgoing = outgoing_holding(post, now)
    if outgoing is None or not _may_start(by, outgoing, now):
        raise PermissionDenied
    handover = Handover(
        post=post,
        outgoing=outgoing,
        incoming=incoming,
        held_until=held_until,
        note=note.strip(),
        started_by=by,
    )
    _check_incoming(handover, by)
    _check_until(handover, now)
    try:
        with transaction.atomic():
            handover.save()
    except IntegrityError as error:
        raise refusal(error, Handover) from error
    for side in {handover.outgoing.user, incoming} - {by}:
        queue_mail(
            user=side,
            kind=DirectoryMailKind.HANDOVER,
            key=str(handover.public_id),
            path=reverse("handover", args=[handover.public_id]),
        )
    return handover


def sign_handover(*, handover: Handover, by: User, at: datetime, reason: str = "") -> Handover:
    """Confirm for one side; locks the handover until the transaction ends.

    Args:
        reason: why an administrator confirms in place of an outgoing holder who has left.

    Returns:
        The handover as it stands now; both have signed when `is_signed(handover)`.

    Raises:
        PermissionDenied: neither side, nor an administrator.
        HandoverClosed: it is not open, or this side has confirmed.
        ValidationError: on `reason`, an administrator without one.
    """
    handover = _lock(handover)
    if by.pk == handover.incoming_id:
        _check_unsigned(handover.incoming_confirmed_at)
        handover.incoming_confirmed_at = at
    elif by.pk == handover.outgoing.user_id or by.is_staff:
        _check_unsigned(handover.outgoing_confirmed_at)
        handover.outgoing_confirmed_at, handover.outgoing_confirmed_by = at, by
        if by.pk != handover.outgoing.user_id:
            handover.stand_in_reason = _stated(reason)
    else:
        raise PermissionDenied
    handover.save()
    return handover


def is_signed(handover: Handover) -> bool:
    return bool(handover.outgoing_confirmed_at and handover.incoming_confirmed_at)


def pass_on_post(*, handover: Handover, at: datetime) -> PostHolding:
    """End the outgoing holding now and begin the incoming one; the caller holds the lock.

    Who was deputy of the post stops being it, and the outgoing holder's shifts to come go.

    Raises:
        ValidationError: by field: what was true at the start is so no more.
    """
    _check_incoming(handover, handover.started_by)
    _check_until(handover, at)
    _end_holdings(handover, at)
    shifts = DutyShift.objects.filter(post=handover.post_id, user=handover.outgoing.user_id)
    shifts.filter(begins_at__gte=at).delete()
    shifts.at(at).update(ends_at=at)
    open_mailbox(user=handover.incoming)
    return _begin_holding(handover, at)


@transaction.atomic
def cancel_handover(*, handover: Handover, by: User) -> Handover:
    """Call it off: either side or an administrator, until it is done.

    Raises:
        PermissionDenied: somebody else.
        HandoverClosed: it is done or cancelled.
    """
    handover = _lock(handover)
    if not (by.is_staff or by.pk in (handover.incoming_id, handover.outgoing.user_id)):
        raise PermissionDenied
    handover.cancelled_at, handover.cancelled_by = timezone.now(), by
    handover.save()
    return handover


def _may_start(by: User, outgoing: PostHolding, now: datetime) -> bool:
    return by.is_staff or (by.pk == outgoing.user_id and outgoing.held_until > now)


def _check_incoming(handover: Handover, by: User) -> None:
    """Raise ValidationError on `incoming` for somebody who may not take the post over."""
    incoming, problem = handover.incoming, None
    if incoming.pk == handover.outgoing.user_id:
        problem = _("This person holds the post. Name who takes it over.")
    elif incoming.is_staff:
        problem = NOT_BOTH
    elif not incoming.is_active:
        problem = _("This account is closed. Ask an administrator to open it.")
    elif not _is_reached(incoming):
        problem = _("No e-mail address of this person works. Ask an administrator to mend it.")
    elif not by.is_staff and not _is_colleague(incoming, handover.post):
        problem = _("This person holds a post elsewhere. Ask an administrator to start this.")
    elif handover.post.holdings.filter(user=incoming, held_from__gt=timezone.now()).exists():
        problem = _("This person is to hold the post later on. Ask an administrator to end that.")
    if problem:
        raise ValidationError({"incoming": problem})


def _is_reached(user: User) -> bool:
    """Whether notices reach them; who has no contact yet is given the address they sign in by."""
    if user.contacts.exists():
        return user.contacts.notifiable().exists()
    return bool(user.email)


def _is_colleague(user: User, post: Post) -> bool:
    """Newly arrived, or of the same mission and kind of organization: nobody lets a stranger into
    reports without an administrator.
    """
    return all(
        organization.mission_id == post.organization.mission_id
        and _side(organization.kind) == _side(post.organization.kind)
        for organization in standing_of(user).organizations
    )


def _side(kind: str) -> str:
    return "mission" if kind in INSIDE_KINDS else kind


def _check_until(handover: Handover, at: datetime) -> None:
    """Raise ValidationError on `held_until` if it is over, or somebody else comes before it."""
    if handover.held_until <= at:
        raise ValidationError({"held_until": _("This day is over. Choose a later one.")})
    others = handover.post.holdings.filter(
        rank=Rank.PRIMARY, held_from__lt=handover.held_until, held_until__gt=at
    )
    other = others.exclude(pk=handover.outgoing_id).select_related("user").first()
    if other is not None:
        message = _("%(name)s holds this post from %(day)s. Choose a day before that.")
        words = {"name": other.user.name, "day": date_format(other.held_from)}
        raise ValidationError({"held_until": message % words})


def _end_holdings(handover: Handover, at: datetime) -> None:
    """Access ends here: of the outgoing holder, and what the incoming one had as a deputy."""
    current = PostHolding.objects.filter(post=handover.post_id, held_from__lt=at, held_until__gt=at)
    current.filter(Q(pk=handover.outgoing_id) | Q(user=handover.incoming_id)).update(held_until=at)


def _begin_holding(handover: Handover, at: datetime) -> PostHolding:
    try:
        with transaction.atomic():
            return PostHolding.objects.create(
                post=handover.post,
                user=handover.incoming,
                rank=Rank.PRIMARY,
                held_from=at,
                held_until=handover.held_until,
            )
    except IntegrityError as error:
        # Somebody was given the post in this very moment.
        raise refusal(error, PostHolding) from error


def _lock(handover: Handover) -> Handover:
    """The open handover, ours until the transaction ends. Raises HandoverClosed."""
    locked = Handover.objects.select_for_update(of=("self",)).select_related(*PEOPLE)
    handover = locked.get(pk=handover.pk)
    if handover.completed_at:
        raise HandoverClosed(_("This handover is done. Nothing is left to do."))
    if handover.cancelled_at:
        raise HandoverClosed(
            _("%(name)s has cancelled this handover. Start a new one if need be.")
            % {"name": handover.cancelled_by}
        )
    return handover


def _check_unsigned(confirmed_at: datetime | None) -> None:
    if confirmed_at is not None:
        raise HandoverClosed(_("This is confirmed already. The other side is asked to confirm."))


def _stated(reason: str) -> str:
    if not reason.strip():
        message = _("Say why you confirm in their place. It is kept with your name.")
        raise ValidationError({"reason": message})
    return reason.strip()

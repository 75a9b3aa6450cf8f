"""An officer wishes to talk to somebody after a hard day. No report is part of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from actors.directory import Directory, Seat, contacts_of
from actors.models import Area, Contact, Mission, Post, User
from actors.roles import Role
from actors.standing import standing_of
from referrals.models import WelfareRequest
from referrals.models.choices import Priority
from referrals.models.inserting import insert_rows
from referrals.notifications import outbox
from referrals.workflow.errors import AlreadyDone, NotAllowed, moment


class NobodyToAsk(Exception):
    """Nobody at Staff Welfare can be written to now: the officer must call somebody."""


@transaction.atomic
def ask_for_support(
    *, officer: User, mission: Mission, uuid: UUID, at: datetime | None = None
) -> WelfareRequest:
    """Tell whoever is on duty at Staff Welfare that this officer wishes to talk.

    They learn the name and the moment. Asking twice under one id is asking once.

    Args:
        uuid: made by the client.

    Raises:
        NotAllowed: this person holds no post in the mission.
        NobodyToAsk: nothing is stored.
    """
    at = at or timezone.now()
    post = standing_of(officer).filing_post(mission)
    if post is None:
        raise NotAllowed
    seat, contacts, due = _whom_to_tell(post, mission, at)
    wish, is_new = WelfareRequest.objects.get_or_create(
        officer=officer,
        uuid=uuid,
        defaults={"mission": mission, "post_id": seat.post_id, "asked_at": at},
    )
    if is_new:
        told = {"priority": Priority.ROUTINE, "now": at, "due": due}
        insert_rows(outbox.notices_about(contacts, **told, welfare=wish))
        transaction.on_commit(outbox.poke, robust=True)
    return wish


@transaction.atomic
def note_call(*, uuid: UUID, by: User, at: datetime | None = None) -> WelfareRequest:
    """Somebody of Staff Welfare has called the officer.

    Raises:
        NotAllowed: no such wish, or not for this person to read.
        AlreadyDone: a colleague has called, named in the text.
    """
    wish = wishes_for(by).filter(uuid=uuid).select_for_update(of=("self",)).first()
    if wish is None:
        raise NotAllowed
    if wish.answered_at:
        raise AlreadyDone(
            _("%(name)s has called already, %(at)s.")
            % {"name": wish.answered_by, "at": moment(wish.answered_at)}
        )
    wish.answered_at, wish.answered_by = at or timezone.now(), by
    wish.save(update_fields=["answered_at", "answered_by"])
    return wish


def wishes_for(user: User) -> QuerySet[WelfareRequest]:
    """What Staff Welfare of a mission may read: for who holds that post, nothing for others."""
    missions = standing_of(user).missions(Role.STAFF_WELFARE)
    return WelfareRequest.objects.filter(mission__in=missions).select_related(
        "officer", "answered_by", "mission"
    )


def wishes_of(officer: User) -> QuerySet[WelfareRequest]:
    """The officer's own, newest first."""
    own = WelfareRequest.objects.filter(officer=officer).select_related("mission")
    return own.order_by("-asked_at", "-pk")


def _whom_to_tell(
    post: Post, mission: Mission, at: datetime
) -> tuple[Seat, list[Contact], datetime]:
    """Who answers for Staff Welfare where the officer serves, their addresses, and the
    database's clock.
    """
    area = _area_of(post, mission)
    directory = Directory.covering(area, at=at) if area else None
    seat = directory.resolve(Role.STAFF_WELFARE) if directory else None
    contacts = contacts_of([seat])[seat.post_id] if seat else []
    if not contacts:
        raise NobodyToAsk
    return seat, contacts, directory.read_at


def _area_of(post: Post, mission: Mission) -> Area | None:
    """A place of the post; for one of the whole mission any, as the whole mission's answer it."""
    here = Area.objects.active().with_path().filter(mission=mission).order_by("level", "pk")
    return here.filter(posts=post).first() or here.first()

"""What a recipient answers: it accepts, declines, begins, is done, or says something to the lead.

By somebody who holds the post, or by the link of a partner without an account. Each verb is one
transaction that locks the report first; the CP lead is told that an answer waits. Nothing of this
is for the misconduct track.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from actors.directory import contacts_of
from actors.models import PostHolding, User
from actors.standing import standing_of
from referrals.models import HistoryEntry, PartnerLink, Referral, Report, Verb, VisitOutcome
from referrals.models.choices import ReferralKind, Track
from referrals.models.inserting import insert_rows
from referrals.models.reasons import DeclineReason
from referrals.notifications import outbox
from referrals.statuses import LET_IN, REFERRAL_MOVES, ReferralStatus
from referrals.workflow.errors import AlreadyDone, FieldRefused, NotAllowed
from referrals.workflow.identities import find_in_text
from referrals.workflow.moving import lock_report, move_referral, said_of
from referrals.workflow.partners import is_open, keep_open, note_visit
from referrals.workflow.reasons import words_of
from referrals.workflow.telling import directory_now

Answerer = User | PartnerLink

# What is asked of each kind of recipient, in the order of the page.
_ASKED = {
    ReferralKind.REFERRAL: ("accept", "decline", "start", "finish"),
    ReferralKind.ACTION: ("finish",),
    ReferralKind.INFO: (),
}
# One notice to the lead for each answer, however many there are.
STEP = "answer-"


class AnswerRefused(FieldRefused):
    """An answer that cannot be taken like this."""


def open_answers(referral: Referral) -> list[str]:
    """The moves this recipient may make now. No query."""
    if not may_answer(referral):
        return []
    moves = [move for move in _ASKED[referral.kind] if referral.status in REFERRAL_MOVES[move][0]]
    return [move for move in moves if move != "finish" or "accept" not in moves]


def may_answer(referral: Referral) -> bool:
    """Whether this recipient answers at all: let in, standard track, and not the lead itself."""
    report = referral.report
    leads = referral.role == report.mission.lead_role and referral.kind == ReferralKind.ACTION
    return report.track == Track.STANDARD and referral.status in LET_IN and not leads


@transaction.atomic
def accept_referral(*, referral: Referral, by: Answerer, at: datetime | None = None) -> Referral:
    """The recipient takes it on.

    Raises:
        NotAllowed: neither a holder of the post that was told nor its link, or not for answers.
        AlreadyDone: it was answered or taken back before; the text says what and by whom.
    """
    at = at or timezone.now()
    return _answer("accept", Verb.ACCEPTED, referral, by, at, **_answered(by, at))


@transaction.atomic
def decline_referral(
    *, referral: Referral, by: Answerer, reason: str, at: datetime | None = None
) -> Referral:
    """The recipient does not help, and says for which `DeclineReason`; the lead finds another.

    Raises:
        NotAllowed, AlreadyDone: as `accept_referral`.
        AnswerRefused: no reason of the list.
    """
    at = at or timezone.now()
    if reason not in DeclineReason:
        raise AnswerRefused("reason", "required", _("Choose why you decline."))
    columns = _answered(by, at) | {"declined_for": reason}
    details = {"reason": reason}
    return _answer("decline", Verb.DECLINED, referral, by, at, details=details, **columns)


@transaction.atomic
def start_referral(*, referral: Referral, by: Answerer, at: datetime | None = None) -> Referral:
    """The recipient has begun. Raises NotAllowed, AlreadyDone as `accept_referral`."""
    return _answer("start", Verb.STARTED, referral, by, at or timezone.now())


@transaction.atomic
def finish_referral(*, referral: Referral, by: Answerer, at: datetime | None = None) -> Referral:
    """The recipient has done its part. Raises NotAllowed, AlreadyDone as `accept_referral`."""
    return _answer("finish", Verb.FINISHED, referral, by, at or timezone.now())


@transaction.atomic
def note_referral(
    *, referral: Referral, by: Answerer, text: str, uuid: UUID, at: datetime | None = None
) -> HistoryEntry:
    """The recipient asks or tells the CP lead something; sending it twice is one note.

    The words stand in the history. Where somebody can be recognised in them, they are read with
    full access and by their author only.

    Args:
        uuid: made by the client, so that the same words sent again are known.

    Raises:
        NotAllowed, AlreadyDone: as `accept_referral`.
        AnswerRefused: no words or too many.
    """
    text = words_of(text, field="text", missing=_("Write something first."))
    at = at or timezone.now()
    referral = _answerable(referral, by, at)
    report = referral.report
    earlier = report.history.filter(referral=referral, details__uuid=str(uuid)).first()
    if earlier is not None:
        return earlier
    details = {
        "text": text,
        "uuid": str(uuid),
        "is_restricted": bool(find_in_text(text, report.mission)),
    }
    entry = HistoryEntry.objects.create(
        report=report,
        referral=referral,
        at=at,
        actor=_user(by),
        verb=Verb.NOTED,
        details=details | _named(referral, by),
    )
    _close(entry, by, at)
    return entry


def expire_links(now: datetime | None = None, limit: int = 100) -> int:
    """End requests that nobody answered until the last of their links ended; how many.

    A request whose post somebody holds with an account goes on: they may still answer it.
    """
    now = now or timezone.now()
    waiting = _unanswered(now).order_by("pk").values_list("pk", flat=True)
    return sum(_expire(pk, now) for pk in list(waiting[:limit]))


@transaction.atomic
def _expire(pk: int, now: datetime) -> bool:
    referral = Referral.objects.select_related("report").get(pk=pk)
    report = lock_report(referral.report)
    referral = _unanswered(now).filter(pk=pk).first()
    if referral is None:
        return False
    referral.report = report
    try:
        entry = move_referral(referral, "expire", verb=Verb.EXPIRED, by=None, at=now)
    except AlreadyDone:
        return False
    _tell_lead(entry)
    return True


def _unanswered(now: datetime):
    links = PartnerLink.objects.filter(referral=OuterRef("pk"))
    holdings = PostHolding.objects.on_duty(now).filter(post=OuterRef("post"))
    return Referral.objects.filter(
        Exists(links.filter(expires_at__lte=now, revoked_at=None)),
        ~Exists(links.filter(expires_at__gt=now, revoked_at=None)),
        ~Exists(holdings),
        kind=ReferralKind.REFERRAL,
        status__in=REFERRAL_MOVES["expire"][0],
    )


def _answer(
    move: str,
    verb: Verb,
    referral: Referral,
    by: Answerer,
    at: datetime,
    details: dict[str, object] | None = None,
    **columns: object,
) -> Referral:
    referral = _answerable(referral, by, at)
    if move not in _ASKED[referral.kind]:
        raise NotAllowed
    if move not in open_answers(referral):
        raise AlreadyDone(said_of(referral.report, referral))
    entry = move_referral(
        referral,
        move,
        verb=verb,
        by=_user(by),
        at=at,
        details=(details or {}) | _named(referral, by),
        **columns,
    )
    if referral.status in (ReferralStatus.ACCEPTED, ReferralStatus.IN_PROGRESS):
        keep_open(referral, at=at)
    _close(entry, by, at)
    return referral


def _answerable(referral: Referral, by: Answerer, at: datetime) -> Referral:
    """The referral as it stands now, with its report locked, where this is theirs to answer."""
    report = lock_report(referral.report)
    referral = report.referrals.select_related("organization", "post").get(pk=referral.pk)
    referral.report = report
    if not (_is_by_link(referral, by, at) if isinstance(by, PartnerLink) else _holds(referral, by)):
        raise NotAllowed
    if not may_answer(referral):
        if referral.status in LET_IN or referral.released_at is None:
            raise NotAllowed
        raise AlreadyDone(said_of(report, referral))
    return referral


def _is_by_link(referral: Referral, link: PartnerLink, at: datetime) -> bool:
    found = referral.links.select_related("contact").filter(pk=link.pk).first()
    if found is None:
        return False
    found.referral = referral
    return is_open(found, at)


def _holds(referral: Referral, user: User) -> bool:
    """Their post was told; while it is let in, the report must also exist for them."""
    if referral.post_id not in standing_of(user).post_ids:
        return False
    seen = Report.objects.visible_to(user).filter(pk=referral.report_id)
    return referral.status not in LET_IN or seen.exists()


def _answered(by: Answerer, at: datetime) -> dict[str, object]:
    return {"answered_at": at, "answered_by": _user(by)}


def _user(by: Answerer) -> User | None:
    return None if isinstance(by, PartnerLink) else by


def _named(referral: Referral, by: Answerer) -> dict[str, str]:
    """Who answered by a link; whoever signs in is named by the entry itself."""
    return {"by": referral.organization.name} if isinstance(by, PartnerLink) else {}


def _close(entry: HistoryEntry, by: Answerer, at: datetime) -> None:
    if isinstance(by, PartnerLink):
        note_visit(by, VisitOutcome.ANSWERED, at=at)
    _tell_lead(entry)


def _tell_lead(entry: HistoryEntry) -> None:
    """A notice that something waits, to who answers for the CP lead's post now."""
    report = entry.report
    lead = Referral.objects.leading(report).exclude(pk=entry.referral_id).first()
    if lead is None:
        return
    lead.report = report
    directory = directory_now(report, entry.at)
    seat = directory.seat_of(lead.post_id)
    if seat is None:
        return
    contacts = contacts_of([seat])[seat.post_id]
    notices = outbox.notices_for(lead, contacts, now=entry.at, due=directory.read_at)
    for notice in notices:
        notice.step = f"{STEP}{entry.pk}"
    insert_rows(notices)
    transaction.on_commit(outbox.poke, robust=True)

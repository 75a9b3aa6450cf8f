"""What the CP lead and the officer say to each other about a report.

The report itself never changes, nor do its referrals. While a question has no answer the report
stands aside as "more information asked for" (policy 2.9); the answer takes it back to where it
was. Whatever the officer adds after a question is its answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actors.directory import contacts_of
from actors.models import Contact, User
from referrals.models import HistoryEntry, MessageKind, Referral, Report, ReportMessage, Verb
from referrals.models.inserting import insert_rows
from referrals.notifications import outbox
from referrals.notifications.clock import database_now
from referrals.permissions import can_add, can_ask
from referrals.statuses import REPORT_MOVES
from referrals.workflow.check_rules import is_storable
from referrals.workflow.errors import AlreadyDone, FieldRefused, NotAllowed
from referrals.workflow.identities import find_in_text
from referrals.workflow.moving import lock_report, set_report_status
from referrals.workflow.telling import directory_now

LONGEST = 2000  # characters


class MessageRefused(FieldRefused):
    """Words that cannot be stored, or cannot reach whom they are for."""


@transaction.atomic
def ask_officer(
    *, report: Report, by: User, text: str, uuid: UUID, at: datetime | None = None
) -> ReportMessage:
    """The CP lead asks the reporter for what is missing; asking twice is one question.

    Args:
        uuid: made by the client, so that the same question sent again is known.

    Raises:
        NotAllowed: this person does not lead on the report, or filed it themselves.
        MessageRefused: no text or too much of it, or the officer may not open the report.
        AlreadyDone: this id was used for other words.
    """
    report = lock_report(report)
    if not can_ask(by, report):
        raise NotAllowed
    if not Report.objects.visible_to(report.reporter).filter(pk=report.pk).exists():
        message = _("The officer cannot open this report. Ask them in person.")
        raise MessageRefused("text", "shut_out", message)
    at = at or timezone.now()
    question = ReportMessage(kind=MessageKind.QUESTION, report=report, author=by, at=at, uuid=uuid)
    if earlier := _stored(question, text):
        return earlier
    _note(question, Verb.ASKED, {"was": _set_aside(report)})
    contacts = report.reporter.contacts.notifiable().order_by("pk")
    _tell(question, contacts, due=database_now())
    return question


@transaction.atomic
def add_to_report(
    *, report: Report, by: User, text: str, uuid: UUID, at: datetime | None = None
) -> ReportMessage:
    """The reporter answers, or adds something unasked; sending it twice is one addition.

    Text in which somebody can be recognised is restricted: the CP lead and its author read it.

    Raises:
        NotAllowed: somebody else's report, or one filed in confidence.
        MessageRefused: no text or too much of it.
        AlreadyDone: this id was used for other words.
    """
    report = lock_report(report)
    if not can_add(by, report):
        raise NotAllowed
    at = at or timezone.now()
    addition = ReportMessage(kind=MessageKind.ADDITION, report=report, author=by, at=at, uuid=uuid)
    if earlier := _stored(addition, text):
        return earlier
    _take_back(report)
    _note(addition, Verb.ADDED, {})
    _tell_lead(addition)
    return addition


def _stored(message: ReportMessage, text: str) -> ReportMessage | None:
    """Store the message with this text; the earlier one, if it was sent before."""
    message.text = _checked(text)
    earlier = ReportMessage.objects.filter(author=message.author, uuid=message.uuid).first()
    if earlier is None:
        message.is_restricted = bool(find_in_text(message.text, message.report.mission))
        message.save(force_insert=True)
        return None
    if _content(earlier) != _content(message):
        raise AlreadyDone(_("You sent this before. The change you made now was not stored."))
    return earlier


def _content(message: ReportMessage) -> tuple[object, ...]:
    return message.report_id, message.kind, message.text


def _checked(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise MessageRefused("text", "required", _("Write something first."))
    if len(text) > LONGEST:
        message = _("Shorten this: at most %(n)s characters.") % {"n": LONGEST}
        raise MessageRefused("text", "long", message)
    if not is_storable(text):
        raise MessageRefused(
            "text", "characters", _("This text holds a character nobody can read.")
        )
    return text


def _set_aside(report: Report) -> str:
    """Mark that information is missing; the status it had, or nothing if it stays as it was."""
    if report.status not in REPORT_MOVES["ask"][0]:
        return ""
    return set_report_status(report, "ask")


def _take_back(report: Report) -> None:
    """Back to where it was before the question."""
    if report.status in REPORT_MOVES["answer"][0]:
        set_report_status(report, "answer")


def _note(message: ReportMessage, verb: Verb, details: dict[str, object]) -> None:
    """The history says that it was said, never what."""
    HistoryEntry.objects.create(
        report=message.report, at=message.at, actor=message.author, verb=verb, details=details
    )


def _tell_lead(addition: ReportMessage) -> None:
    """Write to who answers for the CP lead's post now. Without a lead nobody is written to: who
    may read the report finds the addition there.
    """
    lead = Referral.objects.leading(addition.report).first()
    if lead is None:
        return
    directory = directory_now(addition.report, addition.at)
    seat = directory.seat_of(lead.post_id)
    if seat is not None:
        _tell(addition, contacts_of([seat])[seat.post_id], due=directory.read_at)


def _tell(message: ReportMessage, contacts: Iterable[Contact], *, due: datetime) -> None:
    priority = message.report.priority
    insert_rows(
        outbox.notices_about(contacts, priority=priority, now=message.at, due=due, message=message)
    )
    transaction.on_commit(outbox.poke, robust=True)

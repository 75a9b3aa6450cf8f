"""What a report's page shows of the talk between the CP lead and the officer."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from actors.models import User
from actors.roles import Role
from referrals.forms.messages import AdditionForm, MessageForm, QuestionForm
from referrals.models import MessageKind, Report, ReportMessage
from referrals.permissions import can_add, can_ask, visible_messages
from referrals.views import clock


def talk_of(
    report: Report, user: User, level: str, *, now: datetime, form: MessageForm | None = None
) -> dict[str, object]:
    """Context for `_talk.html`: what was said, and the form of who may say more.

    Args:
        form: a refused one, shown again as typed.
    """
    said = visible_messages(user, report, level)
    return {
        "messages_said": [_said(message, report, user, now) for message in said],
        "is_asked": is_unanswered(said),
        "is_own": can_add(user, report),
        "message_form": form or _form(report, user),
        "message_url": _address(report, user),
    }


def is_unanswered(said: list[ReportMessage]) -> bool:
    """Whether the last word is a question, as `ReportQuerySet.with_questions` asks in SQL."""
    return bool(said) and said[-1].kind == MessageKind.QUESTION


def _form(report: Report, user: User) -> MessageForm | None:
    if can_add(user, report):
        return AdditionForm()
    return QuestionForm() if can_ask(user, report) else None


def _address(report: Report, user: User) -> str:
    name = "add-to-report" if can_add(user, report) else "ask-officer"
    return reverse(name, args=[report.reference])


def _said(message: ReportMessage, report: Report, user: User, now: datetime) -> dict[str, object]:
    is_question = message.kind == MessageKind.QUESTION
    return {
        "uuid": message.uuid,
        "is_question": is_question,
        "who": _who(message, report, user),
        "clock": clock.past(message.at, now),
        "text": message.text,
        "is_restricted": message.is_restricted,
    }


def _who(message: ReportMessage, report: Report, user: User) -> str:
    """The reporter reads functions, not the names of colleagues."""
    if message.author_id == user.pk:
        return _("You")
    if report.reporter_id == user.pk:
        return str(Role(report.mission.lead_role).label)
    return str(message.author)

"""What recipients answer: the words and forms of it, on the report's page and on a partner's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actors.models import User
from actors.roles import Role
from actors.standing import standing_of
from referrals.forms.partner import AnswerForm, DeclineForm, NoteForm
from referrals.models import HistoryEntry, Referral, Report, Verb
from referrals.views import clock
from referrals.workflow import answering

_TONES = {"accepted": "good", "in_progress": "good", "done": "good", "rejected": "bad"}
# Who reads what recipients wrote to the CP lead; their own words everybody reads.
_READ_BY = frozenset({"RD0", "RD1"})


@dataclass(frozen=True)
class Answer:
    """One thing a recipient may answer: its form, its verb and its words."""

    form: type[AnswerForm]
    verb: Callable[..., object]
    button: Promise
    said: Promise


# By the value of the button.
ANSWERS = {
    "accept": Answer(
        AnswerForm,
        answering.accept_referral,
        gettext_lazy("Accept"),
        gettext_lazy("Accepted. The child protection lead is being told."),
    ),
    "decline": Answer(
        DeclineForm,
        answering.decline_referral,
        gettext_lazy("Decline"),
        gettext_lazy("Declined. The child protection lead is being told and looks further."),
    ),
    "start": Answer(
        AnswerForm,
        answering.start_referral,
        gettext_lazy("We have begun"),
        gettext_lazy("Noted that you have begun. The child protection lead is being told."),
    ),
    "finish": Answer(
        AnswerForm,
        answering.finish_referral,
        gettext_lazy("Done"),
        gettext_lazy("Noted as done. The child protection lead is being told."),
    ),
    "note": Answer(
        NoteForm,
        answering.note_referral,
        gettext_lazy("Send"),
        gettext_lazy("Sent. The child protection lead is being told."),
    ),
}


def answers_of(
    report: Report,
    user: User,
    level: str,
    *,
    now: datetime,
    refused: tuple[Referral, str, AnswerForm] | None = None,
) -> dict[str, object]:
    """Context for `referrals/_answer.html`; one statement at most. Asks for `report.referrals`.

    Args:
        refused: the referral, the button and the form as typed of an answer that was refused.
    """
    mine = _mine(report, user)
    if not mine and level not in _READ_BY:
        return {}
    notes = list(notes_of(report))
    answers = [answer_of(each, now=now, notes=_own(notes, each)) for each in mine]
    for answer in answers:
        answer["url"] = reverse("answer", args=[answer["uuid"]])
        if refused and refused[0].uuid == answer["uuid"]:
            answer |= shown_again(refused[1], refused[2])
    others = [each for each in notes if each.referral_id not in {r.pk for r in mine}]
    said = _readable(others, level, now)
    return {"answer": {"mine": answers, "said": said}} if answers or said else {}


def answer_of(
    referral: Referral, *, now: datetime, notes: Iterable[HistoryEntry]
) -> dict[str, object]:
    """What one recipient may answer now, and what it answered; no query.

    Args:
        notes: its own words to the CP lead, oldest first.
    """
    moves = answering.open_answers(referral)
    begin = f"answer-{referral.uuid}"
    return {
        "uuid": referral.uuid,
        "role": Role(referral.role).label,
        "status": referral.get_status_display(),
        "tone": _TONES.get(referral.status, "info"),
        "answered": clock.past(referral.answered_at, now),
        "declined_for": referral.get_declined_for_display() if referral.declined_for else "",
        "buttons": [
            {"value": move, "label": ANSWERS[move].button} for move in moves if move != "decline"
        ],
        "decline": DeclineForm(begin=begin) if "decline" in moves else None,
        "note": NoteForm(begin=begin) if answering.may_answer(referral) else None,
        "notes": [_note(each, now) for each in notes],
    }


def shown_again(name: str, form: AnswerForm) -> dict[str, object]:
    """A refused form in the place of the fresh one."""
    return {name: form, "refused": form}


def notes_of(report: Report) -> Iterable[HistoryEntry]:
    """What recipients wrote to the CP lead, oldest first; one statement."""
    said = report.history.filter(verb=Verb.NOTED, referral__isnull=False, details__has_key="text")
    return said.select_related("actor", "referral__organization")


def _mine(report: Report, user: User) -> list[Referral]:
    """The referrals this reader answers for. No query after a prefetch."""
    posts = set(standing_of(user).post_ids)
    mine = [each for each in report.referrals.all() if each.post_id in posts]
    for referral in mine:
        referral.report = report
    return [each for each in mine if answering.may_answer(each)]


def _own(notes: list[HistoryEntry], referral: Referral) -> list[HistoryEntry]:
    return [each for each in notes if each.referral_id == referral.pk]


def _readable(notes: list[HistoryEntry], level: str, now: datetime) -> list[dict[str, object]]:
    """Others' words: for the record's readers; where somebody can be recognised, for RD0."""
    if level not in _READ_BY:
        return []
    return [
        _note(each, now) for each in notes if level == "RD0" or not each.details["is_restricted"]
    ]


def _note(entry: HistoryEntry, now: datetime) -> dict[str, object]:
    return {
        "who": entry.actor or entry.details.get("by", ""),
        "role": Role(entry.referral.role).label,
        "text": entry.details["text"],
        "is_restricted": entry.details["is_restricted"],
        "clock": clock.past(entry.at, now),
    }


def hint_for(referral: Referral) -> str:
    """What is asked of a recipient, in one sentence."""
    if referral.kind == "referral":
        return _("You are asked to help. Say whether you can, so that nobody waits in vain.")
    return _("This is for your information. You need not answer.")

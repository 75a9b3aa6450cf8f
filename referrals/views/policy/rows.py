"""The rows of a policy file as entries: when this holds, these people are told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from referrals.policy_words import (
    Sentence,
    condition_sentence,
    deadline_label,
    gate_label,
    kind_label,
    mark_label,
    role_label,
)
from referrals.routing.terms import MARKS, Terms
from referrals.views.clock import span_words
from referrals.views.policy.entries import (
    BETWEEN,
    Entry,
    filled,
    sees_words,
    source_sentence,
    tracks_words,
)


def row_entries(section: Mapping[str, Any], terms: Terms) -> tuple[Entry, ...]:
    """The rows of one section of the file."""
    return tuple(_row(row, section, terms) for row in section["rows"])


def minutes_words(minutes: int) -> str:
    """A time in words; none at all is "at once"."""
    return span_words(60 * minutes) if minutes else _("at once")


def _row(row: Mapping[str, Any], section: Mapping[str, Any], terms: Terms) -> Entry:
    fields = filled(
        (_("When"), [condition_sentence(row["when"])]),
        (_("Told"), (_recipient(each, terms) for each in row.get("recipients", ()))),
        (_("Task"), (_task(each, terms) for each in row.get("tasks", ()))),
        (_("Source"), [source_sentence(row, terms)]),
    )
    place = BETWEEN.join((section["title"], tracks_words(section)))
    return Entry(row["id"], row["reason"], fields, place, {**row, "tracks": section["tracks"]})


def _recipient(recipient: Mapping[str, Any], terms: Terms) -> Sentence:
    """Who and how; under it what this recipient has of its own: when, by when, why, whence."""
    said = [
        kind_label(recipient["kind"], terms),
        gate_label(recipient["gate"], terms),
        sees_words(recipient["redaction"], terms),
        *(mark_label(mark, recipient[mark]) for mark in MARKS if mark in recipient),
    ]
    asides = tuple(_asides(recipient, terms))
    return Sentence(BETWEEN.join(said), asides, lead=role_label(recipient["role"], terms))


def _task(task: Mapping[str, Any], terms: Terms) -> Sentence:
    said = [_("by %(who)s") % {"who": role_label(task["owner"], terms)}]
    if "due_minutes" in task:
        said.append(_("within %(time)s") % {"time": minutes_words(task["due_minutes"])})
    if "horizon_minutes" in task:
        said.append(_("for the next %(time)s") % {"time": minutes_words(task["horizon_minutes"])})
    return Sentence(BETWEEN.join(said), tuple(_asides(task, terms)), lead=task["label"])


def _asides(part: Mapping[str, Any], terms: Terms) -> Iterator[Sentence]:
    if "when" in part:
        when = condition_sentence(part["when"])
        yield Sentence(when.text, when.parts, lead=_("Only when:"))
    if "deadline" in part:
        yield Sentence(deadline_label(part["deadline"]), lead=_("Deadline:"))
    if "tie" in part:
        yield Sentence(_("Where an earlier rule asks the same, that one stands."))
    if "reason" in part:
        yield Sentence(part["reason"], lead=_("Reason:"))
    if "source" in part:
        yield Sentence(source_sentence(part, terms).text, lead=_("Source:"))

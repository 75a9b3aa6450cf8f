"""What pages show of a policy file: entries under headings, each with labelled sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from actors.languages import listed
from referrals.policy_words import Sentence, redaction_label, value_label
from referrals.routing.node import Node
from referrals.routing.terms import Terms

BETWEEN = " · "


@dataclass(frozen=True)
class Field:
    """One label of an entry, and what is said under it."""

    label: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Entry:
    """One thing a policy says: a row, a guard, a fact, a deadline. `code` is its id there.

    `place` says where a row stands; `data` is all the file says of it, for comparing.
    """

    code: str
    title: str
    fields: tuple[Field, ...] = ()
    place: str = ""
    data: Any = field(default=None, compare=False)


@dataclass(frozen=True)
class Part:
    """Entries under one heading. `is_ordered`: their order changes what is decided."""

    key: str
    title: str
    entries: tuple[Entry, ...]
    note: str = ""
    is_ordered: bool = False


def filled(*fields: tuple[str, Iterable[Sentence]]) -> tuple[Field, ...]:
    """Fields of (label, sentences), without those that say nothing."""
    made = (Field(label, tuple(sentences)) for label, sentences in fields)
    return tuple(each for each in made if each.sentences)


def source_sentence(part: Mapping[str, Any], terms: Terms) -> Sentence:
    """The source in words, with the citation as the policy text numbers it."""
    source = terms.cite(Node(part["source"]))
    return Sentence(f"{source.text} [{source.citation}]")


def tracks_words(part: Mapping[str, Any]) -> str:
    """On which tracks a section or a guard works."""
    tracks = part["tracks"]
    names = listed(value_label("track", track) for track in tracks)
    return (_("Track: %s") if len(tracks) == 1 else _("Tracks: %s")) % names


def level_words(level: str, terms: Terms) -> str:
    """How much somebody sees, with its code."""
    return f"{redaction_label(level, terms)} ({level})"


def sees_words(level: str, terms: Terms) -> str:
    """The same as part of a sentence."""
    return _("sees: %(what)s") % {"what": level_words(level, terms)}

"""What differs between two policy files: entry by entry, not line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from referrals.policy_words import Sentence
from referrals.routing.terms import Terms
from referrals.views.policy.entries import Entry, Part
from referrals.views.policy.parts import headings_part, rows_part, rule_parts, word_parts

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"
BADGES = {
    ADDED: (gettext_lazy("Added"), "good"),
    CHANGED: (gettext_lazy("Changed"), "warn"),
    MOVED: (gettext_lazy("Moved"), "info"),
    REMOVED: (gettext_lazy("Removed"), "bad"),
}


@dataclass(frozen=True)
class Difference:
    """An entry that is not the same in both. `unlike`: sentences that only one side says; `move`
    says where it stood and stands, if that differs too.
    """

    kind: str
    code: str
    old: Entry | None = None
    new: Entry | None = None
    unlike: frozenset[Sentence] = frozenset()
    move: str = ""

    @property
    def badge(self) -> dict[str, object]:
        """Label and tone."""
        label, tone = BADGES[self.kind]
        return {"label": label, "tone": tone}


@dataclass(frozen=True)
class Comparison:
    """One part of both files: what differs, and how many entries are the same."""

    title: str
    differences: tuple[Difference, ...]
    same: int


def compared_parts(mapping: Mapping[str, Any], terms: Terms) -> list[Part]:
    """Everything in a file, as comparing wants it."""
    return [
        rows_part(mapping, terms),
        headings_part(mapping),
        *rule_parts(mapping, terms),
        *word_parts(mapping, terms),
    ]


def compare_part(old: Part, new: Part) -> Comparison:
    """What differs, in the order of the new file; removed entries come last."""
    before = {entry.code: entry for entry in old.entries}
    after = {entry.code: entry for entry in new.entries}
    moves = _moves(old.entries, new.entries) if old.is_ordered else {}
    found = [*_kept_or_added(before, after, moves), *_removed(before, after)]
    touched = sum(difference.old is not None for difference in found)
    return Comparison(new.title, tuple(found), len(before) - touched)


def _kept_or_added(
    before: Mapping[str, Entry], after: Mapping[str, Entry], moves: Mapping[str, str]
) -> Iterator[Difference]:
    for code, new in after.items():
        old, move = before.get(code), moves.get(code, "")
        if old is None:
            yield Difference(ADDED, code, new=new)
        elif (old.title, old.data) != (new.title, new.data):
            yield Difference(CHANGED, code, old, new, _sentences(old) ^ _sentences(new), move)
        elif move:
            yield Difference(MOVED, code, old, new, move=move)


def _removed(before: Mapping[str, Entry], after: Mapping[str, Entry]) -> Iterator[Difference]:
    for code, old in before.items():
        if code not in after:
            yield Difference(REMOVED, code, old=old)


def _sentences(entry: Entry) -> frozenset[Sentence]:
    return frozenset(sentence for field in entry.fields for sentence in field.sentences)


def _moves(before: tuple[Entry, ...], after: tuple[Entry, ...]) -> dict[str, str]:
    """Where those stood and stand that are elsewhere among the entries both files have.

    The fewest that explain the order. A heading that only one file has is another name for the
    same place.
    """
    both = {entry.code for entry in before} & {entry.code for entry in after}
    places = {entry.place for entry in before} & {entry.place for entry in after}
    old, new = (
        [
            (each.place if each.place in places else "", each.code)
            for each in side
            if each.code in both
        ]
        for side in (before, after)
    )
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    stayed = {new[block.b + step] for block in blocks for step in range(block.size)}
    return {key[1]: _move(key[1], old, new) for key in new if key not in stayed}


def _move(code: str, old: list[tuple[str, str]], new: list[tuple[str, str]]) -> str:
    (place, before), (new_place, after) = _stands(code, old), _stands(code, new)
    if place != new_place:
        before = _("%(where)s under “%(place)s”") % {"where": before, "place": place}
        after = _("%(where)s under “%(place)s”") % {"where": after, "place": new_place}
    return _("Stood %(before)s, now stands %(after)s.") % {"before": before, "after": after}


def _stands(code: str, order: list[tuple[str, str]]) -> tuple[str, str]:
    """Under which heading, and after which entry there."""
    place = next(place for place, each in order if each == code)
    under = [each for heading, each in order if heading == place]
    at = under.index(code)
    return place, _("after %(code)s") % {"code": under[at - 1]} if at else _("first")

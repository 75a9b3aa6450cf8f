"""A device that writes a draft, as the browser does it: a three-way merge on its own side."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from actors.models import User
from referrals.models import Draft
from referrals.workflow.drafts import (
    DraftChange,
    DraftChanged,
    Splice,
    Typed,
    change_draft,
    typed_in,
)

SEPARATOR = "\n\n----\n\n"


@dataclass
class Device:
    """What it shows (`typed`), and the version of the server's it was made from."""

    owner: User
    draft: UUID
    typed: Typed = field(default_factory=dict)
    base: Typed = field(default_factory=dict)
    version: int = 0
    told: int = 0  # times that both answers were put before its user

    def save(self, *, answer_is_lost: bool = False) -> Draft | None:
        """Try until the server takes it; with `answer_is_lost` the device does not learn so."""
        while self.typed != self.base:
            try:
                kept = change_draft(owner=self.owner, draft=self.draft, change=self._change())
            except DraftChanged as changed:
                self._take(changed.draft)
                continue
            if answer_is_lost:
                return kept
            self.base, self.version = dict(self.typed), kept.version
            return kept
        return None

    def open(self) -> None:
        """Read what the server has."""
        found = Draft.objects.filter(owner=self.owner, uuid=self.draft).first()
        if found and found.version != self.version:
            self._take(found)

    def _take(self, theirs: Draft) -> None:
        typed = typed_in(theirs)
        self.typed, told = merged(self.base, self.typed, typed)
        self.base, self.version, self.told = typed, theirs.version, self.told + told

    def _change(self) -> DraftChange:
        names = [name for name in {*self.base, *self.typed} if self._is_changed(name)]
        texts = {name for name in names if name == "narrative" and name in self.base}
        return DraftChange(
            base=self.version,
            set={name: self.typed.get(name, []) for name in names if name not in texts},
            splice={
                name: splice_of(self.base[name][0], self.typed[name][0])
                for name in texts
                if self.typed.get(name)
            },
        )

    def _is_changed(self, name: str) -> bool:
        return self.base.get(name) != self.typed.get(name)


def merged(base: Typed, mine: Typed, theirs: Typed) -> tuple[Typed, int]:
    """Both sides brought together, and how often both answers to one question were shown."""
    typed, told = {}, 0
    for name in {**mine, **theirs}:
        old, here, there = (side.get(name, []) for side in (base, mine, theirs))
        if here == there or old == there:
            typed[name] = here
        elif old == here:
            typed[name] = there
        elif name == "narrative":
            typed[name] = [_merged_text(old, here, there)]
        elif name == "violations":
            typed[name] = _merged_list(old, here, there)
        else:
            typed[name], told = here or there, told + 1
    return {name: values for name, values in typed.items() if values}, told


def _merged_text(old: list[str], here: list[str], there: list[str]) -> str:
    base, mine, theirs = ("".join(values[:1]) for values in (old, here, there))
    if theirs in mine:
        return mine
    if mine in theirs:
        return theirs
    first, second = sorted(
        (splice_of(base, mine), splice_of(base, theirs)), key=lambda splice: splice.start
    )
    if first.start + first.removed < second.start:
        return _applied(_applied(base, second), first)
    return mine + SEPARATOR + theirs


def _merged_list(old: list[str], here: list[str], there: list[str]) -> list[str]:
    stays = [value for value in old if value in here and value in there]
    return list(dict.fromkeys([*stays, *(v for v in [*here, *there] if v not in old)]))


def splice_of(before: str, after: str) -> Splice:
    """The one change between two texts, in code units of UTF-16."""
    old, new = _units(before), _units(after)
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    tail = 0
    while tail < min(len(old), len(new)) - start and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    inserted = b"".join(new[start : len(new) - tail]).decode("utf-16-le", "surrogatepass")
    return Splice(start, len(old) - tail - start, inserted)


def _applied(text: str, splice: Splice) -> str:
    units = _units(text)
    inserted = _units(splice.inserted)
    whole = [*units[: splice.start], *inserted, *units[splice.start + splice.removed :]]
    return b"".join(whole).decode("utf-16-le", "surrogatepass")


def _units(text: str) -> list[bytes]:
    data = text.encode("utf-16-le", "surrogatepass")
    return [data[at : at + 2] for at in range(0, len(data), 2)]

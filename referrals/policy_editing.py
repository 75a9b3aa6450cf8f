"""Single changes to the mapping of a policy: find, add, replace, move and remove its pieces.

Pure: each function takes the mapping of a policy that compiles and returns a changed copy. Whether
the whole still compiles is for `compile_policy` to say.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from referrals.routing.errors import PolicyError

ROW_ID = re.compile(r"[A-Za-z0-9_]+")
RESERVED_ID = "new"  # the page that adds a row has this address
ADDED, CHANGED, MOVED = "added", "changed", "moved"


class NoSuchPiece(LookupError):
    """The policy has no row, guard, derived fact or section of this name."""


@dataclass(frozen=True)
class RowPlace:
    """A row and where it stands: `section` and `position` count from 0."""

    row: dict[str, Any]
    section: int
    position: int

    @property
    def path(self) -> tuple:
        """The keys from the top of the policy down to the row, as PolicyError has them."""
        return ("sections", self.section, "rows", self.position)


def rows_of(mapping: Mapping) -> Iterator[RowPlace]:
    """Every row of the policy in its order."""
    for number, section in enumerate(mapping["sections"]):
        for position, row in enumerate(section["rows"]):
            yield RowPlace(row, number, position)


def find_row(mapping: Mapping, row_id: str) -> RowPlace:
    """The row with this id. Raises NoSuchPiece."""
    for place in rows_of(mapping):
        if place.row["id"] == row_id:
            return place
    raise NoSuchPiece(row_id)


def check_row_id(mapping: Mapping, row_id: str, *, replaces: str | None = None) -> None:
    """Check the id of a row that is added, or that `replaces` the row with that id.

    Raises PolicyError for an id with other characters than letters, digits and underscores, the
    word `new`, or the id of another row. An id that stays as it was is not looked at.
    """
    if row_id == replaces:
        return
    problem = None
    if not ROW_ID.fullmatch(row_id) or row_id == RESERVED_ID:
        problem = f"may hold letters, digits and underscores, and is not {RESERVED_ID!r}"
    elif any(place.row["id"] == row_id for place in rows_of(mapping)):
        problem = "another row has this id"
    if problem:
        raise PolicyError(problem, row=row_id, field="id", path=("id",))


def add_row(mapping: Mapping, row: dict, *, section: int) -> dict:
    """Put `row` at the end of the section. Raises PolicyError for its id, NoSuchPiece."""
    check_row_id(mapping, row["id"])
    changed = copy.deepcopy(dict(mapping))
    _section(changed, section)["rows"].append(copy.deepcopy(row))
    return changed


def replace_row(mapping: Mapping, row_id: str, row: dict, *, section: int) -> dict:
    """Put `row` where the row `row_id` stands; in another section, at its end.

    Raises PolicyError for the new id, NoSuchPiece.
    """
    check_row_id(mapping, row["id"], replaces=row_id)
    place = find_row(mapping, row_id)
    changed = copy.deepcopy(dict(mapping))
    rows = _section(changed, section)["rows"]
    if section == place.section:
        rows[place.position] = copy.deepcopy(row)
    else:
        del changed["sections"][place.section]["rows"][place.position]
        rows.append(copy.deepcopy(row))
    return changed


def remove_row(mapping: Mapping, row_id: str) -> dict:
    """Take the row away. Raises NoSuchPiece."""
    place = find_row(mapping, row_id)
    changed = copy.deepcopy(dict(mapping))
    del changed["sections"][place.section]["rows"][place.position]
    return changed


def move_row(mapping: Mapping, row_id: str, *, steps: int) -> dict:
    """Move the row within its section: up for negative `steps`, down for positive.

    It stops at the ends. Raises NoSuchPiece.
    """
    place = find_row(mapping, row_id)
    changed = copy.deepcopy(dict(mapping))
    rows = changed["sections"][place.section]["rows"]
    row = rows.pop(place.position)
    rows.insert(max(0, place.position + steps), row)
    return changed


def find_guard(mapping: Mapping, guard_id: str) -> tuple[int, dict]:
    """(position, guard). Raises NoSuchPiece."""
    for position, guard in enumerate(mapping["guards"]):
        if guard["id"] == guard_id:
            return position, guard
    raise NoSuchPiece(guard_id)


def replace_guard(mapping: Mapping, guard: dict) -> dict:
    """Put `guard` where the guard of the same id stands. Raises NoSuchPiece."""
    position, _ = find_guard(mapping, guard["id"])
    changed = copy.deepcopy(dict(mapping))
    changed["guards"][position] = copy.deepcopy(guard)
    return changed


def find_derived(mapping: Mapping, name: str) -> dict:
    """How the derived fact is found. Raises NoSuchPiece."""
    if name not in mapping["derived"]:
        raise NoSuchPiece(name)
    return mapping["derived"][name]


def replace_derived(mapping: Mapping, name: str, derived: dict) -> dict:
    """Find the derived fact another way. Raises NoSuchPiece."""
    find_derived(mapping, name)
    changed = copy.deepcopy(dict(mapping))
    changed["derived"][name] = copy.deepcopy(derived)
    return changed


def replace_deadlines(mapping: Mapping, deadlines: dict[str, dict[str, int]]) -> dict:
    """Set the minutes of each deadline by priority."""
    return copy.deepcopy(dict(mapping)) | {"deadlines": copy.deepcopy(deadlines)}


def _section(mapping: dict, section: int) -> dict:
    sections = mapping["sections"]
    if not 0 <= section < len(sections):
        raise NoSuchPiece(str(section))
    return sections[section]


@dataclass(frozen=True)
class Changes:
    """What a draft changed, by name of the piece: added, changed or moved.

    `removed` holds (part of the policy, name); `other` names parts of the file that differ and
    are not made of pieces, such as roles and facts.
    """

    rows: dict[str, str]
    guards: dict[str, str]
    derived: dict[str, str]
    deadlines: dict[str, str]
    removed: tuple[tuple[str, str], ...]
    other: tuple[str, ...]

    def __bool__(self) -> bool:
        return any(vars(self).values())


def changes_between(base: Mapping, draft: Mapping) -> Changes:
    """What is added, changed, moved or removed from `base` to `draft`."""
    before, after = _pieces(base), _pieces(draft)
    differing = {part: _differing(before[part], after[part]) for part in before}
    differing["rows"] = dict.fromkeys(_moved(base, draft), MOVED) | differing["rows"]
    gone = ((part, name) for part in before for name in before[part] if name not in after[part])
    return Changes(**differing, removed=tuple(gone), other=_other_differences(base, draft))


def _pieces(mapping: Mapping) -> dict[str, dict]:
    return {
        "rows": {place.row["id"]: place.row for place in rows_of(mapping)},
        "guards": {guard["id"]: guard for guard in mapping["guards"]},
        "derived": mapping["derived"],
        "deadlines": mapping["deadlines"],
    }


def _differing(before: Mapping, after: Mapping) -> dict[str, str]:
    return {
        name: CHANGED if name in before else ADDED
        for name, piece in after.items()
        if before.get(name) != piece
    }


def _moved(base: Mapping, draft: Mapping) -> list[str]:
    """Rows of both that stand elsewhere among the others: the fewest that explain the order."""
    before, after = _order(base), _order(draft)
    kept_before = [entry for entry in before if entry[1] in {row for _, row in after}]
    kept_after = [entry for entry in after if entry[1] in {row for _, row in before}]
    blocks = SequenceMatcher(None, kept_before, kept_after, autojunk=False).get_matching_blocks()
    stayed = {kept_after[block.b + step] for block in blocks for step in range(block.size)}
    return [row for section, row in kept_after if (section, row) not in stayed]


def _order(mapping: Mapping) -> list[tuple[int, str]]:
    return [(place.section, place.row["id"]) for place in rows_of(mapping)]


def _other_differences(base: Mapping, draft: Mapping) -> tuple[str, ...]:
    others = [part for part in {**base, **draft} if part not in ("sections", *_pieces(base))]
    differing = [part for part in others if base.get(part) != draft.get(part)]
    if _headings(base) != _headings(draft):
        differing.append("sections")
    if _guard_order(base, draft) != _guard_order(draft, base):
        differing.append("guards")
    return tuple(differing)


def _headings(mapping: Mapping) -> list[tuple]:
    return [(section["title"], section["tracks"]) for section in mapping["sections"]]


def _guard_order(mapping: Mapping, other: Mapping) -> list[str]:
    """The guards that both have, in the order of the first."""
    known = {guard["id"] for guard in other["guards"]}
    return [guard["id"] for guard in mapping["guards"] if guard["id"] in known]

"""What a kind of file must offer so that it can be checked and brought in.

`actors.workflow.importing` knows nothing of columns, workbooks or JSON. It asks a `Source` for the
rows of a file and for a `Reading` of one mission's directory, hands the rows over in chunks, and
stores what comes back. A new kind of file is one more line in `actors.exchange.sources.SOURCES`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from actors.models import Mission, User

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file, counted from 1 as an editor shows it, and what it says.

    `values` is the source's own: text by column for tables, an object for HSDS.
    """

    line: int
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is refused, or what to look at. Line 0 means the file as a whole."""

    line: int
    field: str
    message: str

    def as_dict(self) -> dict[str, object]:
        return {"line": self.line, "field": self.field, "message": str(self.message)}


@dataclass(slots=True)
class Change:
    """What one good row would do.

    `fields` holds [name, old, new] of each value that differs; empty for a row that says what is
    stored already. `entry` is what the reading itself needs to store it.
    """

    line: int
    key: str
    is_new: bool
    fields: list[list[str]]
    entry: Any

    def as_dict(self) -> dict[str, object]:
        return {
            "line": self.line,
            "key": self.key,
            "is_new": self.is_new,
            "fields": self.fields,
        }


@dataclass(slots=True)
class Judged:
    """What became of some rows: each is either a change or has at least one problem."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class FileRefused(ValueError):
    """The file cannot be read as what it is said to be. `problems` says where and why."""

    def __init__(self, *problems: Problem):
        super().__init__("; ".join(str(problem.message) for problem in problems))
        self.problems = list(problems)


class Reading(Protocol):
    """One file on its way into one mission. Used for one pass, from the first row to the last."""

    # Likely duplicates and other things to look at; complete after `close`.
    warnings: list[Problem]

    def judge(self, rows: Sequence[Row]) -> Judged:
        """Hold some rows against the directory and against the rows before them.

        Statements: a number that does not depend on how many rows there are. Changes nothing.
        """

    def store(self, changes: Sequence[Change]) -> None:
        """Write some changes, within the caller's transaction. Only called when applying, right
        after the `judge` that returned them, and only while there is no problem.
        """

    def close(self) -> list[Problem]:
        """After the last row: what can be judged only as a whole, such as a circle in a tree."""

    def settle(self) -> None:
        """After `close`, when applying: write what had to wait for the last row."""


class Source(Protocol):
    """How files of one kind are read."""

    def rows(self, content: bytes, file_name: str) -> Iterable[Row]:
        """The rows of a file, one by one. `operator.length_hint` of it is the number to expect.

        Raises:
            FileRefused: at once or while reading, when the file is none of this kind.
        """

    def reading(self, mission: Mission, by: User, *, is_applying: bool) -> Reading:
        """A fresh reading of the mission's directory; locks what it changes when applying."""


def problems_of(line: int, error: ValidationError) -> list[Problem]:
    """The messages of a refused entry, field by field."""
    if not hasattr(error, "error_dict"):
        return [Problem(line, "", message) for message in error.messages]
    return [
        Problem(line, "" if name == NON_FIELD_ERRORS else name, message)
        for name, messages in error.message_dict.items()
        for message in messages
    ]

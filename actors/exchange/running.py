"""Going through a whole file: every row judged, and stored when the file is being applied."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter, length_hint

from actors.exchange.protocol import CHUNK, Change, FileRefused, Problem, Row, Source
from actors.models import Mission, User

MAX_PROBLEMS = 500
MAX_DIFFERENCES = 1000
MAX_WARNINGS = 500

# Told how many rows are done, and how many are to be expected.
Progress = Callable[[int, int], None]


@dataclass
class Outcome:
    """What a file would do or did: counts, and the first of its differences and problems."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    differences: list[dict] = field(default_factory=list)
    problems: list[dict] = field(default_factory=list)
    warnings: list[dict] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.refused

    def take(self, change: Change) -> None:
        self.added += change.is_new
        self.changed += bool(change.fields) and not change.is_new
        self.unchanged += not change.fields and not change.is_new
        if change.fields and len(self.differences) < MAX_DIFFERENCES:
            self.differences.append(change.as_dict())

    def refuse(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.refused += 1
            if len(self.problems) < MAX_PROBLEMS:
                self.problems.append(problem.as_dict())

    def warn(self, warnings: Iterable[Problem]) -> None:
        left = MAX_WARNINGS - len(self.warnings)
        self.warnings += [warning.as_dict() for warning in islice(warnings, left)]


@dataclass(frozen=True)
class File:
    """One file on its way into a mission."""

    source: Source
    content: bytes
    name: str
    mission: Mission
    by: User


class NotApplied(ValueError):
    """Nothing was changed; `outcome` says why."""

    def __init__(self, outcome: Outcome):
        super().__init__("; ".join(str(problem["message"]) for problem in outcome.problems[:3]))
        self.outcome = outcome


def check_file(file: File, *, progress: Progress) -> Outcome:
    """What the file would do. Changes nothing; never raises for what is in the file."""
    return _walk(file, progress, is_applying=False)


def apply_file(file: File, *, progress: Progress) -> Outcome:
    """Do what the file says, in the caller's transaction.

    Raises:
        NotApplied: a row is refused; the caller must roll back.
    """
    outcome = _walk(file, progress, is_applying=True)
    if not outcome.is_good:
        raise NotApplied(outcome)
    return outcome


def _walk(file: File, progress: Progress, *, is_applying: bool) -> Outcome:
    outcome = Outcome()
    try:
        rows = file.source.rows(file.content, file.name)
        outcome.warn(getattr(rows, "warnings", ()))
        reading = file.source.reading(file.mission, file.by, is_applying=is_applying)
        expected, unreadable = length_hint(rows), []
        for chunk in _chunks(rows, unreadable):
            judged = reading.judge(chunk)
            outcome.rows += len(chunk)
            outcome.refuse(judged.problems)
            for change in judged.changes:
                outcome.take(change)
            if is_applying and outcome.is_good:
                reading.store(judged.changes)
            progress(outcome.rows, max(expected, outcome.rows))
        outcome.refuse(unreadable)
        outcome.refuse(reading.close())
        outcome.warn(reading.warnings)
        if is_applying and outcome.is_good:
            reading.settle()
    except FileRefused as error:
        outcome.refuse(error.problems)
    outcome.problems.sort(key=itemgetter("line"))
    return outcome


def _chunks(rows: Iterable[Row], unreadable: list[Problem]) -> Iterator[list[Row]]:
    """The rows that can be read, so that all that is wrong is said at once; why others cannot is
    added to `unreadable`.
    """
    left, is_over = iter(rows), False
    while not is_over:
        chunk = []
        try:
            for row in islice(left, CHUNK):
                chunk.append(row)  # what was read before a refusal is kept
        except FileRefused as error:
            unreadable.extend(error.problems)
        is_over = len(chunk) < CHUNK
        if chunk:
            yield chunk

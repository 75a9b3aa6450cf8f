"""Which column of a file is which, by its heading or by its HXL tag (https://hxlstandard.org)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from actors.exchange.cells import folded, unescaped
from actors.exchange.files import Line, Table, refusal
from actors.exchange.protocol import FileRefused, Problem, Row


@dataclass(frozen=True)
class Columns:
    """The columns of one kind of table. Names are compared without case, spaces and marks.

    `synonyms` and `tags` lead from a heading and from an HXL tag to the name of a column.
    `constants` are values that the header itself says, the same for all rows. Columns without a
    meaning are refused, but in files with HXL tags and where `passes_over`.
    """

    names: tuple[str, ...]
    required: tuple[str, ...]
    synonyms: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    passes_over: bool = False

    def named(self, heading: str) -> str | None:
        words = {folded(other): name for other, name in self.synonyms.items()}
        words |= {folded(name): name for name in self.names}
        return words.get(folded(heading))

    def tagged(self, tag: str) -> str | None:
        parts = _tag(tag)
        return next((name for known, name in self.tags.items() if _tag(known) == parts), None)


class RowsOf:
    """The rows of a table below its header: the whole ones, without a formula.

    Its `warnings` name the headings that nothing is read from. Iterating ends with a
    FileRefused that names every line that is cut off or holds a formula, up to a hundred.
    """

    MAX_NAMED = 100

    def __init__(self, table: Table, columns_of: Callable[[list[str], list[str]], Columns]):
        self._table = table
        self._lines = iter(table)
        header = next(self._lines, None)
        if header is None:
            raise refusal(_("The file is empty."))
        after = next(self._lines, None)
        tags = after.cells if after and is_tagged(after) else []
        self._after = None if tags else after
        self._width = len(header.cells)
        columns = columns_of(header.cells, tags)
        self._constants = columns.constants
        self.places, skipped = placed(header, tags, columns)
        message = _("The column “%(name)s” is not used.")
        self.warnings = [Problem(header.number, "", message % {"name": name}) for name in skipped]

    def __length_hint__(self) -> int:
        return max(self._table.__length_hint__() - 1, 0)

    def __iter__(self) -> Iterator[Row]:
        refused: list[Problem] = []
        for line in self._body():
            problem = self._refusal(line)
            if problem:
                refused.append(problem)
            else:
                yield Row(line.number, self._values(line))
            if len(refused) >= self.MAX_NAMED:
                break
        if refused:
            raise FileRefused(*refused)

    def _body(self) -> Iterator[Line]:
        if self._after is not None:
            yield self._after
        yield from self._lines

    def _values(self, line: Line) -> dict[str, str]:
        cells = line.cells
        return self._constants | {
            name: unescaped(cells[place]) if place < len(cells) else ""
            for name, place in self.places.items()
        }

    def _refusal(self, line: Line) -> Problem | None:
        if line.formula is not None:
            return Problem(line.number, self._name(line.formula), _formula_words())
        if len(line.cells) < self._width and not self._table.is_ragged:
            return Problem(line.number, "", _("This line is shorter than the header: cut off?"))
        if any(line.cells[self._width :]):
            return Problem(line.number, "", _("This line is longer than the header."))
        return None

    def _name(self, place: int) -> str:
        return next((name for name, at in self.places.items() if at == place), "")


def is_tagged(line: Line) -> bool:
    """Whether a line holds HXL tags: nothing but words that begin with #."""
    words = [cell.strip() for cell in line.cells if cell.strip()]
    return bool(words) and all(word.startswith("#") for word in words)


def placed(header: Line, tags: list[str], columns: Columns) -> tuple[dict[str, int], list[str]]:
    """Where each column stands, and the headings that are passed over.

    Raises:
        FileRefused: a heading that is unknown or there twice, or a column that is missing.
    """
    places: dict[str, int] = {}
    skipped, problems = [], []
    for place, heading in enumerate(header.cells):
        tag = tags[place] if place < len(tags) else ""
        name = columns.named(heading) or (columns.tagged(tag) if tag else None)
        if name is None and (tags or columns.passes_over or not heading.strip()):
            skipped += [heading] if heading.strip() else []
        elif name is None:
            problems.append(_unknown(heading, columns.names))
        elif name in places:
            problems.append(_("The column “%(name)s” is there twice.") % {"name": name})
        else:
            places[name] = place
    known = places.keys() | columns.constants.keys()
    missing = [name for name in columns.required if name not in known]
    problems += [_("The column “%(name)s” is missing.") % {"name": name} for name in missing]
    if problems:
        raise FileRefused(*(Problem(header.number, "", message) for message in problems))
    return places, skipped


def _unknown(heading: str, known: Iterable[str]) -> str:
    message = _("There is no column “%(name)s”.") % {"name": heading.strip()[:60]}
    nearest = process.extractOne(
        heading.casefold(), list(known), scorer=fuzz.ratio, score_cutoff=60
    )
    if not nearest:
        return message
    return message + " " + _("Did you mean “%(name)s”?") % {"name": nearest[0]}


def _tag(text: str) -> frozenset[str]:
    return frozenset(text.replace(" ", "").casefold().split("+"))


def _formula_words() -> str:
    return _(
        "This looks like a formula. Put the value itself here; if it is text, write an apostrophe "
        "before it."
    )

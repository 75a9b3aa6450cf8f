"""A table in a file, CSV or XLSX, as lines of text; refused whole when it is neither.

What a file is, is told by its content: names and types sent by a browser prove nothing.
"""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from xml.etree.ElementTree import ParseError

import openpyxl
from django.utils.translation import gettext as _

from actors.exchange.cells import is_formula, text_of
from actors.exchange.protocol import CHUNK, FileRefused, Problem

MAX_BYTES = 10 * 1024 * 1024
# Of a workbook unpacked. The XML parser itself (expat 2.4 and later) refuses entities that grow.
MAX_UNPACKED = 100 * 1024 * 1024
MAX_LINES = 50_000
MAX_COLUMNS = 200

_ZIP = b"PK\x03\x04"
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)


@dataclass(frozen=True, slots=True)
class Line:
    """Cells as they stand in the file. `formula` is the place of the first formula, or None."""

    number: int
    cells: list[str]
    formula: int | None = None


class Table:
    """The lines of one file that are not empty, the header first; can be read once."""

    def __init__(self, lines: Iterator[Line], expected: int, *, is_ragged: bool):
        self._lines, self._expected = lines, expected
        # Whether a line may be shorter than the header: workbooks leave out empty cells.
        self.is_ragged = is_ragged

    def __iter__(self) -> Iterator[Line]:
        for line in self._lines:
            if line.number > MAX_LINES + 2:
                raise refusal(_too_long(), line.number)
            if any(line.cells):
                yield line

    def __length_hint__(self) -> int:
        return self._expected


def refusal(message: str, line: int = 0) -> FileRefused:
    return FileRefused(Problem(line, "", message))


def open_table(content: bytes) -> Table:
    """Read a file as what its first bytes say it is.

    Raises:
        FileRefused: now or while it is read: no table, too large, cut off, or in a wrong encoding.
    """
    check_size(content)
    if content.startswith(_ZIP):
        return _workbook(content)
    return _comma_separated(_decoded(content))


def check_size(content: bytes) -> None:
    """Refuse an empty file and one of more than 10 MB."""
    if not content.strip():
        raise refusal(_("The file is empty."))
    if len(content) > MAX_BYTES:
        raise refusal(_("The file is larger than 10 MB. Split it."))


def check_kind(content: bytes) -> None:
    """Refuse at once what is plainly no table; the rest is seen while reading."""
    check_size(content)
    if content.startswith(_ZIP):
        _check_workbook(content)
    else:
        _decoded(content)


def _decoded(content: bytes) -> str:
    encoding = next((name for bom, name in _BOMS if content.startswith(bom)), "utf-8")
    if encoding == "utf-8" and b"\0" in content:
        raise refusal(_("This is neither a CSV nor an XLSX file. Save the table as one of them."))
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = _("The characters of this file cannot be read. Save it as “CSV UTF-8”.")
        raise refusal(message, line) from error


def _comma_separated(text: str) -> Table:
    if not text.endswith(("\n", "\r")):
        message = _(
            "The last line has no end, so the file may have been cut off. Save it again; if it is "
            "complete, add an empty line at its end."
        )
        raise refusal(message, text.count("\n") + 1)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    return Table(_csv_lines(text, delimiter), text.count("\n"), is_ragged=False)


def _csv_lines(text: str, delimiter: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            formula = next((n for n, cell in enumerate(cells) if is_formula(cell)), None)
            yield Line(begins, cells, formula)
            begins = reader.line_num + 1
    except csv.Error as error:
        message = _("A quotation mark is not closed, or the file was cut off here.")
        raise refusal(message, begins) from error


def _check_workbook(content: bytes) -> None:
    with _reading(), zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = {entry.filename for entry in archive.infolist()}
        unpacked = sum(entry.file_size for entry in archive.infolist())
        damaged = unpacked <= MAX_UNPACKED and archive.testzip()
    if "xl/workbook.xml" not in names:
        raise refusal(_("This is neither a CSV nor an XLSX file. Save the table as one of them."))
    if unpacked > MAX_UNPACKED:
        raise refusal(_("Unpacked, this workbook is larger than 100 MB. Split it."))
    if damaged:
        raise _cut_off()


def _workbook(content: bytes) -> Table:
    _check_workbook(content)
    with _reading():
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not sheets:
        raise refusal(_("The workbook has no sheet with a table."))
    expected = min(sheets[0].max_row or 0, MAX_LINES)
    return Table(_sheet_lines(book, sheets[0]), expected, is_ragged=True)


def _sheet_lines(book: openpyxl.Workbook, sheet) -> Iterator[Line]:
    sheet.reset_dimensions()
    try:
        with _reading():
            top = list(sheet.iter_rows(max_row=10, max_col=MAX_COLUMNS))
        width = max((len(_sheet_line(0, row).cells) for row in top), default=0)
        # One more than the header has: enough to see that a line is too long.
        rows = enumerate(sheet.iter_rows(max_col=width + 1), start=1)
        while True:
            with _reading():
                chunk = list(islice(rows, CHUNK))
            if not chunk:
                return
            yield from (_sheet_line(number, row) for number, row in chunk)
    finally:
        book.close()


@contextmanager
def _reading() -> Iterator[None]:
    """Says in our words what a workbook cannot be read for, and nothing of styles it would lose."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except _BROKEN as error:
        raise _cut_off() from error


def _sheet_line(number: int, row: tuple) -> Line:
    cells = [text_of(cell.value) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    formulas = (
        n for n, cell in enumerate(row) if cell.data_type == "f" or is_formula(text_of(cell.value))
    )
    return Line(number, cells, next((n for n in formulas if n < len(cells)), None))


def _cut_off() -> FileRefused:
    return refusal(_("This workbook is damaged or was cut off. Save it again and send it anew."))


def _too_long() -> str:
    return _("More than 50,000 lines. Split the file, and delete empty lines below the table.")

"""The text of one cell: the same in CSV and XLSX, and harmless to a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from datetime import date, datetime, time

# What XML cannot carry, or no text needs: control characters but tab and line feed.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
# A spreadsheet takes what begins so for a formula (OWASP, "CSV injection").
_RISKY = re.compile(r"'*[=+\-@]")
_NUMBER = re.compile(r"-?\d+([.,]\d+)?$")
_HARMLESS = re.compile(r"[+-]?\d+([.,]\d+)?$|\+[\d\s().-]+$|-\s")


def plain(text: str) -> str:
    """Text as it is compared and stored: no control characters, no space around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", lines).strip()


def escaped(text: str) -> str:
    """Text as it is written to a file: an apostrophe before what would be taken for a formula."""
    text = plain(text)
    return f"'{text}" if _RISKY.match(text) and not _NUMBER.match(text) else text


def unescaped(text: str) -> str:
    """What `escaped` was given."""
    text = plain(text)
    return text[1:] if text.startswith("'") and _RISKY.match(text) else text


def is_formula(text: str) -> bool:
    """Whether a cell of a file begins like a formula and is neither a number nor a telephone."""
    text = plain(text)
    return text[:1] in ("=", "+", "-", "@") and len(text) > 1 and not _HARMLESS.match(text)


def text_of(value: object) -> str:
    """A typed cell of a workbook as the text one would write into a CSV file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return format(value, ".15g") if abs(value) < 1e15 else format(value, ".0f")
    if isinstance(value, datetime):
        is_day = value.time() == time(0)
        return value.date().isoformat() if is_day else value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date) else str(value)


def joined(parts: list[str]) -> str:
    """Several names in one cell, with semicolons between them; quoted where one holds a mark."""
    if not parts:
        return ""
    line = io.StringIO()
    # With a line feed as the end of a row, a name that holds one is quoted.
    csv.writer(line, delimiter=";", lineterminator="\n").writerow([plain(part) for part in parts])
    return line.getvalue().removesuffix("\n")


def parted(text: str) -> list[str]:
    """What `joined` was given, in the order of the cell; spaces around names do not count.

    Raises:
        csv.Error: a quotation mark that is not closed.
    """
    rows = list(csv.reader(io.StringIO(text), delimiter=";", skipinitialspace=True, strict=True))
    return [part.strip() for row in rows for part in row if part.strip()]


def folded(text: str) -> str:
    """A word for comparing: without case, accents, spaces and marks."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in letters if letter.isalnum())

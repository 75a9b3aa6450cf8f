"""Lines and numbers for people."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from statistics import median

from portal.launch.console import write


def say(line: str) -> None:
    """Write a line to standard output."""
    write(sys.stdout, line)


def say_table(rows: Sequence[Sequence[str]]) -> None:
    """Write rows of cells, the first row being the titles, in columns."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for first, *others in rows:
        cells = [first.ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        say("  " + "  ".join(cells))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def with_range(values: Sequence[float], digits: int = 2) -> str:
    """Return median and range, such as "0.81 (0.73..0.91)"."""
    low, middle, high = (
        f"{value:.{digits}f}" for value in (min(values), median(values), max(values))
    )
    return f"{middle} ({low}..{high})"

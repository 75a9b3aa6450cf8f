"""What each level is, and one fact as a reader sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from referrals.models import Report

OWN = "OWN"
BEST_FIRST = ("RD0", OWN, "RD1", "RD2", "RD3", "RS", "RN")
FEW = 3  # counts below this can identify a child in a summary (policy 3.7)

FULL = frozenset({"RD0", OWN})
RECORD = FULL | {"RD1"}
SUMMARY = RECORD | {"RD2"}
LINE = SUMMARY | {"RD3"}
SERVICE = LINE | {"RS"}


@dataclass(frozen=True)
class Shown:
    """One fact as this reader sees it; `note` says what was filed, where it was corrected."""

    name: str
    label: str
    value: str
    wide: bool = False
    note: str = ""


@dataclass(frozen=True)
class Field:
    """One row of the table: which levels show a fact, and how it reads there."""

    name: str
    label: str
    levels: frozenset[str]
    read: Callable[[Report, str], str]
    wide: bool = False

    def levels_of(self, report: Report) -> frozenset[str]:
        """A text in which a name was found is shown in full access only (policy 2.3, RD0)."""
        is_restricted = report.facts.get("contains_identity") or not report.narrative
        return FULL if self.name == "narrative" and is_restricted else self.levels

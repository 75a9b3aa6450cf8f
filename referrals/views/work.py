"""What the reader may do with a report now: close, link, note, verify."""

from __future__ import annotations

from datetime import datetime

from actors.models import User
from referrals.models import Report


def work_of(report: Report, user: User, level: str, *, now: datetime) -> dict[str, object]:
    """Context of its part on the report page; empty where this reader sees none of it."""
    return {}

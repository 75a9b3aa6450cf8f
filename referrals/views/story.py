"""The story of a report: when did each role learn of it."""

from __future__ import annotations

from datetime import datetime

from actors.models import User
from referrals.models import Report


def story_of(report: Report, user: User, level: str, *, now: datetime) -> dict[str, object]:
    """Context of its part on the report page; empty where this reader sees none of it."""
    return {}

"""Before sending: earlier reports that may tell of the same event, as the officer may see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from math import ceil

from django.utils import timezone

from actors.models import User
from referrals.models import Report
from referrals.models.choices import CONFIDED
from referrals.redaction import OWN, facts_for, level_of, place_for, title_for
from referrals.views import clock
from referrals.views.preview import plan_context
from referrals.workflow.filings import Filing
from referrals.workflow.similar import similar_reports


def similar_context(
    user: User, filing: Filing, gated: Iterable[dict[str, object]]
) -> dict[str, object]:
    """For `_similar.html`: the reports, and what adding to one of them would change.

    `gated` are the proposals of the filing as it stands, as `plan_context` gives them.
    """
    now = timezone.now()
    found = list(similar_reports(reporter=user, filing=filing, at=now))
    return {
        "similar": [_row(report, user, now) for report in found],
        "not_asked_again": _not_asked_again(user, filing, found, gated),
        "is_confided": filing.facts.get("perpetrator") in CONFIDED,
    }


def _row(report: Report, user: User, now: datetime) -> dict[str, object]:
    level = level_of(report, user)
    facts = {fact.name: fact.value for fact in facts_for(report, level)}
    return {
        "reference": report.reference,
        "title": title_for(report, level),
        "place": place_for(report, level),
        "day": facts.get("day", ""),
        "reporter": "" if level == OWN else facts.get("reporter", ""),
        "is_own": report.reporter_id == user.pk,
        "within_km": None if report.km is None else max(1, ceil(report.km)),
        "filed": clock.past(report.filed_at, now),
    }


def _not_asked_again(
    user: User, filing: Filing, found: list[Report], gated: Iterable[dict[str, object]]
) -> list[str]:
    """Who would be proposed for a new report and is not for an addition (DUPLICATE_LINK)."""
    if not found:
        return []
    added = plan_context(user, replace(filing, adds_to=found[0]))
    still = {row["name"] for row in added.get("gated", gated)}
    return [row["name"] for row in gated if row["name"] not in still]

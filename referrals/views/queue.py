"""The queue of a desk: one page of it, and how many reports each list holds."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

from actors.standing import Standing
from referrals.models import Report
from referrals.views.filters import Scope
from referrals.views.worklists import described, numbers, soonest_first


def page_of(scope: Scope, standing: Standing, after: str, size: int) -> tuple[list[Report], str]:
    """One page by keyset, as fast at the end as at the beginning.

    Args:
        after: where it begins, as a page before it said; anything else is the beginning.

    Returns:
        The reports as a row shows them (`described`), and where the next page begins, if any.
    """
    if scope.is_all:
        narrowed = Report.objects.filter(scope.condition, _older_than(after))
        found = narrowed.newest_for(scope.user, size + 1, scope.levels)
    else:
        narrowed = _told(scope).filter(scope.condition)
        sorted_ = soonest_first(narrowed, standing).filter(_later_than(after))
        found = sorted_.values("pk", "next_due", "filed_at", "reference")[: size + 1]
    found = list(found)
    keys = [each["pk"] for each in found[:size]]
    # Visible by how they were found; asking it again would be half of this statement.
    readable = Report.objects.filter(pk__in=keys).with_levels(standing)
    rows = {report.pk: report for report in described(readable, standing)}
    rest = _mark(found[size - 1]) if len(found) > size else ""
    return [rows[key] for key in keys if key in rows], rest


def counted(scope: Scope) -> dict[str, int]:
    """How many reports each list holds under the scope's facets (`worklists.numbers`)."""
    return numbers(scope.user, _told(scope).filter(scope.narrowing), scope.lists)


def _told(scope: Scope) -> QuerySet[Report]:
    """Where a work list looks: every one of them asks for posts that were told."""
    if scope.levels is None:
        return Report.objects.told_to(scope.user)
    return Report.objects.visible_to(scope.user, scope.levels)


def _mark(last: dict[str, object]) -> str:
    """Where the next page begins: time left, filing and reference of this page's last row."""
    due = last.get("next_due")
    return "~".join(
        (due.isoformat() if due else "", last["filed_at"].isoformat(), last["reference"])
    )


def _read_mark(after: str) -> tuple[datetime | None, datetime | None, str]:
    due, filed, reference = [*after.split("~"), "", "", ""][:3]
    try:
        return parse_datetime(due), parse_datetime(filed), reference
    except ValueError:  # well formed, but no day of any calendar
        return None, None, ""


def _older_than(after: str) -> Q:
    _due, filed, reference = _read_mark(after)
    if filed is None:
        return Q()
    return Q(filed_at__lte=filed) & (Q(filed_at__lt=filed) | Q(reference__lt=reference))


def _later_than(after: str) -> Q:
    due, filed, _reference = _read_mark(after)
    if filed is None:
        return Q()
    if due is None:
        return Q(next_due=None) & _older_than(after)
    return Q(next_due__gt=due) | Q(next_due=None) | (Q(next_due=due) & _older_than(after))

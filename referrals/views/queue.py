"""The queue of a desk: one page of it, and how many reports each list holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

from actors.standing import Standing
from referrals.models import Report
from referrals.views.filters import Scope
from referrals.views.worklists import described, numbers, soonest_first

# Reports that a filter looks through for one page. What is rare would else be looked for in all
# there ever was, and a filter that nothing answers to would take the longest of all.
LOOKED_THROUGH = 5000


@dataclass(frozen=True)
class Page:
    """Reports as a row shows them (`described`), and what comes after them.

    `older` says where the next page begins, if any. Where a filter stopped looking before the
    page was full, `since` is the moment it came to.
    """

    rows: list[Report]
    older: str = ""
    since: datetime | None = None


def page_of(scope: Scope, standing: Standing, after: str, size: int) -> Page:
    """One page by keyset, as fast at the end as at the beginning.

    Args:
        after: where it begins, as a page before it said; anything else is the beginning.
    """
    since = _looks_back_to(scope, after)
    if scope.is_all:
        looked_at = Q(filed_at__gte=since) if since else Q()
        narrowed = Report.objects.filter(scope.condition, _older_than(after), looked_at)
        found = narrowed.newest_for(scope.user, size + 1, scope.levels)
    else:
        narrowed = _told(scope).filter(scope.condition)
        sorted_ = soonest_first(narrowed, standing).filter(_later_than(after))
        found = sorted_.values("pk", "next_due", "filed_at", "reference")[: size + 1]
    found = list(found)
    keys = [each["pk"] for each in found[:size]]
    shown = _rows(keys, standing) if keys else []
    if len(found) > size:
        return Page(shown, _mark(found[size - 1]))
    return Page(shown, f"~{since.isoformat()}~" if since else "", since)


def counted(scope: Scope) -> dict[str, int]:
    """How many reports each list holds under the scope's facets (`worklists.numbers`)."""
    return numbers(scope.user, _told(scope).filter(scope.narrowing), scope.lists)


def _rows(keys: list[int], standing: Standing) -> list[Report]:
    # Visible by how they were found; asking it again would be half of this statement.
    readable = Report.objects.filter(pk__in=keys).with_levels(standing)
    rows = {report.pk: report for report in described(readable, standing)}
    return [rows[key] for key in keys if key in rows]


def _looks_back_to(scope: Scope, after: str) -> datetime | None:
    """The month up to which one page of a filter looks; None where that is all there is.

    A whole month, since a report that lies so many back may be one that the reader must not know.
    """
    if not scope.is_all or not scope.facets or scope.words:
        return None
    begins_at = Report.objects.filter(_older_than(after), scope.period).order_by("-filed_at")
    moments = begins_at.values_list("filed_at", flat=True)
    for moment in moments[LOOKED_THROUGH : LOOKED_THROUGH + 1]:
        return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return None


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

"""The filtered list of the desk as a file: what its address names, as this reader sees it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    QueryDict,
    StreamingHttpResponse,
)
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from actors.exchange.cells import escaped
from actors.models import Mission, User
from referrals import redaction
from referrals.forms.bulk import ScopeForm
from referrals.models import Report
from referrals.models.choices import CONFIDED, Track
from referrals.permissions import exportable_missions
from referrals.querysets import ReportQuerySet
from referrals.redaction.facts import BY_NAME
from referrals.views.filters import FilterRefused, filtered
from referrals.workflow.exporting import record_export

MOST = 10_000
CHUNK = 500
# By which spreadsheets know UTF-8.
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
# Of the facts those that are counted and sorted: no text of anybody's, nobody's name and no exact
# place or age. Each is filled where the reader's own level shows it.
COLUMNS = (
    "kinds",
    "place",
    "day",
    "children",
    "perpetrator",
    "dangers",
    "attention",
    "practice",
    "displacement",
    "needs",
    "source",
    "consent",
    "interviews",
    "risks",
)


class _Echo:
    """What the CSV writer writes to: it gives each line back."""

    def write(self, line: str) -> str:
        return line


@login_required
@require_http_methods(["GET", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """All that match, in the missions where this person may export; 404 for who may nowhere.

    What was filed in confidence is never in it. More than `MOST` are refused, not cut off.
    """
    missions = exportable_missions(request.user)
    if not missions:
        raise Http404
    if request.method == "GET":  # back from signing in: the filter did not arrive
        return _back(request, "", _("Choose the reports again."))
    form, now = ScopeForm(request.POST), timezone.now()
    if not form.is_valid():
        return _back(request, "", _("This filter is not understood. Choose again."))
    match, words = form.cleaned_data["match"], form.cleaned_data["q"]
    try:
        keys = _matching(request.user, missions, match, words, now)
    except FilterRefused as refused:
        return _back(request, "", str(refused))
    if refusal := _hindrance(len(keys)):
        return _back(request, match, refusal)
    is_searched = bool(words.strip())
    record_export(by=request.user, query=match, is_searched=is_searched, reports=keys, at=now)
    return _file(request.user, keys, timezone.localtime(now, missions[0].zone))


def _matching(
    user: User, missions: list[Mission], match: str, words: str, now: datetime
) -> list[int]:
    """Primary keys of the reports to export, newest first; at most one more than allowed."""
    found = filtered(QueryDict(match), user, now, words).filter(mission__in=missions)
    told = _unconfided(found).order_by().values_list("filed_at", "reference", "pk")
    return [pk for _filed, _reference, pk in sorted(told[: MOST + 1], reverse=True)]


def _unconfided(reports: ReportQuerySet) -> ReportQuerySet:
    return reports.filter(track=Track.STANDARD).exclude(perpetrator__in=CONFIDED)


def _hindrance(number: int) -> str:
    if number > MOST:
        message = _("More than %(n)s reports match, and a file holds no more. Narrow the filter.")
        return message % {"n": number_format(MOST, force_grouping=True)}
    return "" if number else _("No report matches that may be exported.")


def _back(request: HttpRequest, match: str, words: str) -> HttpResponse:
    messages.warning(request, words)
    return HttpResponseRedirect(f"{reverse('desk')}?{QueryDict(match).urlencode()}")


def _file(user: User, keys: list[int], now: datetime) -> StreamingHttpResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="reports-{now:%Y-%m-%d-%H%M}.csv"',
        "Cache-Control": "no-store",
    }
    lines = _lines(user, keys, translation.get_language())
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


def _lines(user: User, keys: list[int], language: str) -> Iterator[str]:
    """The file, some hundred rows at a time: it begins at once and needs no more memory when it
    is long. A report that went out of this reader's sight meanwhile is left out.
    """
    writer = csv.writer(_Echo())
    with translation.override(language):
        header = MARK + writer.writerow(map(escaped, _header()))
    yield header
    for begin in range(0, len(keys), CHUNK):
        with translation.override(language):
            rows = list(_rows(user, keys[begin : begin + CHUNK]))
        yield "".join(writer.writerow(map(escaped, row)) for row in rows)


def _header() -> list[str]:
    first = [_("Reference"), _("Filed"), _("Your access"), _("Status"), _("Priority"), _("Flash")]
    return [*first, *(str(BY_NAME[name].label) for name in COLUMNS)]


def _rows(user: User, keys: Iterable[int]) -> Iterator[list[str]]:
    readable = Report.objects.visible_to(user).with_places()
    by_key = _unconfided(readable).in_bulk(keys)
    return (_row(by_key[key], user) for key in keys if key in by_key)


def _row(report: Report, user: User) -> list[str]:
    level = redaction.level_of(report, user)
    filed = timezone.localtime(report.filed_at, report.mission.zone)
    return [
        report.reference,
        f"{filed:%Y-%m-%d %H:%M}",
        level,
        report.get_status_display(),
        report.get_priority_display(),
        _("Yes") if report.flash and level in redaction.SUMMARY else "",
        *redaction.values_for(report, level, COLUMNS),
    ]

"""The tables of moves as a page: from which status a report or a referral may go where."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.decorators import login_required
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from referrals.statuses import (
    BEFORE,
    REFERRAL_MOVE_WORDS,
    REFERRAL_MOVES,
    REPORT_MOVE_WORDS,
    REPORT_MOVES,
    ReferralStatus,
    ReportStatus,
)


@login_required
@require_safe
def list_moves(request: HttpRequest) -> HttpResponse:
    """Both tables, as the verbs read them."""
    tables = [
        {
            "title": _("A report"),
            "rows": _rows(REPORT_MOVES, REPORT_MOVE_WORDS, ReportStatus),
        },
        {
            "title": _("A recipient of a report"),
            "rows": _rows(REFERRAL_MOVES, REFERRAL_MOVE_WORDS, ReferralStatus),
        },
    ]
    return render(request, "referrals/moves.html", {"tables": tables})


def _rows(
    moves: Mapping[str, tuple[frozenset[str], str]],
    words: Mapping[str, object],
    statuses: type[TextChoices],
) -> list[dict[str, object]]:
    return [
        {
            "name": words[move],
            "before": [status.label for status in statuses if status in allowed],
            "after": _("The status it had before") if after == BEFORE else statuses(after).label,
        }
        for move, (allowed, after) in moves.items()
    ]

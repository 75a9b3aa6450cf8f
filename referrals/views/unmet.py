"""What nobody on duty can do: the part of the gap board that comes from reports."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from actors.permissions import Reach, Viewer
from actors.views.frame import directory_page, show
from referrals.policy_words import role_label
from referrals.workflow.unmet import Unmet, escalations_without_anyone, tasks_without_anyone


@require_safe
@directory_page(Reach.FULL)
def unmet(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """A page of its own, and a part of the board's. It says which role, never which report."""
    groups = [
        (
            _("Tasks that nobody on duty can do"),
            _rows(tasks_without_anyone(viewer.mission, timezone.now())),
        ),
        (
            _("Deadlines that passed, and nobody was there to be told"),
            _rows(escalations_without_anyone(viewer.mission)),
        ),
    ]
    told = {"unmet": [(title, rows) for title, rows in groups if rows]}
    if request.htmx:
        return render(request, "referrals/_unmet.html", told | {"viewer": viewer})
    return show(request, viewer, "referrals/unmet.html", told)


def _rows(found: list[Unmet]) -> list[dict[str, object]]:
    return [{"role": role_label(each.role), "unmet": each} for each in found]

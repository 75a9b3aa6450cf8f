"""What the form checks by itself, also without a link: the server's own checks, as data."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from referrals.forms.checks import form_checks
from referrals.forms.filing import ReportForm
from referrals.identity import patterns
from referrals.views.filing import mission_of


@require_safe
@login_required
def form_rules(request: HttpRequest) -> JsonResponse:
    """JSON: `checks` of one's mission in the language of the page, `patterns` of names and numbers,
    and the `note` (HTML) that stands beside a text in which some were found.

    Apart from the page, which a slow link has to bring first. 404 without a post in a mission.
    """
    mission = mission_of(request.user)
    if mission is None:
        raise Http404
    form = ReportForm(mission=mission, reporter=request.user)
    note = render_to_string("referrals/_identity_note.html")
    return JsonResponse({"checks": form_checks(form), "patterns": patterns(), "note": note})

"""While the report is being written: who would be told were it sent as it stands."""

from __future__ import annotations

import math

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from rest_framework.throttling import UserRateThrottle

from actors.languages import listed
from referrals.forms.filing import UnfinishedReportForm
from referrals.models.choices import Perpetrator
from referrals.views.filing import mission_of
from referrals.views.preview import plan_context
from referrals.workflow.filings import Filing


class PreviewThrottle(UserRateThrottle):
    """Per person. The page asks at most 100 times a minute, while somebody never stops typing."""

    scope, rate = "preview", "120/min"


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """A fragment for what is typed so far. Stores nothing, and no answer is a page.

    401 without a session, 403 without a post, 429 too often.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    mission = mission_of(request.user)
    if mission is None:
        return HttpResponse(status=403)
    throttle = PreviewThrottle()
    if not throttle.allow_request(request, preview):
        return HttpResponse(status=429, headers={"Retry-After": math.ceil(throttle.wait() or 1)})
    form = UnfinishedReportForm(request.POST, mission=mission, reporter=request.user)
    return HttpResponse(render_to_string("referrals/_preview.html", _context(request, form)))


def _context(request: HttpRequest, form: UnfinishedReportForm) -> dict[str, object]:
    left_out = form.left_out()
    filing = form.filing()
    context = plan_context(request.user, filing)
    return context | {
        "left_out": left_out,
        "next": _next(form, filing, context),
        "line": _line(context),
    }


def _line(context: dict[str, object]) -> str:
    """The answer in one line, which is also what a screen reader hears."""
    if context["plan"] is None:
        return _("Cannot be shown right now. You can send the report all the same.")
    told, proposed = len(context["told"]), len(context["gated"])
    parts = [ngettext("%(n)s told at once", "%(n)s told at once", told) % {"n": told}]
    if proposed:
        parts.append(ngettext("%(n)s proposed", "%(n)s proposed", proposed) % {"n": proposed})
    return listed(parts)


def _next(form: UnfinishedReportForm, filing: Filing, context: dict[str, object]) -> str:
    """The one missing answer that would most change the lists, in words; empty without any."""
    if context["plan"] is None:
        return ""
    # Who is told in confidence depends on the place alone.
    is_open = not context["is_misconduct"]
    names_nobody = filing.facts["perpetrator"] == Perpetrator.UNKNOWN
    wanted = (
        (is_open and form.has_error("violations"), _("Choose what happened: it decides most.")),
        (filing.area is None, _("Choose the place to see who is on duty there.")),
        (is_open and form.has_error("facility"), _("Choose whether it was a school or hospital.")),
        (is_open and names_nobody and not form.has_error("perpetrator"), _IF_KNOWN),
    )
    return next((str(words) for is_wanted, words in wanted if is_wanted), "")


_IF_KNOWN = gettext_lazy(
    "If you already know who is said to have done it, choose it. You do not have to find out."
)

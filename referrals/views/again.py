"""A report whose place is wrong: the CP lead files it again, with all but the place filled in."""

from __future__ import annotations

from uuid import UUID, uuid5

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from actors.models import User
from referrals.forms.again import typed_of
from referrals.forms.versions import form_version
from referrals.models import Draft, Report
from referrals.permissions import can_lead
from referrals.statuses import OPEN
from referrals.workflow.drafts import DraftRefused, save_draft
from referrals.workflow.moving import said_of


@login_required
@require_POST
def file_again(request: HttpRequest, reference: str) -> HttpResponse:
    """Begin a draft of the lead's own and open it; pressed again, open what became of it.

    404 for whoever does not lead on the report, and for one that was filed in confidence.
    """
    visible = Report.objects.visible_to(request.user).with_places()
    report = get_object_or_404(visible, reference=reference)
    if report.is_confided or not can_lead(request.user, report):
        raise Http404
    anew = _id_of(report, request.user)
    if filed := Report.objects.filed_by(request.user).filter(uuid=anew).first():
        messages.info(request, _("You filed it again already: this is it."))
        return redirect("report", reference=filed.reference)
    if report.status not in OPEN:
        messages.warning(request, said_of(report))
        return redirect("report", reference=reference)
    try:
        _begin(report, request.user, anew)
    except DraftRefused as refused:
        messages.error(request, str(refused))
        return redirect("correct-report", reference=reference)
    said = _("All but the place is filled in. Send it, then link %(reference)s to the new report.")
    messages.info(request, said % {"reference": reference})
    return redirect(f"{reverse('new-report')}?draft={anew}")


def _id_of(report: Report, user: User) -> UUID:
    """The same for each press, so that a report is filed again once at most by one person."""
    return uuid5(report.uuid, str(user.public_id))


def _begin(report: Report, user: User, anew: UUID) -> None:
    """A draft that was begun before stays as it was left."""
    if not Draft.objects.filter(owner=user, uuid=anew).exists():
        typed = typed_of(report) | {"uuid": [str(anew)]}
        save_draft(owner=user, typed=typed, form=form_version())

"""One report: what is known, who knows, what is next. The same address for every reader."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from actors.models import User
from referrals import redaction
from referrals.models import Draft, Notification, Report
from referrals.models.choices import Redaction
from referrals.permissions import can_acknowledge, can_forward, can_lead, my_referrals
from referrals.views import clock
from referrals.views.guards import guards_at_work, guards_set_aside, policy_page
from referrals.views.recipients import recipient_groups
from referrals.views.timeline import timeline
from referrals.workflow.errors import AlreadyDone, NotAllowed
from referrals.workflow.triage import acknowledge_report, forward_report, note_opened

OFFICER_PAGE = 50


def visible_report(user: User, reference: str) -> Report:
    """The report under this reference, as this person may see it; 404 for any other."""
    return get_object_or_404(Report.objects.visible_to(user).in_full(), reference=reference)


@login_required
@require_safe
def my_reports(request: HttpRequest) -> HttpResponse:
    """The officer's home: what to do, and what became of what they sent."""
    reports = list(
        Report.objects.visible_to(request.user)
        .filed_by(request.user)
        .select_related("area__parent__parent__parent", "perpetrator_org")
        .prefetch_related("referrals")[:OFFICER_PAGE]
    )
    now = timezone.now()
    context = {
        "cards": [_card(report, request.user, now) for report in reports],
        "drafts": Draft.objects.filter(owner=request.user).order_by("-saved_at"),
    }
    return render(request, "referrals/my_reports.html", context)


@login_required
@require_safe
def show_report(request: HttpRequest, reference: str) -> HttpResponse:
    """The report page, at the reader's level of redaction."""
    report = visible_report(request.user, reference)
    level = redaction.level_of(report, request.user)
    if report.reporter_id != request.user.pk:
        note_opened(report=report, by=request.user)
    is_own = level == redaction.OWN
    template = "referrals/my_report.html" if is_own else "referrals/report.html"
    return render(request, template, _report_context(request, report, level, plain=is_own))


@login_required
@require_POST
def acknowledge(request: HttpRequest, reference: str) -> HttpResponse:
    report = visible_report(request.user, reference)
    return _pressed(
        request, report, acknowledge_report, _("Acknowledged. The others can see that you have it.")
    )


@login_required
@require_POST
def forward(request: HttpRequest, reference: str) -> HttpResponse:
    report = visible_report(request.user, reference)
    return _pressed(request, report, forward_report, _("Forwarded. The adviser is being told."))


@login_required
@require_safe
def open_notice(request: HttpRequest, code: str) -> HttpResponse:
    """From a mail to its report: the code works for those it was sent to, once signed in."""
    found = Notification.objects.filter(code=code.upper())
    reference = found.values_list("referral__report__reference", flat=True).first()
    if reference is None:
        raise Http404
    visible_report(request.user, reference)
    return redirect("report", reference=reference)


def _pressed(request: HttpRequest, report: Report, verb, said: str) -> HttpResponse:
    """Run one verb and go back to the report; somebody faster is named, nothing happens twice."""
    try:
        verb(report=report, by=request.user)
    except AlreadyDone as earlier:
        messages.warning(request, str(earlier))
    except NotAllowed as error:
        raise Http404 from error
    else:
        messages.success(request, said)
    return redirect("report", reference=report.reference)


def _report_context(
    request: HttpRequest, report: Report, level: str, *, plain: bool
) -> dict[str, object]:
    now, user = timezone.now(), request.user
    is_record = level in redaction.RECORD
    leads = can_lead(user, report)
    context = {
        "report": report,
        "level": level,
        "title": redaction.title_for(report, level),
        "place": redaction.place_for(report, level),
        "facts": redaction.facts_for(report, level),
        "is_sent": "sent" in request.GET,
        "filed": clock.past(report.filed_at, now),
        "can_acknowledge": can_acknowledge(user, report),
        "can_forward": can_forward(user, report),
        "can_lead": leads,
        "my_due": _my_due(report, user, now),
        "sees": _("Your access: %(level)s") % {"level": _level_words(level)},
    }
    if is_record:
        history = report.history.select_related("actor", "referral__organization")
        context |= {
            "groups": recipient_groups(
                report, now=now, can_lead=leads, with_removed=level == "RD0"
            ),
            "entries": timeline(report, list(history), now=now, plain=plain),
            "guards": [] if plain else guards_at_work(report, can_lead=leads),
            "set_aside": guards_set_aside(report, now=now) if level == "RD0" else [],
            "policy_url": "" if plain else policy_page(report, user),
            "tasks": report.decision.get("tasks", ()),
            "refused": report.decision.get("refused", ()),
        }
    return context


def _level_words(level: str) -> str:
    return str(Redaction(level).label) if level != redaction.OWN else _("your own report")


def _my_due(report: Report, user: User, now) -> dict[str, object]:
    """The clock of what this reader has to acknowledge, shortest first."""
    waiting = [
        r.due_at
        for r in my_referrals(user, report)
        if r.kind == "action" and r.status in ("released", "sent") and r.due_at
    ]
    return clock.due(min(waiting), now) if waiting else {}


def _card(report: Report, user: User, now) -> dict[str, object]:
    level = redaction.level_of(report, user)
    return {
        "report": report,
        "title": redaction.title_for(report, level),
        "place": redaction.place_for(report, level),
        "filed": clock.past(report.filed_at, now),
        "note": _plain_status(report),
    }


def _plain_status(report: Report) -> str:
    """What became of it, in a sentence an officer understands."""
    if report.routed_at is None:
        return _("Stored. Recipients are being worked out.")
    lead = next((r for r in report.referrals.all() if r.redaction == "RD0"), None)
    if lead is None or lead.status == "proposed":
        return _("The focal point has it and passes it on.")
    if lead.acknowledged_at:
        return _("The adviser has read it.")
    return _("The adviser has been told.")

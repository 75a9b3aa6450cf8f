"""One report: what is known, who knows, what is next. The same address for every reader."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from actors.models import User
from referrals import redaction
from referrals.forms.messages import MessageForm
from referrals.forms.partner import AnswerForm
from referrals.forms.work import WorkForm
from referrals.models import BEHIND, Notification, Referral, Report
from referrals.models.choices import Redaction
from referrals.notifications.behind import behind, report_behind
from referrals.permissions import (
    can_acknowledge,
    can_forward,
    can_hold_forward,
    can_lead,
    can_see_tasks,
    my_referrals,
)
from referrals.views import clock
from referrals.views.answers import answers_of
from referrals.views.correct import corrections_of
from referrals.views.guards import guards_at_work, guards_set_aside, policy_page
from referrals.views.my_reports import acknowledged_by
from referrals.views.next_step import next_step
from referrals.views.recipients import recipient_groups
from referrals.views.story import story_of
from referrals.views.talk import talk_of
from referrals.views.tasks import task_url, tasks_of
from referrals.views.timeline import history_of, timeline
from referrals.views.work import work_of
from referrals.workflow.errors import AlreadyDone, NotAllowed
from referrals.workflow.similar import added_by
from referrals.workflow.triage import acknowledge_report, forward_report, note_opened
from referrals.workflow.welfare import wishes_for, wishes_of


def visible_report(user: User, reference: str) -> Report:
    """The report under this reference, as this person may see it; 404 for any other."""
    return get_object_or_404(Report.objects.visible_to(user).in_full(), reference=reference)


@login_required
@require_safe
def show_report(request: HttpRequest, reference: str) -> HttpResponse:
    """The report page, at the reader's level of redaction."""
    report = visible_report(request.user, reference)
    if report.reporter_id != request.user.pk:
        note_opened(report=report, by=request.user)
    return report_page(request, report)


def report_page(
    request: HttpRequest,
    report: Report,
    *,
    form: MessageForm | None = None,
    work_form: WorkForm | None = None,
    answer: tuple[Referral, str, AnswerForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a report that this reader may see, with a refused form as typed."""
    level = redaction.level_of(report, request.user)
    is_own = level == redaction.OWN
    template = "referrals/my_report.html" if is_own else "referrals/report.html"
    context = _report_context(request, report, level, plain=is_own)
    context |= talk_of(report, request.user, level, now=timezone.now(), form=form)
    context |= work_of(report, request.user, level, now=timezone.now(), refused=work_form)
    context |= answers_of(report, request.user, level, now=timezone.now(), refused=answer)
    context["wish"] = wishes_of(request.user).first() if is_own else None
    return render(request, template, context, status=status)


def can_print(report: Report, level: str) -> bool:
    """Its reporter and who reads it at RD0 to RD2; nothing filed in confidence goes on paper."""
    return level in redaction.SUMMARY and not report.is_confided


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
    """From a mail to what waits: the code works for those it was sent to, once signed in."""
    notice = get_object_or_404(Notification.objects.select_related(*BEHIND), code=code.upper())
    if notice.welfare_id:
        get_object_or_404(wishes_for(request.user), pk=notice.welfare_id)
        return redirect("welfare")
    report = visible_report(request.user, report_behind(behind(notice)).reference)
    if notice.message and redaction.level_of(report, request.user) not in redaction.RECORD:
        raise Http404
    if notice.task_id and can_see_tasks(request.user, report):
        return redirect(task_url(notice.task, report))
    address = reverse("report", args=[report.reference])
    return redirect(f"{address}#talk" if notice.message else address)


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
        "added": added_by(reporter=user, report=report) if plain else [],
        "level": level,
        "title": redaction.title_for(report, level),
        "place": redaction.place_for(report, level),
        "facts": redaction.facts_for(report, level),
        "is_sent": "sent" in request.GET,
        "filed": clock.past(report.filed_at, now),
        "can_acknowledge": can_acknowledge(user, report),
        "can_forward": can_forward(user, report),
        "can_hold_forward": can_hold_forward(user, report),
        "can_lead": leads,
        "acknowledged": acknowledged_by(report, now) if is_record else [],
        "can_print": can_print(report, level),
        "my_due": _my_due(report, user, now),
        "next": next_step(report, user),
        "sees": _("Your access: %(level)s") % {"level": _level_words(level)},
    }
    if is_record:
        context |= {
            "groups": recipient_groups(
                report, now=now, can_lead=leads, with_removed=level == "RD0"
            ),
            "entries": timeline(history_of(report), now=now, plain=True) if plain else [],
            "guards": [] if plain else guards_at_work(report, can_lead=leads),
            "set_aside": guards_set_aside(report, now=now) if level == "RD0" else [],
            "policy_url": "" if plain else policy_page(report, user),
            "refused": report.decision.get("refused", ()),
        }
    for part in (corrections_of, tasks_of, story_of):
        context |= part(report, user, level, now=now)
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

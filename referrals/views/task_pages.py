"""One task, and what the CP lead asks of somebody: three addresses."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actors.models import User
from actors.roles import Role
from referrals import redaction
from referrals.forms.tasks import EndForm, TaskForm
from referrals.models import Report, Task, TaskStatus
from referrals.permissions import can_lead, can_see_tasks
from referrals.views.reports import visible_report
from referrals.views.tasks import task_url, task_words
from referrals.workflow.errors import AlreadyDone, NotAllowed
from referrals.workflow.policies import said
from referrals.workflow.task_kinds import KINDS, PLAN
from referrals.workflow.tasking import TaskRefused, can_end, end_task, open_task


def visible_task(user: User, reference: str, uuid) -> Task:
    """A task of a report this person may see, for who may see its tasks; 404 for any other."""
    report = visible_report(user, reference)
    if not can_see_tasks(user, report):
        raise Http404
    found = report.tasks.select_related("opened_by", "ended_by", "post__organization")
    task = get_object_or_404(found, uuid=uuid)
    task.report = report
    return task


@login_required
@require_safe
def show_task(request: HttpRequest, reference: str, uuid) -> HttpResponse:
    """One task: what, who, until when, and why."""
    task = visible_task(request.user, reference, uuid)
    if task.code == PLAN:
        return redirect("plan", reference=reference, uuid=uuid)
    return _task_page(request, task, EndForm())


@login_required
@require_POST
def end(request: HttpRequest, reference: str, uuid) -> HttpResponse:
    """Done, or not needed any more; back to the task, which says so."""
    task = visible_task(request.user, reference, uuid)
    form = EndForm(request.POST)
    if form.is_valid():
        is_done = request.POST.get("as") != "cancelled"
        try:
            outcome = form.cleaned_data["outcome"]
            end_task(task=task, by=request.user, is_done=is_done, outcome=outcome)
        except AlreadyDone as earlier:
            messages.warning(request, str(earlier))
            return redirect(task_url(task, task.report))
        except NotAllowed as error:
            raise Http404 from error
        except TaskRefused as refused:
            field = refused.field if refused.field in form.fields else None
            form.add_error(field, refused.message)
        else:
            messages.success(request, _("Kept. The others can see it."))
            return redirect(task_url(task, task.report))
    return _task_page(request, task, form, status=422)


@login_required
@require_http_methods(["GET", "POST"])
def new_task(request: HttpRequest, reference: str) -> HttpResponse:
    """The CP lead asks somebody who was told for something; 404 for anybody else."""
    report = visible_report(request.user, reference)
    if not can_lead(request.user, report):
        raise Http404
    with timezone.override(report.mission.zone):
        form = TaskForm(request.POST if request.method == "POST" else None, report=report)
        if request.method == "POST" and form.is_valid():
            if task := _opened(request, report, form):
                return redirect(task_url(task, report))
            if not form.errors:
                return redirect("report", reference=reference)
        context = {"report": report, "form": form}
        status = 422 if form.errors else 200
        return render(request, "referrals/new_task.html", context, status=status)


def _opened(request: HttpRequest, report: Report, form: TaskForm) -> Task | None:
    """The new task; None with the refusal at its field, or said above the report's page."""
    try:
        task = open_task(report=report, by=request.user, **form.asked_of())
    except AlreadyDone as earlier:
        messages.warning(request, str(earlier))
        return None
    except NotAllowed as error:
        raise Http404 from error
    except TaskRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else "asked", refused.message)
        return None
    if task.notifications.exists():
        messages.success(request, _("Asked. They are being told that something waits."))
    else:
        messages.warning(request, _("Kept, but they have no address that works. Call them."))
    return task


def _task_page(request: HttpRequest, task: Task, form: EndForm, status: int = 200) -> HttpResponse:
    report, user, now = task.report, request.user, timezone.now()
    level = redaction.level_of(report, user)
    with timezone.override(report.mission.zone):
        context = {
            "report": report,
            "task": task_words(task, report, now),
            "why": _why(task, report),
            "is_plan": task.code == PLAN,
            "is_military": task.owner == Role.MILITARY_LIAISON,
            "facts": redaction.facts_for(report, level),
            "end_form": form if can_end(user, task) and task.status == TaskStatus.OPEN else None,
            "can_cancel": can_lead(user, report),
            "refused_forms": [form] if form.errors else [],
        }
        return render(request, "referrals/task.html", context, status=status)


def _why(task: Task, report: Report) -> dict[str, str]:
    """Which rule asked for it and where that comes from, or where its kind comes from."""
    asked = report.decision.get("tasks", ()) if task.opened_by_id is None else ()
    found = next((each for each in asked if each["code"] == task.code), None)
    if found:
        reason = said(found["reason"], report.policy_id)
        return {"rule": found["rule"], "reason": reason, "source": found["source"]}
    return {"source": KINDS[task.code].source} if task.code in KINDS else {}

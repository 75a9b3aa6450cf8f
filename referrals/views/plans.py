"""The plan of action: one page on which the planning cell writes, submits, and leadership decides.

Every button of the page stores what was typed first, so that none of them loses a text.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from actors.models import User
from referrals.forms.plans import RowForm
from referrals.models import Task
from referrals.permissions import can_see_tasks
from referrals.views.plan_page import PlanPage, plan_page
from referrals.views.reports import visible_report
from referrals.workflow import plans
from referrals.workflow.action_templates import component_of, on_offer
from referrals.workflow.errors import AlreadyDone, FieldRefused, NotAllowed
from referrals.workflow.identities import find_in_text
from referrals.workflow.plan_decisions import PlanIncomplete, decide_plan, submit_plan
from referrals.workflow.plan_sections import BY_KEY
from referrals.workflow.plans import ActionLine
from referrals.workflow.task_kinds import PLAN


def visible_plan(user: User, reference: str, uuid) -> Task:
    """A plan of a report this person may see, for the planning cell and who approves its lines for
    the press; 404 for any other.
    """
    report = visible_report(user, reference)
    if not (can_see_tasks(user, report) or plans.approver_as(user, report)):
        raise Http404
    found = report.tasks.select_related("opened_by", "ended_by", "post__organization")
    task = get_object_or_404(found, uuid=uuid, code=PLAN)
    task.report = report
    return task


@login_required
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, reference: str, uuid) -> HttpResponse:
    """Will we make it in time? The clock, the gaps, the texts and the actions."""
    task = visible_plan(request.user, reference, uuid)
    with timezone.override(task.report.mission.zone):
        page = PlanPage(task, request.user, request.POST if request.method == "POST" else None)
        if request.method == "POST" and _pressed(request, page):
            return redirect("plan", reference=reference, uuid=uuid)
        return plan_page(request, page)


@login_required
@require_POST
def decide(request: HttpRequest, reference: str, uuid) -> HttpResponse:
    """Leadership approves the version that waits, or returns it."""
    task = visible_plan(request.user, reference, uuid)
    with timezone.override(task.report.mission.zone):
        page = PlanPage(task, request.user, None, decision=request.POST)
        if page.decision_form.is_valid() and _decided(request, page):
            return redirect("plan", reference=reference, uuid=uuid)
        return plan_page(request, page)


def _decided(request: HttpRequest, page: PlanPage) -> bool:
    number, form = request.POST.get("version", ""), page.decision_form
    is_approved = request.POST.get("as") == "approved"

    def decide_it() -> str:
        decide_plan(
            task=page.task,
            by=request.user,
            number=int(number) if number.isdecimal() else 0,
            is_approved=is_approved,
            note=form.cleaned_data["note"],
        )
        return _("Approved. The plan is in force.") if is_approved else _("Returned.")

    return _done(request, decide_it, lambda at, words: form.add_error("note", words))


def _pressed(request: HttpRequest, page: PlanPage) -> bool:
    """Store what was typed, then do what the button says; False where the page is shown again."""
    name, _colon, about = request.POST.get("do", "save").partition(":")
    verbs = {"add": _add, "offer": _offer, "remove": _remove, "tick": _tick, "untick": _untick}
    verbs |= {"submit": _submit, "press": _approve}
    if page.is_typed and not _store(request, page):
        return False
    if name not in verbs:
        messages.success(request, _("Saved."))
        return True
    return _done(request, lambda: verbs[name](request, page, about), page.refuse)


def _store(request: HttpRequest, page: PlanPage) -> bool:
    """The texts and the actions that this person changed."""
    texts = {key: request.POST[key] for key in BY_KEY if key in request.POST}
    seen = {key: request.POST.get(f"seen-{key}", "") for key in texts}
    _warn_of_names(request, texts, page)

    def save() -> str:
        plans.save_sections(task=page.task, by=request.user, texts=texts, seen=seen)
        return ""

    stored = _done(request, save, page.refuse, is_left=False)
    return all([stored, *(_store_row(request, page, row) for row in page.typed_rows())])


def _store_row(request: HttpRequest, page: PlanPage, row: RowForm) -> bool:
    at = f"a{row.position}"
    if not row.is_valid():
        page.refuse(at, "")
        return False

    def change() -> str:
        plans.change_action(
            task=page.task, by=request.user, position=row.position, line=row.line(), seen=row.seen
        )
        return ""

    def refuse(field: str, words: str) -> None:
        page.refuse(at, words)

    return not row.is_changed() or _done(request, change, refuse, is_left=False)


def _warn_of_names(request: HttpRequest, texts: dict[str, str], page: PlanPage) -> None:
    typed = "\n".join(text for key, text in texts.items() if text != page.task.sections.get(key))
    if typed and find_in_text(typed, page.report.mission):
        messages.warning(
            request,
            _("A text may say who somebody is. The whole planning cell reads it: take names out."),
        )


def _add(request: HttpRequest, page: PlanPage, about: str) -> str:
    form = page.new_action
    if not form.is_valid():
        raise FieldRefused("new", "invalid", "")
    try:
        plans.add_actions(task=page.task, by=request.user, lines=[form.line()])
    except FieldRefused as refused:
        form.add_error(refused.field, refused.message)
        raise FieldRefused("new", refused.code, "") from refused
    return _("Added.")


def _offer(request: HttpRequest, page: PlanPage, about: str) -> str:
    ticked = set(request.POST.getlist("offer"))
    chosen = [each for each in on_offer(page.report) if each.code in ticked]
    if not chosen:
        raise FieldRefused("offer", "required", _("Tick at least one action to add."))
    lines = [ActionLine(component_of(each, page.report), str(each.what)) for each in chosen]
    added = plans.add_actions(task=page.task, by=request.user, lines=lines)
    return _("Added: %(n)s. Now say who does each, and until when.") % {"n": len(added)}


def _remove(request: HttpRequest, page: PlanPage, about: str) -> str:
    plans.remove_action(task=page.task, by=request.user, position=_position(about))
    return _("Taken out.")


def _tick(request: HttpRequest, page: PlanPage, about: str) -> str:
    plans.tick_action(task=page.task, by=request.user, position=_position(about))
    return _("Marked as done.")


def _untick(request: HttpRequest, page: PlanPage, about: str) -> str:
    plans.tick_action(task=page.task, by=request.user, position=_position(about), is_done=False)
    return _("Marked as not done.")


def _position(about: str) -> int:
    return int(about) if about.isdecimal() and len(about) < 6 else 0


def _submit(request: HttpRequest, page: PlanPage, about: str) -> str:
    version = submit_plan(task=page.task, by=request.user)
    return _("Version %(n)s is before the mission's leadership.") % {"n": version.number}


def _approve(request: HttpRequest, page: PlanPage, about: str) -> str:
    plans.approve_press(task=page.task, by=request.user, seen=request.POST.get("press-read", ""))
    return _("Approved: the lines for the press.")


def _done(
    request: HttpRequest,
    verb: Callable[[], str],
    refuse: Callable[[str, str], None],
    *,
    is_left: bool = True,
) -> bool:
    """Run a verb; True when the page may be left. A refusal goes to its field by `refuse`.

    Args:
        is_left: whether the page is left when somebody was faster; not where a text would be lost.
    """
    try:
        said = verb()
    except plans.PlanConflict as conflict:
        for key in conflict.newer:
            refuse(key, _("Somebody else changed this meanwhile. Their text stands above yours."))
        return False
    except PlanIncomplete as incomplete:
        for key, words in incomplete.gaps.items():
            refuse(key, words)
        return False
    except FieldRefused as refused:
        refuse(refused.field, refused.message)
        return False
    except NotAllowed as error:
        raise Http404 from error
    except AlreadyDone as earlier:
        if not is_left:
            refuse("", str(earlier))
            return False
        messages.warning(request, str(earlier))
        return True
    if said:
        messages.success(request, said)
    return True

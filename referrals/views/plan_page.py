"""What the page of a plan of action shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from actors.models import User
from referrals import redaction
from referrals.forms.plans import ActionForm, DecisionForm, RowForm, SectionsForm, texts_shown
from referrals.forms.tasks import EndForm
from referrals.models import PlanAction, PlanVersion, Task, TaskStatus
from referrals.models.reasons import PocPhase
from referrals.permissions import can_lead, can_plan, can_see_tasks, planning_cell
from referrals.policy_words import role_label
from referrals.views import clock
from referrals.views.tasks import task_words
from referrals.workflow import plans
from referrals.workflow.action_kinds import ActionTemplate, Tier, Unit
from referrals.workflow.action_templates import on_offer
from referrals.workflow.plan_decisions import DECIDERS, can_decide
from referrals.workflow.plan_sections import APPROVED, SECTIONS, Section, is_needed, open_gaps

_ROW = re.compile(r"a(\d{1,5})-seen")


class PlanPage:
    """One request: the plan, who looks at it, what they typed, and what was refused where."""

    def __init__(
        self,
        task: Task,
        user: User,
        data: Mapping[str, str] | None = None,
        *,
        decision: Mapping[str, str] | None = None,
    ):
        self.task, self.user, self.report = task, user, task.report
        self.data = data
        self.decision_form = DecisionForm(decision)
        self.refused: dict[str, list[str]] = {}

    @property
    def is_typed(self) -> bool:
        """Whether the texts came with the request; who only approves the press lines has none."""
        return any(section.key in (self.data or {}) for section in SECTIONS)

    @cached_property
    def new_action(self) -> ActionForm:
        data = self.data or {}
        is_typed = any(data.get(f"new-{name}") for name in ActionForm.base_fields)
        is_pressed = data.get("do") == "add"
        return ActionForm(data if is_typed or is_pressed else None, prefix="new")

    def refuse(self, at: str, words: str) -> None:
        """Note a refusal: a section, `actions`, `offer`, `a` and a position, or the whole page."""
        self.refused.setdefault(at, []).append(words)

    def typed_rows(self) -> list[RowForm]:
        """The actions that came with the request, as typed."""
        found = (_ROW.fullmatch(name) for name in self.data or ())
        return [RowForm(self.data, int(each[1]), None) for each in found if each]


def plan_page(request: HttpRequest, page: PlanPage) -> HttpResponse:
    """The whole page for the planning cell, the lines for the press alone for who approves them."""
    page.task.refresh_from_db(fields=["sections", "edited", "status"])
    now = timezone.now()
    if can_see_tasks(page.user, page.report):
        template, context = "referrals/plan.html", _whole(page, now)
    else:
        template, context = "referrals/plan_press.html", _press_alone(page, now)
    is_refused = bool(page.refused or page.decision_form.errors)
    return render(request, template, context, status=422 if is_refused else 200)


def _press_alone(page: PlanPage, now: datetime) -> dict[str, object]:
    return {
        "report": page.report,
        "task": task_words(page.task, page.report, now),
        "press": _press(page),
        "is_open": page.task.status == TaskStatus.OPEN,
    }


def _whole(page: PlanPage, now: datetime) -> dict[str, object]:
    task, report, user = page.task, page.report, page.user
    actions = list(task.actions.select_related("done_by"))
    versions = list(task.versions.select_related("submitted_by", "decision__by"))
    gaps = open_gaps(task, actions, plans.approvers_of(report))
    can_write = plans.can_write(user, task)
    texts = SectionsForm(texts_shown(task.sections, page.data or {}))
    rows = [_row_form(page, action) for action in actions]
    _add_refusals(page, texts, rows)
    return _press_alone(page, now) | {
        "can_write": can_write,
        "can_tick": can_plan(user, report),
        "unsaved": [] if can_write else _unsaved(page),
        "gaps": [{"at": key, "label": _label(key), "words": gaps[key]} for key in gaps],
        "sections": [_section(page, section, texts, gaps) for section in SECTIONS],
        "rows": [_action_row(row, now) for row in rows],
        "new_action": page.new_action,
        "offers": _offers(page) if can_write else [],
        "offer_refused": page.refused.get("offer", []),
        "cell": _cell(page),
        "facts": redaction.facts_for(report, redaction.level_of(report, user)),
        "versions": [_version(version, now) for version in reversed(versions)],
        "decision_form": _decision_form(page, versions),
        "waiting": versions[-1].number if _is_waiting(versions) else None,
        "end_form": EndForm() if can_lead(user, report) and can_write else None,
        "refused_forms": [
            form
            for form in (texts, page.new_action, *rows, page.decision_form)
            if form.is_bound and form.errors
        ],
    }


def _add_refusals(page: PlanPage, texts: SectionsForm, rows: list[RowForm]) -> None:
    by_place = {f"a{row.position}": row for row in rows}
    for at, words in page.refused.items():
        for each in filter(None, words):
            if at in by_place:
                by_place[at].add_error(None, each)
            elif at != "new":
                texts.add_error(at if at in texts.fields else None, each)


def _row_form(page: PlanPage, action: PlanAction) -> RowForm:
    """As typed where it was refused, as it stands now otherwise."""
    is_refused = f"a{action.position}" in page.refused
    return RowForm(page.data if is_refused else None, action.position, action)


def _section(
    page: PlanPage, section: Section, texts: SectionsForm, gaps: Mapping[str, str]
) -> dict[str, object]:
    now = page.task.sections.get(section.key, "")
    field = texts[section.key]
    return {
        "key": section.key,
        "field": field,
        "text": now,
        "mark": plans.mark_of(now),
        "newer": now if page.refused.get(section.key) and field.value().strip() != now else "",
        "owner": role_label(section.owner_in(page.report)),
        "gap": gaps.get(section.key, ""),
        "is_needed": is_needed(section, page.report),
    }


def _unsaved(page: PlanPage) -> list[dict[str, object]]:
    """What was typed while the plan was ended by somebody else; to be copied, not lost."""
    shown = texts_shown(page.task.sections, page.data or {})
    return [
        {"label": section.label, "text": shown[section.key]}
        for section in SECTIONS
        if shown[section.key] != page.task.sections.get(section.key, "")
    ]


def _action_row(row: RowForm, now: datetime) -> dict[str, object]:
    action = row.action
    return {
        "form": row,
        "position": row.position,
        "mark": row.mark,
        "what": action.what,
        "component": role_label(action.component),
        "owner": action.owner,
        "due": clock.due(action.due_at, now) if not action.done_at else {},
        "due_at": action.due_at,
        "done": clock.past(action.done_at, now),
        "done_by": action.done_by,
        "is_gap": not (action.owner and action.due_at),
        "is_refused": row.is_bound,
    }


def _press(page: PlanPage) -> dict[str, object]:
    lines = page.task.sections.get("press", "")
    approved = page.task.sections.get(APPROVED, {})
    mine = plans.approver_as(page.user, page.report)
    names = {"lead": role_label(page.report.mission.lead_role), "information": _information()}
    return {
        "lines": lines,
        "mark": plans.mark_of(lines),
        "approvals": [
            {
                "role": names[key],
                "by": approved.get(key, {}).get("by", ""),
                "at": parse_datetime(approved[key]["at"]) if key in approved else None,
            }
            for key in sorted(plans.approvers_of(page.report), reverse=True)
        ],
        "can_approve": bool(lines) and bool(mine) and mine not in approved,
    }


def _information() -> str:
    return role_label("PUBLIC_INFORMATION")


def _offers(page: PlanPage) -> list[dict[str, object]]:
    """Templates of this phase first, by unit; those of other phases after them."""
    ticked = (page.data.getlist("offer") if hasattr(page.data, "getlist") else []) or []
    phase, offers = page.report.poc_phase, on_offer(page.report)
    fitting = [each for each in offers if phase in each.phases]
    others = [each for each in offers if phase not in each.phases]
    return [
        {
            "title": _("For this phase: %(phase)s") % {"phase": PocPhase.words(phase)},
            "units": _units(fitting, ticked),
        },
        {"title": _("For other phases"), "units": _units(others, ticked)},
    ]


def _units(templates: Iterable[ActionTemplate], ticked: list[str]) -> list[dict[str, object]]:
    by_unit: dict[str, list[dict[str, object]]] = {}
    for each in templates:
        by_unit.setdefault(each.unit, []).append(
            {
                "code": each.code,
                "what": each.what,
                "tier": Tier(each.tier).label,
                "source": each.source,
                "is_ticked": each.code in ticked,
            }
        )
    return [{"unit": unit.label, "templates": by_unit[unit]} for unit in Unit if unit in by_unit]


def _cell(page: PlanPage) -> list[dict[str, object]]:
    return [
        {
            "role": role_label(referral.role),
            "organization": referral.organization.name if referral.organization else "",
            "is_decider": referral.role in DECIDERS and not referral.is_gap,
        }
        for referral in planning_cell(page.report)
    ]


def _version(version: PlanVersion, now: datetime) -> dict[str, object]:
    content = version.content
    decision = getattr(version, "decision", None)
    return {
        "number": version.number,
        "submitted": clock.past(version.submitted_at, now),
        "submitted_by": version.submitted_by,
        "decision": decision,
        "decided": clock.past(decision.at, now) if decision else {},
        "texts": [
            {"label": section.label, "value": content["sections"].get(section.key), "wide": True}
            for section in SECTIONS
        ],
        "actions": [
            {
                **each,
                "component": role_label(each["component"]),
                "due_at": parse_datetime(each["due_at"]) if each["due_at"] else None,
            }
            for each in content["actions"]
        ],
    }


def _is_waiting(versions: list[PlanVersion]) -> bool:
    return bool(versions) and not hasattr(versions[-1], "decision")


def _decision_form(page: PlanPage, versions: list[PlanVersion]) -> DecisionForm | None:
    is_open = page.task.status == TaskStatus.OPEN
    may = is_open and _is_waiting(versions) and can_decide(page.user, page.report)
    return page.decision_form if may else None


def _label(key: str) -> str:
    found = next((section.label for section in SECTIONS if section.key == key), None)
    return str(found) if found else _("Actions")

"""What the API answers about a plan of action, and how it is described."""

from __future__ import annotations

from rest_framework import serializers

from actors.models import User
from referrals.models import PlanAction, PlanVersion, Task
from referrals.permissions import can_see_tasks
from referrals.workflow.action_templates import on_offer
from referrals.workflow.plan_sections import APPROVED, SECTIONS, open_gaps
from referrals.workflow.plans import approvers_of, can_write, line_mark, mark_of


class PlanSectionSerializer(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()
    owner = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    mark = serializers.CharField(help_text="Send it as `seen` when you change the text.")


class PlanActionSerializer(serializers.Serializer):
    position = serializers.IntegerField()
    component = serializers.CharField()
    what = serializers.CharField()
    owner = serializers.CharField(allow_blank=True)
    due_at = serializers.DateTimeField(allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)
    done_by = serializers.CharField(allow_blank=True)
    mark = serializers.CharField(help_text="Send it as `seen` when you change the action.")


class PlanApprovalSerializer(serializers.Serializer):
    role = serializers.CharField(help_text="lead or information.")
    by = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField(allow_null=True)


class PlanPressSerializer(serializers.Serializer):
    """The lines for the press, which are approved apart."""

    text = serializers.CharField(allow_blank=True)
    mark = serializers.CharField()
    approvals = PlanApprovalSerializer(many=True)


class PlanVersionSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    submitted_at = serializers.DateTimeField()
    submitted_by = serializers.CharField()
    decision = serializers.CharField(allow_blank=True, help_text="approved, returned or nothing.")
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    content = serializers.JSONField(help_text="The plan as it was submitted.")


class PlanOfferSerializer(serializers.Serializer):
    code = serializers.CharField()
    what = serializers.CharField()
    unit = serializers.CharField()
    tier = serializers.CharField()
    source = serializers.CharField()


class PlanSerializer(serializers.Serializer):
    """A plan of action; who only approves its lines for the press reads these alone."""

    uuid = serializers.UUIDField()
    status = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)
    press = PlanPressSerializer()
    sections = PlanSectionSerializer(many=True, required=False)
    actions = PlanActionSerializer(many=True, required=False)
    gaps = serializers.DictField(child=serializers.CharField(), required=False)
    versions = PlanVersionSerializer(many=True, required=False)
    offers = PlanOfferSerializer(many=True, required=False)


def plan_answer(task: Task, user: User) -> dict[str, object]:
    """The plan as it stands now, as far as this reader may know it."""
    task.refresh_from_db(fields=["sections", "edited", "status"])
    answer = {
        "uuid": task.uuid,
        "status": task.status,
        "due_at": task.due_at,
        "press": _press(task),
    }
    return answer | _whole(task, user) if can_see_tasks(user, task.report) else answer


def _whole(task: Task, user: User) -> dict[str, object]:
    actions = list(task.actions.select_related("done_by"))
    versions = task.versions.select_related("submitted_by", "decision__by")
    return {
        "sections": [
            {
                "key": section.key,
                "label": str(section.label),
                "owner": section.owner_in(task.report),
                "text": task.sections.get(section.key, ""),
                "mark": mark_of(task.sections.get(section.key, "")),
            }
            for section in SECTIONS
        ],
        "actions": [_action(each) for each in actions],
        "gaps": open_gaps(task, actions, approvers_of(task.report)),
        "versions": [_version(each) for each in versions],
        "offers": _offers(task) if can_write(user, task) else [],
    }


def _press(task: Task) -> dict[str, object]:
    lines, approved = task.sections.get("press", ""), task.sections.get(APPROVED, {})
    return {
        "text": lines,
        "mark": mark_of(lines),
        "approvals": [
            {"role": role, "by": "", "at": None} | approved.get(role, {})
            for role in sorted(approvers_of(task.report), reverse=True)
        ],
    }


def _action(action: PlanAction) -> dict[str, object]:
    return {
        "position": action.position,
        "component": action.component,
        "what": action.what,
        "owner": action.owner,
        "due_at": action.due_at,
        "done_at": action.done_at,
        "done_by": str(action.done_by or ""),
        "mark": line_mark(action),
    }


def _version(version: PlanVersion) -> dict[str, object]:
    decision = getattr(version, "decision", None)
    answer = {
        "number": version.number,
        "submitted_at": version.submitted_at,
        "submitted_by": str(version.submitted_by),
        "content": version.content,
    }
    if decision is None:
        return answer | {"decision": "", "decided_at": None, "decided_by": "", "note": ""}
    return answer | {
        "decision": "approved" if decision.is_approved else "returned",
        "decided_at": decision.at,
        "decided_by": str(decision.by),
        "note": decision.note,
    }


def _offers(task: Task) -> list[dict[str, str]]:
    return [
        {
            "code": each.code,
            "what": str(each.what),
            "unit": each.unit,
            "tier": each.tier,
            "source": each.source,
        }
        for each in on_offer(task.report)
    ]

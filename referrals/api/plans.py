"""The plan of action over the API: written together, submitted, decided on.

A text or an action that somebody else changed meanwhile is never overwritten unseen: `seen` is
its mark as it was read, and the newer one comes with the refusal.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from actors.models import Scope, User
from actors.scopes import WithinScope
from referrals.api.errors import REFUSALS, Outdated, refusals
from referrals.api.plan_answers import PlanSerializer, plan_answer
from referrals.api.report_fields import StrictSerializer, WordsField
from referrals.api.tasks import split
from referrals.api.typed import described, read_form
from referrals.api.work import visible_report
from referrals.forms.plans import ActionForm, DecisionForm
from referrals.models import Task
from referrals.permissions import can_see_tasks
from referrals.workflow import plans
from referrals.workflow.action_templates import component_of, on_offer
from referrals.workflow.errors import FieldRefused
from referrals.workflow.plan_decisions import PlanIncomplete, decide_plan, submit_plan
from referrals.workflow.plan_sections import BY_KEY
from referrals.workflow.plans import ActionLine
from referrals.workflow.task_kinds import PLAN

_SEEN = serializers.CharField(help_text="Its mark as you read it.")


class TextsSerializer(StrictSerializer):
    texts = serializers.DictField(child=WordsField(), help_text="By section.")
    seen = serializers.DictField(child=serializers.CharField(), help_text="Marks, by section.")


class OfferedSerializer(StrictSerializer):
    offer = serializers.ListField(child=serializers.CharField(), help_text="Codes of `offers`.")


class TickSerializer(StrictSerializer):
    is_done = serializers.BooleanField(default=True)


class SeenSerializer(StrictSerializer):
    seen = serializers.CharField(default="", allow_blank=True, help_text="The mark you read.")


def _plan_schema(name: str, sent: type[serializers.Serializer] | None = None):
    """How each button of a plan is described: it answers with the plan as it stands then."""
    newer = "Somebody was faster; a newer text comes with it as `newer`."
    return extend_schema(
        operation_id=f"plans_{name}",
        request=sent,
        responses={200: PlanSerializer, **REFUSALS, 409: OpenApiResponse(description=newer)},
    )


class PlanPartView(APIView):
    """One thing that can be done with a plan. Moments are on the mission's clock."""

    permission_classes = [IsAuthenticated, WithinScope]
    scope = Scope.REPORTS

    @contextmanager
    def opened(self, request: Request, reference: str, uuid: UUID) -> Iterator[Task]:
        """The plan, with refusals answered as they are everywhere."""
        task = visible_plan(request.user, reference, uuid)
        with timezone.override(task.report.mission.zone), refusals():
            yield task


class PlanView(PlanPartView):
    @extend_schema(operation_id="plans_read", responses={200: PlanSerializer, 404: REFUSALS[404]})
    def get(self, request: Request, reference: str, uuid: UUID) -> Response:
        """The plan as it stands; the lines for the press alone for who approves only them."""
        return Response(plan_answer(visible_plan(request.user, reference, uuid), request.user))


class SectionsView(PlanPartView):
    @_plan_schema("write", TextsSerializer)
    def post(self, request: Request, reference: str, uuid: UUID) -> Response:
        """Write some of its texts; none where one of them was changed by somebody else."""
        with self.opened(request, reference, uuid) as task:
            given = _given(TextsSerializer, request)
            unknown = [ErrorDetail("A plan has no such section.", "unknown")]
            if refused := {key: unknown for key in given["texts"] if key not in BY_KEY}:
                raise ValidationError(refused)
            try:
                plans.save_sections(task=task, by=request.user, **given)
            except plans.PlanConflict as conflict:
                raise _outdated(conflict.newer) from conflict
        return Response(plan_answer(task, request.user))


class ActionsView(PlanPartView):
    @_plan_schema("add_action", described("NewActionSerializer", ActionForm))
    def post(self, request: Request, reference: str, uuid: UUID) -> Response:
        """Add an action after the others; the same one is not added twice."""
        with self.opened(request, reference, uuid) as task:
            lines = [read_form(request.data, ActionForm).line()]
            plans.add_actions(task=task, by=request.user, lines=lines)
        return Response(plan_answer(task, request.user))


class ActionView(PlanPartView):
    @_plan_schema("change_action", described("ActionChangeSerializer", ActionForm, seen=_SEEN))
    def put(self, request: Request, reference: str, uuid: UUID, position: int) -> Response:
        """Write one action anew, if it still is as you read it."""
        with self.opened(request, reference, uuid) as task:
            sent, seen = _with_mark(request.data)
            line = read_form(sent, ActionForm).line()
            plans.change_action(task=task, by=request.user, position=position, line=line, seen=seen)
        return Response(plan_answer(task, request.user))

    @_plan_schema("remove_action")
    def delete(self, request: Request, reference: str, uuid: UUID, position: int) -> Response:
        """Take an action out."""
        with self.opened(request, reference, uuid) as task:
            plans.remove_action(task=task, by=request.user, position=position)
        return Response(plan_answer(task, request.user))


class TickView(PlanPartView):
    @_plan_schema("tick_action", TickSerializer)
    def post(self, request: Request, reference: str, uuid: UUID, position: int) -> Response:
        """Say that an action is done, or is not; also while the plan is carried out."""
        with self.opened(request, reference, uuid) as task:
            is_done = _given(TickSerializer, request)["is_done"]
            plans.tick_action(task=task, by=request.user, position=position, is_done=is_done)
        return Response(plan_answer(task, request.user))


class OffersView(PlanPartView):
    @_plan_schema("add_offered", OfferedSerializer)
    def post(self, request: Request, reference: str, uuid: UUID) -> Response:
        """Add actions of the templates on offer."""
        with self.opened(request, reference, uuid) as task:
            lines = _offered(task, _given(OfferedSerializer, request)["offer"])
            plans.add_actions(task=task, by=request.user, lines=lines)
        return Response(plan_answer(task, request.user))


class PressLinesView(PlanPartView):
    @_plan_schema("approve_press", SeenSerializer)
    def post(self, request: Request, reference: str, uuid: UUID) -> Response:
        """Approve the lines for the press, as you read them."""
        with self.opened(request, reference, uuid) as task:
            seen = _given(SeenSerializer, request)["seen"]
            plans.approve_press(task=task, by=request.user, seen=seen)
        return Response(plan_answer(task, request.user))


class SubmitView(PlanPartView):
    @_plan_schema("submit")
    def post(self, request: Request, reference: str, uuid: UUID) -> Response:
        """Put the plan as it stands before the mission's leadership."""
        with self.opened(request, reference, uuid) as task:
            try:
                submit_plan(task=task, by=request.user)
            except PlanIncomplete as incomplete:
                gaps = incomplete.gaps.items()
                raise ValidationError(
                    {key: [ErrorDetail(words, "required")] for key, words in gaps}
                ) from incomplete
        return Response(plan_answer(task, request.user))


class DecideView(PlanPartView):
    @_plan_schema(
        "decide",
        described(
            "PlanDecisionSerializer",
            DecisionForm,
            version=serializers.IntegerField(help_text="The number of the version you read."),
            **{"as": serializers.CharField(help_text="One of: approved, returned.")},
        ),
    )
    def post(self, request: Request, reference: str, uuid: UUID) -> Response:
        """Leadership approves the version that waits, or returns it with what is missing."""
        with self.opened(request, reference, uuid) as task:
            sent, decided_as = split(request.data, "as", ("approved", "returned"))
            number = sent.pop("version", None) if isinstance(sent, dict) else None
            if type(number) is not int:
                missing = ErrorDetail("Send the number of the version you read.", "required")
                raise ValidationError({"version": [missing]})
            note = read_form(sent, DecisionForm).cleaned_data["note"]
            is_approved = decided_as == "approved"
            decide_plan(
                task=task, by=request.user, number=number, is_approved=is_approved, note=note
            )
        return Response(plan_answer(task, request.user))


def visible_plan(user: User, reference: str, uuid: UUID) -> Task:
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


def _given(kind: type[serializers.Serializer], request: Request) -> dict[str, object]:
    given = kind(data=request.data)
    given.is_valid(raise_exception=True)
    return given.validated_data


def _with_mark(sent: object) -> tuple[object, str]:
    """An action as sent, and the mark by which it was read."""
    if not isinstance(sent, dict) or not isinstance(sent.get("seen"), str):
        raise ValidationError({"seen": [ErrorDetail("Send the mark you read.", "required")]})
    return {name: value for name, value in sent.items() if name != "seen"}, sent["seen"]


def _offered(task: Task, codes: list[str]) -> list[ActionLine]:
    chosen = [each for each in on_offer(task.report) if each.code in codes]
    if not chosen:
        raise FieldRefused("offer", "required", _("Tick at least one action to add."))
    return [ActionLine(component_of(each, task.report), str(each.what)) for each in chosen]


def _outdated(newer: dict[str, str]) -> Outdated:
    said = _("Somebody else changed this meanwhile. Their text stands above yours.")
    return Outdated({key: [ErrorDetail(said, "changed_meanwhile")] for key in newer}, newer=newer)

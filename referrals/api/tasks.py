"""The tasks of a report over the API: what is asked of whom, and what came of it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from actors.models import Scope, User
from actors.scopes import WithinScope
from referrals.api.errors import REFUSALS, refusals
from referrals.api.typed import described, read_form
from referrals.api.work import visible_report
from referrals.forms.tasks import EndForm, TaskForm
from referrals.models import Report, Task
from referrals.permissions import can_lead, can_see_tasks
from referrals.workflow.task_kinds import task_label
from referrals.workflow.tasking import TaskRefused, end_task, open_task


class ReportTaskSerializer(serializers.Serializer):
    uuid = serializers.UUIDField()
    code = serializers.CharField()
    label = serializers.CharField()
    owner = serializers.CharField()
    organization = serializers.CharField(allow_blank=True)
    status = serializers.CharField()
    opened_at = serializers.DateTimeField()
    opened_by = serializers.CharField(allow_blank=True)
    due_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_by = serializers.CharField(allow_blank=True)
    outcome = serializers.CharField(allow_blank=True)


class ReportTasksSerializer(serializers.Serializer):
    tasks = ReportTaskSerializer(many=True)
    offered = serializers.ListField(
        child=serializers.CharField(),
        help_text="What you may ask of whom, as `asked` takes it; for who leads on the report.",
    )


_Asked = described("NewTaskSerializer", TaskForm)
_Ended = described(
    "EndTaskSerializer",
    EndForm,
    **{"as": serializers.CharField(default="done", help_text="One of: done, cancelled.")},
)


class TasksView(APIView):
    permission_classes = [IsAuthenticated, WithinScope]
    scope = Scope.REPORTS

    @extend_schema(
        operation_id="reports_tasks", responses={200: ReportTasksSerializer, 404: REFUSALS[404]}
    )
    def get(self, request: Request, reference: str) -> Response:
        """The tasks of a report, for the planning cell and the Senior Adviser."""
        report = visible_report(request.user, reference)
        if not can_see_tasks(request.user, report):
            raise Http404
        tasks = report.tasks.select_related("opened_by", "ended_by", "post__organization")
        offered = _offered(report) if can_lead(request.user, report) else []
        answer = {"tasks": [task_answer(each, report) for each in tasks], "offered": offered}
        return Response(answer)

    @extend_schema(
        operation_id="reports_new_task",
        request=_Asked,
        responses={201: ReportTaskSerializer, **REFUSALS},
    )
    def post(self, request: Request, reference: str) -> Response:
        """The CP lead asks somebody who was told for something, until a moment."""
        report = visible_report(request.user, reference)
        if not can_lead(request.user, report):
            raise Http404
        with timezone.override(report.mission.zone):
            form = read_form(request.data, lambda sent: TaskForm(sent, report=report))
            with refusals():
                try:
                    task = open_task(report=report, by=request.user, **form.asked_of())
                except TaskRefused as refused:
                    field = refused.field if refused.field in form.fields else "asked"
                    detail = [ErrorDetail(refused.message, refused.code)]
                    raise ValidationError({field: detail}) from refused
            return Response(task_answer(task, report), status=status.HTTP_201_CREATED)


class TaskView(APIView):
    permission_classes = [IsAuthenticated, WithinScope]
    scope = Scope.REPORTS

    @extend_schema(
        operation_id="reports_task", responses={200: ReportTaskSerializer, 404: REFUSALS[404]}
    )
    def get(self, request: Request, reference: str, uuid: UUID) -> Response:
        """One task."""
        task = visible_task(request.user, reference, uuid)
        return Response(task_answer(task, task.report))


class EndTaskView(APIView):
    permission_classes = [IsAuthenticated, WithinScope]
    scope = Scope.REPORTS

    @extend_schema(
        operation_id="reports_end_task",
        request=_Ended,
        responses={200: ReportTaskSerializer, **REFUSALS},
    )
    def post(self, request: Request, reference: str, uuid: UUID) -> Response:
        """Say what came of it; the CP lead also that it is not needed any more."""
        task = visible_task(request.user, reference, uuid)
        sent, ends_as = split(request.data, "as", ("done", "cancelled"), default="done")
        given = read_form(sent, EndForm).cleaned_data
        with timezone.override(task.report.mission.zone), refusals():
            end_task(task=task, by=request.user, is_done=ends_as == "done", **given)
        return Response(task_answer(task, task.report))


def visible_task(user: User, reference: str, uuid: UUID) -> Task:
    """A task of a report this person may see, for who may see its tasks; 404 for any other."""
    report = visible_report(user, reference)
    if not can_see_tasks(user, report):
        raise Http404
    found = report.tasks.select_related("opened_by", "ended_by", "post__organization")
    task = get_object_or_404(found, uuid=uuid)
    task.report = report
    return task


def split(
    sent: object, name: str, values: tuple[str, ...], *, default: str | None = None
) -> tuple[object, str]:
    """What was sent without one name, and its value: which of two buttons was pressed.

    Raises:
        ValidationError: another value, or none and no default.
    """
    if not isinstance(sent, dict):
        return sent, default or values[0]
    left = {each: value for each, value in sent.items() if each != name}
    chosen = sent.get(name, default)
    if chosen not in values:
        said = f"Send one of: {', '.join(values)}."
        raise ValidationError({name: [ErrorDetail(said, "invalid_choice")]})
    return left, chosen


def task_answer(task: Task, report: Report) -> dict[str, object]:
    """One task that is loaded with its post and people."""
    task.report = report
    return {
        "uuid": task.uuid,
        "code": task.code,
        "label": task_label(task),
        "owner": task.owner,
        "organization": task.post.organization.name if task.post else "",
        "status": task.status,
        "opened_at": task.opened_at,
        "opened_by": str(task.opened_by or ""),
        "due_at": task.due_at,
        "ended_at": task.ended_at,
        "ended_by": str(task.ended_by or ""),
        "outcome": task.outcome,
    }


def _offered(report: Report) -> list[str]:
    groups = TaskForm(report=report).fields["asked"].choices
    return [value for _kind, owners in groups if isinstance(owners, list) for value, _ in owners]

"""Working on a report over the API: the verbs of its page, with the same refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from actors.models import Scope
from actors.scopes import WithinScope
from referrals.models import Report
from referrals.workflow import closing, recording
from referrals.workflow.errors import AlreadyDone, FieldRefused, NotAllowed


class NothingSerializer(serializers.Serializer):
    """The press of a button."""


class CloseSerializer(serializers.Serializer):
    reason = serializers.CharField(default="", allow_blank=True)
    words = serializers.CharField(default="", allow_blank=True)


class ReopenSerializer(serializers.Serializer):
    words = serializers.CharField(default="", allow_blank=True)


class PhaseSerializer(serializers.Serializer):
    phase = serializers.CharField(default="", allow_blank=True)
    was = serializers.CharField(allow_blank=True, help_text="The phase you saw when choosing.")


class MergeSerializer(serializers.Serializer):
    master = serializers.CharField(default="", allow_blank=True, help_text="Its reference.")


class InterviewSerializer(serializers.Serializer):
    interviewer = serializers.CharField(default="", allow_blank=True)
    held_on = serializers.DateField(default=None, allow_null=True)
    seen_at = serializers.DateTimeField(help_text="When you read what is noted already.")


class VerificationSerializer(serializers.Serializer):
    violation = serializers.CharField(default="", allow_blank=True)
    stage = serializers.CharField(default="", allow_blank=True)
    status = serializers.CharField(default="", allow_blank=True)
    decided_on = serializers.DateField(default=None, allow_null=True)
    note = serializers.CharField(default="", allow_blank=True)
    seen_at = serializers.DateTimeField(help_text="When you read what is recorded already.")


class StandingSerializer(serializers.Serializer):
    reference = serializers.CharField()
    status = serializers.CharField()


class Conflict(ValidationError):
    """A refusal for what happened before, not for what was sent."""

    status_code = status.HTTP_409_CONFLICT


class WorkView(APIView):
    """One verb on a report; each verb is a subclass."""

    permission_classes = [IsAuthenticated, WithinScope]
    scope = Scope.REPORTS
    given: ClassVar[type[serializers.Serializer]]
    verb: ClassVar[Callable[..., object]]

    def post(self, request: Request, reference: str) -> Response:
        visible = Report.objects.visible_to(request.user).select_related("mission")
        report = get_object_or_404(visible, reference=reference)
        given = self.given(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            type(self).verb(report=report, by=request.user, **given.validated_data)
        except NotAllowed as error:
            raise Http404 from error
        except FieldRefused as refused:
            detail = [ErrorDetail(refused.message, refused.code)]
            raise ValidationError({refused.field: detail}) from refused
        except AlreadyDone as earlier:
            raise Conflict(str(earlier), "already_done") from earlier
        report.refresh_from_db(fields=["status"])
        return Response({"reference": report.reference, "status": report.status})


def _address(name: str, verb: Callable[..., object], given: type[serializers.Serializer]):
    """The view of one verb, described by what it asks for."""
    described = extend_schema(
        operation_id=f"reports_{name.replace('-', '_')}",
        request=given,
        responses={
            200: StandingSerializer,
            400: OpenApiResponse(description="A code and a sentence per field."),
            404: OpenApiResponse(description="Not yours to see or to do, or not there."),
            409: OpenApiResponse(description="Somebody was faster; it says who and when."),
        },
    )
    view = type("WorkView", (WorkView,), {"given": given, "verb": staticmethod(verb)})
    return extend_schema_view(post=described)(view).as_view()


WORK = {
    name: _address(name, verb, given)
    for name, verb, given in (
        ("follow-up", closing.begin_follow_up, NothingSerializer),
        ("set-phase", closing.set_phase, PhaseSerializer),
        ("merge-report", closing.merge_report, MergeSerializer),
        ("unmerge-report", closing.unmerge_report, NothingSerializer),
        ("close-report", closing.close_report, CloseSerializer),
        ("reopen-report", closing.reopen_report, ReopenSerializer),
        ("note-interview", recording.note_interview, InterviewSerializer),
        ("set-verification", recording.set_verification, VerificationSerializer),
    )
}

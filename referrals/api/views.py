"""The API's reports: file one, read one."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from actors.models import Scope
from actors.scopes import WithinScope
from referrals.api.answer_serializers import ReportAnswerSerializer
from referrals.api.answers import answer_for
from referrals.api.serializers import ReportSerializer, read_filing
from referrals.models import Report
from referrals.workflow.filing import SentDifferently, file_report
from referrals.workflow.triage import note_opened


class ReportsView(APIView):
    """File a report."""

    permission_classes = [IsAuthenticated, WithinScope]
    scope = Scope.REPORTS

    @extend_schema(
        request=ReportSerializer,
        responses={
            201: ReportAnswerSerializer,
            200: OpenApiResponse(ReportAnswerSerializer, "Sent before; the first one answers."),
            400: OpenApiResponse(description="A code and a sentence per field."),
            409: OpenApiResponse(description="This uuid was sent before with other content."),
        },
    )
    def post(self, request: Request) -> Response:
        """Store, route and tell. The same uuid again answers with the first report."""
        filing = read_filing(request.data, request.user)
        try:
            filed = file_report(reporter=request.user, filing=filing)
        except SentDifferently as earlier:
            return _conflict(earlier.report.reference)
        code = status.HTTP_201_CREATED if filed.created else status.HTTP_200_OK
        return Response(answer_for(filed.report, request.user), status=code)


class ReportView(APIView):
    """Read a report."""

    permission_classes = [IsAuthenticated, WithinScope]
    scope = Scope.REPORTS

    @extend_schema(
        responses={
            200: ReportAnswerSerializer,
            404: OpenApiResponse(description="Not yours to see, or not there."),
        }
    )
    def get(self, request: Request, reference: str) -> Response:
        """The report as far as the reader may know it. The first reading stands in its story."""
        visible = Report.objects.visible_to(request.user).with_places()
        report = get_object_or_404(visible, reference=reference)
        if report.reporter_id != request.user.pk:
            note_opened(report=report, by=request.user)
        return Response(answer_for(report, request.user))


def _conflict(reference: str | None) -> Response:
    message = _("This uuid was sent before with other content. Nothing was stored.")
    errors = {"uuid": [{"code": "conflict", "message": message}]}
    return Response({"errors": errors, "reference": reference}, status=status.HTTP_409_CONFLICT)

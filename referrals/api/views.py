"""The API's reports: file one, read one."""

from __future__ import annotations

from django.db.models import prefetch_related_objects
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from referrals.api.serializers import ReportAnswerSerializer, ReportSerializer, answer_for
from referrals.models import Report
from referrals.querysets import recipients
from referrals.workflow.filing import SentDifferently, file_report


class ReportsView(APIView):
    """File a report."""

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
        serializer = ReportSerializer(data=request.data, context={"request": request})
        serializer.is_valid(raise_exception=True)
        try:
            filed = file_report(reporter=request.user, filing=serializer.validated_data["filing"])
        except SentDifferently as earlier:
            return _conflict(earlier.report.reference)
        code = status.HTTP_201_CREATED if filed.created else status.HTTP_200_OK
        prefetch_related_objects([filed.report], recipients())
        return Response(answer_for(filed.report, request.user), status=code)


class ReportView(APIView):
    """Read a report."""

    @extend_schema(
        responses={
            200: ReportAnswerSerializer,
            404: OpenApiResponse(description="Not yours to see, or not there."),
        }
    )
    def get(self, request: Request, reference: str) -> Response:
        """The report as far as the reader may know it."""
        visible = Report.objects.visible_to(request.user).in_full()
        report = get_object_or_404(visible, reference=reference)
        return Response(answer_for(report, request.user))


def _conflict(reference: str | None) -> Response:
    message = "This uuid was sent before with other content. Nothing was stored."
    errors = {"uuid": [{"code": "conflict", "message": message}]}
    return Response({"errors": errors, "reference": reference}, status=status.HTTP_409_CONFLICT)

"""What the CP lead does against the rules, with a reason that is kept: set a guard aside, share a
report with somebody the rules did not choose.
"""

from __future__ import annotations

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from actors.models import Scope
from actors.scopes import WithinScope
from referrals.api.corrections import ChangedRecipientSerializer
from referrals.api.errors import REFUSALS, refusals
from referrals.api.typed import described, read_form
from referrals.api.work import StandingSerializer, visible_report
from referrals.forms.override import OverrideForm
from referrals.forms.triage import ShareForm
from referrals.models import Report
from referrals.permissions import can_lead
from referrals.views.changes import rows_of
from referrals.workflow.overriding import (
    check_guard,
    may_be_stated,
    override_guard,
    preview_override,
)
from referrals.workflow.sharing import share_report


class OverrideOutcomeSerializer(serializers.Serializer):
    """What would follow, once for each category that may be stated."""

    perpetrator = serializers.CharField(allow_blank=True)
    recipients = ChangedRecipientSerializer(many=True)
    guards = serializers.ListField(child=serializers.CharField())


class OverrideView(APIView):
    permission_classes = [IsAuthenticated, WithinScope]
    scope = Scope.REPORTS

    @extend_schema(
        operation_id="reports_preview_override",
        responses={200: OverrideOutcomeSerializer(many=True), **REFUSALS},
    )
    def get(self, request: Request, reference: str, guard: str) -> Response:
        """What would change without this guard. Nothing is stored."""
        report = _guarded(request, reference, guard)
        outcomes = []
        for stated in may_be_stated(guard):
            change = preview_override(report=report, guard=guard, stated=stated)
            outcomes.append(
                {
                    "perpetrator": stated.get("perpetrator", ""),
                    "recipients": [{"where": "", **row} for row in rows_of(report, change)],
                    "guards": [each.id for each in change.guards],
                }
            )
        return Response(outcomes)

    @extend_schema(
        operation_id="reports_override",
        request=described(
            "OverrideSerializer", OverrideForm, optional=("perpetrator", "best_interest")
        ),
        responses={200: StandingSerializer, **REFUSALS},
    )
    def post(self, request: Request, reference: str, guard: str) -> Response:
        """Set the guard aside and tell who may know now."""
        report = _guarded(request, reference, guard)
        form = read_form(request.data, lambda sent: OverrideForm(sent, guard=guard))
        with refusals():
            override_guard(report=report, guard=guard, by=request.user, basis=form.basis())
        report.refresh_from_db(fields=["status"])
        return Response({"reference": reference, "status": report.status})


class ShareView(APIView):
    permission_classes = [IsAuthenticated, WithinScope]
    scope = Scope.REPORTS

    @extend_schema(
        operation_id="reports_share",
        request=described("ShareSerializer", ShareForm),
        responses={201: StandingSerializer, **REFUSALS},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Let one organization read the report for so many days."""
        report = _led(request, reference)
        form = read_form(request.data, lambda sent: ShareForm(sent, report=report))
        with refusals():
            share_report(report=report, by=request.user, **form.terms())
        answer = {"reference": reference, "status": report.status}
        return Response(answer, status=status.HTTP_201_CREATED)


def _led(request: Request, reference: str) -> Report:
    report = visible_report(request.user, reference)
    if not can_lead(request.user, report):
        raise Http404
    return report


def _guarded(request: Request, reference: str, guard: str) -> Report:
    """A report on which this person leads, where this guard may be set aside now."""
    report = _led(request, reference)
    with refusals():
        check_guard(report, guard)
    return report

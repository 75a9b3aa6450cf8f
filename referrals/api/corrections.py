"""Correcting a report over the API: what would change is looked at first, and applied as seen."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.http import Http404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from actors.models import Scope
from actors.scopes import WithinScope
from referrals import redaction
from referrals.api.errors import REFUSALS, Conflict, Outdated, refusals
from referrals.api.typed import described, read_form
from referrals.api.work import visible_report
from referrals.forms.correct import CorrectionForm
from referrals.models import Report
from referrals.permissions import can_lead
from referrals.statuses import OPEN
from referrals.views.changes import decided_otherwise, rows_of
from referrals.workflow.correcting import Preview, correct_report, preview_correction
from referrals.workflow.errors import ChangedMeanwhile
from referrals.workflow.moving import said_of


class DifferenceSerializer(serializers.Serializer):
    label = serializers.CharField()
    was = serializers.CharField(allow_blank=True)
    now = serializers.CharField(allow_blank=True)


class ChangedRecipientSerializer(serializers.Serializer):
    name = serializers.CharField()
    mark = serializers.CharField(help_text="now, later or never.")
    where = serializers.CharField(allow_blank=True)
    lines = serializers.ListField(child=serializers.CharField())
    rule = serializers.CharField(allow_blank=True)
    source = serializers.CharField(allow_blank=True)


class ChangeSerializer(serializers.Serializer):
    """What a correction would change; `seen` stands for exactly this."""

    seen = serializers.CharField()
    diverts = serializers.BooleanField(help_text="Hands the report to the conduct channel.")
    facts = DifferenceSerializer(many=True)
    decided = DifferenceSerializer(many=True)
    recipients = ChangedRecipientSerializer(many=True)
    guards = serializers.ListField(child=serializers.CharField())


class CorrectedSerializer(serializers.Serializer):
    reference = serializers.CharField()
    diverted = serializers.BooleanField(
        help_text="Handed to the conduct channel: it is not there for you any more."
    )


_Facts = described("CorrectionPreviewSerializer", CorrectionForm, without=("reason", "seen"))
_Correction = described("CorrectionSerializer", CorrectionForm, needed=("seen",))


class CorrectionView(APIView):
    permission_classes = [IsAuthenticated, WithinScope]
    scope = Scope.REPORTS

    @extend_schema(
        operation_id="reports_correct",
        request=_Correction,
        responses={
            200: CorrectedSerializer,
            **REFUSALS,
            409: OpenApiResponse(
                description="Somebody was faster; or another change than the one you saw would "
                "follow: it comes with the answer as `change`."
            ),
        },
    )
    def post(self, request: Request, reference: str) -> Response:
        """Correct facts and tell who must know now. What is not sent stays as known."""
        report = _led(request, reference)
        form = _read(request, report, {"apply": ["1"]}, needed=("seen",))
        facts, given = _facts(form, request.data), form.cleaned_data
        if not given["seen"]:
            raise ValidationError({"seen": [ErrorDetail("Send what you were shown.", "required")]})
        with refusals():
            try:
                done = correct_report(
                    report=report,
                    by=request.user,
                    facts=facts,
                    reason=given["reason"],
                    seen=given["seen"],
                )
            except ChangedMeanwhile as changed:
                shown = _change(report, preview_correction(report=report, facts=facts))
                raise Outdated(str(changed), change=shown) from changed
        return Response({"reference": reference, "diverted": done.report.is_confided})


class CorrectionPreviewView(APIView):
    permission_classes = [IsAuthenticated, WithinScope]
    scope = Scope.REPORTS

    @extend_schema(
        operation_id="reports_preview_correction",
        request=_Facts,
        responses={200: ChangeSerializer, **REFUSALS},
    )
    def post(self, request: Request, reference: str) -> Response:
        """What these facts would change. Nothing is stored, nobody is told."""
        report = _led(request, reference)
        form = _read(request, report)
        with refusals():
            preview = preview_correction(report=report, facts=_facts(form, request.data))
        return Response(_change(report, preview))


def _led(request: Request, reference: str) -> Report:
    """An open report on which this person leads, as the page asks."""
    report = visible_report(request.user, reference)
    if not can_lead(request.user, report):
        raise Http404
    if report.status not in OPEN:
        raise Conflict(said_of(report), "already_done")
    return report


def _read(
    request: Request, report: Report, pressed: Mapping[str, list[str]] | None = None, **more
) -> CorrectionForm:
    def make(sent) -> forms.Form:
        for name, values in (pressed or {}).items():
            sent.setlist(name, values)
        return CorrectionForm(sent, report=report)

    return read_form(request.data, make, **more)


def _facts(form: CorrectionForm, sent: Mapping[str, object]) -> dict[str, object]:
    """Of what the form knows only what was sent: a program need not say all it leaves alone."""
    return {name: value for name, value in form.facts().items() if name in sent}


def _change(report: Report, preview: Preview) -> dict[str, object]:
    rows = rows_of(report, preview.change)
    return {
        "seen": preview.fingerprint(),
        "diverts": preview.change.diverts,
        "facts": [_pair(each) for each in redaction.differences(report, preview.report, "RD0")],
        "decided": [_pair(each) for each in decided_otherwise(report, preview.change)],
        "recipients": [{"where": "", **row} for row in rows],
        "guards": [guard.id for guard in preview.change.guards],
    }


def _pair(each: redaction.Difference) -> dict[str, str]:
    return {"label": each.label, "was": each.was, "now": each.now}

"""The story of a report over the API: what happened, and when each role learned of it."""

from __future__ import annotations

from dataclasses import asdict

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from actors.models import Scope
from actors.scopes import WithinScope
from referrals import redaction
from referrals.api.errors import REFUSALS
from referrals.api.work import visible_report
from referrals.views.learning import learned
from referrals.views.timeline import history_of, timeline


class StoryStepSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    title = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    by = serializers.CharField(allow_blank=True)


class MomentSerializer(serializers.Serializer):
    at = serializers.DateTimeField(allow_null=True)
    words = serializers.CharField(allow_blank=True, help_text="How long after filing, or why not.")
    by = serializers.CharField(allow_blank=True)
    is_late = serializers.BooleanField()


class LearnedSerializer(serializers.Serializer):
    role = serializers.CharField()
    organization = serializers.CharField()
    told = MomentSerializer()
    handed_over = MomentSerializer()
    opened = MomentSerializer()
    acknowledged = MomentSerializer()
    answered = MomentSerializer()


class StorySerializer(serializers.Serializer):
    reference = serializers.CharField()
    filed_at = serializers.DateTimeField()
    steps = StoryStepSerializer(many=True, help_text="The newest first.")
    learned = LearnedSerializer(many=True, help_text="Who was told first at the top.")


class StoryView(APIView):
    permission_classes = [IsAuthenticated, WithinScope]
    scope = Scope.REPORTS

    @extend_schema(
        operation_id="reports_story", responses={200: StorySerializer, 404: REFUSALS[404]}
    )
    def get(self, request: Request, reference: str) -> Response:
        """All that happened, for who reads the record; its reporter has a plain one."""
        report = visible_report(request.user, reference)
        level, now = redaction.level_of(report, request.user), timezone.now()
        if level not in redaction.RECORD:
            raise Http404
        is_plain, history = level == redaction.OWN, history_of(report)
        steps = timeline(history, now=now, plain=is_plain, is_full=level == "RD0")
        found = [] if is_plain else learned(report, history, now=now)
        return Response(
            {
                "reference": report.reference,
                "filed_at": report.filed_at,
                "steps": [{name: each[name] for name in _STEP} for each in steps],
                "learned": [asdict(each) for each in found],
            }
        )


_STEP = ("at", "title", "text", "by")

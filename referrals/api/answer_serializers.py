"""What the API answers about a report, described for its schema."""

from __future__ import annotations

from rest_framework import serializers


class RecipientSerializer(serializers.Serializer):
    """One recipient and why they are one."""

    role = serializers.CharField()
    organization = serializers.CharField(allow_null=True)
    kind = serializers.CharField()
    gate = serializers.CharField()
    redaction = serializers.CharField()
    via = serializers.CharField(allow_blank=True)
    assigned = serializers.CharField(allow_blank=True)
    status = serializers.CharField()
    rule = serializers.CharField()
    reason = serializers.CharField()
    source = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)
    acknowledged_at = serializers.DateTimeField(allow_null=True)


class FactSerializer(serializers.Serializer):
    name = serializers.CharField()
    label = serializers.CharField()
    value = serializers.CharField()
    note = serializers.CharField(help_text="What was filed, where the CP lead has corrected it.")


class GuardSerializer(serializers.Serializer):
    id = serializers.CharField()
    reason = serializers.CharField()
    source = serializers.CharField()


class SuppressedSerializer(serializers.Serializer):
    role = serializers.CharField()
    guard = serializers.CharField()
    reason = serializers.CharField()
    source = serializers.CharField()


class TaskSerializer(serializers.Serializer):
    code = serializers.CharField()
    due_minutes = serializers.IntegerField(allow_null=True)


class ReportAnswerSerializer(serializers.Serializer):
    """A stored report, as far as its reader may know it."""

    reference = serializers.CharField()
    uuid = serializers.UUIDField()
    status = serializers.CharField()
    filed_at = serializers.DateTimeField()
    routed_at = serializers.DateTimeField(allow_null=True)
    level = serializers.CharField()
    track = serializers.CharField(required=False)
    priority = serializers.CharField(required=False)
    classification = serializers.CharField(required=False)
    flash = serializers.BooleanField(required=False)
    poc_phase = serializers.CharField(required=False)
    facts = FactSerializer(many=True)
    recipients = RecipientSerializer(many=True)
    guards = GuardSerializer(many=True)
    suppressed = SuppressedSerializer(many=True)
    tasks = TaskSerializer(many=True)

"""What the API says of versions of the policy."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet
from rest_framework import serializers

from referrals.models import PolicySwitch, PolicyVersion
from referrals.workflow.proving import proofs_of
from referrals.workflow.switching import PEOPLE, in_force


class BreachSerializer(serializers.Serializer):
    """An invariant that does not hold, and the smallest situation that shows it."""

    invariant = serializers.CharField()
    text = serializers.CharField()
    source = serializers.CharField()
    detail = serializers.CharField()
    example = serializers.DictField(
        allow_null=True, help_text="The facts that differ from their defaults."
    )
    set_aside = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="Guards set aside in it."
    )


class ProofSerializer(serializers.Serializer):
    """What the proof found, under the invariants of this release."""

    passed = serializers.BooleanField()
    proved_at = serializers.DateTimeField()
    situations = serializers.CharField(help_text="A whole number, as text: it may be very long.")
    milliseconds = serializers.IntegerField()
    breaches = BreachSerializer(many=True)


class SwitchSerializer(serializers.Serializer):
    """One proposal to put the version in force. Without a proposer it came with a release."""

    reason = serializers.CharField()
    proposed_by = serializers.StringRelatedField(allow_null=True)
    proposed_at = serializers.DateTimeField()
    confirmed_by = serializers.StringRelatedField(allow_null=True)
    confirmed_at = serializers.DateTimeField(allow_null=True)
    declined_by = serializers.StringRelatedField(allow_null=True)
    declined_at = serializers.DateTimeField(allow_null=True)
    is_return = serializers.BooleanField()


class PolicySummarySerializer(serializers.Serializer):
    """A version of the policy without its text."""

    number = serializers.IntegerField()
    is_in_force = serializers.BooleanField()
    is_proven = serializers.BooleanField(
        source="proof.passed", allow_null=True, help_text="Null while nobody tried."
    )
    author = serializers.StringRelatedField(allow_null=True)
    note = serializers.CharField()
    created_at = serializers.DateTimeField()
    based_on = serializers.IntegerField(source="based_on.number", allow_null=True)
    sha256 = serializers.CharField()


class PolicySerializer(PolicySummarySerializer):
    """A version of the policy with its text, its proof and every switch to it, newest first."""

    body = serializers.CharField()
    proof = ProofSerializer(allow_null=True)
    switches = SwitchSerializer(source="switches.all", many=True)


def summaries() -> list[dict[str, object]]:
    """All versions, the newest first; three statements."""
    return PolicySummarySerializer(_completed(_versions().defer("body")), many=True).data


def answer_of(version: PolicyVersion) -> dict[str, object]:
    """One version with all there is to know; four statements."""
    switches = Prefetch("switches", PolicySwitch.objects.select_related(*PEOPLE))
    (whole,) = _completed(_versions().filter(pk=version.pk).prefetch_related(switches))
    return PolicySerializer(whole).data


def _versions() -> QuerySet[PolicyVersion]:
    return PolicyVersion.objects.select_related("author", "based_on").defer("based_on__body")


def _completed(versions: QuerySet[PolicyVersion]) -> list[PolicyVersion]:
    """With `proof` and `is_in_force`, which the serializers read."""
    proofs, now = proofs_of(versions), in_force()
    for version in versions:
        version.proof = proofs.get(version.pk)
        version.is_in_force = now is not None and now.version_id == version.pk
    return list(versions)

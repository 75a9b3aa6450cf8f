"""What the CP lead decides on a recipient, over the API: the verbs of the pages, refused alike.

A recipient is named by its role, of which a report has each once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from actors.models import Scope, User
from actors.scopes import WithinScope
from referrals.api.work import Conflict
from referrals.models import Referral, Report
from referrals.workflow import release
from referrals.workflow.errors import AlreadyDone, NotAllowed, ReleaseRefused
from referrals.workflow.gates import ReleaseBasis


class DecisionSerializer(serializers.Serializer):
    reason = serializers.CharField(default="", allow_blank=True, max_length=2000)


class HoldSerializer(DecisionSerializer):
    held_for = serializers.CharField(default="", allow_blank=True)


class ReleaseSerializer(DecisionSerializer):
    consent = serializers.CharField(default="", allow_blank=True)
    given_by = serializers.CharField(default="", allow_blank=True)
    scope = serializers.ListField(child=serializers.CharField(), default=list)
    do_no_harm = serializers.ListField(child=serializers.CharField(), default=list)
    entry_confirmed = serializers.BooleanField(default=False)


class DecidedSerializer(serializers.Serializer):
    reference = serializers.CharField()
    role = serializers.CharField()
    status = serializers.CharField()


class DecisionView(APIView):
    """One decision on one recipient; each decision is a subclass."""

    permission_classes = [IsAuthenticated, WithinScope]
    scope = Scope.REPORTS
    given: ClassVar[type[serializers.Serializer]]
    verb: ClassVar[Callable[..., Referral]]

    def post(self, request: Request, reference: str, role: str) -> Response:
        visible = Report.objects.visible_to(request.user).select_related("mission")
        report = get_object_or_404(visible, reference=reference)
        referral = get_object_or_404(report.referrals, role=role)
        given = self.given(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            decided = type(self).verb(referral=referral, by=request.user, **given.validated_data)
        except NotAllowed as error:
            raise Http404 from error
        except ReleaseRefused as refused:
            detail = [ErrorDetail(refused.message, refused.code)]
            raise ValidationError({refused.field: detail}) from refused
        except AlreadyDone as earlier:
            raise Conflict(str(earlier), "already_done") from earlier
        return Response({"reference": reference, "role": role, "status": decided.status})


def _release(*, referral: Referral, by: User, **stated: object) -> Referral:
    scope, points = tuple(stated.pop("scope")), frozenset(stated.pop("do_no_harm"))
    basis = ReleaseBasis(scope=scope, do_no_harm=points, **stated)
    return release.release_referral(referral=referral, by=by, basis=basis)


def _address(name: str, verb: Callable[..., Referral], given: type[serializers.Serializer]):
    """The view of one decision, described by what it asks for."""
    described = extend_schema(
        operation_id=f"recipients_{name}",
        request=given,
        responses={
            200: DecidedSerializer,
            400: OpenApiResponse(description="A code and a sentence per field."),
            404: OpenApiResponse(description="Not yours to see or to decide, or not there."),
            409: OpenApiResponse(description="Somebody was faster; it says who and when."),
        },
    )
    view = type("DecisionView", (DecisionView,), {"given": given, "verb": staticmethod(verb)})
    return extend_schema_view(post=described)(view).as_view()


DECISIONS = {
    name: _address(name, verb, given)
    for name, verb, given in (
        ("release", _release, ReleaseSerializer),
        ("hold", release.hold_referral, HoldSerializer),
        ("withhold", release.withhold_referral, DecisionSerializer),
        ("revoke", release.revoke_referral, DecisionSerializer),
    )
}

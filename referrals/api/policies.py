"""The policy over the API: its versions, and the steps by which one comes into force."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import (
    ErrorDetail,
    NotFound,
    ParseError,
    PermissionDenied,
    ValidationError,
)
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from actors.models import Scope
from actors.scopes import WithinScope
from referrals.api.errors import Conflict
from referrals.api.policy_answers import (
    PolicySerializer,
    PolicySummarySerializer,
    ProofSerializer,
    answer_of,
    summaries,
)
from referrals.models import PolicyVersion
from referrals.permissions import can_read_policy
from referrals.policy_file import LONGEST, FileRefused
from referrals.workflow.drafting import check_writer, keep_text
from referrals.workflow.errors import AlreadyDone, FieldRefused, NotAllowed, NotProven
from referrals.workflow.proving import prove_version
from referrals.workflow.switching import (
    check_decider,
    confirm_switch,
    decline_switch,
    open_switch,
    propose_switch,
    return_to_version,
)

MOST_BYTES = 4 * LONGEST + 1
REFUSALS = {
    400: OpenApiResponse(description="A code and a sentence per field."),
    403: OpenApiResponse(description="You may read the policy, and not do this."),
    404: OpenApiResponse(description="Not yours to see, or not there."),
    409: OpenApiResponse(
        description="Somebody was faster, or the version fails the proof, which comes with it."
    ),
}
READING = {404: REFUSALS[404]}


class YamlParser(BaseParser):
    """A policy file as the whole body of a request."""

    media_type = "application/yaml"

    def parse(self, stream, media_type=None, parser_context=None) -> dict[str, str]:
        try:
            body = stream.read(MOST_BYTES).decode()
        except UnicodeDecodeError as error:
            raise ParseError(_("The file is not UTF-8 text.")) from error
        return {"body": body, "note": parser_context["request"].query_params.get("note", "")}


class TextYamlParser(YamlParser):
    media_type = "text/yaml"


class NewVersionSerializer(serializers.Serializer):
    body = serializers.CharField(
        trim_whitespace=False, allow_blank=True, help_text="The whole policy file, as YAML."
    )
    note = serializers.CharField(
        default="", allow_blank=True, help_text="What changed and why. Needed."
    )


class ReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(
        default="", allow_blank=True, help_text="Why this version. Needed to propose it."
    )


class PolicyDoor(APIView):
    """Closed, like a door that is not there, to those who do not read the policy."""

    permission_classes = [IsAuthenticated, WithinScope]
    scope = Scope.POLICIES

    def initial(self, request: Request, *args, **kwargs) -> None:
        super().initial(request, *args, **kwargs)
        if not can_read_policy(request.user):
            raise Http404

    def handle_exception(self, error: Exception) -> Response:
        response = super().handle_exception(_in_words_of_http(error))
        if isinstance(error, NotProven):
            response.data["proof"] = ProofSerializer(error.proof).data
        return response


class PoliciesView(PolicyDoor):
    """The versions of the policy, and a new one."""

    parser_classes = [JSONParser, YamlParser, TextYamlParser]

    @extend_schema(responses={200: PolicySummarySerializer(many=True), **READING})
    def get(self, request: Request) -> Response:
        """All versions, the newest first, without their texts."""
        return Response(summaries())

    @extend_schema(
        request={
            "application/json": NewVersionSerializer,
            "application/yaml": OpenApiTypes.STR,
            "text/yaml": OpenApiTypes.STR,
        },
        parameters=[OpenApiParameter("note", description="The note, where the body is YAML.")],
        responses={201: PolicySerializer, **REFUSALS},
    )
    def post(self, request: Request) -> Response:
        """Store a policy file as the next version and prove it. It does not come into force."""
        check_writer(request.user)
        sent = NewVersionSerializer().run_validation(request.data)
        version = keep_text(**sent, by=request.user, name="body")
        prove_version(version)
        return Response(answer_of(version), status=status.HTTP_201_CREATED)


class PolicyView(PolicyDoor):
    """One version of the policy."""

    @extend_schema(responses={200: PolicySerializer, **READING})
    def get(self, request: Request, number: int) -> Response:
        """The version with its text, its proof and every switch to it."""
        return Response(answer_of(_version(number)))


class ProposeView(PolicyDoor):
    """Ask for a version to be switched on."""

    @extend_schema(request=ReasonSerializer, responses={200: PolicySerializer, **REFUSALS})
    def post(self, request: Request, number: int) -> Response:
        """Prove the version and propose it. Another person confirms."""
        version = _version(number)
        propose_switch(version=version, by=request.user, reason=_reason(request))
        return Response(answer_of(version))


class ConfirmView(PolicyDoor):
    """Switch a proposed version on."""

    @extend_schema(request=None, responses={200: PolicySerializer, **REFUSALS})
    def post(self, request: Request, number: int) -> Response:
        """Put the proposed version in force, as somebody who neither wrote nor proposed it."""
        check_decider(request.user)
        version = _version(number)
        confirm_switch(switch=open_switch(version), by=request.user)
        return Response(answer_of(version))


class DeclineView(PolicyDoor):
    """Close a proposal."""

    @extend_schema(request=None, responses={200: PolicySerializer, **REFUSALS})
    def post(self, request: Request, number: int) -> Response:
        """Decline the proposal of this version, or take back one's own."""
        check_decider(request.user)
        version = _version(number)
        decline_switch(switch=open_switch(version), by=request.user)
        return Response(answer_of(version))


class ReturnView(PolicyDoor):
    """Return to an earlier version."""

    @extend_schema(request=ReasonSerializer, responses={200: PolicySerializer, **REFUSALS})
    def post(self, request: Request, number: int) -> Response:
        """Put a version that was in force before in force again, without a second person."""
        version = _version(number)
        return_to_version(version=version, by=request.user, reason=_reason(request))
        return Response(answer_of(version))


def _version(number: int) -> PolicyVersion:
    version = PolicyVersion.objects.filter(number=number).first()
    if version is None:
        raise NotFound(_("There is no version %(number)s. See the list.") % {"number": number})
    return version


def _reason(request: Request) -> str:
    return ReasonSerializer().run_validation(request.data)["reason"]


def _in_words_of_http(error: Exception) -> Exception:
    """A verb's no as an exception that `referrals.api.errors` answers; others as they are."""
    match error:
        case NotAllowed():
            return PermissionDenied(str(error))
        case FieldRefused():
            return ValidationError({error.field: [ErrorDetail(error.message, error.code)]})
        case FileRefused():
            return ValidationError({"body": [ErrorDetail(str(error), "invalid")]})
        case AlreadyDone():
            return Conflict({"version": [ErrorDetail(str(error), "already_done")]})
        case NotProven():
            return Conflict({"version": [ErrorDetail(str(error), "not_proven")]})
    return error

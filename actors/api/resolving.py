"""Who answers for a role in an area at a moment: the function that filing asks."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from actors.api import seen
from actors.api.filters import area_asked_for
from actors.api.schema import MISSION
from actors.api.views import DirectoryDoor
from actors.directory import Cover, Directory, Seat
from actors.models import Area, Organization, Post, User
from actors.permissions import Reach, Viewer
from actors.roles import Role
from actors.standing import standing_of


def why(cover: str) -> str:
    """Why these people answer, in words."""
    return {
        Cover.SHIFT: _("On duty by the roster."),
        Cover.SHIFT_DEPUTY: _("Deputy on duty by the roster."),
        Cover.HOLDER: _("Holds the post; no shift says otherwise."),
        Cover.DEPUTY: _("Deputy; the holder is away or there is none."),
        Cover.DESK: _("Nobody is named; the duty desk is reached."),
        Cover.NOBODY: _("Nobody answers for this role here."),
    }[Cover(cover)]


class QuestionSerializer(serializers.Serializer):
    role = serializers.ChoiceField(choices=Role.choices)
    area = serializers.CharField(help_text="P-code.")
    at = serializers.DateTimeField(
        required=False, help_text="Now if left out; without an offset in the mission's time."
    )


class NamedSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()


class PostThereSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    title = serializers.CharField()


class AnswerSerializer(serializers.Serializer):
    """Post and organization are null where nobody answers. People are named as far as the asker
    may know of them.
    """

    role = serializers.CharField()
    area = serializers.CharField()
    at = serializers.DateTimeField()
    post = PostThereSerializer(allow_null=True)
    organization = NamedSerializer(allow_null=True)
    people = NamedSerializer(many=True)
    cover = serializers.ChoiceField(choices=[cover.value for cover in Cover])
    why = serializers.CharField()
    distance = serializers.IntegerField(
        allow_null=True, help_text="Steps up from the area to the one the post is for."
    )
    distance_in_words = serializers.CharField()


class ResolveView(DirectoryDoor, APIView):
    at_least = Reach.INSIDE

    @extend_schema(
        summary="Who answers for a role in an area at a moment",
        tags=["directory"],
        parameters=[QuestionSerializer, MISSION],
        responses={
            200: AnswerSerializer,
            400: OpenApiResponse(description="A code and a sentence per field."),
            404: OpenApiResponse(description="The directory is not yours to ask."),
        },
    )
    def get(self, request: Request) -> Response:
        """The post, its organization and people, why it is they, and how near they are."""
        viewer = self.viewer
        question = QuestionSerializer()
        question.fields["at"].timezone = viewer.mission.zone
        asked = question.run_validation(request.query_params.dict())
        area = area_asked_for(request, asked["area"])
        at = asked.get("at") or timezone.now()
        seat = Directory.covering(area, at=at).resolve(
            asked["role"], filer_organizations=_own_line(viewer)
        )
        known = {"role": asked["role"], "area": area.code, "at": at.astimezone(viewer.mission.zone)}
        return Response(AnswerSerializer(known | _answer(viewer, area, seat)).data)


def _own_line(viewer: Viewer) -> list[int]:
    """A supervisor is the asker's own: their organization and those above it."""
    post = standing_of(viewer.user).filing_post(viewer.mission)
    return Organization.objects.line_of(post.organization_id) if post else []


def _answer(viewer: Viewer, area: Area, seat: Seat | None) -> dict[str, object]:
    if seat is None:
        nobody = {"post": None, "organization": None, "people": [], "distance": None}
        return nobody | {"cover": Cover.NOBODY, "why": why(Cover.NOBODY), "distance_in_words": ""}
    post = Post.objects.select_related("organization").get(pk=seat.post_id)
    return {
        "post": {"id": post.public_id, "title": str(post)},
        "organization": {"id": post.organization.public_id, "name": post.organization.name},
        "people": [_named(user) for user in _people(viewer, seat)],
        "cover": seat.cover,
        "why": why(seat.cover),
        "distance": seat.distance,
        "distance_in_words": _distance(area, seat.distance),
    }


def _people(viewer: Viewer, seat: Seat) -> list[User]:
    if not seen.named_posts(viewer).filter(pk=seat.post_id).exists():
        return []
    return list(User.objects.filter(pk__in=seat.holders))


def _named(user: User) -> dict[str, object]:
    return {"id": user.public_id, "name": user.name}


def _distance(area: Area, steps: int) -> str:
    path = area.path()
    if steps >= len(path):
        return _("For the whole mission.")
    if steps == 0:
        return _("For %(area)s itself.") % {"area": area.name}
    return _("For %(area)s, which %(place)s lies in.") % {
        "area": path[steps].name,
        "place": area.name,
    }

"""The entries of the directory as the API writes and reads them: who, and by whom."""

from rest_framework import serializers

from actors.api.fields import Place, Ref
from actors.api.serializing import EntrySerializer
from actors.models import (
    Area,
    Contact,
    DutyShift,
    Handover,
    Leave,
    Mission,
    Organization,
    Post,
    PostHolding,
    Relation,
    Service,
    User,
)
from actors.permissions import ASSESSMENTS

IN_ORGANIZATION = "organization__mission"


def code_of(way: str = "mission") -> serializers.CharField:
    """The code of the mission that `way` leads to."""
    return serializers.CharField(source=f"{way}.code", read_only=True)


def name_of(way: str) -> serializers.CharField:
    """A name in words beside the id of what `way` leads to."""
    return serializers.CharField(source=f"{way}.name", read_only=True)


class MissionSerializer(EntrySerializer):
    id = None
    lead_role = serializers.CharField(read_only=True)

    class Meta:
        model = Mission
        read_only_fields = ("code", "retired_at")
        fields = (
            "code",
            "name",
            "time_zone",
            "is_fictional",
            "reporting_line_words",
            "lead_role",
            *Mission.POLICY_SETTINGS,
            "retired_at",
        )


class AreaSerializer(EntrySerializer):
    id = None
    mission = code_of()
    parent = Place(allow_null=True, required=False)

    class Meta:
        model = Area
        read_only_fields = ("retired_at",)
        fields = (
            "mission",
            "code",
            "name",
            "level",
            "parent",
            "latitude",
            "longitude",
            "retired_at",
        )


class OrganizationSerializer(EntrySerializer):
    mission = code_of()
    parent = Ref(Organization, allow_null=True, required=False)
    party_link = Ref(Organization, allow_null=True, required=False)
    affiliates = Ref(Organization, many=True, required=False)
    assessments = ASSESSMENTS

    class Meta:
        model = Organization
        read_only_fields = ("assured_on", "retired_at")
        fields = (
            "id",
            "mission",
            "name",
            "short_name",
            "kind",
            "description",
            "website",
            "parent",
            "specialised_in_children",
            "must_report_by_law",
            *ASSESSMENTS,
            "assured_on",
            "retired_at",
        )


class PostSerializer(EntrySerializer):
    mission = code_of("organization.mission")
    organization = Ref(Organization)
    organization_name = name_of("organization")
    areas = Place(many=True, required=False)
    fixed = ("role", "organization")

    class Meta:
        model = Post
        read_only_fields = ("assured_on", "retired_at")
        fields = (
            "id",
            "mission",
            "role",
            "organization",
            "organization_name",
            "title",
            "areas",
            "has_roster",
            "assured_on",
            "retired_at",
        )


class PersonSerializer(EntrySerializer):
    class Meta:
        model = User
        read_only_fields = fields = (
            "id",
            "name",
            "username",
            "sex",
            "spoken_languages",
            "is_active",
        )


class HoldingSerializer(EntrySerializer):
    mission = code_of("post.organization.mission")
    post = Ref(Post, IN_ORGANIZATION)
    user = Ref(User, "")
    user_name = name_of("user")

    class Meta:
        model = PostHolding
        fields = ("id", "mission", "post", "user", "user_name", "rank", "held_from", "held_until")


class ShiftSerializer(EntrySerializer):
    mission = code_of("post.organization.mission")
    post = Ref(Post, IN_ORGANIZATION)
    user = Ref(User, "")
    user_name = name_of("user")

    class Meta:
        model = DutyShift
        fields = ("id", "mission", "post", "user", "user_name", "rank", "begins_at", "ends_at")


class LeaveSerializer(EntrySerializer):
    user = Ref(User, "")
    user_name = name_of("user")

    class Meta:
        model = Leave
        fields = ("id", "user", "user_name", "begins_at", "ends_at")


class ContactSerializer(EntrySerializer):
    """Of exactly one: a person, a post, an organization or a service."""

    user = Ref(User, "", allow_null=True, required=False)
    post = Ref(Post, IN_ORGANIZATION, allow_null=True, required=False)
    organization = Ref(Organization, allow_null=True, required=False)
    service = Ref(Service, IN_ORGANIZATION, allow_null=True, required=False)
    whose = serializers.CharField(source="owner", read_only=True)

    class Meta:
        model = Contact
        read_only_fields = ("failed_at",)
        fields = (
            "id",
            "user",
            "post",
            "organization",
            "service",
            "whose",
            "label",
            "channel",
            "address",
            "language",
            "failed_at",
        )


class HandoverSerializer(EntrySerializer):
    mission = code_of("post.organization.mission")
    post = Ref(read_only=True)
    outgoing = Ref(source="outgoing.user", read_only=True)
    outgoing_name = name_of("outgoing.user")
    incoming = Ref(read_only=True)
    incoming_name = name_of("incoming")
    is_open = serializers.BooleanField(read_only=True)

    class Meta:
        model = Handover
        read_only_fields = fields = (
            "id",
            "mission",
            "post",
            "outgoing",
            "outgoing_name",
            "incoming",
            "incoming_name",
            "held_until",
            "is_open",
            "started_at",
            "outgoing_confirmed_at",
            "incoming_confirmed_at",
            "completed_at",
            "cancelled_at",
            "open_items",
        )


class RelationSerializer(EntrySerializer):
    mission = code_of("origin.mission")
    origin = Ref(Organization)
    origin_name = name_of("origin")
    target = Ref(Organization)
    target_name = name_of("target")

    class Meta:
        model = Relation
        fields = (
            "id",
            "mission",
            "origin",
            "origin_name",
            "kind",
            "target",
            "target_name",
            "note",
        )

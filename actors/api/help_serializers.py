"""The entries of the directory as the API writes and reads them: what help there is, and where."""

from django.db.models import Max
from django.utils import timezone
from rest_framework import serializers

from actors.api.fields import Pdf, Place, Ref
from actors.api.serializers import IN_ORGANIZATION, code_of, name_of
from actors.api.serializing import EntrySerializer, PartSerializer
from actors.models import (
    Activity,
    CoordinationBody,
    Document,
    Location,
    Meeting,
    OpeningHours,
    Organization,
    Pathway,
    PathwayStep,
    Service,
)

FIGURES = {"capacity_maximum", "capacity_available"}


class LocationSerializer(EntrySerializer):
    mission = code_of()
    area = Place()

    class Meta:
        model = Location
        read_only_fields = ("retired_at",)
        fields = (
            "id",
            "mission",
            "name",
            "area",
            "address",
            "latitude",
            "longitude",
            "is_accessible",
            "has_safe_entrance",
            "retired_at",
        )


class OpeningHoursSerializer(PartSerializer):
    """Hours of some days of the week, in the mission's time."""

    class Meta:
        model = OpeningHours
        fields = ("weekdays", "opens_at", "closes_at", "valid_from", "valid_until")


class ServiceSerializer(EntrySerializer):
    mission = code_of("organization.mission")
    organization = Ref(Organization)
    organization_name = name_of("organization")
    areas = Place(many=True, required=False)
    locations = Ref(Location, many=True, required=False)
    opening_hours = OpeningHoursSerializer(many=True, required=False)
    children = {"opening_hours": "service"}
    fixed = ("organization",)

    class Meta:
        model = Service
        read_only_fields = ("capacity_updated_at", "assured_on", "retired_at")
        fields = (
            "id",
            "mission",
            "organization",
            "organization_name",
            "name",
            "kind",
            "description",
            "status",
            "alert",
            "serves_girls",
            "serves_boys",
            "minimum_age",
            "maximum_age",
            "eligibility",
            "how_to_apply",
            "required_documents",
            "is_free",
            "fees",
            "languages",
            "has_interpreter",
            "trained_on_sexual_violence",
            "capacity_maximum",
            "capacity_available",
            "capacity_updated_at",
            "areas",
            "locations",
            "opening_hours",
            "assured_on",
            "retired_at",
        )

    def validate(self, sent: dict[str, object]) -> dict[str, object]:
        """Whoever writes new figures has counted."""
        counted = any(
            sent[name] != getattr(self.instance, name, None) for name in FIGURES & set(sent)
        )
        return sent | ({"capacity_updated_at": timezone.now()} if counted else {})


class StepSerializer(PartSerializer):
    service = Ref(Service, IN_ORGANIZATION)
    service_name = name_of("service")
    organization_name = name_of("service.organization")

    class Meta:
        model = PathwayStep
        fields = ("position", "rank", "service", "service_name", "organization_name", "note")


class PathwaySerializer(EntrySerializer):
    mission = code_of("area.mission")
    area = Place()
    endorsed_by = Ref(CoordinationBody, IN_ORGANIZATION, allow_null=True, required=False)
    steps = StepSerializer(many=True, required=False)
    children = {"steps": "pathway"}
    fixed = ("area", "concern")

    class Meta:
        model = Pathway
        read_only_fields = ("version",)
        fields = (
            "id",
            "mission",
            "area",
            "concern",
            "version",
            "valid_from",
            "valid_until",
            "endorsed_by",
            "endorsed_on",
            "note",
            "steps",
        )

    def create(self, sent: dict[str, object]) -> Pathway:
        others = Pathway.objects.filter(area=sent["area"], concern=sent["concern"])
        last = others.aggregate(last=Max("version"))["last"] or 0
        return super().create(sent | {"version": last + 1})


class BodySerializer(EntrySerializer):
    mission = code_of("organization.mission")
    organization = Ref(Organization)
    organization_name = name_of("organization")
    area = Place(allow_null=True, required=False)
    chairs = Ref(Organization, many=True, required=False)
    members = Ref(Organization, many=True, required=False)
    fixed = ("organization",)

    class Meta:
        model = CoordinationBody
        read_only_fields = ("assured_on",)
        fields = (
            "id",
            "mission",
            "organization",
            "organization_name",
            "kind",
            "area",
            "chairs",
            "members",
            "rhythm",
            "aggregate_only",
            "assured_on",
        )


class MeetingSerializer(EntrySerializer):
    mission = code_of("body.organization.mission")
    body = Ref(CoordinationBody, IN_ORGANIZATION)

    class Meta:
        model = Meeting
        fields = ("id", "mission", "body", "begins_at", "ends_at", "place", "agenda")


class DocumentSerializer(EntrySerializer):
    mission = code_of()
    area = Place(allow_null=True, required=False)
    organization = Ref(Organization, allow_null=True, required=False)
    file_name = serializers.CharField(required=False, allow_blank=True)
    content = Pdf(write_only=True, required=False, allow_null=True)

    class Meta:
        model = Document
        read_only_fields = ("retired_at",)
        fields = (
            "id",
            "mission",
            "title",
            "kind",
            "level",
            "area",
            "organization",
            "summary",
            "link",
            "file_name",
            "content",
            "issued_on",
            "review_on",
            "retired_at",
        )


class ActivitySerializer(EntrySerializer):
    mission = code_of("organization.mission")
    organization = Ref(Organization)
    organization_name = name_of("organization")
    area = Place()

    class Meta:
        model = Activity
        fields = (
            "id",
            "mission",
            "key",
            "organization",
            "organization_name",
            "kind",
            "description",
            "area",
            "begins_on",
            "ends_on",
            "status",
            "girls",
            "boys",
        )

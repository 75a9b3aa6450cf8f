"""The kinds of entries under `/api/v1/directory/`, each in a few lines."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request

from actors.api import filters, seen, serializers
from actors.api import help_serializers as help_
from actors.api.views import (
    Confirmed,
    DeletedEntries,
    Entries,
    ReadEntries,
    RetiredEntries,
)
from actors.models import Contact, LookedAt, Mission
from actors.permissions import Reach, missions_seen
from actors.workflow.entries import CONTACT_KEPT
from actors.workflow.looking import record_looks

OF_ORGANIZATION = ("organization__mission",)
OF_POST = ("post__organization__mission",)
OF_USER = ("user__holdings__post__organization__mission",)


class Missions(Entries):
    serializer_class = serializers.MissionSerializer
    seen = seen.missions
    lookup_field = lookup_url_kwarg = "code"
    lookup_value_converter = "str"
    http_method_names = ["get", "put", "patch", "delete", "head", "options"]
    removal = _("Reports belong to a mission: retire it in its table.")

    def get_queryset(self) -> QuerySet[Mission]:
        """All that this person may open; one statement."""
        if getattr(self, "swagger_fake_view", False):
            return Mission.objects.none()
        ids = [mission.pk for mission in missions_seen(self.request.user)]
        return Mission.objects.filter(pk__in=ids)

    @property
    def mission(self) -> Mission:
        """The one that is named, to show its moments in its own time."""
        missions = missions_seen(self.request.user)
        code = self.kwargs.get(self.lookup_url_kwarg)
        for mission in missions:
            if code in (None, mission.code):
                return mission
        raise Http404


class Areas(RetiredEntries):
    serializer_class = serializers.AreaSerializer
    filterset_class = filters.AreaFilter
    seen = seen.areas
    lookup_field = lookup_url_kwarg = "code"
    lookup_value_converter = "str"


class Organizations(Confirmed, RetiredEntries):
    serializer_class = serializers.OrganizationSerializer
    filterset_class = filters.OrganizationFilter
    seen = seen.organizations


class Services(Confirmed, RetiredEntries):
    serializer_class = help_.ServiceSerializer
    filterset_class = filters.ServiceFilter
    seen = seen.services
    home = OF_ORGANIZATION


class Locations(RetiredEntries):
    serializer_class = help_.LocationSerializer
    filterset_class = filters.LocationFilter
    seen = seen.locations


class Posts(Confirmed, RetiredEntries):
    serializer_class = serializers.PostSerializer
    filterset_class = filters.PostFilter
    seen = seen.posts
    home = OF_ORGANIZATION


class Holdings(Entries):
    serializer_class = serializers.HoldingSerializer
    filterset_class = filters.HoldingFilter
    seen = seen.holdings
    home = OF_POST
    removal = _("Who had access when is kept. To end it, set held_until.")


class Shifts(DeletedEntries):
    serializer_class = serializers.ShiftSerializer
    filterset_class = filters.ShiftFilter
    seen = seen.shifts
    home = OF_POST
    at_least = Reach.INSIDE


class Leaves(DeletedEntries):
    serializer_class = serializers.LeaveSerializer
    filterset_class = filters.AtFilter
    seen = seen.leave
    home = OF_USER
    at_least = Reach.INSIDE


class People(ReadEntries):
    """For administrators, who name them in holdings, shifts and leave."""

    serializer_class = serializers.PersonSerializer
    filterset_class = filters.PersonFilter
    seen = seen.people
    home = ()

    @property
    def viewer(self):
        viewer = super().viewer
        if not viewer.is_keeper:
            raise Http404
        return viewer


class Contacts(DeletedEntries):
    """Each contact shown is written down as a look."""

    serializer_class = serializers.ContactSerializer
    filterset_class = filters.ContactFilter
    seen = seen.contacts
    home = (*OF_ORGANIZATION, "service__organization__mission", *OF_POST, *OF_USER)
    removal = CONTACT_KEPT

    def paginate_queryset(self, queryset: QuerySet[Contact]) -> list[Contact]:
        return self._looked_at(super().paginate_queryset(queryset))

    def get_object(self) -> Contact:
        return self._looked_at([super().get_object()])[0]

    def _looked_at(self, contacts: list[Contact]) -> list[Contact]:
        record_looks(viewer=self.request.user, contacts=contacts, where=LookedAt.API)
        return contacts


class Pathways(Entries):
    serializer_class = help_.PathwaySerializer
    filterset_class = filters.PathwayFilter
    seen = seen.pathways
    home = ("area__mission",)
    at_least = Reach.PARTNER
    removal = _("What was agreed is kept. To end it, set valid_until, its last day.")


class Bodies(Confirmed, Entries):
    serializer_class = help_.BodySerializer
    filterset_class = filters.BodyFilter
    seen = seen.bodies
    home = OF_ORGANIZATION
    at_least = Reach.PARTNER
    removal = _("Reports point here. To take it out of use, retire its organization.")


class Meetings(DeletedEntries):
    serializer_class = help_.MeetingSerializer
    filterset_class = filters.MeetingFilter
    seen = seen.meetings
    home = ("body__organization__mission",)
    at_least = Reach.PARTNER


class Documents(RetiredEntries):
    serializer_class = help_.DocumentSerializer
    filterset_class = filters.DocumentFilter
    seen = seen.documents
    at_least = Reach.PARTNER

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple:
        """Whoever asks for a PDF is given one, and a refusal as ever."""
        return super().perform_content_negotiation(request, force or self.action == "file")

    @extend_schema(
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            404: OpenApiResponse(description="Not yours to see, or no file is kept here."),
        }
    )
    @action(detail=True)
    def file(self, request: Request, **_address) -> HttpResponse:
        """The PDF, where one is kept here."""
        document = self.get_object()
        if not document.file_name:
            raise Http404
        headers = {
            "Content-Type": "application/pdf",
            "Content-Disposition": content_disposition_header(True, document.file_name),
        }
        return HttpResponse(bytes(document.content), headers=headers)


class Activities(DeletedEntries):
    serializer_class = help_.ActivitySerializer
    filterset_class = filters.ActivityFilter
    seen = seen.activities
    home = OF_ORGANIZATION


class Relations(DeletedEntries):
    serializer_class = serializers.RelationSerializer
    filterset_class = filters.RelationFilter
    seen = seen.relations
    home = ("origin__mission",)
    at_least = Reach.FULL


class Handovers(ReadEntries):
    serializer_class = serializers.HandoverSerializer
    filterset_class = filters.HandoverFilter
    seen = seen.handovers
    home = OF_POST

"""The directory as one HSDS 3.0 document."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from actors.api.schema import MISSION
from actors.api.views import DirectoryDoor
from actors.models import LookedAt
from actors.permissions import Reach
from actors.workflow.handing_out import hand_out_hsds


class HsdsView(DirectoryDoor, APIView):
    at_least = Reach.FULL

    @extend_schema(
        summary="The directory as Open Referral HSDS 3.0",
        tags=["directory"],
        parameters=[MISSION],
        responses={
            200: OpenApiResponse(
                OpenApiTypes.OBJECT,
                "`organizations`, `services` and `locations`; each object is valid by the "
                "published HSDS 3.0 schema of its kind.",
            ),
            404: OpenApiResponse(description="Not yours to see."),
        },
    )
    def get(self, request: Request) -> Response:
        """Organizations, services and places with the contact data you may be shown. Each look
        at contact data is written down.
        """
        return Response(hand_out_hsds(viewer=self.viewer, where=LookedAt.API))

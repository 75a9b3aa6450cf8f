"""The directory as a file of HSDS 3.0, for other programs to read."""

from django.http import HttpRequest, JsonResponse

from actors.models import LookedAt
from actors.permissions import Reach, Viewer
from actors.views.frame import directory_page
from actors.workflow.handing_out import hand_out_hsds


@directory_page(Reach.FULL)
def export_file(request: HttpRequest, viewer: Viewer) -> JsonResponse:
    """Download it; each look at contact data is written down."""
    document = hand_out_hsds(viewer=viewer, where=LookedAt.EXPORT)
    options = {"ensure_ascii": False, "indent": 1}
    answer = JsonResponse(document, json_dumps_params=options)
    name = f"{viewer.mission.code}-directory.hsds.json"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer

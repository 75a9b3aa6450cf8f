"""The floor's one view."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from benchmarks.bare.rows import write_rows


def write(request: HttpRequest) -> HttpResponse:
    """Write the rows of one filing for whoever has signed in."""
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    write_rows(UUID(request.POST["uuid"]), reporter=request.user)
    return HttpResponse(status=201)

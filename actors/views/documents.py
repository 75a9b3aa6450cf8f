"""Documents and standard operating procedures, by level."""

from __future__ import annotations

from collections import Counter
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from actors.models import Document, DocumentKind, DocumentLevel
from actors.permissions import Reach, Viewer
from actors.views.frame import directory_page, show


@directory_page(Reach.PARTNER)
@require_safe
def documents(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The documents in use, by level; `?kind=CODE` leaves one kind."""
    wanted = request.GET.get("kind", "")
    kind = wanted if wanted in DocumentKind.values else ""
    every = list(_listed(viewer))
    today = timezone.localdate(timezone=viewer.mission.zone)
    shown = [document for document in every if kind in ("", document.kind)]
    context = {
        "chips": _chips(viewer, every, kind),
        "levels": _levels(viewer, shown, today),
        "kind": DocumentKind(kind).label if kind else "",
        "all_url": _address(viewer),
    }
    return show(request, viewer, "actors/documents.html", context)


@directory_page(Reach.PARTNER)
@require_safe
def document_file(request: HttpRequest, viewer: Viewer, uuid: UUID) -> HttpResponse:
    """The file of one document, to be saved: it never opens inside the portal's own pages."""
    document = _of_mission(viewer).filter(public_id=uuid, content__isnull=False).first()
    if document is None:
        raise Http404
    return HttpResponse(
        bytes(document.content),
        headers={
            "Content-Type": "application/pdf",
            "Content-Disposition": content_disposition_header(True, document.file_name),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _of_mission(viewer: Viewer) -> QuerySet[Document]:
    return Document.objects.filter(mission=viewer.mission, retired_at=None)


def _listed(viewer: Viewer) -> QuerySet[Document]:
    """All of them without their files."""
    found = _of_mission(viewer).annotate(has_file=Q(content__isnull=False)).defer("content")
    return found.select_related("area", "organization").order_by("area__name", "title", "pk")


def _chips(viewer: Viewer, every: list[Document], chosen: str) -> list[dict[str, object]]:
    """One filter for each kind there is."""
    numbers = Counter(document.kind for document in every)
    kinds = [("", _("All"), len(every))]
    kinds += [(kind, label, numbers[kind]) for kind, label in DocumentKind.choices]
    return [
        {
            "label": label,
            "url": _address(viewer, kind=kind),
            "current": kind == chosen,
            "count": number,
        }
        for kind, label, number in kinds
        if number
    ]


def _levels(
    viewer: Viewer, shown: list[Document], today: date
) -> list[tuple[str, list[dict[str, object]]]]:
    """Label and rows of each level that has any."""
    rows = [(document.level, _row(viewer, document, today)) for document in shown]
    levels = [
        (label, [row for at, row in rows if at == level]) for level, label in DocumentLevel.choices
    ]
    return [(label, found) for label, found in levels if found]


def _row(viewer: Viewer, document: Document, today: date) -> dict[str, object]:
    file_url = reverse("document-file", args=[document.public_id])
    query = urlencode({"mission": viewer.mission.code})
    return {
        "document": document,
        "file_url": f"{file_url}?{query}" if document.has_file else "",
        "is_overdue": document.review_on is not None and document.review_on < today,
    }


def _address(viewer: Viewer, **query: str) -> str:
    return f"{reverse('documents')}?{urlencode({'mission': viewer.mission.code} | query)}"

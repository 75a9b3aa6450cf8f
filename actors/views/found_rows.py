"""What the search page shows of each entry it found; so many statements as kinds were found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actors.languages import by_letters, listed
from actors.models import (
    CoordinationBody,
    Document,
    EntryKind,
    Organization,
    Pathway,
    Post,
    SearchEntry,
    Service,
    ServiceKind,
)
from actors.permissions import Reach, Viewer
from actors.search.duty import OnDuty, on_duty
from actors.views.addresses import address
from actors.views.entry_words import (
    answering,
    areas_in_words,
    confirmed,
    for_whom,
    languages_of,
    places_left,
    sees_people,
    status_of,
)

Row = dict[str, object]
ONE_OF_EACH = {
    EntryKind.SERVICE: _("Service"),
    EntryKind.POST: _("Post"),
    EntryKind.ORGANIZATION: _("Organization"),
    EntryKind.BODY: _("Coordination body"),
    EntryKind.PATHWAY: _("Pathway"),
    EntryKind.DOCUMENT: _("Document"),
}


def found_rows(entries: list[SearchEntry], viewer: Viewer, *, at: datetime) -> list[Row]:
    """The rows of these entries, in their order."""
    look = _Look(viewer, at)
    rows: dict[tuple[str, int], Row] = {}
    for kind, load in look.loaders.items():
        ids = [entry.source_id for entry in entries if entry.kind == kind]
        if ids:
            rows |= {(kind, pk): row for pk, row in load(ids).items()}
    keys = [(entry.kind, entry.source_id) for entry in entries]
    return [rows[key] for key in keys if key in rows]


@dataclass(frozen=True)
class _Look:
    viewer: Viewer
    at: datetime

    @property
    def loaders(self) -> dict[str, Callable[[list[int]], dict[int, Row]]]:
        return {
            EntryKind.SERVICE: self.services,
            EntryKind.POST: self.posts,
            EntryKind.ORGANIZATION: self.organizations,
            EntryKind.BODY: self.bodies,
            EntryKind.PATHWAY: self.pathways,
            EntryKind.DOCUMENT: self.documents,
        }

    @property
    def today(self):
        return timezone.localdate(self.at, self.viewer.mission.zone)

    def services(self, ids: list[int]) -> dict[int, Row]:
        found = Service.objects.select_related("organization").prefetch_related("areas")
        return {pk: self._service(service) for pk, service in found.in_bulk(ids).items()}

    def _service(self, service: Service) -> Row:
        return {
            "what": service.get_kind_display(),
            "title": service.name,
            "url": address(self.viewer, "service", service.public_id),
            "organization": service.organization.name,
            "areas": areas_in_words(service.areas.all()),
            "facts": [for_whom(service), languages_of(service), places_left(service)],
            "alert": service.alert,
            "badges": [status_of(service), confirmed(service, self.today)],
        }

    def posts(self, ids: list[int]) -> dict[int, Row]:
        found = Post.objects.select_related("organization").prefetch_related("areas")
        duty = on_duty(ids, at=self.at)
        posts = found.in_bulk(ids)
        return {pk: self._post(post, duty.get(pk, OnDuty())) for pk, post in posts.items()}

    def _post(self, post: Post, duty: OnDuty) -> Row:
        said = answering(duty, with_names=sees_people(self.viewer, post.organization))
        page = address(self.viewer, "organization", post.organization.public_id)
        return {
            "what": ONE_OF_EACH[EntryKind.POST],
            "title": post.get_role_display(),
            "url": f"{page}#post-{post.public_id}",
            "organization": post.organization.name,
            "areas": areas_in_words(post.areas.all()),
            "facts": [post.title, said["names"]],
            "badges": [said, confirmed(post, self.today)],
        }

    def organizations(self, ids: list[int]) -> dict[int, Row]:
        offered: dict[int, set[str]] = {}
        kinds = Service.objects.active().filter(organization__in=ids).values_list
        for organization, kind in kinds("organization_id", "kind").distinct():
            offered.setdefault(organization, set()).add(str(ServiceKind(kind).label))
        found = Organization.objects.in_bulk(ids)
        return {pk: self._organization(org, offered.get(pk, set())) for pk, org in found.items()}

    def _organization(self, organization: Organization, offered: set[str]) -> Row:
        return {
            "what": organization.get_kind_display(),
            "title": organization.name,
            "url": address(self.viewer, "organization", organization.public_id),
            "facts": [organization.short_name, listed(sorted(offered, key=by_letters))],
            "badges": [confirmed(organization, self.today)],
        }

    def bodies(self, ids: list[int]) -> dict[int, Row]:
        found = CoordinationBody.objects.select_related("organization", "area")
        return {pk: self._body(body) for pk, body in found.in_bulk(ids).items()}

    def _body(self, body: CoordinationBody) -> Row:
        return {
            "what": body.get_kind_display(),
            "title": body.organization.name,
            "url": address(self.viewer, "organization", body.organization.public_id),
            "areas": areas_in_words([body.area] if body.area else []),
            "facts": [body.rhythm],
            "badges": [confirmed(body, self.today)],
        }

    def pathways(self, ids: list[int]) -> dict[int, Row]:
        found = Pathway.objects.select_related("area")
        return {pk: self._pathway(pathway) for pk, pathway in found.in_bulk(ids).items()}

    def _pathway(self, pathway: Pathway) -> Row:
        return {
            "what": ONE_OF_EACH[EntryKind.PATHWAY],
            "title": pathway.get_concern_display(),
            "url": address(
                self.viewer, "pathways", area=pathway.area.code, concern=pathway.concern
            ),
            "areas": pathway.area.name,
        }

    def documents(self, ids: list[int]) -> dict[int, Row]:
        found = Document.objects.defer("content").select_related("area")
        return {pk: self._document(document) for pk, document in found.in_bulk(ids).items()}

    def _document(self, document: Document) -> Row:
        return {
            "what": document.get_kind_display(),
            "title": document.title,
            "url": document_url(self.viewer, document),
            "areas": areas_in_words([document.area] if document.area else []),
            "facts": [document.summary],
        }


def document_url(viewer: Viewer, document: Document) -> str:
    """Where a document is read: its link, else the file kept here; for whom it is shown at all."""
    if document.link or viewer.reach < Reach.PARTNER:
        return document.link
    return address(viewer, "document-file", document.public_id)

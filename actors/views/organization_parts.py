"""What the page of an organization shows, as far as its viewer may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from actors.languages import listed
from actors.models import (
    Activity,
    ActivityStatus,
    Contact,
    CoordinationBody,
    Document,
    Meeting,
    Organization,
    Pathway,
    Relation,
)
from actors.permissions import Reach, Viewer
from actors.search.duty import OnDuty, on_duty
from actors.views.addresses import address
from actors.views.entry_words import (
    answering,
    areas_in_words,
    confirmed,
    for_whom,
    places_left,
    sees_people,
    status_of,
)
from actors.views.found_rows import document_url

Fact = dict[str, object]
MOST = 20


def organization_page(
    viewer: Viewer, public_id: UUID, *, at: datetime
) -> tuple[dict[str, object], QuerySet[Contact]]:
    """The context of the page, and the contact data its viewer may ask for.

    Raises:
        Http404: there is none, or this viewer may not know of it.
    """
    found = viewer.organizations().select_related("parent", "party_link", "body__area")
    organization = found.filter(public_id=public_id).first()
    if organization is None:
        raise Http404
    parts = _Parts(viewer, organization, at)
    duty = parts.duty()
    return parts.context(duty), parts.contacts(duty)


@dataclass(frozen=True)
class _Parts:
    viewer: Viewer
    organization: Organization
    at: datetime

    @property
    def today(self) -> date:
        return timezone.localdate(self.at, self.viewer.mission.zone)

    def duty(self) -> dict[int, OnDuty]:
        posts = self.organization.posts.active().values_list("pk", flat=True)
        return on_duty(list(posts), at=self.at)

    def context(self, duty: dict[int, OnDuty]) -> dict[str, object]:
        return {
            "organization": self.organization,
            "confirmed": confirmed(self.organization, self.today),
            "facts": self.facts(),
            "assessments": self.assessments() if self.viewer.sees_assessments else [],
            "with_names": sees_people(self.viewer, self.organization),
            "posts": self.posts(duty),
            "services": self.services(),
            "bodies": self.bodies(),
            "meetings": self.meetings(),
            "relations": self.relations() if self.viewer.sees_assessments else [],
            **self.reading(),
            "activities": self.activities(),
        }

    def contacts(self, duty: dict[int, OnDuty]) -> QuerySet[Contact]:
        """Those of the organization, of its desks and services, and of who answers now."""
        people = {holding.user_id for answer in duty.values() for holding in answer.holdings}
        organization = self.organization
        return self.viewer.contacts().filter(
            Q(organization=organization)
            | Q(post__organization=organization, post__retired_at=None)
            | Q(service__organization=organization, service__retired_at=None)
            | Q(user__in=people)
        )

    def facts(self) -> list[Fact]:
        organization = self.organization
        facts = [
            {"label": _("Acronym"), "value": organization.short_name},
            {"label": _("Part of"), "value": self._known(organization.parent)},
            {
                "label": _("Specialised in children"),
                "value": _("Yes") if organization.specialised_in_children else "",
            },
            {"label": _("What it does"), "value": organization.description, "wide": True},
        ]
        return [*self._body_facts(), *(fact for fact in facts if fact["value"])]

    def _known(self, other: Organization | None) -> str:
        """Another organization's name, where this viewer may know of it."""
        if other is None:
            return ""
        return other.name if self.viewer.organizations().filter(pk=other.pk).exists() else ""

    def _body_facts(self) -> list[Fact]:
        body = getattr(self.organization, "body", None)
        if body is None:
            return []
        facts = [
            {"label": _("Kind"), "value": body.get_kind_display()},
            {"label": _("Area"), "value": areas_in_words([body.area] if body.area else [])},
            {"label": _("When it meets"), "value": body.rhythm},
            {"label": _("Chaired by"), "value": self._names(body.chairs)},
            {"label": _("Members"), "value": self._names(body.members), "wide": True},
        ]
        return [fact for fact in facts if fact["value"]]

    def _names(self, organizations) -> str:
        known = self.viewer.organizations().values("pk")
        names = organizations.filter(pk__in=known).values_list("name", flat=True)
        return listed(names)

    def assessments(self) -> list[Fact]:
        """What only advisers and administrators read."""
        organization, today = self.organization, self.today
        agreed = organization.has_agreement_on(today)
        facts = [
            {
                "label": _("Information security"),
                "value": organization.get_security_rating_display(),
                "note": _assessed(
                    organization.security_assessed_on, organization.security_assessor
                ),
            },
            {
                "label": _("Agreement on sharing"),
                "value": _("In force") if agreed else _("None in force"),
                "note": _until(organization.sharing_expires_on),
            },
            {
                "label": _("Named as a source"),
                "value": _("Never outside the mission")
                if organization.do_not_attribute
                else _("Allowed"),
            },
            {"label": _("Linked to a party"), "value": organization.party_link or _("No")},
            {"label": _("Declared affiliates"), "value": self._names(organization.affiliates)},
            {"label": _("How it is perceived"), "value": organization.perception_note},
        ]
        return [*self._due_diligence(), *facts]

    def _due_diligence(self) -> list[Fact]:
        organization = self.organization
        if not organization.serves_host_state:
            return []
        status = organization.hrddp_on(self.today)
        labels = dict(Organization._meta.get_field("hrddp_status").choices)
        return [
            {
                "label": _("Human rights due diligence"),
                "value": labels.get(status, _("Not assessed: counts as pending")),
                "note": _assessed(organization.hrddp_assessed_on, organization.hrddp_assessor),
            },
            {"label": _("Conditions"), "value": organization.hrddp_conditions or _("None")},
        ]

    def posts(self, duty: dict[int, OnDuty]) -> list[dict[str, object]]:
        with_names = sees_people(self.viewer, self.organization)
        return [
            {
                "post": post,
                "areas": areas_in_words(post.areas.all()),
                "duty": answering(duty.get(post.pk, OnDuty()), with_names=with_names),
                "confirmed": confirmed(post, self.today),
            }
            for post in self.organization.posts.active().prefetch_related("areas")
        ]

    def services(self) -> list[dict[str, object]]:
        found = self.viewer.services().filter(organization=self.organization)
        return [
            {
                "service": service,
                "url": address(self.viewer, "service", service.public_id),
                "areas": areas_in_words(service.areas.all()),
                "for_whom": for_whom(service),
                "places": places_left(service),
                "status": status_of(service),
            }
            for service in found.prefetch_related("areas")
        ]

    def bodies(self) -> list[dict[str, object]]:
        """The groups it sits in."""
        known = self.viewer.organizations().values("pk")
        own = Q(members=self.organization) | Q(chairs=self.organization)
        found = CoordinationBody.objects.filter(own, organization__in=known)
        return [
            {
                "name": body.organization.name,
                "url": address(self.viewer, "organization", body.organization.public_id),
                "note": body.rhythm,
            }
            for body in found.select_related("organization").distinct()
        ]

    def meetings(self) -> QuerySet[Meeting]:
        coming = Meeting.objects.filter(body__organization=self.organization)
        return coming.filter(begins_at__gte=self.at).order_by("begins_at")[:3]

    def relations(self) -> list[dict[str, str]]:
        own = Q(origin=self.organization) | Q(target=self.organization)
        known = self.viewer.organizations().values("pk")
        found = Relation.objects.filter(own, origin__in=known, target__in=known)
        found = found.select_related("origin", "target")
        return [{"name": str(relation), "note": relation.note} for relation in found]

    def reading(self) -> dict[str, object]:
        """Documents and pathways, for those who have their pages."""
        if self.viewer.reach < Reach.PARTNER:
            return {"documents": [], "pathways": []}
        documents = Document.objects.filter(organization=self.organization, retired_at=None)
        return {
            "documents": [
                {
                    "name": document.title,
                    "url": document_url(self.viewer, document),
                    "note": document.get_kind_display(),
                }
                for document in documents.defer("content")
            ],
            "pathways": pathways_with(
                self.viewer, Q(steps__service__organization=self.organization), self.today
            ),
        }

    def activities(self) -> QuerySet[Activity]:
        """What it does now, by the 4W table."""
        running = (ActivityStatus.PLANNED, ActivityStatus.ONGOING)
        found = self.organization.activities.filter(
            Q(ends_on=None) | Q(ends_on__gte=self.today), status__in=running
        )
        return found.select_related("area")[:MOST]


def pathways_with(viewer: Viewer, part: Q, today: date) -> list[dict[str, str]]:
    """The pathways in force that something is a part of."""
    in_force = Q(valid_until=None) | Q(valid_until__gte=today)
    found = Pathway.objects.filter(part, in_force, valid_from__lte=today, area__retired_at=None)
    return [
        {
            "name": f"{pathway.get_concern_display()}, {pathway.area.name}",
            "url": address(viewer, "pathways", area=pathway.area.code, concern=pathway.concern),
        }
        for pathway in found.select_related("area").distinct()
    ]


def _assessed(on: date | None, by: str) -> str:
    if on is None:
        return ""
    return _("Assessed on %(day)s by %(who)s") % {"day": _day(on), "who": by}


def _until(on: date | None) -> str:
    return _("Until %(day)s") % {"day": _day(on)} if on else ""


def _day(on: date) -> str:
    return date_format(on, "SHORT_DATE_FORMAT")

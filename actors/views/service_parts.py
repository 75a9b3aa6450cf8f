"""What the page of a service shows, as far as its viewer may see."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from actors.languages import listed
from actors.models import Contact, OpeningHours, Service, ServiceStatus, Weekday
from actors.permissions import Reach, Viewer
from actors.views.addresses import address
from actors.views.entry_words import (
    areas_in_words,
    confirmed,
    for_whom,
    languages_of,
    places_left,
    status_of,
)
from actors.views.organization_parts import pathways_with

WEEK = list(Weekday)


def service_page(
    viewer: Viewer, public_id: UUID, *, at: datetime
) -> tuple[dict[str, object], QuerySet[Contact]]:
    """The context of the page, and the contact data its viewer may ask for.

    Raises:
        Http404: there is none, or this viewer may not know of it.
    """
    found = viewer.services().select_related("organization").prefetch_related("areas")
    service = found.filter(public_id=public_id).first()
    if service is None:
        raise Http404
    local = timezone.localtime(at, viewer.mission.zone)
    hours = [hours for hours in service.opening_hours.all() if _holds(hours, local.date())]
    page = {
        "service": service,
        "organization_url": address(viewer, "organization", service.organization.public_id),
        "status": status_of(service),
        "confirmed": confirmed(service, local.date()),
        "facts": _facts(service),
        "hours": [_hours(each) for each in hours],
        "open_now": _open_now(service, hours, local),
        "locations": _locations(viewer, service),
        "hides_place": not viewer.sees_place_of(service),
        "pathways": _pathways(viewer, service, local.date()),
    }
    own = Q(service=service) | Q(organization=service.organization)
    return page, viewer.contacts().filter(own)


def _facts(service: Service) -> list[dict[str, object]]:
    counted = service.capacity_updated_at
    facts = [
        {"label": _("For"), "value": for_whom(service)},
        {"label": _("Serves"), "value": areas_in_words(service.areas.all())},
        {"label": _("Languages"), "value": languages_of(service)},
        {
            "label": _("Free places"),
            "value": places_left(service),
            "note": _("counted on %(day)s") % {"day": _day(counted.date())} if counted else "",
        },
        {"label": _("Cost"), "value": _("Free of charge") if service.is_free else service.fees},
        {
            "label": _("Sexual violence"),
            "value": _("Staff are trained") if service.trained_on_sexual_violence else "",
        },
        {"label": _("Papers asked for"), "value": service.required_documents},
        {"label": _("Who is taken"), "value": service.eligibility, "wide": True},
        {"label": _("How to refer"), "value": service.how_to_apply, "wide": True},
        {"label": _("What is done"), "value": service.description, "wide": True},
    ]
    return [fact for fact in facts if fact["value"]]


def _holds(hours: OpeningHours, on: date) -> bool:
    begun = hours.valid_from is None or hours.valid_from <= on
    return begun and (hours.valid_until is None or on <= hours.valid_until)


def _hours(hours: OpeningHours) -> dict[str, str]:
    return {
        "days": listed(Weekday(day).label for day in hours.weekdays),
        "times": f"{time_format(hours.opens_at)}-{time_format(hours.closes_at)}",
        "until": _day(hours.valid_until) if hours.valid_until else "",
    }


def _open_now(service: Service, hours: list[OpeningHours], local: datetime) -> dict[str, str]:
    """Whether it is open at this moment by the mission's clock; empty where no hours are known."""
    if service.status != ServiceStatus.ACTIVE or not hours:
        return {}
    day, clock = WEEK[local.weekday()], local.time()
    is_open = any(day in h.weekdays and h.opens_at <= clock < h.closes_at for h in hours)
    if is_open:
        return {"label": _("Open now"), "tone": "good"}
    return {"label": _("Closed now"), "tone": "warn"}


def _locations(viewer: Viewer, service: Service) -> QuerySet | list:
    if not viewer.sees_place_of(service):
        return []
    return service.locations.filter(retired_at=None).select_related("area")


def _pathways(viewer: Viewer, service: Service, today: date) -> list[dict[str, str]]:
    if viewer.reach < Reach.PARTNER:
        return []
    return pathways_with(viewer, Q(steps__service=service), today)


def _day(on: date) -> str:
    return date_format(on, "SHORT_DATE_FORMAT")

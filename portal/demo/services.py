"""Fictional services, pathways, bodies and relations: every page of the directory shows some."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path

import yaml
from django.utils import timezone

from actors.models import (
    Channel,
    Contact,
    CoordinationBody,
    Document,
    Location,
    Meeting,
    OpeningHours,
    Pathway,
    PathwayStep,
    Relation,
    Service,
    StepRank,
)
from portal.demo.directory import Kesara

STORY = Path(__file__).with_name("services.yaml")


def build_services(kesara: Kesara, *, now: datetime) -> None:
    """Store what `services.yaml` tells; dates are counted from `now`."""
    story = yaml.safe_load(STORY.read_text(encoding="utf-8"))
    places = {each["name"]: _location(kesara, each) for each in story["locations"]}
    services = {
        (each["organization"], each["name"]): _service(kesara, each, places, now)
        for each in story["services"]
    }
    bodies = {each["organization"]: _body(kesara, each, now) for each in story["bodies"]}
    for each in story["pathways"]:
        _pathway(kesara, each, services, bodies, now)
    named = kesara.organizations
    for origin, kind, target in story["relations"]:
        Relation.objects.create(origin=named[origin], kind=kind, target=named[target])
    for each in story["documents"]:
        _document(kesara, each, now)


def _location(kesara: Kesara, told: dict) -> Location:
    return Location.objects.create(
        mission=kesara.mission,
        area=kesara.areas[told["area"]],
        name=told["name"],
        latitude=told["latitude"],
        longitude=told["longitude"],
        is_accessible=told.get("accessible", False),
        has_safe_entrance=told.get("safe", False),
    )


def _service(kesara: Kesara, told: dict, places: dict, now: datetime) -> Service:
    total, free = told.get("capacity", (None, None))
    service = Service.objects.create(
        organization=kesara.organizations[told["organization"]],
        name=told["name"],
        kind=told["kind"],
        description=told.get("description", ""),
        alert=told.get("alert", ""),
        languages=told.get("languages", []),
        minimum_age=told.get("minimum_age"),
        maximum_age=told.get("maximum_age"),
        trained_on_sexual_violence=told.get("trained", False),
        has_interpreter=told.get("interpreter", False),
        capacity_maximum=total,
        capacity_available=free,
        capacity_updated_at=now - timedelta(days=2) if total else None,
        assured_on=(now - timedelta(days=told.get("stale_days", 20))).date(),
    )
    service.areas.set(kesara.areas[code] for code in told["areas"])
    service.locations.set(places[name] for name in told.get("locations", []))
    for days, (opens, closes) in told.get("hours", {}).items():
        OpeningHours.objects.create(
            service=service,
            weekdays=days.split(),
            opens_at=time.fromisoformat(opens),
            closes_at=time.fromisoformat(closes),
        )
    if phone := told.get("phone"):
        Contact.objects.create(service=service, channel=Channel.PHONE, address=phone)
    return service


def _body(kesara: Kesara, told: dict, now: datetime) -> CoordinationBody:
    named = kesara.organizations
    body = CoordinationBody.objects.create(
        organization=named[told["organization"]], kind=told["kind"], rhythm=told["rhythm"]
    )
    body.chairs.set(named[name] for name in told["chairs"])
    body.members.set(named[name] for name in told["members"])
    if meets := told.get("meets"):
        day = (now + timedelta(days=meets["in_days"])).date()
        begins = timezone.make_aware(datetime.combine(day, time(meets["hour"])))
        Meeting.objects.create(
            body=body,
            begins_at=begins,
            ends_at=begins + timedelta(hours=2),
            place=meets["place"],
            agenda="Trends of the month. Gaps in services. Referral pathways.",
        )
    return body


def _pathway(kesara: Kesara, told: dict, services: dict, bodies: dict, now: datetime) -> None:
    first, last = (now.date() + timedelta(days=days) for days in told["valid_days"])
    pathway = Pathway.objects.create(
        area=kesara.areas[told["area"]],
        concern=told["concern"],
        valid_from=first,
        valid_until=last,
        endorsed_by=bodies[told["endorsed_by"]],
        endorsed_on=first,
    )
    for position, choices in enumerate(told["steps"], start=1):
        for rank, (organization, name) in zip(_RANKS, choices, strict=False):
            PathwayStep.objects.create(
                pathway=pathway,
                position=position,
                rank=rank,
                service=services[organization, name],
            )


_RANKS = (StepRank.PRIMARY, StepRank.BACKUP)


def _document(kesara: Kesara, told: dict, now: datetime) -> None:
    review = told.get("review_days")
    Document.objects.create(
        mission=kesara.mission,
        area=kesara.areas[told["area"]] if "area" in told else None,
        review_on=now.date() + timedelta(days=review) if review else None,
        **{name: told[name] for name in ("title", "kind", "level", "summary", "link")},
    )

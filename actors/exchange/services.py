"""Services, each known by its organization and its name."""

from __future__ import annotations

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from actors.exchange.headers import Columns
from actors.exchange.reading import Draft, TableReading
from actors.exchange.resources import ServiceResource
from actors.models import Service

_SYNONYMS = {
    "organisation": "organization",
    "service": "name",
    "type": "kind",
    "serves": "areas",
    "given at": "locations",
    "places": "capacity_maximum",
    "free places": "capacity_available",
    "confirmed on": "assured_on",
}
_TAGS = {
    "#org": "organization",
    "#service": "name",
    "#service+name": "name",
    "#sector": "kind",
    "#capacity": "capacity_maximum",
    "#adm2+code": "areas",
    "#description": "description",
}


class ServiceReading(TableReading):
    resource = ServiceResource
    columns = Columns(
        ServiceResource._meta.fields, ("organization", "name", "kind"), _SYNONYMS, _TAGS
    )
    identity = {"organization_id": "organization", "name": "name"}
    follows = {"assured_on": "assured_by", "capacity_available": "capacity_updated_at"}

    def scope(self) -> QuerySet:
        return Service.objects.filter(organization__mission=self.mission)

    def new(self) -> Model:
        return Service(assured_by=self.by)

    def prepare(self, draft: Draft) -> None:
        """A service cannot move to a location that is not in this list; say where to make one."""
        if "locations" in draft.errors:
            hint = _("Locations are made in the directory's tables.")
            draft.errors["locations"] += f" {hint}"

"""By what the lists of the directory can be narrowed. A filter nobody knows is refused by name."""

from __future__ import annotations

from datetime import date, datetime

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from actors.harms import HARMS
from actors.models import (
    Area,
    BodyKind,
    Channel,
    DocumentKind,
    DocumentLevel,
    OrganizationKind,
    RelationKind,
    ServiceKind,
    ServiceStatus,
)
from actors.models.activities import ActivityStatus
from actors.roles import Role

FREE = {"limit", "offset", "mission", "format"}


class Filters(DjangoFilterBackend):
    """Narrows lists only, and tells a misspelt filter from one that found nothing."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view) -> QuerySet:
        if view.detail:
            return queryset
        known = FREE | set(getattr(view, "filterset_class", EntryFilter).base_filters)
        unknown = [name for name in request.query_params if name not in known]
        if unknown:
            said = ErrorDetail(_("There is no such filter."), "unknown")
            raise ValidationError({name: [said] for name in unknown})
        return super().filter_queryset(request, queryset, view)


class EntryFilter(filters.FilterSet):
    """No filter of its own."""


class InUseFilter(EntryFilter):
    """Entries in use; `retired=true` gives the retired ones instead."""

    retired = filters.BooleanFilter(method="narrow_retired")

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        retired = bool(self.form.cleaned_data.get("retired"))
        return super().filter_queryset(queryset).filter(retired_at__isnull=not retired)

    def narrow_retired(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset


class CoveringFilter(InUseFilter):
    """Of posts and services: those for an area, itself, one above it or the whole mission."""

    area = filters.CharFilter(method="narrow_area", label="P-code of the area to be covered")

    def narrow_area(self, queryset: QuerySet, name: str, code: str) -> QuerySet:
        area = area_asked_for(self.request, code)
        here = Q(areas=None) | Q(areas__in=area.path())
        return queryset.filter(pk__in=queryset.model.objects.filter(here).values("pk"))


def area_asked_for(request: Request, code: str) -> Area:
    """The mission's area of this code, with all above it. Raises ValidationError on `area`."""
    mission = request.parser_context["view"].viewer.mission
    area = Area.objects.of_mission(mission, code)
    if area is None:
        said = _("%(mission)s has no area %(code)s in use.")
        said = said % {"mission": mission.code, "code": code}
        raise ValidationError({"area": [ErrorDetail(said, "unknown")]})
    return area


def by_words(field: str) -> filters.CharFilter:
    return filters.CharFilter(
        field_name=field, lookup_expr="icontains", label=f"part of the {field}"
    )


def by_id(way: str) -> filters.UUIDFilter:
    return filters.UUIDFilter(field_name=f"{way}__public_id", label=f"id of the {way}")


def by_area() -> filters.CharFilter:
    return filters.CharFilter(field_name="area__code", label="P-code of the area")


def one_of(choices, field: str) -> filters.ChoiceFilter:
    return filters.ChoiceFilter(field_name=field, choices=getattr(choices, "choices", choices))


class AreaFilter(InUseFilter):
    q = by_words("name")
    parent = filters.CharFilter(field_name="parent__code", label="P-code of the area it lies in")
    level = filters.NumberFilter()


class OrganizationFilter(InUseFilter):
    q = by_words("name")
    kind = one_of(OrganizationKind, "kind")
    parent = by_id("parent")


class ServiceFilter(CoveringFilter):
    q = by_words("name")
    organization = by_id("organization")
    kind = one_of(ServiceKind, "kind")
    status = one_of(ServiceStatus, "status")


class LocationFilter(InUseFilter):
    q = by_words("name")
    area = by_area()


class PostFilter(CoveringFilter):
    q = by_words("title")
    organization = by_id("organization")
    role = one_of(Role, "role")


class AtFilter(EntryFilter):
    """What holds at a moment. A moment without an offset is meant in UTC."""

    begins, ends = "begins_at", "ends_at"
    user = by_id("user")
    at = filters.IsoDateTimeFilter(method="narrow_moment", label="what holds at this moment")

    def narrow_moment(self, queryset: QuerySet, name: str, at: datetime) -> QuerySet:
        return queryset.filter(**{f"{self.begins}__lte": at, f"{self.ends}__gt": at})


class HoldingFilter(AtFilter):
    begins, ends = "held_from", "held_until"
    post = by_id("post")


class ShiftFilter(AtFilter):
    post = by_id("post")


class ContactFilter(EntryFilter):
    user = by_id("user")
    post = by_id("post")
    organization = by_id("organization")
    service = by_id("service")
    channel = one_of(Channel, "channel")


class PathwayFilter(EntryFilter):
    area = by_area()
    concern = one_of(HARMS, "concern")
    on = filters.DateFilter(method="narrow_day", label="valid on this day")

    def narrow_day(self, queryset: QuerySet, name: str, day: date) -> QuerySet:
        unended = Q(valid_until=None) | Q(valid_until__gte=day)
        return queryset.filter(unended, valid_from__lte=day)


class BodyFilter(EntryFilter):
    kind = one_of(BodyKind, "kind")
    area = by_area()


class MeetingFilter(EntryFilter):
    body = by_id("body")


class DocumentFilter(InUseFilter):
    q = by_words("title")
    kind = one_of(DocumentKind, "kind")
    level = one_of(DocumentLevel, "level")
    area = by_area()
    organization = by_id("organization")


class ActivityFilter(EntryFilter):
    organization = by_id("organization")
    kind = one_of(ServiceKind, "kind")
    area = by_area()
    status = one_of(ActivityStatus, "status")


class RelationFilter(EntryFilter):
    origin = by_id("origin")
    target = by_id("target")
    kind = one_of(RelationKind, "kind")


class PersonFilter(EntryFilter):
    q = by_words("name")


class HandoverFilter(EntryFilter):
    post = by_id("post")
    open = filters.BooleanFilter(method="narrow_open", label="under way, or not any more")

    def narrow_open(self, queryset: QuerySet, name: str, is_open: bool) -> QuerySet:
        ended = Q(completed_at__isnull=False) | Q(cancelled_at__isnull=False)
        return queryset.exclude(ended) if is_open else queryset.filter(ended)

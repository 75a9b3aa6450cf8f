"""The tables of the directory as files: their columns, how each is written and read.

The columns of an import are those of the export, so what is exported can be brought in again.
"""

from __future__ import annotations

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.resources import ModelResource

from actors.exchange import widgets
from actors.exchange.cells import escaped
from actors.models import (
    Activity,
    ActivityStatus,
    Area,
    Channel,
    Contact,
    HrddpStatus,
    Organization,
    OrganizationKind,
    SecurityRating,
    Service,
    ServiceKind,
    ServiceStatus,
)


def _column(name: str, widget: widgets.Widget | None = None, attribute: str = "") -> Field:
    return Field(attribute or name, column_name=name, widget=widget or widgets.Text())


class _Table(ModelResource):
    """Writes cells that no spreadsheet takes for formulas, with few statements."""

    # Read with each entry, so that no row asks the database.
    related: tuple[str, ...] = ()
    several: tuple[str, ...] = ()

    def filter_export(self, queryset: QuerySet, **kwargs) -> QuerySet:
        return queryset.select_related(*self.related).prefetch_related(*self.several)

    def export_field(self, field: Field, instance: Model, **kwargs) -> str:
        return escaped(super().export_field(field, instance, **kwargs))


class AreaResource(_Table):
    related = ("parent",)

    code = _column("code")
    name = _column("name")
    level = _column("level", widgets.Whole())
    parent = _column("parent", widgets.Later("areas", "code"))
    latitude = _column("latitude", widgets.Degrees(90, _("A latitude lies between -90 and 90.")))
    longitude = _column(
        "longitude", widgets.Degrees(180, _("A longitude lies between -180 and 180."))
    )

    class Meta:
        model = Area
        fields = ("code", "name", "level", "parent", "latitude", "longitude")


class OrganizationResource(_Table):
    related = ("parent", "party_link")
    several = ("affiliates",)

    id = _column("id", widgets.Identity(), "public_id")
    name = _column("name")
    short_name = _column("short_name")
    kind = _column("kind", widgets.Choice(OrganizationKind.choices))
    description = _column("description")
    website = _column("website")
    parent = _column("parent", widgets.Later("organizations"))
    affiliates = _column("affiliates", widgets.LaterSeveral("organizations"))
    party_link = _column("party_link", widgets.Later("organizations"))
    hrddp_status = _column("hrddp_status", widgets.Choice(HrddpStatus.choices))
    hrddp_assessed_on = _column("hrddp_assessed_on", widgets.Day())
    hrddp_expires_on = _column("hrddp_expires_on", widgets.Day())
    hrddp_conditions = _column("hrddp_conditions")
    hrddp_assessor = _column("hrddp_assessor")
    specialised_in_children = _column("specialised_in_children", widgets.YesNo())
    must_report_by_law = _column("must_report_by_law", widgets.YesNo())
    security_rating = _column("security_rating", widgets.Choice(SecurityRating.choices))
    security_assessed_on = _column("security_assessed_on", widgets.Day())
    security_assessor = _column("security_assessor")
    sharing_signed_on = _column("sharing_signed_on", widgets.Day())
    sharing_expires_on = _column("sharing_expires_on", widgets.Day())
    do_not_attribute = _column("do_not_attribute", widgets.YesNo())
    perception_note = _column("perception_note")
    assured_on = _column("assured_on", widgets.Day())

    class Meta:
        model = Organization
        fields = (
            "id",
            "name",
            "short_name",
            "kind",
            "description",
            "website",
            "parent",
            "affiliates",
            "party_link",
            "hrddp_status",
            "hrddp_assessed_on",
            "hrddp_expires_on",
            "hrddp_conditions",
            "hrddp_assessor",
            "specialised_in_children",
            "must_report_by_law",
            "security_rating",
            "security_assessed_on",
            "security_assessor",
            "sharing_signed_on",
            "sharing_expires_on",
            "do_not_attribute",
            "perception_note",
            "assured_on",
        )


class ServiceResource(_Table):
    related = ("organization",)
    several = ("areas", "locations")

    id = _column("id", widgets.Identity(), "public_id")
    organization = _column("organization", widgets.Reference("organizations"))
    name = _column("name")
    kind = _column("kind", widgets.Choice(ServiceKind.choices))
    description = _column("description")
    status = _column("status", widgets.Choice(ServiceStatus.choices))
    alert = _column("alert")
    serves_girls = _column("serves_girls", widgets.YesNo())
    serves_boys = _column("serves_boys", widgets.YesNo())
    minimum_age = _column("minimum_age", widgets.Whole())
    maximum_age = _column("maximum_age", widgets.Whole())
    eligibility = _column("eligibility")
    how_to_apply = _column("how_to_apply")
    required_documents = _column("required_documents")
    is_free = _column("is_free", widgets.YesNo())
    fees = _column("fees")
    languages = _column("languages", widgets.Codes())
    has_interpreter = _column("has_interpreter", widgets.YesNo())
    trained_on_sexual_violence = _column("trained_on_sexual_violence", widgets.YesNo())
    capacity_maximum = _column("capacity_maximum", widgets.Whole())
    capacity_available = _column("capacity_available", widgets.Whole())
    areas = _column("areas", widgets.References("areas", "code"))
    locations = _column("locations", widgets.References("locations"))
    assured_on = _column("assured_on", widgets.Day())

    class Meta:
        model = Service
        fields = (
            "id",
            "organization",
            "name",
            "kind",
            "description",
            "status",
            "alert",
            "serves_girls",
            "serves_boys",
            "minimum_age",
            "maximum_age",
            "eligibility",
            "how_to_apply",
            "required_documents",
            "is_free",
            "fees",
            "languages",
            "has_interpreter",
            "trained_on_sexual_violence",
            "capacity_maximum",
            "capacity_available",
            "areas",
            "locations",
            "assured_on",
        )


class ContactResource(_Table):
    """The owner is named in one of four columns: login, id of the post, name, id of the service."""

    related = ("user", "post", "organization", "service")

    id = _column("id", widgets.Identity(), "public_id")
    person = _column("person", widgets.Reference("people", "username"), "user")
    post = _column("post", widgets.Reference("posts", "public_id"))
    organization = _column("organization", widgets.Reference("organizations"))
    service = _column("service", widgets.Reference("services", "public_id"))
    channel = _column("channel", widgets.Choice(Channel.choices))
    address = _column("address")
    language = _column("language", widgets.Choice(settings.LANGUAGES))
    label = _column("label")

    class Meta:
        model = Contact
        fields = (
            "id",
            "person",
            "post",
            "organization",
            "service",
            "channel",
            "address",
            "language",
            "label",
        )


class ActivityResource(_Table):
    related = ("organization", "area")

    key = _column("key")
    organization = _column("organization", widgets.Reference("organizations"))
    kind = _column("kind", widgets.Choice(ServiceKind.choices))
    description = _column("description")
    area = _column("area", widgets.Reference("areas", "code"))
    begins_on = _column("begins_on", widgets.Day())
    ends_on = _column("ends_on", widgets.Day())
    status = _column("status", widgets.Choice(ActivityStatus.choices))
    girls = _column("girls", widgets.Whole())
    boys = _column("boys", widgets.Whole())

    class Meta:
        model = Activity
        fields = (
            "key",
            "organization",
            "kind",
            "description",
            "area",
            "begins_on",
            "ends_on",
            "status",
            "girls",
            "boys",
        )


EXPORTABLE: dict[type[Model], type[ModelResource]] = {
    Area: AreaResource,
    Organization: OrganizationResource,
    Service: ServiceResource,
    Contact: ContactResource,
    Activity: ActivityResource,
}


def resource_for(model: type[Model]) -> ModelResource:
    """The columns of a table of the directory.

    Raises:
        KeyError: it is none that is exported.
    """
    return EXPORTABLE[model]()

"""Services and the places where they are given."""

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from actors.admin.contacts import ShowsContactsAdmin
from actors.admin.exporting import ExportedAdmin
from actors.admin.fields import languages_field, weekdays_field
from actors.admin.filters import InUseFilter, UnconfirmedFilter
from actors.admin.inlines import ContactInline
from actors.admin.keeping import AssuredAdmin, OneMissionForm, RetirableAdmin
from actors.languages import listed
from actors.models import Location, OpeningHours, Service

FIGURES = {"capacity_maximum", "capacity_available"}


class ServiceForm(OneMissionForm):
    chosen_here = {
        "areas": _("An area belongs to another mission."),
        "locations": _("A location belongs to another mission."),
    }
    languages = languages_field(_("Languages"))


class OpeningHoursForm(forms.ModelForm):
    weekdays = weekdays_field()


class OpeningHoursInline(admin.TabularInline):
    model = OpeningHours
    form = OpeningHoursForm
    extra = 0
    fields = ("weekdays", "opens_at", "closes_at", "valid_from", "valid_until")


@admin.register(Service)
class ServiceAdmin(ExportedAdmin, ShowsContactsAdmin, AssuredAdmin, RetirableAdmin):
    form = ServiceForm
    identity = ("organization",)
    actions = ("confirm", "retire", "restore")
    readonly_fields = ("capacity_updated_at", "retired_at")
    list_display = (
        "name",
        "kind",
        "organization",
        "serves",
        "free_places",
        "status",
        "assured_on",
        "in_use",
    )
    list_filter = (
        InUseFilter,
        UnconfirmedFilter,
        "status",
        "kind",
        "organization__mission",
        "trained_on_sexual_violence",
    )
    list_select_related = ("organization",)
    search_fields = (
        "name",
        "description",
        "organization__name",
        "organization__short_name",
        "areas__name",
        "areas__code",
        "locations__name",
    )
    autocomplete_fields = ("organization", "areas", "locations")
    inlines = (OpeningHoursInline, ContactInline)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "organization",
                    "name",
                    "kind",
                    "description",
                    "status",
                    "alert",
                    ("assured_on", "assured_by"),
                    "retired_at",
                )
            },
        ),
        (_("Where"), {"fields": ("areas", "locations")}),
        (
            _("For whom"),
            {
                "fields": (
                    ("serves_girls", "serves_boys"),
                    ("minimum_age", "maximum_age"),
                    "eligibility",
                    "languages",
                    "has_interpreter",
                    "trained_on_sexual_violence",
                )
            },
        ),
        (
            _("How to refer"),
            {"fields": ("how_to_apply", "required_documents", "is_free", "fees")},
        ),
        (
            pgettext_lazy("capacity", "Places"),
            {"fields": (("capacity_available", "capacity_maximum"), "capacity_updated_at")},
        ),
    )

    def save_model(self, request: HttpRequest, obj, form: forms.ModelForm, change: bool) -> None:
        if FIGURES & set(form.changed_data):
            obj.capacity_updated_at = timezone.now()
        super().save_model(request, obj, form, change)

    @admin.display(description=_("for"))
    def serves(self, service: Service) -> str:
        return served_in_words(service)

    @admin.display(description=_("free places"))
    def free_places(self, service: Service) -> str:
        free, places = service.capacity_available, service.capacity_maximum
        if places is None:
            return "" if free is None else str(free)
        return f"{'?' if free is None else free} / {places}"


def served_in_words(service: Service) -> str:
    """Whom a service takes, such as: girls, from 6 to 17."""
    who = [(service.serves_girls, _("girls")), (service.serves_boys, _("boys"))]
    words = [str(word) for is_served, word in who if is_served]
    if service.minimum_age is not None:
        words.append(_("from %(age)d") % {"age": service.minimum_age})
    if service.maximum_age is not None:
        words.append(_("to %(age)d") % {"age": service.maximum_age})
    return listed(words)


@admin.register(Location)
class LocationAdmin(RetirableAdmin):
    identity = ("mission",)
    list_display = ("name", "area", "is_accessible", "has_safe_entrance", "mission", "in_use")
    list_filter = (InUseFilter, "mission", "is_accessible", "has_safe_entrance")
    list_select_related = ("area", "mission")
    search_fields = ("name", "area__name", "area__code", "services__name")
    autocomplete_fields = ("mission", "area")
    fieldsets = (
        (None, {"fields": ("mission", "area", "name", "address", "retired_at")}),
        (_("Point"), {"fields": (("latitude", "longitude"),)}),
        (_("Getting in"), {"fields": ("is_accessible", "has_safe_entrance")}),
    )

"""Missions with the settings the routing policy reads, and their areas."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from actors.admin.exporting import ExportedAdmin
from actors.admin.filters import InUseFilter
from actors.admin.keeping import RetirableAdmin
from actors.forms.deadlines import DeadlinesField
from actors.models import Area, Mission


class MissionForm(forms.ModelForm):
    deadlines = DeadlinesField(label=_("Minutes"))


@admin.register(Mission)
class MissionAdmin(RetirableAdmin):
    form = MissionForm
    identity = ("code",)
    list_display = (
        "code",
        "name",
        "reporting_line",
        "has_cpa",
        "executive_mandate",
        "is_fictional",
        "in_use",
    )
    list_filter = (InUseFilter, "is_fictional", "has_cpa", "executive_mandate", "reporting_line")
    search_fields = ("code", "name")
    fieldsets = (
        (None, {"fields": ("code", "name", "time_zone", "is_fictional", "retired_at")}),
        (
            _("Who is told"),
            {
                "fields": ("has_cpa", "reporting_line", "emergency_bypass", "mass_threshold"),
                "description": _("These settings change who is told of the next report."),
            },
        ),
        (
            _("Deadlines"),
            {
                "fields": ("deadlines",),
                "description": _(
                    "How long each step may take here, for reports from now on. Leave a field "
                    "empty and the time of the routing policy counts."
                ),
            },
        ),
        (_("For newcomers"), {"fields": ("reporting_line_words",)}),
        (
            _("Where misconduct is reported"),
            {
                "fields": ("conduct_contact", "oios_contact"),
                "description": _("Shown under “Other ways to report”, beside the portal's form."),
            },
        ),
        (_("What a report may say"), {"fields": ("most_children", "reach_km")}),
        (
            _("Mandate"),
            {"fields": ("executive_mandate", "evidence_mandate", "poc_mandate")},
        ),
        (
            _("Coordination and law"),
            {
                "fields": (
                    "mrm_activated",
                    "cp_subcluster",
                    "gbv_subcluster",
                    "mandatory_reporting_law",
                )
            },
        ),
    )


@admin.register(Area)
class AreaAdmin(ExportedAdmin, RetirableAdmin):
    identity = ("mission",)
    list_display = ("name", "code", "level", "parent", "mission", "centre", "in_use")
    list_display_links = ("name", "code")
    list_filter = (InUseFilter, "mission", "level")
    list_select_related = ("mission", "parent")
    search_fields = ("name", "code", "parent__name", "parent__code")
    autocomplete_fields = ("mission", "parent")
    fieldsets = (
        (None, {"fields": ("mission", "code", "name", "level", "parent", "retired_at")}),
        (_("Centre"), {"fields": ("latitude", "longitude")}),
    )

    @admin.display(description=_("centre"))
    def centre(self, area: Area) -> str:
        if area.latitude is None or area.longitude is None:
            return ""
        return f"{area.latitude:.3f}, {area.longitude:.3f}"

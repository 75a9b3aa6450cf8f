"""Coordination bodies with their meetings, and the referral pathways they endorse."""

from datetime import date

from django import forms
from django.contrib import admin
from django.db.models import Max, Q
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from actors.admin.filters import UnconfirmedFilter
from actors.admin.inlines import rows_kept
from actors.admin.keeping import AssuredAdmin, KeptAdmin, OneMissionForm
from actors.models import Area, CoordinationBody, Meeting, Pathway, PathwayStep, StepRank


class BodyForm(OneMissionForm):
    chosen_here = {
        "chairs": _("An organization belongs to another mission."),
        "members": _("An organization belongs to another mission."),
    }


class MeetingInline(admin.TabularInline):
    model = Meeting
    extra = 0
    verbose_name_plural = _("meetings, in UTC")
    fields = ("begins_at", "ends_at", "place", "agenda")


@admin.register(CoordinationBody)
class CoordinationBodyAdmin(AssuredAdmin, KeptAdmin):
    form = BodyForm
    identity = ("organization",)
    actions = ("confirm",)
    instead_of_deleting = _(
        "Reports point here, so nothing is deleted. To take it out of use, retire its "
        "organization in the list of organizations."
    )
    list_display = ("organization", "kind", "area", "rhythm", "aggregate_only", "assured_on")
    list_filter = (UnconfirmedFilter, "kind", "organization__mission", "aggregate_only")
    list_select_related = ("organization", "area")
    search_fields = ("organization__name", "organization__short_name", "area__name", "area__code")
    autocomplete_fields = ("organization", "area", "chairs", "members")
    inlines = (MeetingInline,)
    fieldsets = (
        (None, {"fields": ("organization", "kind", "area", ("assured_on", "assured_by"))}),
        (_("Who sits there"), {"fields": ("chairs", "members")}),
        (_("How it works"), {"fields": ("rhythm", "aggregate_only")}),
    )


class PathwayForm(forms.ModelForm):
    """Names the version that is in the way; the database only knows that there is one."""

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        other = self._in_the_way(cleaned.get("valid_from"), cleaned.get("valid_until"))
        if other is not None:
            self.add_error("valid_from", _in_words(other))
        return cleaned

    def _in_the_way(self, begins: date | None, ends: date | None) -> Pathway | None:
        area = self.cleaned_data.get("area") or getattr(self.instance, "area", None)
        concern = self.cleaned_data.get("concern") or self.instance.concern
        if None in (area, begins) or (ends and ends < begins):
            return None
        others = Pathway.objects.filter(area=area, concern=concern).exclude(pk=self.instance.pk)
        running = others.filter(Q(valid_until=None) | Q(valid_until__gte=begins))
        return running.filter(Q(valid_from__lte=ends) if ends else Q()).first()


def _in_words(other: Pathway) -> str:
    begins = date_format(other.valid_from)
    if other.valid_until is None:
        words = _("Version %(version)d is valid from %(begin)s on. Give it a last day first.")
        return words % {"version": other.version, "begin": begins}
    words = _("Version %(version)d is valid from %(begin)s until %(end)s. Begin after that.")
    return words % {
        "version": other.version,
        "begin": begins,
        "end": date_format(other.valid_until),
    }


class StepFormSet(forms.BaseInlineFormSet):
    def clean(self) -> None:
        """Refuse two first choices of one step, and a service of another mission."""
        super().clean()
        area: Area | None = getattr(self.instance, "area", None)
        chosen = set()
        for form in rows_kept(self):
            step: PathwayStep = form.instance
            if area and step.service.organization.mission_id != area.mission_id:
                form.add_error("service", _("The service belongs to another mission."))
            if step.rank == StepRank.PRIMARY and step.position in chosen:
                form.add_error("rank", _("This step has a first choice already."))
            if step.rank == StepRank.PRIMARY:
                chosen.add(step.position)


class StepInline(admin.TabularInline):
    model = PathwayStep
    formset = StepFormSet
    extra = 0
    autocomplete_fields = ("service",)
    fields = ("position", "rank", "service", "note")


@admin.register(Pathway)
class PathwayAdmin(KeptAdmin):
    form = PathwayForm
    identity = ("area", "concern")
    readonly_fields = ("version",)
    instead_of_deleting = _(
        "What was agreed is kept, so nothing is deleted. To end it, give it a last day."
    )
    list_display = ("area", "concern", "version", "valid_from", "valid_until", "endorsed_by")
    list_filter = ("concern", "area__mission", ("endorsed_by", admin.EmptyFieldListFilter))
    list_select_related = ("area", "endorsed_by__organization")
    date_hierarchy = "valid_from"
    search_fields = ("area__name", "area__code", "concern", "steps__service__name")
    autocomplete_fields = ("area", "endorsed_by")
    inlines = (StepInline,)
    fieldsets = (
        (None, {"fields": ("area", "concern", "version", ("valid_from", "valid_until"))}),
        (_("Agreed by"), {"fields": (("endorsed_by", "endorsed_on"), "note")}),
    )

    def save_model(self, request: HttpRequest, obj, form: forms.ModelForm, change: bool) -> None:
        if not change:
            others = Pathway.objects.filter(area=obj.area, concern=obj.concern)
            obj.version = (others.aggregate(last=Max("version"))["last"] or 0) + 1
        super().save_model(request, obj, form, change)

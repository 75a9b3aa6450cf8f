"""Organizations, what they are part of and tied to."""

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from actors.admin.filters import InUseFilter
from actors.admin.keeping import RetirableAdmin
from actors.models import Mission, Organization


class OrganizationForm(forms.ModelForm):
    """Checks the ties to other organizations, which a model cannot before they are stored."""

    def clean(self) -> dict[str, object]:
        rated = self.cleaned_data.get("security_rating") is not None
        for name in ("security_assessed_on", "security_assessor"):
            if rated and not self.cleaned_data.get(name):
                self.add_error(name, _("Say when it was assessed and by whom."))
        return super().clean()

    def clean_affiliates(self) -> QuerySet:
        affiliates = self.cleaned_data["affiliates"]
        mission: Mission | None = self.cleaned_data.get("mission") or self.instance.mission
        if mission and affiliates.exclude(mission=mission).exists():
            raise forms.ValidationError(_("An affiliate belongs to another mission."))
        if self.instance.pk and affiliates.filter(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("An organization cannot be its own affiliate."))
        return affiliates


@admin.register(Organization)
class OrganizationAdmin(RetirableAdmin):
    form = OrganizationForm
    identity = ("mission",)
    list_display = ("name", "kind", "parent", "hrddp_status", "posts_in_use", "mission", "in_use")
    list_filter = ("mission", InUseFilter, "kind", "hrddp_status", "security_rating")
    list_select_related = ("mission", "parent")
    ordering = ("name",)
    search_fields = ("name", "parent__name")
    autocomplete_fields = ("mission", "parent", "affiliates")
    fieldsets = (
        (None, {"fields": ("mission", "name", "kind", "parent", "retired_at")}),
        (
            _("Ties and due diligence"),
            {
                "fields": (
                    "affiliates",
                    "hrddp_status",
                    "security_rating",
                    ("security_assessed_on", "security_assessor"),
                ),
                "description": _(
                    "An organization that a report implicates is never told of it, nor are those "
                    "it is part of, those that are part of it, and its affiliates."
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        in_use = Count("posts", filter=Q(posts__retired_at=None))
        return super().get_queryset(request).annotate(posts_in_use=in_use)

    @admin.display(description=_("posts"), ordering="posts_in_use")
    def posts_in_use(self, organization: Organization) -> int:
        return organization.posts_in_use

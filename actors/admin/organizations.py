"""Organizations: what they are part of and tied to, how far they are trusted, how they relate."""

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actors.admin.contacts import ShowsContactsAdmin
from actors.admin.exporting import ExportedAdmin
from actors.admin.filters import EndingFilter, InUseFilter, PartyLinkFilter, UnconfirmedFilter
from actors.admin.inlines import ContactInline
from actors.admin.keeping import AssuredAdmin, DirectoryAdmin, OneMissionForm, RetirableAdmin
from actors.models import Activity, Organization, Post, PostHolding, Relation, Service
from actors.search.duplicates import similar_organizations


class OrganizationForm(OneMissionForm):
    """Asks back once when a new name is much like that of an organization already there."""

    chosen_here = {"affiliates": _("An affiliate belongs to another mission.")}
    mission_by = "mission"
    is_another = forms.BooleanField(
        label=_("It is another organization"), required=False, widget=forms.HiddenInput
    )

    def clean_affiliates(self) -> QuerySet:
        affiliates = self.cleaned_data["affiliates"]
        if self.instance.pk and affiliates.filter(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("An organization cannot be its own affiliate."))
        return affiliates

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        if self.instance.pk is None and not cleaned.get("is_another"):
            self._ask_back(cleaned.get("name"), cleaned.get("mission"))
        return cleaned

    def _ask_back(self, name: str | None, mission) -> None:
        if not (name and mission):
            return
        # The same name is refused by the model, whatever is ticked.
        similar = [org.name for org in similar_organizations(name, mission) if org.name != name]
        if not similar:
            return
        self.fields["is_another"].widget = forms.CheckboxInput()
        words = _("There is already: %(names)s. If it is another one, say so below.")
        self.add_error("name", words % {"names": ", ".join(similar)})


@admin.register(Organization)
class OrganizationAdmin(ExportedAdmin, ShowsContactsAdmin, AssuredAdmin, RetirableAdmin):
    form = OrganizationForm
    identity = ("mission",)
    actions = ("confirm", "retire", "restore")
    list_display = (
        "name",
        "kind",
        "parent",
        "hrddp_status",
        "posts_in_use",
        "assured_on",
        "mission",
        "in_use",
    )
    list_filter = (
        "mission",
        InUseFilter,
        UnconfirmedFilter,
        EndingFilter,
        "kind",
        "hrddp_status",
        PartyLinkFilter,
        "security_rating",
    )
    list_select_related = ("mission", "parent")
    ordering = ("name",)
    search_fields = ("name", "short_name", "parent__name")
    autocomplete_fields = ("mission", "parent", "affiliates", "party_link")
    inlines = (ContactInline,)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "mission",
                    "name",
                    "is_another",
                    "short_name",
                    "kind",
                    "parent",
                    "description",
                    "website",
                    ("assured_on", "assured_by"),
                    "retired_at",
                )
            },
        ),
        (
            _("Ties"),
            {
                "fields": ("affiliates", "party_link"),
                "description": _(
                    "An organization that a report implicates is never told of it, nor are those "
                    "it is part of, those that are part of it, its affiliates, and those linked "
                    "to it as a party."
                ),
            },
        ),
        (
            _("Due diligence on units of the host State"),
            {
                "fields": (
                    "hrddp_status",
                    ("hrddp_assessed_on", "hrddp_expires_on"),
                    "hrddp_assessor",
                    "hrddp_conditions",
                    "specialised_in_children",
                    "must_report_by_law",
                )
            },
        ),
        (
            _("Information security"),
            {"fields": ("security_rating", ("security_assessed_on", "security_assessor"))},
        ),
        (
            _("Sharing of information"),
            {"fields": (("sharing_signed_on", "sharing_expires_on"), "do_not_attribute")},
        ),
        (_("How it is perceived"), {"fields": ("perception_note",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        in_use = Count("posts", filter=Q(posts__retired_at=None))
        return super().get_queryset(request).annotate(posts_in_use=in_use)

    @admin.display(description=_("posts"), ordering="posts_in_use")
    def posts_in_use(self, organization: Organization) -> int:
        return organization.posts_in_use

    def falls_away(self, chosen: list[Organization]) -> str:
        posts = Post.objects.filter(organization__in=chosen, retired_at=None)
        holders = PostHolding.objects.on_duty(timezone.now()).filter(post__in=posts)
        services = Service.objects.filter(organization__in=chosen, retired_at=None)
        counts = {
            "posts": posts.count(),
            "holders": holders.values("user").distinct().count(),
            "services": services.count(),
        }
        if not any(counts.values()):
            return ""
        words = _(
            "With that falls away: posts in use %(posts)d, people whose access by these posts "
            "ends now %(holders)d, services %(services)d. Bring it back into use to undo this."
        )
        return words % counts


@admin.register(Relation)
class RelationAdmin(DirectoryAdmin):
    list_display = ("origin", "kind", "target", "note")
    list_display_links = ("kind",)
    list_filter = ("kind", "origin__mission")
    list_select_related = ("origin", "target")
    search_fields = ("origin__name", "origin__short_name", "target__name", "target__short_name")
    autocomplete_fields = ("origin", "target")
    fields = ("origin", "kind", "target", "note")


@admin.register(Activity)
class ActivityAdmin(ExportedAdmin, DirectoryAdmin):
    list_display = ("organization", "kind", "area", "begins_on", "ends_on", "status")
    list_display_links = ("organization", "kind")
    list_filter = ("status", "kind", "organization__mission")
    list_select_related = ("organization", "area")
    date_hierarchy = "begins_on"
    search_fields = ("key", "description", "organization__name", "area__name", "area__code")
    autocomplete_fields = ("organization", "area")
    fieldsets = (
        (None, {"fields": ("organization", "kind", "description", "area", "status", "key")}),
        (_("When"), {"fields": (("begins_on", "ends_on"),)}),
        (_("For whom"), {"fields": (("girls", "boys"),)}),
    )

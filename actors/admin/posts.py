"""Posts, and the focal points and others who hold them."""

from datetime import date, datetime, timedelta

from django import forms
from django.contrib import admin
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actors.admin.filters import InUseFilter, StaffedFilter
from actors.admin.inlines import MOMENTS, ContactInline, HoldingInline
from actors.admin.keeping import RetirableAdmin
from actors.models import Area, Organization, Post, PostHolding

LEAVES_SOON = timedelta(days=30)


def covered(post: Post) -> str:
    """The areas of a post in words, from what was prefetched."""
    return ", ".join(area.name for area in post.areas.all()) or str(_("The whole mission"))


class PostForm(forms.ModelForm):
    """Checks the areas covered, which a model cannot before they are stored."""

    def clean_areas(self) -> QuerySet[Area]:
        areas = self.cleaned_data["areas"]
        organization: Organization | None = self.cleaned_data.get("organization")
        if organization is None and self.instance.pk:
            organization = self.instance.organization
        if organization and areas.exclude(mission=organization.mission_id).exists():
            raise forms.ValidationError(_("An area belongs to another mission."))
        return areas


@admin.register(Post)
class PostAdmin(RetirableAdmin):
    form = PostForm
    # Whoever holds the post reads what it was told: another role or place is another post.
    identity = ("role", "organization")
    list_display = ("role", "where", "covers", "on_duty", "desk", "in_use")
    list_filter = (InUseFilter, StaffedFilter, "organization__mission", "role")
    search_fields = (
        "title",
        "role",
        "organization__name",
        "areas__name",
        "areas__code",
        "holdings__user__name",
    )
    autocomplete_fields = ("organization", "areas")
    fields = ("role", "organization", "title", "areas", "retired_at")
    inlines = (HoldingInline, ContactInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        on_duty = PostHolding.objects.on_duty(timezone.now()).select_related("user")
        return (
            super()
            .get_queryset(request)
            .select_related("organization")
            .prefetch_related(
                "areas",
                "contacts",
                Prefetch("holdings", on_duty.by_rank(), to_attr="on_duty_now"),
            )
        )

    @admin.display(description=_("organization"), ordering="organization__name")
    def where(self, post: Post) -> str:
        return str(post.organization)

    @admin.display(description=_("covers"))
    def covers(self, post: Post) -> str:
        return covered(post)

    @admin.display(description=_("on duty now"), empty_value=_("Nobody"))
    def on_duty(self, post: Post) -> str | None:
        return ", ".join(_named(holding) for holding in post.on_duty_now) or None

    @admin.display(description=_("duty desk"))
    def desk(self, post: Post) -> str:
        return ", ".join(contact.address for contact in post.contacts.all())


def _named(holding: PostHolding) -> str:
    if not holding.is_deputy:
        return holding.user.name
    return _("%(name)s (deputy)") % {"name": holding.user.name}


class MomentFilter(admin.SimpleListFilter):
    title = _("moment")
    parameter_name = "moment"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin):
        return [
            ("now", _("On duty now")),
            ("leaving", _("Leaves within 30 days")),
            ("coming", _("Still to begin")),
            ("over", _("Over")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        now = timezone.now()
        wanted = {
            "now": Q(held_from__lte=now, held_until__gt=now),
            "leaving": Q(held_until__gt=now, held_until__lte=now + LEAVES_SOON),
            "coming": Q(held_from__gt=now),
            "over": Q(held_until__lte=now),
        }
        return queryset.filter(wanted.get(self.value(), Q()))


@admin.register(PostHolding)
class PostHoldingAdmin(admin.ModelAdmin):
    list_display = ("who", "role", "where", "covers", "standing", "since", "until")
    list_filter = (MomentFilter, "post__organization__mission", "post__role")
    search_fields = (
        "user__name",
        "user__email",
        "post__title",
        "post__role",
        "post__organization__name",
        "post__areas__name",
        "post__areas__code",
    )
    autocomplete_fields = ("post", "user")
    formfield_overrides = MOMENTS
    date_hierarchy = "held_until"
    fields = ("post", "user", "rank", "held_from", "held_until")

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        """Who had access when is kept: end the holding by its date."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        holdings = super().get_queryset(request).select_related("user", "post__organization")
        return holdings.prefetch_related("post__areas")

    @admin.display(description=_("held by"), ordering="user__name")
    def who(self, holding: PostHolding) -> str:
        return holding.user.name

    @admin.display(description=_("organization"), ordering="post__organization__name")
    def where(self, holding: PostHolding) -> str:
        return str(holding.post.organization)

    @admin.display(description=_("role"), ordering="post__role")
    def role(self, holding: PostHolding) -> str:
        return holding.post.get_role_display()

    @admin.display(description=_("covers"))
    def covers(self, holding: PostHolding) -> str:
        return covered(holding.post)

    @admin.display(description=_("now"))
    def standing(self, holding: PostHolding) -> str:
        return standing_in_words(holding, timezone.now())

    @admin.display(description=_("from"), ordering="held_from")
    def since(self, holding: PostHolding) -> date:
        return holding.held_from.date()

    @admin.display(description=_("until"), ordering="held_until")
    def until(self, holding: PostHolding) -> date:
        return holding.held_until.date()


def standing_in_words(holding: PostHolding, at: datetime) -> str:
    """Whether somebody is on duty at a moment, or why not."""
    if holding.held_from > at:
        return _("Still to begin")
    if holding.held_until <= at:
        return _("Over")
    if not holding.user.is_active:
        return _("Sign-in is off")
    return _("On duty, as deputy") if holding.is_deputy else _("On duty")

"""Posts, and the focal points and others who hold them."""

from datetime import date, datetime

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from actors.admin.contacts import ShowsContactsAdmin, reach_in_words
from actors.admin.fields import MOMENTS
from actors.admin.filters import InUseFilter, MomentFilter, StaffedFilter, UnconfirmedFilter
from actors.admin.inlines import ContactInline, HoldingInline
from actors.admin.keeping import AssuredAdmin, DirectoryAdmin, OneMissionForm, RetirableAdmin
from actors.languages import listed
from actors.models import DutyShift, Leave, Post, PostHolding


def covered(post: Post) -> str:
    """The areas of a post in words, from what was prefetched."""
    return listed(area.name for area in post.areas.all()) or str(_("The whole mission"))


class PostForm(OneMissionForm):
    chosen_here = {"areas": _("An area belongs to another mission.")}


@admin.register(Post)
class PostAdmin(ShowsContactsAdmin, AssuredAdmin, RetirableAdmin):
    form = PostForm
    # Whoever holds the post reads what it was told: another role or place is another post.
    identity = ("role", "organization")
    actions = ("confirm", "retire", "restore")
    list_display = ("role", "where", "covers", "on_duty", "desk", "assured_on", "in_use")
    list_filter = (
        InUseFilter,
        StaffedFilter,
        UnconfirmedFilter,
        "has_roster",
        "organization__mission",
        "role",
    )
    search_fields = (
        "title",
        "role",
        "organization__name",
        "organization__short_name",
        "areas__name",
        "areas__code",
        "holdings__user__name",
    )
    autocomplete_fields = ("organization", "areas")
    fields = (
        "role",
        "organization",
        "title",
        "areas",
        "has_roster",
        ("assured_on", "assured_by"),
        "retired_at",
    )
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
        return listed(_named(holding) for holding in post.on_duty_now) or None

    @admin.display(description=_("duty desk"))
    def desk(self, post: Post) -> str:
        return reach_in_words(list(post.contacts.all()))

    def falls_away(self, chosen: list[Post]) -> str:
        people = {holding.user_id for post in chosen for holding in post.on_duty_now}
        words = ngettext(
            "%d person loses the access this post gave, from now on.",
            "%d people lose the access these posts gave, from now on.",
            len(people),
        )
        return words % len(people) if people else ""


def _named(holding: PostHolding) -> str:
    if not holding.is_deputy:
        return holding.user.name
    return _("%(name)s (deputy)") % {"name": holding.user.name}


@admin.register(PostHolding)
class PostHoldingAdmin(DirectoryAdmin):
    list_display = ("who", "role", "where", "covers", "rank", "standing", "since", "until")
    list_filter = (MomentFilter, "rank", "post__organization__mission", "post__role")
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

    def get_readonly_fields(self, request: HttpRequest, obj=None) -> tuple[str, ...]:
        return ("post", "user") if obj else ()

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


@admin.register(DutyShift)
class DutyShiftAdmin(DirectoryAdmin):
    list_display = ("post", "user", "rank", "begins_at", "ends_at")
    list_filter = ("rank", "post__organization__mission", "post__role")
    list_select_related = ("post__organization", "user")
    date_hierarchy = "begins_at"
    search_fields = ("user__name", "post__title", "post__role", "post__organization__name")
    autocomplete_fields = ("post", "user")
    fieldsets = (
        (None, {"fields": ("post", "user", "rank")}),
        (
            _("When"),
            {
                "fields": ("begins_at", "ends_at"),
                "description": _(
                    "In UTC. The duty rosters show and take shifts in the mission's own time."
                ),
            },
        ),
    )


@admin.register(Leave)
class LeaveAdmin(DirectoryAdmin):
    list_display = ("user", "begins_at", "ends_at")
    list_filter = ("user__holdings__post__organization__mission",)
    list_select_related = ("user",)
    date_hierarchy = "begins_at"
    search_fields = ("user__name",)
    autocomplete_fields = ("user",)
    formfield_overrides = MOMENTS
    fieldsets = ((None, {"fields": ("user",)}), (_("In UTC"), {"fields": ("begins_at", "ends_at")}))

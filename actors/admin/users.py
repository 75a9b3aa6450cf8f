"""People who sign in. What they may read follows from their posts, never from here."""

from django import forms
from django.contrib import admin
from django.contrib.auth import admin as stock
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actors.admin.contacts import ShowsContactsAdmin, reach_in_words
from actors.admin.fields import languages_field
from actors.admin.filters import MaintainsFilter, ReachableFilter
from actors.admin.inlines import ContactInline, PostsHeldInline
from actors.admin.keeping import DirectoryAdmin
from actors.languages import listed
from actors.models import PostHolding, User
from actors.workflow.entries import open_mailbox, settle_administrator


class NewUserForm(UserCreationForm):
    email = forms.EmailField(label=_("E-mail"), help_text=_("Notices go to this address first."))


class UserForm(UserChangeForm):
    email = forms.EmailField(label=_("E-mail"), help_text=_("To sign in and set a new password."))
    is_staff = forms.BooleanField(
        label=_("Maintains the directory"),
        required=False,
        help_text=_("May change everything in this directory, and can hold no post."),
    )
    spoken_languages = languages_field(_("Speaks"))


@admin.register(User)
class UserAdmin(ShowsContactsAdmin, DirectoryAdmin, stock.UserAdmin):
    add_form, form = NewUserForm, UserForm
    list_display = ("name", "username", "posts_now", "notices", "is_active", "maintains")
    list_filter = ("is_active", ReachableFilter, MaintainsFilter)
    search_fields = (
        "name",
        "username",
        "email",
        "holdings__post__role",
        "holdings__post__organization__name",
    )
    ordering = ("name",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    inlines = (PostsHeldInline, ContactInline)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("name", "email", "language", "sex", "spoken_languages")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {"fields": ("username", "name", "email", "language", "password1", "password2")},
        ),
    )

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        """Reports and their history name people: sign-in is turned off instead."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody becomes a superuser by giving one a new password."""
        if obj and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def get_inlines(self, request: HttpRequest, obj: User | None) -> tuple:
        return self.inlines if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        holdings = PostHolding.objects.on_duty(timezone.now()).select_related("post__organization")
        now = Prefetch("holdings", holdings.by_rank(), to_attr="held_now")
        return super().get_queryset(request).prefetch_related("contacts", now)

    def save_related(self, request: HttpRequest, form, formsets, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        settle_administrator(user=form.instance)
        if not change:
            open_mailbox(user=form.instance)

    @admin.display(description=_("posts now"), empty_value=_("None"))
    def posts_now(self, user: User) -> str | None:
        return listed(str(holding.post) for holding in user.held_now) or None

    @admin.display(description=_("maintains the directory"), boolean=True, ordering="is_staff")
    def maintains(self, user: User) -> bool:
        return user.is_staff

    @admin.display(description=_("notices"))
    def notices(self, user: User) -> str:
        return reach_in_words(list(user.contacts.all()))

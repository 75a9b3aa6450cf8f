"""What the portal itself wrote down: to read, never to change."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from actors.models import ContactLook, ContactsRead, DirectoryMail, Handover, Scope, TokenScope


class RecordAdmin(admin.ModelAdmin):
    """Rows that nobody adds, changes or deletes here. Newest first."""

    ordering = ("-pk",)
    list_display_links = None
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


@admin.register(ContactLook)
class ContactLookAdmin(RecordAdmin):
    list_display = ("at", "viewer", "whose", "where")
    list_filter = ("where", ("viewer", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("viewer",)
    date_hierarchy = "at"
    search_fields = ("viewer__name", "whose")


@admin.register(ContactsRead)
class ContactsReadAdmin(RecordAdmin):
    list_display = ("read_at", "user", "mission")
    list_filter = ("mission",)
    list_select_related = ("user", "mission")
    date_hierarchy = "read_at"
    search_fields = ("user__name",)


@admin.register(Handover)
class HandoverAdmin(RecordAdmin):
    list_display = (
        "started_at",
        "post",
        "hands_over",
        "incoming",
        "outgoing_confirmed_at",
        "incoming_confirmed_at",
        "completed_at",
        "cancelled_at",
        "open_items",
    )
    list_filter = (
        ("completed_at", admin.EmptyFieldListFilter),
        ("cancelled_at", admin.EmptyFieldListFilter),
        "post__organization__mission",
    )
    list_select_related = ("post__organization", "outgoing__user", "incoming")
    date_hierarchy = "started_at"
    search_fields = (
        "post__title",
        "post__role",
        "post__organization__name",
        "outgoing__user__name",
        "incoming__name",
    )

    @admin.display(description=_("hands over"), ordering="outgoing__user__name")
    def hands_over(self, handover: Handover) -> str:
        return handover.outgoing.user.name


@admin.register(DirectoryMail)
class DirectoryMailAdmin(RecordAdmin):
    list_display = ("created_at", "user", "kind", "key", "sent_at", "attempts", "failure")
    list_filter = ("kind", ("sent_at", admin.EmptyFieldListFilter))
    list_select_related = ("user",)
    date_hierarchy = "created_at"
    search_fields = ("user__name", "key", "failure")


@admin.register(TokenScope)
class TokenScopeAdmin(RecordAdmin):
    """Which programs may do what in whose name. The token itself is shown nowhere."""

    list_display = ("whose", "label", "allowed", "since", "until")
    list_select_related = ("token__user",)
    search_fields = ("token__user__name", "label")

    @admin.display(description=_("of whom"), ordering="token__user__name")
    def whose(self, scope: TokenScope) -> str:
        return scope.token.user.name

    @admin.display(description=pgettext_lazy("rights of a token", "may"))
    def allowed(self, scope: TokenScope) -> str:
        return ", ".join(str(Scope(code).label) for code in scope.scopes)

    @admin.display(description=_("made"), ordering="token__created")
    def since(self, scope: TokenScope):
        return scope.token.created

    @admin.display(description=_("works until"), ordering="token__expiry")
    def until(self, scope: TokenScope):
        return scope.token.expiry

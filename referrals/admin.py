"""Versions of the routing policy, to read. Reports are read on their own pages alone."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from referrals.models import PolicyVersion


@admin.register(PolicyVersion)
class PolicyVersionAdmin(admin.ModelAdmin):
    list_display = ("number", "activated_at", "created_at", "fingerprint")
    fields = ("number", "activated_at", "created_at", "sha256", "text")
    readonly_fields = ("text",)
    search_fields = ("body",)

    @admin.display(description=_("fingerprint"))
    def fingerprint(self, version: PolicyVersion) -> str:
        return version.sha256[:12]

    @admin.display(description=_("policy file"))
    def text(self, version: PolicyVersion) -> str:
        """The file as it was written: its lines and their indentation carry its meaning."""
        return format_html("<pre>{}</pre>", version.body)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_staff

    def has_view_permission(self, request: HttpRequest, obj: PolicyVersion | None = None) -> bool:
        """The rules hold no case, so whoever maintains the directory may read them."""
        return request.user.is_staff

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: PolicyVersion | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PolicyVersion | None = None) -> bool:
        return False

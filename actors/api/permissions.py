"""Who may change the directory over the API."""

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import SAFE_METHODS, BasePermission

from actors.permissions import can_keep_directory


class KeepersWrite(BasePermission):
    message = _("Only administrators change the directory.")

    def has_permission(self, request, view) -> bool:
        return request.method in SAFE_METHODS or can_keep_directory(request.user)

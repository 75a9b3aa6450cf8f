"""What a program's token may do: its scopes, and never more than its person (docs/access.md)."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _
from knox.models import AuthToken
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from actors.models import TokenScope


class WithinScope(BasePermission):
    """Refuses a token without the scope its request needs; a browser's session has no scopes.

    A view names what it needs in `scope`, and in `write_scope` where changing needs another.
    """

    def has_permission(self, request: Request, view) -> bool:
        """Whether the request's token reaches so far. Raises PermissionDenied, naming the scope."""
        if not isinstance(request.auth, AuthToken):
            return True
        needed = _needed(request, view)
        if TokenScope.objects.filter(token=request.auth, scopes__contains=[needed]).exists():
            return True
        said = _("This token does not have the scope “%(scope)s”.") % {"scope": needed}
        raise PermissionDenied(said, code="scope")


@transaction.atomic
def make_token(*, user: AbstractBaseUser, scopes: list[str], label: str = "") -> str:
    """A new API token of a person; only its hash is stored.

    Raises:
        ValidationError: no scope, or one that does not exist.
    """
    stored, token = AuthToken.objects.create(user)
    scope = TokenScope(token=stored, scopes=sorted(set(scopes)), label=label)
    scope.full_clean()
    scope.save()
    return token


def _needed(request: Request, view) -> str:
    reads = request.method in SAFE_METHODS
    return view.scope if reads else getattr(view, "write_scope", view.scope)

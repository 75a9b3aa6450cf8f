"""How people get in (django-allauth)."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import timezone
from knox.auth import TokenAuthentication
from knox.models import AuthToken


class ClosedSignup(DefaultAccountAdapter):
    """Accounts are made by administrators; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class ApiTokens(TokenAuthentication):
    """Knox tokens, checked without looking through the person's other tokens each time."""

    def _cleanup_token(self, auth_token: AuthToken) -> bool:
        return auth_token.expiry is not None and auth_token.expiry < timezone.now()

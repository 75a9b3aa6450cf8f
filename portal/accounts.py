"""How people get in (django-allauth)."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse

from portal.languages import welcome


class ClosedSignup(DefaultAccountAdapter):
    """Accounts are made by administrators; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user, **details) -> HttpResponse:
        """Go on in the language of who has just signed in."""
        return welcome(request, super().post_login(request, user, **details), user.language)

"""Programs that act for the people of UNMIX."""

import pytest
from rest_framework.test import APIClient

from actors.models import Scope
from actors.scopes import make_token


@pytest.fixture
def program(unmix):
    """A function from a role to a client that carries a token of this person."""

    def client(role: str, scope: str = Scope.REPORTS) -> APIClient:
        api = APIClient()
        token = make_token(user=unmix.user(role), scopes=[scope])
        api.credentials(HTTP_AUTHORIZATION=f"Token {token}")
        api.default_format = "json"
        return api

    return client

"""People and programs at the directory's API."""

import pytest
from rest_framework.test import APIClient

from actors.models import Scope, User
from actors.scopes import make_token
from actors.workflow.entries import settle_administrator
from tests.factories import UserFactory

ROOT = "/api/v1/directory/"


def client_of(user: User, *scopes: str) -> APIClient:
    """A program that carries this person's token with these scopes."""
    api = APIClient(headers={"Authorization": f"Token {make_token(user=user, scopes=scopes)}"})
    api.user = user
    return api


@pytest.fixture
def keeper(db) -> APIClient:
    """A program of an administrator that may read and write."""
    user = settle_administrator(user=UserFactory(name="Directory keeper", is_staff=True))
    return client_of(user, Scope.DIRECTORY_READ, Scope.DIRECTORY_WRITE)


@pytest.fixture
def reader(unmix):
    """A function from a role to a program that reads as that person."""
    return lambda role: client_of(unmix.user(role), Scope.DIRECTORY_READ, Scope.DIRECTORY_WRITE)


@pytest.fixture
def problems():
    """A function from an answer to the sentences at each field."""

    def of(answer) -> dict[str, list[str]]:
        assert answer.status_code == 400, answer.data
        errors = answer.data["errors"]
        return {name: [str(p["message"]) for p in found] for name, found in errors.items()}

    return of

"""Fixtures for everybody: a small mission, and browsers in which people have signed in."""

import os

import pytest
from django.test import Client
from django.utils import translation

from tests.personas import Unmix, settle_unmix

# pytest-playwright runs an event loop in the main thread; Django's check does not concern us.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(autouse=True)
def _in_english():
    """A request leaves its language behind in the thread; the next test begins anew."""
    with translation.override("en"):
        yield


@pytest.fixture
def unmix(db) -> Unmix:
    return settle_unmix()


@pytest.fixture
def as_role(unmix):
    """A function from a role to a browser in which that person has signed in."""

    def signed_in(role: str) -> Client:
        client = Client()
        client.force_login(unmix.user(role))
        return client

    return signed_in

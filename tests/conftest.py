"""Fixtures for everybody: a small mission, and browsers in which people have signed in."""

import os

import pytest
from django.test import Client
from django.utils import translation
from xdist.scheduler import LoadScopeScheduling

from tests.personas import Unmix, settle_unmix

# pytest-playwright runs an event loop in the main thread; Django's check does not concern us.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


class OneDemo(LoadScopeScheduling):
    """Deals out tests one by one, and all journeys to one worker: they share one demo.

    xdist's own groups do this by a private name that pytest 9.2 has no more.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "journeys" if nodeid.startswith("tests/journeys/") else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log) -> OneDemo:
    return OneDemo(config, log)


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

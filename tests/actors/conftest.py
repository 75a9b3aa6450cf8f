"""A directory administrator, and two missions that must not mix."""

import pytest
from django.test import Client

from actors.models import User
from actors.workflow.entries import settle_administrator
from tests.factories import AreaFactory, MissionFactory, RegionFactory, UserFactory


@pytest.fixture
def administrator(db) -> User:
    return settle_administrator(user=UserFactory(name="Directory keeper", is_staff=True))


@pytest.fixture
def admin_pages(client: Client, administrator: User) -> Client:
    """A browser in which the administrator has signed in."""
    client.force_login(administrator)
    return client


@pytest.fixture
def mission(db):
    return MissionFactory(code="UNMIX")


@pytest.fixture
def other_mission(db):
    return MissionFactory(code="UNOTHER")


@pytest.fixture
def region(mission):
    return RegionFactory(mission=mission, code="QM02", name="Lakeside")


@pytest.fixture
def district(region):
    return AreaFactory(parent=region, code="QM0201", name="Port Sela")

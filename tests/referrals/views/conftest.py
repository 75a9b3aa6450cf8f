"""The policy in force, a draft of it, and administrators who work on them."""

import pytest
from django.test import Client
from django.urls import reverse

from referrals.models import PolicyVersion
from referrals.policy_file import STANDARD
from referrals.workflow.drafting import start_draft
from referrals.workflow.policies import store_shipped_policy, store_version
from tests.factories import UserFactory
from tests.referrals.policy_versions import administrator


@pytest.fixture
def admin(db):
    return UserFactory(is_staff=True, name="Paulo Mendes")


@pytest.fixture
def draft(admin):
    return start_draft(by=admin, based_on=store_version(STANDARD.read_text(encoding="utf-8")))


@pytest.fixture
def desk(admin):
    """A browser in which the administrator has signed in."""
    client = Client()
    client.force_login(admin)
    return client


@pytest.fixture
def url(draft):
    return lambda name, *at: reverse(name, args=[draft.uuid, *at])


@pytest.fixture
def shipped(db) -> PolicyVersion:
    """The policy of this release, in force."""
    return store_shipped_policy()


@pytest.fixture
def as_admin(shipped):
    """A function from a name to a browser in which that administrator has signed in."""

    def signed_in(name: str = "Adam") -> Client:
        client = Client()
        client.force_login(administrator(name))
        return client

    return signed_in

"""Versions of the policy for tests: few texts, because each is proven once per process."""

from django.utils import timezone

from actors.models import User
from referrals.models import PolicySwitch, PolicyVersion
from referrals.policy_file import STANDARD
from referrals.workflow.policies import store_version
from referrals.workflow.switching import confirm_switch, propose_switch
from tests.factories import UserFactory
from tests.referrals.policy_texts import drop_row, stored_version


def administrator(name: str = "Adam") -> User:
    return UserFactory(name=name, username=name.lower(), is_staff=True)


def another_text(words: str = "Read again by the adviser.") -> str:
    """The shipped policy with a comment more: the same rules, another version."""
    return f"{STANDARD.read_text(encoding='utf-8')}\n# {words}\n"


def safe_version(author: User | None = None) -> PolicyVersion:
    return store_version(another_text(), author=author)


def unsafe_version(author: User | None = None) -> PolicyVersion:
    """Of a report that is filed, the officer's supervisor would not be told."""
    return stored_version(lambda policy: drop_row(policy, "R01"), author=author)


def switch_on(version: PolicyVersion) -> PolicySwitch:
    """Two people put the version in force."""
    proposer, confirmer = UserFactory(is_staff=True), UserFactory(is_staff=True)
    switch = propose_switch(version=version, by=proposer, reason="Agreed in the meeting.")
    return confirm_switch(switch=switch, by=confirmer)


def confirmed_row(version: PolicyVersion, **fields: object) -> PolicySwitch:
    """A confirmed switch, not stored: past every verb."""
    now = timezone.now()
    return PolicySwitch(version=version, proposed_at=now, confirmed_at=now, **fields)

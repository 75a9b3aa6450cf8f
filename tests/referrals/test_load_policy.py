"""The policy of a release comes into the database once, and the command says what is in force."""

import pytest
from django.core.management import CommandError, call_command

from referrals.management.commands import load_policy
from referrals.models import PolicyVersion
from referrals.policy_file import STANDARD
from referrals.workflow import policies

pytestmark = pytest.mark.django_db


@pytest.fixture
def load(capsys):
    def run() -> list[str]:
        call_command("load_policy")
        return capsys.readouterr().out.splitlines()

    return run


@pytest.fixture
def ship(monkeypatch, tmp_path):
    """A function that makes a text the policy file of the release."""

    def shipped(text: str) -> None:
        path = tmp_path / "standard.yaml"
        path.write_text(text, encoding="utf-8")
        monkeypatch.setattr(policies, "STANDARD", path)
        monkeypatch.setattr(load_policy, "STANDARD", path)

    return shipped


def test_the_first_deployment_stores_version_1_and_the_next_changes_nothing(load):
    assert load() == load() == ["Policy version 1 is in force."]
    version = PolicyVersion.objects.get()
    assert version.body == STANDARD.read_text(encoding="utf-8")


def test_a_release_with_another_policy_brings_it_into_force(load, ship):
    load()
    ship(STANDARD.read_text(encoding="utf-8") + "\n# Read again by the adviser.\n")
    assert load() == ["Policy version 2 is in force."]
    assert policies.active_policy().number == 2


def test_an_older_release_says_that_a_newer_policy_stays_in_force(load, ship):
    load()
    first = STANDARD.read_text(encoding="utf-8")
    ship(first + "\n# Newer.\n")
    load()
    ship(first)
    assert load() == [
        "Policy version 2 is in force.",
        "The policy of this release was stored before: 1.",
    ]


def test_a_policy_that_cannot_be_used_is_named_with_its_line_and_stores_nothing(load, ship):
    ship("rows: 1\n")
    with pytest.raises(CommandError, match=r"standard\.yaml:\d+: "):
        load()
    assert not PolicyVersion.objects.exists()

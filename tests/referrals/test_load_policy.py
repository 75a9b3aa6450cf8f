"""The policy of a release or of a file comes into the database; nothing unproven into force."""

import pytest
from django.core.management import CommandError, call_command

from referrals.management.commands import load_policy
from referrals.models import PolicySwitch, PolicyVersion
from referrals.policy_file import STANDARD, read_mapping, write_text
from referrals.workflow import policies
from referrals.workflow.errors import NotProven
from referrals.workflow.switching import in_force, return_to_version
from tests.factories import UserFactory
from tests.referrals.policy_texts import drop_row
from tests.referrals.policy_versions import (
    administrator,
    another_text,
    confirmed_row,
    safe_version,
    switch_on,
    unsafe_version,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(capsys):
    """A function that runs a command and gives the lines it printed."""

    def ran(*arguments: object) -> list[str]:
        call_command(*map(str, arguments))
        return capsys.readouterr().out.splitlines()

    return ran


@pytest.fixture
def load(run):
    return lambda: run("load_policy")


@pytest.fixture
def ship(monkeypatch, tmp_path):
    """A function that makes a text the policy file of the release."""

    def shipped(text: str) -> None:
        path = tmp_path / "standard.yaml"
        path.write_text(text, encoding="utf-8")
        monkeypatch.setattr(policies, "STANDARD", path)
        monkeypatch.setattr(load_policy, "STANDARD", path)

    return shipped


@pytest.fixture
def written(tmp_path):
    """A function that writes a policy file of one's own."""

    def write(text: str):
        path = tmp_path / "mine.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def adam():
    return administrator("Adam")


def unsafe_text() -> str:
    """The shipped policy without the row that tells the supervisor."""
    mapping, _lines = read_mapping(STANDARD)
    drop_row(mapping, "R01")
    return write_text(mapping)


def test_the_first_deployment_stores_version_1_and_the_next_changes_nothing(load):
    assert load() == load() == ["Policy version 1 is in force."]
    version = PolicyVersion.objects.get()
    assert version.body == STANDARD.read_text(encoding="utf-8")
    assert PolicySwitch.objects.get().proposed_by is None
    assert version.proofs.get().passed


def test_a_release_with_another_policy_brings_it_into_force(load, ship):
    load()
    ship(another_text())
    assert load() == ["Policy version 2 is in force."]
    assert policies.active_policy().number == 2


def test_an_older_release_brings_its_own_policy_back(load, ship):
    load()
    ship(another_text())
    load()
    ship(STANDARD.read_text(encoding="utf-8"))
    assert load() == ["Policy version 1 is in force."]


def test_a_release_does_not_undo_a_version_switched_on_here(load, ship):
    load()
    switch_on(safe_version(author=UserFactory(is_staff=True)))
    ship(another_text("Newer."))
    assert load() == load()
    assert load() == [
        "Policy version 2 is in force.",
        "The policy of this release is version 3, proven but not in force: people here chose 2. "
        "To use it, propose it: switch_policy 3.",
    ]


def test_a_release_does_not_undo_a_return_to_an_older_release(load, ship, adam):
    load()
    first = PolicyVersion.objects.get()
    ship(another_text())
    load()
    return_to_version(version=first, by=adam, reason="The newer one held mail back.")
    load()
    assert in_force().version == first


def test_a_policy_that_cannot_be_used_is_named_with_its_line_and_stores_nothing(load, ship):
    ship("rows: 1\n")
    with pytest.raises(CommandError, match=r"standard\.yaml:\d+: "):
        load()
    assert not PolicyVersion.objects.exists()


def test_a_shipped_policy_that_fails_the_proof_is_refused_with_each_breach(load, ship):
    ship(unsafe_text())
    with pytest.raises(CommandError) as refused:
        load()
    lines = str(refused.value).splitlines()
    assert lines[0].startswith("Version 1 fails the proof, so it cannot be switched on.")
    at = next(n for n, line in enumerate(lines) if line.startswith("SUPERVISOR_TOLD: "))
    assert lines[at + 1 : at + 3] == [
        "  not told: UNPOL_SUPERVISOR",
        "  for example: a report that says nothing",
    ]
    assert not PolicyVersion.objects.exists()


def test_where_it_is_the_first_an_unproven_policy_routes_nothing(ship):
    ship(unsafe_text())
    with pytest.raises(NotProven):
        policies.active_policy()


def test_the_deployment_warns_where_what_is_in_force_fails_the_proof_of_the_release(
    load, ship, capsys
):
    load()
    version = unsafe_version()
    version.proofs.create(
        invariants_sha256="of an older release", situations="1", milliseconds=1, passed=True
    )
    adam, eve = administrator("Adam"), administrator("Eve")
    confirmed_row(version, proposed_by=adam, confirmed_by=eve).save()
    call_command("load_policy")
    warned = capsys.readouterr().err.splitlines()
    assert warned[0] == "Version 2 is in force and fails the proof of this release:"
    assert any(line.startswith("SUPERVISOR_TOLD: ") for line in warned)


def test_the_deployment_stops_where_the_release_cannot_read_what_is_in_force(load):
    load()
    version = PolicyVersion.objects.create(number=2, body="rows: 1\n", sha256="2")
    version.proofs.create(
        invariants_sha256="of an older release", situations="1", milliseconds=1, passed=True
    )
    confirmed_row(version, proposed_by=administrator("Adam"), confirmed_by=UserFactory()).save()
    with pytest.raises(CommandError, match=r"Version 2 cannot be used by this release: policy:1: "):
        load()


def test_a_file_becomes_a_proven_version_that_is_not_in_force(run, written, adam):
    run("load_policy")
    lines = run("load_policy", written(another_text()), "--by", "adam", "--note", "Read again.")
    assert lines[0] == "Stored as version 2; it is not in force."
    assert lines[1].startswith("Proven in ")
    version = PolicyVersion.objects.get(number=2)
    assert (version.author, version.note, version.proofs.get().passed) == (
        adam,
        "Read again.",
        True,
    )
    assert policies.active_policy().number == 1


def test_a_file_that_fails_the_proof_says_so_and_is_not_in_force(run, written, adam):
    with pytest.raises(CommandError, match="SUPERVISOR_TOLD: "):
        run("load_policy", written(unsafe_text()), "--by", "adam", "--note", "Shorter.")
    assert policies.active_policy().number == 1


def test_a_refused_file_names_file_line_row_field_and_nearest_word(run, written, adam):
    text = STANDARD.read_text(encoding="utf-8").replace("role: JMAC,", "role: JMACC,")
    line = text[: text.index("JMACC")].count("\n") + 1
    path = written(text)
    with pytest.raises(CommandError) as refused:
        run("load_policy", path, "--by", "adam", "--note", "Shorter.")
    expected = f"{path}:{line}: R05: role: 'JMACC' is not known; did you mean 'JMAC'?"
    assert str(refused.value) == expected
    assert not PolicyVersion.objects.filter(author__isnull=False).exists()


def test_a_file_needs_an_administrator_a_note_and_a_text_of_its_own(run, written, adam):
    UserFactory(username="officer")
    path = written(another_text())
    for arguments, said in [
        (("--note", "x"), "Nobody active signs in as None"),
        (("--by", "nobody", "--note", "x"), "Nobody active signs in as 'nobody'"),
        (("--by", "officer", "--note", "x"), "Administrators write the policy"),
        (("--by", "adam"), "Write what changed and why"),
    ]:
        with pytest.raises(CommandError, match=said):
            run("load_policy", path, *arguments)
    with pytest.raises(CommandError, match=r"nothing\.yaml: No such file"):
        run("load_policy", "nothing.yaml", "--by", "adam", "--note", "x")
    run("load_policy", path, "--by", "adam", "--note", "x")
    with pytest.raises(CommandError, match="Version 2 has this very text"):
        run("load_policy", path, "--by", "adam", "--note", "x")


def test_two_people_switch_by_command_and_one_returns(run, adam):
    run("load_policy")
    safe_version()
    administrator("Eve")
    assert run("switch_policy", 2, "--by", "adam", "--reason", "Agreed.") == [
        "Version 2 is proven and proposed. Another person confirms it: --confirm."
    ]
    with pytest.raises(CommandError, match=r"You proposed this\. Ask another administrator"):
        run("switch_policy", 2, "--by", "adam", "--confirm")
    assert policies.active_policy().number == 1
    assert run("switch_policy", 2, "--by", "eve", "--confirm") == [
        "Version 2 is in force, proposed by Adam, confirmed by Eve."
    ]
    assert policies.active_policy().number == 2
    back = run("switch_policy", 1, "--by", "adam", "--back", "--reason", "Too early.")
    assert back == ["Version 1 is in force again."]
    assert policies.active_policy().number == 1


def test_a_version_that_fails_the_proof_is_not_switched_on_by_command(run, adam):
    run("load_policy")
    unsafe_version()
    for step in ((), ("--back",)):
        with pytest.raises(CommandError):
            run("switch_policy", 2, "--by", "adam", "--reason", "Shorter.", *step)
    with pytest.raises(CommandError, match="SUPERVISOR_TOLD: "):
        run("switch_policy", 2, "--by", "adam", "--reason", "Shorter.")
    assert policies.active_policy().number == 1


def test_a_switch_by_command_says_what_is_missing(run, adam):
    run("load_policy")
    safe_version()
    for arguments, said in [
        ((7, "--by", "adam"), r"There is no version 7; the newest is 2\."),
        ((2, "--by", "adam"), "Write why this version should be in force"),
        ((2, "--by", "adam", "--confirm"), r"Version 2 is not proposed\. Propose it first"),
        ((2, "--by", "adam", "--back", "--reason", "x"), "was never in force"),
    ]:
        with pytest.raises(CommandError, match=said):
            run("switch_policy", *arguments)

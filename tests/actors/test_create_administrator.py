"""The first account: asked for in a terminal, strong, and without a right on any report."""

import sys

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from actors.management.commands import create_administrator
from actors.models import User
from actors.workflow.entries import ADMINISTRATORS
from tests.factories import UserFactory

STRONG = "river-lamp-orbit-27"
ADDRESS = "k.novak@example.org"

pytestmark = pytest.mark.django_db


@pytest.fixture
def create(monkeypatch, capsys):
    """A function from what is typed, and typed unseen, to what the command says."""

    def run(typed: list[str], hidden: list[str]) -> str:
        seen, unseen = iter(typed), iter(hidden)
        monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
        monkeypatch.setattr("builtins.input", lambda _prompt: _next(seen))
        monkeypatch.setattr(create_administrator, "getpass", lambda _prompt: _next(unseen))
        call_command("create_administrator")
        assert [*seen, *unseen] == []
        captured = capsys.readouterr()
        return captured.out + captured.err

    return run


def _next(answers) -> str:
    answer = next(answers)
    if isinstance(answer, str):
        return answer
    raise answer


def test_the_account_maintains_the_directory_and_is_no_superuser(create):
    said = create(["Katarina Novak", " K.Novak@Example.org "], [STRONG, STRONG])
    user = User.objects.get()
    assert said == f"Katarina Novak maintains the directory and signs in as {ADDRESS}.\n"
    assert (user.name, user.username, user.email) == ("Katarina Novak", ADDRESS, ADDRESS)
    assert (user.is_staff, user.is_superuser) == (True, False)
    assert [group.name for group in user.groups.all()] == [ADMINISTRATORS]
    assert [contact.address for contact in user.contacts.all()] == [ADDRESS]


def test_the_person_signs_in_with_the_address_and_opens_the_directory(create, client):
    create(["Katarina Novak", ADDRESS], [STRONG, STRONG])
    answer = client.post(reverse("account_login"), {"login": ADDRESS, "password": STRONG})
    assert answer.status_code == 302
    assert client.get(reverse("admin:actors_mission_add")).status_code == 200


@pytest.mark.parametrize(
    ("name", "address", "complaint"),
    [
        ("", ADDRESS, "Full name: This field cannot be blank."),
        ("Katarina Novak", "", "E-mail address: This field cannot be blank."),
        ("Katarina Novak", "k.novak", "E-mail address: Enter a valid email address."),
        ("Katarina Novak", "taken@example.org", "E-mail address: "),
    ],
)
def test_what_cannot_be_used_is_named_and_asked_again(create, name, address, complaint):
    UserFactory(username="somebody", email="taken@example.org")
    said = create([name, address, "Katarina Novak", ADDRESS], [STRONG, STRONG])
    assert complaint in said
    assert User.objects.get(email=ADDRESS).name == "Katarina Novak"


@pytest.mark.parametrize(
    ("weak", "complaint"),
    [
        ("short", "too short"),
        ("yfdbufnjh10305070", "too common"),
        ("k.novak@example.org", "too similar"),
    ],
)
def test_a_weak_password_is_refused_and_asked_again(create, weak, complaint):
    said = create(["Katarina Novak", ADDRESS], [weak, STRONG, STRONG])
    assert complaint in said
    assert User.objects.get().check_password(STRONG)


def test_a_slip_in_the_second_password_is_noticed(create):
    said = create(["Katarina Novak", ADDRESS], [STRONG, STRONG + "x", STRONG, STRONG])
    assert "The two were not the same." in said


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), EOFError()])
def test_stopping_half_way_stores_nothing(create, stop):
    with pytest.raises(CommandError, match="No account was made"):
        create(["Katarina Novak", ADDRESS], [stop])
    assert not User.objects.exists()


def test_without_a_terminal_nothing_is_asked(monkeypatch):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    with pytest.raises(CommandError, match="Run it in a terminal"):
        call_command("create_administrator")

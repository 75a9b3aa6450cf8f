"""`manage.py create_administrator`: the first account of a new deployment."""

from __future__ import annotations

import sys
from getpass import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from actors.models import User
from actors.workflow.entries import open_mailbox, settle_administrator

# The address is the sign-in name as well, so what is wrong with either is told as one.
LABELS = {"name": "Full name", "username": "E-mail address", "email": "E-mail address"}


class Command(BaseCommand):
    help = (
        "Make an account that maintains the directory: missions, areas, organizations, posts and "
        "people. It opens no report. Asks for name, e-mail address and password; the address is "
        "also the sign-in name."
    )

    def handle(self, **options: object) -> None:
        """Ask until the answers can be used. Raises CommandError, and then stores nothing."""
        if not sys.stdin.isatty():
            raise CommandError("Run it in a terminal: the password is typed, never an argument.")
        try:
            user = self._ask_person()
            user.set_password(self._ask_password(user))
        except (KeyboardInterrupt, EOFError) as error:
            raise CommandError("Stopped. No account was made.") from error
        _store(user)
        self.stdout.write(f"{user.name} maintains the directory and signs in as {user.email}.")

    def _ask_person(self) -> User:
        while True:
            name = input(f"{LABELS['name']}: ").strip()
            email = input(f"{LABELS['email']}: ").strip().lower()
            user = User(username=email, email=email, name=name, is_staff=True)
            try:
                user.full_clean(exclude=["password"])
            except ValidationError as error:
                self._complain(_by_label(error))
            else:
                return user

    def _ask_password(self, user: User) -> str:
        while True:
            password = getpass("Password (not shown): ")
            try:
                validate_password(password, user)
            except ValidationError as error:
                self._complain(error.messages)
                continue
            if getpass("Password again: ") == password:
                return password
            self._complain(["The two were not the same."])

    def _complain(self, problems: list[str]) -> None:
        self.stderr.write("\n".join(problems))


def _by_label(error: ValidationError) -> list[str]:
    """One line for each thing that was asked."""
    found = error.message_dict
    texts = {label: found[name][0] for name, label in LABELS.items() if name in found}
    return [f"{label}: {text}" for label, text in texts.items()]


@transaction.atomic
def _store(user: User) -> None:
    user.save()
    settle_administrator(user=user)
    open_mailbox(user=user)

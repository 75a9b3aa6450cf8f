"""`manage.py issue_api_token LOGIN --scope SCOPE`: let a program act as one person."""

from argparse import RawDescriptionHelpFormatter

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from actors.models import Scope, User
from actors.scopes import make_token


class Command(BaseCommand):
    help = (
        "Print a new API token of a person. Only its hash is stored: it is shown this once. It "
        "does what its scopes allow and this person may do, and nothing else."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = "\n".join(["scopes:", *(f"  {s.value:<16}  {s.label}" for s in Scope)])
        parser.add_argument("login", help="whose token it is")
        parser.add_argument(
            "--scope",
            action="append",
            default=[],
            dest="scopes",
            metavar="SCOPE",
            help="what it may do; repeat for several, at least one",
        )
        parser.add_argument("--label", default="", metavar="TEXT", help="what it is for")

    def handle(self, *args, login: str, scopes: list[str], label: str, **options) -> None:
        """Print the token alone on standard output. Raises CommandError, and then makes none."""
        _check(scopes)
        user = User.objects.filter(username=login, is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody active signs in as {login!r}.")
        try:
            token = make_token(user=user, scopes=scopes, label=label)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(token)


def _check(scopes: list[str]) -> None:
    known = ", ".join(Scope.values)
    if not scopes:
        raise CommandError(f"Say what the token may do: --scope, one or more of {known}.")
    for scope in scopes:
        if scope not in Scope.values:
            raise CommandError(f"There is no scope {scope!r}. There are: {known}.")

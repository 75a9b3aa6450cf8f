"""`manage.py issue_api_token LOGIN`: let a program act as one person, within their own posts."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from knox.models import AuthToken

from actors.models import User


class Command(BaseCommand):
    help = "Print a new API token of a person. Only its hash is stored: it is shown this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login", help="whose token it is; it can do what they can do")

    def handle(self, *args, login: str, **options) -> None:
        """Print the token alone on standard output."""
        user = User.objects.filter(username=login, is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody active signs in as {login!r}.")
        _stored, token = AuthToken.objects.create(user)
        self.stdout.write(token)

"""`manage.py renew_rights`: let administrators keep what a new version of the portal added."""

from django.core.management.base import BaseCommand

from actors.workflow.entries import administrators


class Command(BaseCommand):
    help = (
        "Give the group of directory administrators its rights on every table of this release. "
        "Part of every deployment, after `migrate`."
    )

    def handle(self, *args, **options) -> None:
        """Print how many rights the group has now."""
        number = administrators().permissions.count()
        self.stdout.write(f"Administrators of the directory have {number} rights.")

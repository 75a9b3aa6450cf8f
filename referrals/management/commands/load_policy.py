"""`manage.py load_policy`: bring the policy file of this release into the database."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from referrals.policy_file import STANDARD, FileRefused, load_policy
from referrals.workflow.policies import active_policy, store_shipped_policy


class Command(BaseCommand):
    help = (
        "Store the routing policy of this release as the newest version, unless it is stored "
        "already, and say which version is in force. Part of every deployment, after `migrate`."
    )

    def handle(self, **options: object) -> None:
        """Raises CommandError, naming file, line and field, for a policy that cannot be used."""
        try:
            load_policy(STANDARD)
        except FileRefused as error:
            raise CommandError(str(error)) from error
        shipped = store_shipped_policy()
        in_force = active_policy().number
        self.stdout.write(f"Policy version {in_force} is in force.")
        if in_force != shipped.number:
            self.stdout.write(f"The policy of this release was stored before: {shipped.number}.")

"""`manage.py load_policy`: bring the policy file of this release, or another, into the database."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from referrals.management.terminal import active_user, breach_lines, refusal
from referrals.models import PolicyVersion
from referrals.policy_file import STANDARD, FileRefused, load_policy, read_file
from referrals.workflow.drafting import keep_text
from referrals.workflow.errors import AlreadyDone, NotAllowed, NotProven, PolicyRefused
from referrals.workflow.policies import store_shipped_policy
from referrals.workflow.proving import prove_version
from referrals.workflow.switching import in_force


class Command(BaseCommand):
    help = (
        "Without FILE: store and prove the routing policy of this release, put it in force unless "
        "people here decided which version is, and say which one that is. Part of every "
        "deployment, after `migrate`. With FILE: store that as a new version and prove it; "
        "`switch_policy` puts it in force."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="a policy file of your own")
        parser.add_argument("--by", metavar="LOGIN", help="with FILE: the administrator's login")
        parser.add_argument("--note", default="", help="with FILE: what changed and why")

    def handle(self, *, file: Path | None, by: str | None, note: str, **options: object) -> None:
        """Raises CommandError, naming file, line and field, for a policy that cannot be used, and
        each breach with its example for one that fails the proof.
        """
        try:
            if file is None:
                self._load_shipped()
            else:
                self._load_file(file, by, note)
        except (FileRefused, NotAllowed, AlreadyDone, PolicyRefused, NotProven) as error:
            raise refusal(error) from error

    def _load_shipped(self) -> None:
        load_policy(STANDARD)  # first, because it names the file in what it refuses
        shipped = store_shipped_policy()
        in_use = in_force().version
        self.stdout.write(f"Policy version {in_use} is in force.")
        if in_use != shipped:
            self.stdout.write(
                f"The policy of this release is version {shipped}, proven but not in force: people "
                f"here chose {in_use}. To use it, propose it: switch_policy {shipped}."
            )
            self._check_chosen(in_use)

    def _check_chosen(self, in_use: PolicyVersion) -> None:
        """People switched it on under another release. Whether it stays is theirs to decide, so
        a breach is a warning; one that this release cannot read would leave every report unrouted.
        """
        try:
            proof = prove_version(in_use)
        except FileRefused as error:
            raise CommandError(
                f"Version {in_use} cannot be used by this release: {error}"
            ) from error
        if not proof.passed:
            self.stderr.write(f"Version {in_use} is in force and fails the proof of this release:")
            self.stderr.write("\n".join(breach_lines(proof)))

    def _load_file(self, file: Path, by: str | None, note: str) -> None:
        user = active_user(by)
        version = keep_text(body=read_file(file), by=user, note=note, name=str(file))
        self.stdout.write(f"Stored as version {version.number}; it is not in force.")
        proof = prove_version(version)
        if not proof.passed:
            raise NotProven(proof)
        self.stdout.write(f"Proven in {proof.situations} situations. Next: switch_policy.")

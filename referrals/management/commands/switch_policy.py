"""`manage.py switch_policy`: propose, confirm or return to a version of the policy."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError, CommandParser

from actors.models import User
from referrals.management.terminal import active_user, refusal
from referrals.models import PolicyVersion
from referrals.policy_file import FileRefused
from referrals.workflow.errors import AlreadyDone, NotAllowed, NotProven, PolicyRefused
from referrals.workflow.switching import (
    confirm_switch,
    open_switch,
    propose_switch,
    return_to_version,
)


class Command(BaseCommand):
    help = (
        "Propose that a stored version of the policy is put in force; another person confirms it "
        "with --confirm, here or on the page. With --back one person returns to a version that "
        "was in force before. A version that fails the proof is refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", type=int, help="of the version")
        parser.add_argument("--by", metavar="LOGIN", required=True, help="who answers for it")
        parser.add_argument("--reason", default="", help="why; kept with the switch")
        step = parser.add_mutually_exclusive_group()
        step.add_argument("--confirm", action="store_true", help="confirm what is proposed")
        step.add_argument("--back", action="store_true", help="return to this version")

    def handle(
        self, *, number: int, by: str, reason: str, confirm: bool, back: bool, **options: object
    ) -> None:
        """Raises CommandError, naming each breach with its example for a failed proof."""
        step = _confirm if confirm else _return if back else _propose
        try:
            said = step(_version(number), active_user(by), reason)
        except (FileRefused, NotAllowed, AlreadyDone, PolicyRefused, NotProven) as error:
            raise refusal(error) from error
        self.stdout.write(said)


def _version(number: int) -> PolicyVersion:
    version = PolicyVersion.objects.filter(number=number).first()
    if version is None:
        newest = PolicyVersion.objects.order_by("-number").first()
        raise CommandError(f"There is no version {number}; the newest is {newest}.")
    return version


def _propose(version: PolicyVersion, by: User, reason: str) -> str:
    propose_switch(version=version, by=by, reason=reason)
    return f"Version {version} is proven and proposed. Another person confirms it: --confirm."


def _confirm(version: PolicyVersion, by: User, _reason: str) -> str:
    switch = confirm_switch(switch=open_switch(version), by=by)
    return f"Version {version} is in force, proposed by {switch.proposed_by}, confirmed by {by}."


def _return(version: PolicyVersion, by: User, reason: str) -> str:
    return_to_version(version=version, by=by, reason=reason)
    return f"Version {version} is in force again."

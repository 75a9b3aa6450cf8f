"""`manage.py export_hsds MISSION --login LOGIN`: the directory as HSDS 3.0 JSON."""

import json

from django.core.management.base import BaseCommand, CommandError, CommandParser

from actors.models import LookedAt, Mission, User
from actors.permissions import Reach, Viewer, viewer_of
from actors.workflow.handing_out import hand_out_hsds


class Command(BaseCommand):
    help = (
        "Print a mission's organizations, services and places as Open Referral HSDS 3.0 JSON, as "
        "far as one person may see them. That person's looks at contact data are written down."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("mission", help="the code of the mission")
        parser.add_argument("--login", required=True, help="for whom it is exported")

    def handle(self, *args, mission: str, login: str, **options) -> None:
        """Print the document on standard output. Raises CommandError."""
        document = hand_out_hsds(viewer=_viewer(mission, login), where=LookedAt.EXPORT)
        self.stdout.write(json.dumps(document, ensure_ascii=False, indent=1))


def _viewer(code: str, login: str) -> Viewer:
    mission = Mission.objects.active().filter(code=code).first()
    if mission is None:
        raise CommandError(f"There is no mission {code!r} in use.")
    user = User.objects.filter(username=login, is_active=True).first()
    if user is None:
        raise CommandError(f"Nobody active signs in as {login!r}.")
    viewer = viewer_of(user, mission)
    if viewer.reach < Reach.FULL:
        raise CommandError(f"{login!r} may not export the directory of {code}.")
    return viewer

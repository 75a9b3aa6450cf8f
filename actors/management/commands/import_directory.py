"""Bring a file into the directory from the command line, with the checks of the page."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from actors.exchange.running import File, NotApplied, Outcome, apply_file, check_file
from actors.exchange.sources import SOURCES
from actors.models import ImportKind, Mission, User


class Command(BaseCommand):
    help = (
        "Check a file (CSV, XLSX or HSDS JSON) and, with --apply, bring it into the directory, "
        "all of it or nothing. Bad rows are listed as `line: field: message`."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=[kind.value for kind in SOURCES])
        parser.add_argument("file", type=Path)
        parser.add_argument("--mission", required=True, metavar="CODE")
        parser.add_argument("--user", required=True, metavar="LOGIN", help="an administrator")
        parser.add_argument("--apply", action="store_true", help="without it, only check")

    def handle(self, *args, **options) -> None:
        file = self._file(options)
        outcome = check_file(file, progress=_silent)
        if outcome.is_good and options["apply"]:
            outcome = self._apply(file)
        for warning in outcome.warnings:
            self.stdout.write(_line(warning))
        if not outcome.is_good:
            for problem in outcome.problems:
                self.stderr.write(_line(problem))
            raise CommandError(f"Refused: {outcome.refused} problems. Nothing was changed.")
        done = "Applied" if options["apply"] else "Checked, nothing is changed"
        self.stdout.write(
            f"{done}. Rows: {outcome.rows}; new: {outcome.added}, changed: {outcome.changed}, "
            f"as they are: {outcome.unchanged}."
        )

    def _file(self, options: dict) -> File:
        mission = Mission.objects.active().filter(code=options["mission"]).first()
        user = User.objects.filter(username=options["user"], is_staff=True, is_active=True).first()
        if mission is None:
            raise CommandError(f"No mission in use has the code {options['mission']}.")
        if user is None:
            raise CommandError(f"No administrator signs in as {options['user']}.")
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}.") from error
        source = SOURCES[ImportKind(options["kind"])]
        return File(source, content, options["file"].name, mission, user)

    def _apply(self, file: File) -> Outcome:
        try:
            with transaction.atomic():
                return apply_file(file, progress=_silent)
        except NotApplied as refused:
            return refused.outcome


def _silent(done: int, total: int) -> None:
    """Nobody waits for a progress bar here."""


def _line(row: dict) -> str:
    return f"{row['line']}: {row['field'] or '-'}: {row['message']}"

"""Files brought into the directory: checked, looked at, then applied whole or not at all.

A run waits in the database, so no upload is lost with a worker. Celery is fast, the sweep is
certain: a run whose worker has been silent for a minute is taken up again, from the beginning,
since the database undid what the worker had begun. How far a run is, is written through a
connection of its own, for nobody else sees into the one transaction that applies it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from celery import current_app
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from actors.exchange.files import check_kind, check_size
from actors.exchange.protocol import Problem
from actors.exchange.running import File, NotApplied, Outcome, Progress, apply_file, check_file
from actors.exchange.sources import SOURCES, TABLES
from actors.models import ImportKind, ImportRun, ImportStatus, Mission, User

logger = logging.getLogger(__name__)

# Much longer than a chunk of rows takes: a worker that is silent for so long is gone.
SILENT_FOR = timedelta(seconds=60)
MESSAGE_EXPIRES = 30
# The first key of the advisory locks by which only one worker applies a run.
LOCKS = 4_020

WAITS_FOR_WORKER = (ImportStatus.WAITING, ImportStatus.APPROVED)
AT_WORK = {
    ImportStatus.CHECKING: ImportStatus.WAITING,
    ImportStatus.APPLYING: ImportStatus.APPROVED,
}
MAY_BE_DISCARDED = (
    ImportStatus.WAITING,
    ImportStatus.CHECKING,
    ImportStatus.CHECKED,
    ImportStatus.APPROVED,
)


class ImportMovedOn(ValueError):
    """Somebody else has applied or discarded it, or it is not checked yet."""


def start_import(
    *, mission: Mission, kind: ImportKind, file_name: str, content: bytes, by: User
) -> ImportRun:
    """Take in a file to be checked.

    Raises:
        FileRefused: it is too large, or plainly no file of this kind.
    """
    if kind in TABLES:
        check_kind(content)
    else:
        check_size(content)
    run = ImportRun.objects.create(
        mission=mission, kind=kind, file_name=file_name[-200:], content=content, started_by=by
    )
    transaction.on_commit(announce, robust=True)
    return run


def approve_import(*, run: ImportRun) -> None:
    """Have a checked file applied.

    Raises:
        ImportMovedOn: it is not waiting for that.
    """
    _move(
        run,
        (ImportStatus.CHECKED,),
        status=ImportStatus.APPROVED,
        rows_done=0,
        worked_at=timezone.now(),
    )
    transaction.on_commit(announce, robust=True)


def discard_import(*, run: ImportRun) -> None:
    """Forget a file that is not being applied yet.

    Raises:
        ImportMovedOn: it is being applied, or has ended.
    """
    _move(run, MAY_BE_DISCARDED, status=ImportStatus.ABANDONED, **_forgotten(run))


def announce() -> None:
    """Ask a worker to see to imports. Never raises: the sweep finds them as well."""
    try:
        current_app.send_task("actors.tasks.work_imports", retry=False, expires=MESSAGE_EXPIRES)
    except Exception as error:
        logger.warning("broker not reached (%s): left to the sweep", type(error).__name__)


def work_imports() -> int:
    """Check and apply all that waits; how many runs were worked on.

    Raises:
        OperationalError, InterfaceError: the database went away; the run is taken up again later.
    """
    number = 0
    while (run := _claim()) is not None:
        number += 1
        _work(run)
    return number


@transaction.atomic(durable=True)
def _claim() -> ImportRun | None:
    """Make the next run that nobody works on ours."""
    now = timezone.now()
    silent = Q(status__in=AT_WORK, worked_at__lt=now - SILENT_FOR)
    free = ImportRun.objects.filter(Q(status__in=WAITS_FOR_WORKER) | silent)
    fairly = free.order_by(F("worked_at").asc(nulls_first=True), "started_at")
    run = fairly.select_for_update(skip_locked=True, of=("self",)).first()
    if run:
        is_checking = run.status in (ImportStatus.WAITING, ImportStatus.CHECKING)
        run.status = ImportStatus.CHECKING if is_checking else ImportStatus.APPLYING
        run.worked_at, run.rows_done = now, 0
        run.save(update_fields=["status", "worked_at", "rows_done"])
    return run


def _work(run: ImportRun) -> None:
    """Check or apply one run. What nobody foresaw ends it, or it would be tried for ever."""
    try:
        _check(run) if run.status == ImportStatus.CHECKING else _apply(run)
    except IntegrityError:
        message = _("The directory was changed at the same moment. Send the file again.")
        _refuse(run, _outcome_of(message))
    except (OperationalError, InterfaceError):
        # The database is away: left as it is, the sweep takes it up again.
        raise
    except Exception as error:
        # Its words may hold what stands in the file, such as somebody's telephone number.
        logger.error("import %s failed: %s", run.uuid, type(error).__name__)
        message = _("The portal could not read this file. Nothing was changed; tell your support.")
        _refuse(run, _outcome_of(message))


def _check(run: ImportRun) -> None:
    with _telling(run) as progress:
        outcome = check_file(_file(run), progress=progress)
    if not outcome.is_good:
        _refuse(run, outcome)
    else:
        _mine(run).update(status=ImportStatus.CHECKED, **_found(outcome))


def _apply(run: ImportRun) -> None:
    try:
        with _telling(run) as progress, transaction.atomic(durable=True):
            if not _is_alone(run):
                return
            outcome = apply_file(_file(run), progress=progress)
            _check_as_approved(run, outcome)
            _finish(run, ImportStatus.APPLIED)
    except NotApplied as refused:
        _refuse(run, refused.outcome)


def _check_as_approved(run: ImportRun, outcome: Outcome) -> None:
    """Refuse to do anything but what was looked at and approved.

    Raises:
        NotApplied: the directory was changed since the file was checked.
    """
    approved = {row["line"]: row for row in run.differences}
    now = {row["line"]: row for row in outcome.differences}
    message = _("The directory was changed since this was checked. Send the file again.")
    lines = [line for line in sorted(approved | now) if approved.get(line) != now.get(line)]
    problems = [Problem(line, "", message) for line in lines]
    if not problems and (run.added, run.changed) != (outcome.added, outcome.changed):
        problems = [Problem(0, "", message)]
    if problems:
        refused = Outcome()
        refused.refuse(problems)
        raise NotApplied(refused)


def _finish(run: ImportRun, status: ImportStatus) -> None:
    """End a run of ours within the transaction that applies it; rolls back if it is not ours."""
    if not _mine(run).update(status=status, rows_done=F("rows_total"), **_forgotten(run)):
        raise NotApplied(_outcome_of(_("Another worker took this up.")))


def _refuse(run: ImportRun, outcome: Outcome) -> None:
    found = {
        "problems": outcome.problems,
        "warnings": [],
        "added": 0,
        "changed": 0,
        "unchanged": 0,
        "differences": [],
    }
    if outcome.rows:
        found["rows_total"] = found["rows_done"] = outcome.rows
    ended = {"finished_at": timezone.now(), "content": None}
    _mine(run).update(status=ImportStatus.REFUSED, **found | ended)


def _found(outcome: Outcome) -> dict[str, object]:
    return {
        "rows_total": outcome.rows,
        "rows_done": outcome.rows,
        "added": outcome.added,
        "changed": outcome.changed,
        "unchanged": outcome.unchanged,
        "differences": outcome.differences,
        "problems": [],
        "warnings": outcome.warnings,
        "worked_at": timezone.now(),
    }


def _forgotten(run: ImportRun) -> dict[str, object]:
    """The end of a run: the file is forgotten, and so are addresses of people who help children."""
    ended = {"finished_at": timezone.now(), "content": None}
    return ended | ({"differences": []} if run.kind == ImportKind.CONTACTS else {})


def _mine(run: ImportRun) -> QuerySet[ImportRun]:
    """The run, unless it was discarded or another worker took it up since."""
    return ImportRun.objects.filter(pk=run.pk, status=run.status)


def _move(run: ImportRun, allowed: tuple, **changes) -> None:
    if not ImportRun.objects.filter(pk=run.pk, status__in=allowed).update(**changes):
        raise ImportMovedOn(_("Somebody has applied or discarded this already. See below."))
    run.refresh_from_db()


def _is_alone(run: ImportRun) -> bool:
    """Whether no other worker applies this run; until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCKS, run.pk % 2**31])
        return cursor.fetchone()[0]


@contextmanager
def _telling(run: ImportRun) -> Iterator[Progress]:
    """A way to say how far a run is that everybody sees at once."""
    other = connection.copy()
    words = (
        "UPDATE actors_importrun SET rows_done = %s, rows_total = %s, "
        "worked_at = clock_timestamp() WHERE id = %s AND status = %s"
    )

    def progress(done: int, total: int) -> None:
        with other.cursor() as cursor:
            cursor.execute(words, [done, total, run.pk, run.status])

    try:
        yield progress
    finally:
        other.close()


def _file(run: ImportRun) -> File:
    source = SOURCES[ImportKind(run.kind)]
    return File(source, bytes(run.content), run.file_name, run.mission, run.started_by)


def _outcome_of(message: str) -> Outcome:
    outcome = Outcome()
    outcome.refuse([Problem(0, "", message)])
    return outcome

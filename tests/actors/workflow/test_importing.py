"""The way of a file: taken in, checked, approved, applied whole or not at all."""

from datetime import timedelta

import pytest
from django.db import DataError, connection, connections
from django.utils import timezone

from actors.exchange.exporting import as_csv
from actors.exchange.protocol import FileRefused
from actors.exchange.reading import TableReading
from actors.models import ImportKind, ImportRun, ImportStatus, Organization
from actors.workflow import importing
from actors.workflow.importing import (
    ImportMovedOn,
    approve_import,
    discard_import,
    start_import,
    work_imports,
)
from tests.factories import OrganizationFactory, UserFactory

ROWS = [["name", "kind"], *([f"Organization {n}", "ngo_national"] for n in range(1200))]
CHANGED = "The directory was changed since this was checked. Send the file again."


@pytest.fixture
def start(mission):
    """A run that waits to be checked."""
    by = UserFactory(is_staff=True)

    def start(rows=ROWS, kind=ImportKind.ORGANIZATIONS):
        content = rows if isinstance(rows, bytes) else as_csv(rows)
        return start_import(
            mission=mission, kind=kind, file_name="partners.csv", content=content, by=by
        )

    return start


@pytest.fixture
def approved(start):
    """A run that waits to be applied."""

    def approved(rows=ROWS):
        run = start(rows)
        work_imports()
        run.refresh_from_db()
        approve_import(run=run)
        return run

    return approved


def counts(run: ImportRun) -> tuple:
    run.refresh_from_db()
    return run.status, run.rows_done, run.added, run.changed, run.unchanged


def test_a_file_is_checked_then_applied(start):
    run = start()
    assert work_imports() == 1
    assert counts(run) == (ImportStatus.CHECKED, 1200, 1200, 0, 0)
    assert (len(run.differences), Organization.objects.count()) == (1000, 0)
    approve_import(run=run)
    assert work_imports() == 1
    assert counts(run) == (ImportStatus.APPLIED, 1200, 1200, 0, 0)
    assert Organization.objects.filter(mission=run.mission).count() == 1200
    assert (run.content, run.finished_at is None) == (None, False)
    assert work_imports() == 0


def test_one_bad_row_refuses_all(start):
    run = start([*ROWS, ["Organization 7", "ngo_national"], ["Hearth", "club"]])
    work_imports()
    run.refresh_from_db()
    assert run.status == ImportStatus.REFUSED
    assert [(row["line"], row["field"]) for row in run.problems] == [(1202, "name"), (1203, "kind")]
    assert (run.content, run.differences, Organization.objects.count()) == (None, [], 0)


def test_the_first_500_problems_are_kept(start):
    run = start([["name", "kind"], *([f"Organization {n}", "club"] for n in range(700))])
    work_imports()
    run.refresh_from_db()
    assert len(run.problems) == 500


def test_what_is_plainly_no_table_is_not_taken_in(start):
    with pytest.raises(FileRefused):
        start(b"%PDF-1.7 \x00")
    assert not ImportRun.objects.exists()


def test_what_was_changed_since_the_check_refuses_the_file(approved):
    run = approved([["name", "kind"], ["Hearth", "ngo_national"], ["Haven", "ngo_national"]])
    OrganizationFactory(mission=run.mission, name="Haven")
    work_imports()
    run.refresh_from_db()
    assert (run.status, run.problems) == (
        ImportStatus.REFUSED,
        [{"line": 3, "field": "", "message": CHANGED}],
    )
    assert not Organization.objects.filter(name="Hearth").exists()


def test_what_became_impossible_since_the_check_refuses_the_file(approved, mission):
    hearth = OrganizationFactory(mission=mission, name="Hearth")
    run = approved([["name", "kind", "parent"], ["Branch", "ngo_national", "Hearth"]])
    Organization.objects.filter(pk=hearth.pk).update(retired_at=timezone.now())
    work_imports()
    run.refresh_from_db()
    message = "“Hearth” is retired. Bring it back first."
    assert run.problems == [{"line": 2, "field": "parent", "message": message}]
    assert not Organization.objects.filter(name="Branch").exists()


def test_two_people_who_decide_at_once_one_wins(start):
    run = start([["name", "kind"], ["Hearth", "ngo_national"]])
    with pytest.raises(ImportMovedOn):
        approve_import(run=run)
    work_imports()
    approve_import(run=run)
    with pytest.raises(ImportMovedOn):
        approve_import(run=run)
    discard_import(run=run)
    with pytest.raises(ImportMovedOn):
        discard_import(run=run)
    assert work_imports() == 0
    run.refresh_from_db()
    assert (run.status, run.content) == (ImportStatus.ABANDONED, None)
    assert not Organization.objects.exists()


def test_addresses_are_forgotten_when_a_run_ends(start, mission):
    OrganizationFactory(mission=mission, name="Hearth")
    rows = [["organization", "channel", "address"], ["Hearth", "email", "desk@example.org"]]
    run = start(rows, kind=ImportKind.CONTACTS)
    work_imports()
    approve_import(run=run)
    work_imports()
    run.refresh_from_db()
    assert (run.status, run.differences) == (ImportStatus.APPLIED, [])


@pytest.mark.parametrize("fault", [ZeroDivisionError, DataError])
def test_a_fault_of_ours_ends_the_run_and_the_log_repeats_nothing_of_the_file(
    start, monkeypatch, caplog, fault
):
    def fail(*args):
        raise fault("+442079460123")

    run = start()
    monkeypatch.setattr(TableReading, "judge", fail)
    work_imports()
    run.refresh_from_db()
    assert run.status == ImportStatus.REFUSED
    assert run.problems[0]["message"].startswith("The portal could not read this file.")
    assert f"import {run.uuid} failed: {fault.__name__}" in caplog.text
    assert "7946" not in caplog.text


class Killed(BaseException):
    """Stands for a worker that is gone from one moment to the next."""


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_applying_leaves_nothing(approved, monkeypatch):
    run = approved()
    seen = []

    def settle(reading):
        seen.append(Organization.objects.count())
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("actors.exchange.trees.TreeReading.settle", settle)
        with pytest.raises(Killed):
            work_imports()
    assert (seen, Organization.objects.count()) == ([1200], 0)
    assert counts(run)[:2] == (ImportStatus.APPLYING, 1200)
    assert work_imports() == 0
    ImportRun.objects.update(worked_at=timezone.now() - timedelta(seconds=61))
    assert work_imports() == 1
    assert counts(run)[0] == ImportStatus.APPLIED
    assert Organization.objects.count() == 1200


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_checking_is_followed_by_another(start, monkeypatch):
    run = start()
    with monkeypatch.context() as patch:
        patch.setattr("actors.exchange.trees.TreeReading.close", _kill)
        with pytest.raises(Killed):
            work_imports()
    assert counts(run)[0] == ImportStatus.CHECKING
    ImportRun.objects.update(worked_at=timezone.now() - timedelta(seconds=61))
    assert work_imports() == 1
    assert counts(run) == (ImportStatus.CHECKED, 1200, 1200, 0, 0)


def _kill(reading):
    raise Killed


@pytest.mark.django_db(transaction=True)
def test_everybody_sees_how_far_it_is_while_it_is_applied(approved, monkeypatch):
    run = approved()
    other = connections["default"].copy()
    seen = []
    store = TableReading.store

    def watched(reading, changes):
        with other.cursor() as cursor:
            cursor.execute("SELECT rows_done, rows_total, status FROM actors_importrun")
            seen.append(cursor.fetchone())
            cursor.execute("SELECT count(*) FROM actors_organization")
            seen.append(cursor.fetchone()[0])
        store(reading, changes)

    monkeypatch.setattr(TableReading, "store", watched)
    try:
        work_imports()
    finally:
        other.close()
    assert seen == [
        (0, 1200, "applying"),
        0,
        (500, 1200, "applying"),
        0,
        (1000, 1200, "applying"),
        0,
    ]
    assert counts(run)[0] == ImportStatus.APPLIED


@pytest.mark.django_db(transaction=True)
def test_only_one_worker_applies_a_run(approved):
    run = approved()
    ImportRun.objects.filter(pk=run.pk).update(status=ImportStatus.APPLYING)
    run.refresh_from_db()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [importing.LOCKS, run.pk])
        ImportRun.objects.update(worked_at=timezone.now() - timedelta(seconds=61))
        work_imports()
        assert Organization.objects.count() == 0
    finally:
        other.close()
    ImportRun.objects.update(worked_at=timezone.now() - timedelta(seconds=61))
    work_imports()
    assert Organization.objects.count() == 1200


def test_without_a_broker_the_run_waits_for_the_sweep(
    start, caplog, monkeypatch, django_capture_on_commit_callbacks
):
    def refuse(*args, **options):
        raise ConnectionRefusedError

    monkeypatch.setattr(importing.current_app, "send_task", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        run = start()
    assert "left to the sweep" in caplog.text
    assert counts(run)[0] == ImportStatus.WAITING

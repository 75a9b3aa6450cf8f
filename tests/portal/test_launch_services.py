"""The embedded PostgreSQL and Valkey, started for real, and what the application may do."""

import contextlib
import os
import shutil
import tempfile
import time
from pathlib import Path

import environ
import psycopg2
import pytest
import redis

from portal.embedded import programs
from portal.embedded.account import NOBODY, ServerAccount, can_run
from portal.embedded.stop_requests import StopRequests
from portal.embedded.supervisor import Supervisor
from portal.launch.data_folder import DataFolder
from portal.launch.services import Services, as_owner


class NobodyAsks(StopRequests):
    """Waits without taking pytest's signals."""

    def pause(self, seconds: float) -> None:
        time.sleep(seconds)


@contextlib.contextmanager
def services_in(folder: Path, **options):
    """Give started services on a data folder; they are stopped at the end."""
    with DataFolder(folder) as data:
        assert data.claim()
        supervisor = Supervisor(NobodyAsks(), print, keep_open=[data.lock_descriptor])
        try:
            with contextlib.closing(Services(data, supervisor, **options)) as services:
                services.start()
                yield services
        finally:
            supervisor.stop()


@pytest.fixture(scope="module")
def folder():
    """A data folder that the servers' account may enter, unlike pytest's own ones."""
    place = Path(tempfile.mkdtemp(prefix="cp-test-"))
    place.chmod(0o711)
    yield place / "data"
    shutil.rmtree(place)


@pytest.fixture(scope="module")
def services(folder):
    with services_in(folder) as started:
        yield started


@pytest.fixture(scope="module")
def addresses(services):
    return services.environment()


@contextlib.contextmanager
def cursor_of(url: str, database: str = ""):
    settings = environ.Env.db_url_config(url)
    connection = psycopg2.connect(
        host=settings["HOST"], user=settings["USER"], dbname=database or settings["NAME"]
    )
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        yield cursor


def owner_of(services: Services):
    return cursor_of(services.environment()["DATABASE_OWNER_URL"])


@pytest.fixture
def owner(services):
    with owner_of(services) as cursor:
        cursor.execute("CREATE TABLE note (id bigserial PRIMARY KEY, words text)")
        yield cursor
        cursor.execute("DROP TABLE note")


@pytest.fixture
def app(addresses, owner):
    with cursor_of(addresses["DATABASE_URL"]) as cursor:
        yield cursor


def value(cursor, query: str):
    cursor.execute(query)
    return cursor.fetchone()[0]


def test_the_application_is_a_role_without_any_special_right(app):
    assert value(app, "SELECT current_user") == "portal_app"
    special = (
        "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls OR rolreplication "
        "FROM pg_roles WHERE rolname = current_user"
    )
    assert value(app, special) is False


def test_the_database_and_its_tables_belong_to_the_owner_role(app):
    owner_of = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'portal'"
    assert value(app, owner_of) == "portal_owner"
    assert value(app, "SELECT tableowner FROM pg_tables WHERE tablename='note'") == "portal_owner"


def test_the_application_reads_and_writes_rows_of_the_owners_tables(app):
    app.execute("INSERT INTO note (words) VALUES ('one'), ('two')")
    app.execute("UPDATE note SET words = 'three' WHERE words = 'two'")
    app.execute("DELETE FROM note WHERE words = 'one'")
    assert value(app, "SELECT words FROM note") == "three"
    assert value(app, "SELECT last_value FROM note_id_seq") == 2


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE note",
        "DROP TABLE note",
        "ALTER TABLE note ADD more text",
        "CREATE TRIGGER t BEFORE UPDATE ON note EXECUTE FUNCTION tsvector_update_trigger()",
        "CREATE TABLE public.other (id int)",
        "CREATE SCHEMA other",
        "CREATE DATABASE other",
        "CREATE ROLE other",
        "SET ROLE portal_owner",
        "SELECT setval('note_id_seq', 1)",
        "CREATE TABLE child (id bigint REFERENCES note)",
    ],
)
def test_the_application_may_not_change_the_schema_or_escape_its_role(app, statement):
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        app.execute(statement)


def test_a_database_made_later_gives_the_application_the_same_rights(addresses, owner):
    with cursor_of(addresses["DATABASE_OWNER_URL"]) as cursor:
        assert value(cursor, "SELECT rolcreatedb FROM pg_roles WHERE rolname=current_user") is False
    superuser = addresses["DATABASE_URL"].replace("portal_app", "postgres")
    with cursor_of(superuser) as cursor:
        cursor.execute("CREATE DATABASE later OWNER portal_owner")
    with cursor_of(addresses["DATABASE_OWNER_URL"], "later") as cursor:
        cursor.execute("CREATE TABLE note (words text)")
    with cursor_of(addresses["DATABASE_URL"], "later") as cursor:
        cursor.execute("INSERT INTO note VALUES ('x')")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("TRUNCATE note")


def test_postgres_is_reached_by_its_private_socket_alone_and_syncs_to_disk(app, addresses, folder):
    assert value(app, "SHOW listen_addresses") == ""
    assert value(app, "SHOW fsync") == "on"
    assert value(app, "SHOW server_version").startswith("18.")
    sockets = Path(environ.Env.db_url_config(addresses["DATABASE_URL"])["HOST"])
    assert sockets.stat().st_mode & 0o777 == 0o700
    assert DataFolder(folder).record()["sockets"] == str(sockets)
    assert len(str(sockets / ".s.PGSQL.5432.lock")) < 100


def test_full_text_search_knows_letters_and_commas_beyond_ascii(app):
    french = "SELECT to_tsvector('french', 'l''école,«ÉCOLES»')::text"
    assert value(app, french) == "'écol':2,3"
    assert value(app, "SELECT to_tsvector('arabic', 'المدرسة، المستشفى') @@ 'مدرس'") is True


def test_what_people_typed_stays_out_of_the_servers_log(app, folder):
    app.execute("INSERT INTO note (id, words) VALUES (77, 'x')")
    with pytest.raises(psycopg2.errors.UniqueViolation):
        app.execute("INSERT INTO note (id, words) VALUES (77, 'the witness is Ann')")
    log = (folder / "logs" / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "Ann" not in log
    assert "77" not in log.split("duplicate key")[1]


def test_the_broker_keeps_messages_on_disk_and_never_drops_any(addresses):
    url = addresses["BROKER_URL"].removeprefix("redis+socket://").split("?")[0]
    with contextlib.closing(redis.Redis(unix_socket_path=url)) as broker:
        kept = broker.config_get("appendonly", "maxmemory-policy", "port")
    assert kept == {"appendonly": "yes", "maxmemory-policy": "noeviction", "port": "0"}


def test_schema_commands_get_the_owner_and_everything_else_the_application(addresses):
    settings = environ.Env.db_url_config(as_owner(addresses)["DATABASE_URL"])
    assert settings["USER"] == "portal_owner"
    assert environ.Env.db_url_config(addresses["DATABASE_URL"])["USER"] == "portal_app"


def test_the_secret_key_is_long_private_and_kept(services, folder):
    key = services.environment()["SECRET_KEY"]
    assert len(key) >= 50
    assert (folder / "secret.key").stat().st_mode & 0o777 == 0o600
    assert DataFolder(folder).secret_key() == key


def test_data_outlives_a_restart_and_a_stale_lock_file_does_not_stop_it(folder, services):
    copy = folder.with_name("copy")
    with services_in(copy, for_tests=True) as first, owner_of(first) as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    # As after a power cut, when the number has since gone to a program that is no server.
    lock = copy / "postgres" / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{copy}\n")
    os.chown(lock, lock.parent.stat().st_uid, -1)
    with services_in(copy, for_tests=True) as second, owner_of(second) as cursor:
        assert value(cursor, "SELECT answer FROM kept") == 42


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes to another account")
def test_root_gets_a_copy_of_the_programs_where_the_checkout_may_not_be_entered(
    folder, monkeypatch
):
    account, closed = ServerAccount(NOBODY, NOBODY), folder.with_name("closed")
    closed.mkdir(mode=0o700)
    installed = programs.installed_programs()
    package = installed.postgres_bin.parent.parent
    (closed / "way").symlink_to(package.parent)
    in_closed = closed / "way" / package.name / programs.POSTGRES_FOLDER / "bin"
    unreachable = programs.Programs(in_closed, installed.valkey)
    monkeypatch.setattr(programs, "installed_programs", lambda: unreachable)
    monkeypatch.setattr(programs, "SHARED", folder.with_name("shared"))
    assert not can_run(account, in_closed / "postgres")
    usable = programs.usable_programs(account)
    assert can_run(account, usable.postgres_bin / "initdb")
    assert closed.stat().st_mode & 0o777 == 0o700

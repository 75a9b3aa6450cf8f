"""docker/roles.sql, run on a real PostgreSQL: the same roles as the embedded server has."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg2
import pytest

from portal.embedded.home import make_home, remove_sockets
from portal.embedded.postgres import Postgres
from portal.embedded.stop_requests import StopRequests
from portal.embedded.supervisor import Supervisor
from portal.launch.environment import ROOT

ROLES = ROOT / "docker" / "roles.sql"
PASSWORDS = {"OWNER_PASSWORD": "ownerword", "APP_PASSWORD": "appword"}
AS_THE_IMAGE_DOES = [
    *("-v", "ON_ERROR_STOP=1", "--username", "postgres"),
    *("--no-password", "--no-psqlrc", "--dbname", "postgres"),
]


class Patient(StopRequests):
    """Waits without taking pytest's signals."""

    def pause(self, seconds: float) -> None:
        time.sleep(seconds)


@pytest.fixture(scope="module")
def cluster():
    """A function that starts an empty PostgreSQL of its own; all are stopped at the end."""
    supervisor = Supervisor(Patient(), print)
    folder = Path(tempfile.mkdtemp(prefix="cp-roles-"))
    folder.chmod(0o711)
    homes = []

    def start(name: str) -> Postgres:
        (folder / name).mkdir(mode=0o711)
        homes.append(make_home(folder / name))
        postgres = Postgres(homes[-1], folder)
        supervisor.require(supervisor.start_step(postgres.creation()))
        postgres.settle()
        supervisor.start_service(postgres.server())
        supervisor.wait_for("PostgreSQL", postgres.answers, 60)
        return postgres

    yield start
    supervisor.stop()
    for home in homes:
        remove_sockets(str(home.sockets))
    shutil.rmtree(folder)


def ask(postgres: Postgres, sql: str, *, role: str = "postgres", database: str = "portal") -> list:
    """The rows of one statement, in a transaction of its own."""
    sockets = str(postgres.home.sockets)
    session = psycopg2.connect(host=sockets, user=role, dbname=database)
    try:
        with session, session.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []
    finally:
        session.close()


WHAT_ROLES_MAY = """
SELECT rolname::text, rolcanlogin::text, rolsuper::text, rolcreaterole::text, rolcreatedb::text,
       rolbypassrls::text FROM pg_roles WHERE rolname LIKE 'portal%%'
UNION ALL SELECT pg_get_userbyid(defaclrole)::text, defaclobjtype::text, defaclacl::text, '', '', ''
  FROM pg_default_acl
UNION ALL SELECT nspname::text, nspacl::text, '', '', '', '' FROM pg_namespace
  WHERE nspname = 'public'
UNION ALL SELECT datname::text, pg_get_userbyid(datdba)::text, datacl::text, '', '', ''
  FROM pg_database WHERE datname = 'portal'
ORDER BY 1, 2
""".replace("%%", "%")


@pytest.fixture(scope="module")
def of_the_server(cluster) -> Postgres:
    """A cluster on which roles.sql ran as the image runs it."""
    postgres = cluster("server")
    psql = postgres.home.programs.postgres_bin / "psql"
    done = subprocess.run(
        [psql, *AS_THE_IMAGE_DOES, "-f", ROLES],
        env={"PATH": os.environ["PATH"], "PGHOST": str(postgres.home.sockets), **PASSWORDS},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return postgres


def test_they_are_those_of_the_embedded_server(of_the_server, cluster):
    embedded = cluster("embedded")
    embedded.prepare()
    assert ask(of_the_server, WHAT_ROLES_MAY) == ask(embedded, WHAT_ROLES_MAY)


def test_both_have_their_passwords(of_the_server):
    hashes = ask(of_the_server, "SELECT rolpassword FROM pg_authid WHERE rolname ~ '^portal_'")
    assert [each.startswith("SCRAM-SHA-256$") for (each,) in hashes] == [True, True]


def test_the_application_uses_the_owners_tables_and_can_change_none(of_the_server):
    ask(of_the_server, "CREATE TABLE kept (id serial, word text)", role="portal_owner")
    as_app = {"role": "portal_app"}
    ask(of_the_server, "INSERT INTO kept (word) VALUES ('one')", **as_app)
    assert ask(of_the_server, "SELECT word FROM kept", **as_app) == [("one",)]
    for sql in ("DROP TABLE kept", "TRUNCATE kept", "CREATE TABLE other ()"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask(of_the_server, sql, **as_app)


def test_no_password_is_in_the_servers_log(of_the_server):
    log = (of_the_server.logs / "postgres.log").read_text()
    assert [word for word in PASSWORDS.values() if word in log] == []

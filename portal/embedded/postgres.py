"""PostgreSQL 18 on a private Unix socket, with an owner role and an application role."""

import contextlib
import locale
import os
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from portal.embedded.account import make_private_folder, popen_options
from portal.embedded.errors import StartError
from portal.embedded.home import ServerHome
from portal.embedded.process_table import command_of, end_process
from portal.embedded.supervisor import Program, Stage
from portal.embedded.watchdog import is_running

SUPERUSER, OWNER, APP = "postgres", "portal_owner", "portal_app"
ADMIN_DATABASE, DATABASE = "postgres", "portal"
READY_WITHIN = 60.0
ORPHAN_STOPS_WITHIN = 20.0

# An error's DETAIL and STATEMENT hold what people typed: keep both out of the log file.
DISCREET_LOG = ["log_error_verbosity=terse", "log_min_error_statement=panic"]
NOT_DURABLE = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]

# Put into template1, so that every database made later has them: the tests' ones too.
PRIVILEGES = f"""
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER}
        GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP};
    ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER}
        GRANT USAGE, SELECT ON SEQUENCES TO {APP};
"""


@dataclass(frozen=True)
class Postgres:
    """One cluster. `for_tests` trades safety for speed and lets the owner make databases."""

    home: ServerHome
    logs: Path
    for_tests: bool = False

    def exists(self) -> bool:
        """Tell whether the cluster was made completely."""
        return self.home.postgres_files.exists()

    def creation(self) -> Program:
        """Return the step that makes a new cluster beside its place (see `settle`)."""
        fresh = self._fresh_files()
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(fresh)
        make_private_folder(fresh, self.home.account)
        return self._program("initdb", [f"--pgdata={fresh}", *self._creation_options()])

    def settle(self) -> None:
        """Put a complete new cluster in its place; a half-made one never gets there."""
        self._fresh_files().rename(self.home.postgres_files)

    def server(self) -> Program:
        """Return the server itself, as a direct child: no daemon."""
        settings = [*DISCREET_LOG, "timezone=UTC", "log_timezone=UTC"]
        settings += NOT_DURABLE if self.for_tests else []
        sockets = ["listen_addresses=", f"unix_socket_directories={self.home.sockets}"]
        arguments = ["-D", str(self.home.postgres_files)]
        for setting in [*sockets, "unix_socket_permissions=0700", *settings]:
            arguments += ["-c", setting]
        return self._program("postgres", arguments)

    def answers(self) -> bool:
        """Tell whether the server takes connections."""
        try:
            self._connect(ADMIN_DATABASE).close()
        except psycopg2.OperationalError:
            return False
        return True

    def prepare(self) -> None:
        """Make roles, privileges and the database where they are missing."""
        with contextlib.closing(self._connect(ADMIN_DATABASE)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                if _has_database(cursor):
                    return
                self._make_roles(cursor)
                self._grant_in_template()
                cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")

    def url(self, role: str) -> str:
        """Return the DATABASE_URL of a role, in the form django-environ reads for sockets."""
        return f"postgres://{role}@/{self.home.sockets}/{DATABASE}"

    def end_orphan(self) -> None:
        """Make way for a start after a crash or a power cut.

        A server that outlived both its launcher and the watchdog is stopped. A lock file
        whose number belongs to some other program by now is removed. Call it only while
        holding the data folder's lock. Raises StartError if the orphan does not end.
        """
        lock = self.home.postgres_files / "postmaster.pid"
        try:
            pid = int(lock.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return
        if not is_running(pid):
            return  # PostgreSQL clears this case itself, and looks for leftover memory first
        if str(self.home.postgres_files) not in command_of(pid):
            lock.unlink(missing_ok=True)
        elif not end_process(pid, signal.SIGINT, ORPHAN_STOPS_WITHIN):
            raise StartError(f"An earlier PostgreSQL (process {pid}) does not end: end it first.")

    def _fresh_files(self) -> Path:
        return self.home.files / "postgres.new"

    def _creation_options(self) -> list[str]:
        return [
            f"--username={SUPERUSER}",
            "--encoding=UTF8",
            "--auth=trust",  # the socket's folder is 0700: only this account gets that far
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            f"--lc-ctype={_character_locale()}",
            *(["--no-sync"] if self.for_tests else []),
        ]

    def _program(self, name: str, arguments: list[str]) -> Program:
        return Program(
            name=name,
            command=[str(self.home.programs.postgres_bin / name), *arguments],
            stage=Stage.DATABASE,
            log=self.logs / "postgres.log",
            env={"PATH": os.defpath, "LC_MESSAGES": "C"},
            cwd=self.home.files,
            stop_signal=signal.SIGINT,  # "fast": ends sessions, keeps the files clean
            grace=30.0,
            hurried_grace=10.0,
            options=popen_options(self.home.account),
        )

    def _connect(self, database: str) -> "psycopg2.extensions.connection":
        return psycopg2.connect(
            host=str(self.home.sockets), user=SUPERUSER, dbname=database, connect_timeout=3
        )

    def _make_roles(self, cursor: "psycopg2.extensions.cursor") -> None:
        may_create = "CREATEDB" if self.for_tests else "NOCREATEDB"
        limits = "LOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS"
        for role, rights in ((OWNER, may_create), (APP, "NOCREATEDB")):
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE ROLE {role} {limits} {rights}")

    def _grant_in_template(self) -> None:
        with contextlib.closing(self._connect("template1")) as connection:
            connection.cursor().execute(PRIVILEGES)
            connection.commit()


def _has_database(cursor: "psycopg2.extensions.cursor") -> bool:
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
    return cursor.fetchone() is not None


def _character_locale() -> str:
    """Return a locale of this machine that knows letters beyond ASCII.

    With plain C the full-text parser takes "l'école" for one word and the Arabic comma for
    a letter, whatever the locale provider.
    """
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "en_US.UTF-8"):
            with contextlib.suppress(locale.Error):
                locale.setlocale(locale.LC_CTYPE, name)
                return name
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)

"""PostgreSQL, Valkey and the mail sink of one data folder, and how Django reaches them."""

import shutil
import socket
import sys
from pathlib import Path

from portal.embedded import mail_sink
from portal.embedded.home import ServerHome, make_home
from portal.embedded.listeners import listen, port_of
from portal.embedded.postgres import APP, OWNER, READY_WITHIN, Postgres
from portal.embedded.supervisor import Program, Stage, Supervisor
from portal.embedded.valkey import READY_WITHIN as VALKEY_READY_WITHIN
from portal.embedded.valkey import Valkey
from portal.launch.data_folder import DataFolder
from portal.launch.environment import DEFAULT_PORT, MANIFEST_STORAGE, base_environment


class Services:
    """The services of a claimed data folder; `start` them before use."""

    def __init__(self, data: DataFolder, supervisor: Supervisor, *, for_tests: bool = False):
        """Choose places and the mail port. Raises StartError."""
        self._data, self._supervisor = data, supervisor
        self._home: ServerHome = make_home(data.root)
        supervisor.remove_at_end(self._home.sockets)
        data.write_record(sockets=str(self._home.sockets))
        self._postgres = Postgres(self._home, data.logs, for_tests)
        self._valkey = Valkey(self._home, data.logs)
        self._mail_listener = listen(0)

    def have_data(self) -> bool:
        """Tell whether an earlier run has made the database cluster."""
        return self._postgres.exists()

    def data_elsewhere(self) -> Path | None:
        """Return where the databases are when they cannot be in the data folder."""
        return None if self._home.files == self._data.root else self._home.files

    def discard_data(self) -> None:
        """Remove what earlier runs stored, before the start."""
        for folder in (self._home.postgres_files, self._home.valkey_files):
            shutil.rmtree(folder, ignore_errors=True)

    def start(self) -> None:
        """Start all and wait until they answer. Raises StartError, StopRequested."""
        self._postgres.end_orphan()
        self._valkey.end_orphan()
        self._supervisor.start_service(self._valkey.server())
        self._supervisor.start_service(_sink(self._data, self._mail_listener))
        if not self._postgres.exists():
            self._supervisor.require(self._supervisor.start_step(self._postgres.creation()))
            self._postgres.settle()
        self._supervisor.start_service(self._postgres.server())
        self._supervisor.wait_for("PostgreSQL", self._postgres.answers, READY_WITHIN)
        self._postgres.prepare()
        self._supervisor.wait_for("Valkey", self._valkey.answers, VALKEY_READY_WITHIN)
        self._data.write_record(environment=self._addresses())

    def close(self) -> None:
        """Give the mail port back."""
        self._mail_listener.close()

    def environment(self) -> dict[str, str]:
        """Return the environment of a Django process that runs as the application."""
        return service_environment(self._data, self._addresses())

    def _addresses(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self._postgres.url(APP),
            "DATABASE_OWNER_URL": self._postgres.url(OWNER),
            "BROKER_URL": self._valkey.url(),
            "EMAIL_URL": f"smtp://127.0.0.1:{port_of(self._mail_listener)}",
        }


def service_environment(data: DataFolder, addresses: dict[str, str]) -> dict[str, str]:
    """Return Django's environment for services at these addresses, as the application."""
    return {
        **base_environment(),
        "SECRET_KEY": data.secret_key(),
        "DEMO": "1",
        "ALLOWED_HOSTS": "127.0.0.1,localhost,[::1]",
        "BASE_URL": f"http://127.0.0.1:{DEFAULT_PORT}",
        "DEMO_MAIL_DIR": str(data.mail),
        "STATIC_ROOT": str(data.static),
        "STATIC_STORAGE": MANIFEST_STORAGE,
        **addresses,
    }


def as_owner(environment: dict[str, str]) -> dict[str, str]:
    """Return the environment for a process that changes the schema."""
    return {**environment, "DATABASE_URL": environment["DATABASE_OWNER_URL"]}


def _sink(data: DataFolder, listener: socket.socket) -> Program:
    descriptor = listener.fileno()
    return Program(
        name="mail",
        # As a file: importing the package would load Celery for nothing.
        command=[sys.executable, "-P", mail_sink.__file__, str(data.mail), str(descriptor)],
        stage=Stage.MAIL,
        log=data.logs / "mail.log",
        grace=3.0,
        options={"pass_fds": [descriptor]},
    )

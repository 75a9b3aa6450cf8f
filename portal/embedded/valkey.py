"""Valkey, the broker that pokes the workers, on a private Unix socket."""

import os
import signal
import socket
from dataclasses import dataclass
from pathlib import Path

from portal.embedded.account import make_private_folder, popen_options
from portal.embedded.home import ServerHome
from portal.embedded.process_table import command_of, end_process
from portal.embedded.supervisor import Program, Stage
from portal.embedded.watchdog import is_running

READY_WITHIN = 30.0
ORPHAN_STOPS_WITHIN = 10.0


@dataclass(frozen=True)
class Valkey:
    """One broker; its append-only file lies in the data folder."""

    home: ServerHome
    logs: Path

    def server(self) -> Program:
        """Return the server as a direct child, its folder made. Raises StartError."""
        make_private_folder(self.home.valkey_files, self.home.account)
        return Program(
            name="valkey",
            command=[str(self.home.programs.valkey), *self._options()],
            stage=Stage.BROKER,
            log=self.logs / "valkey.log",
            env={"PATH": os.defpath},
            cwd=self.home.files,
            hurried_grace=5.0,
            options=popen_options(self.home.account),
        )

    def answers(self) -> bool:
        """Tell whether the broker is up and has read its file."""
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(2)
                client.connect(str(self._socket()))
                client.sendall(b"PING\r\n")
                return client.recv(64).startswith(b"+PONG")
        except OSError:
            return False

    def url(self) -> str:
        """Return the BROKER_URL in kombu's form for Unix sockets."""
        return f"redis+socket://{self._socket()}?virtual_host=0"

    def end_orphan(self) -> None:
        """Stop a broker that outlived its launcher and the watchdog: two would share a file."""
        try:
            pid = int(self._pid_file().read_text())
        except (OSError, ValueError):
            return
        if is_running(pid) and str(self.home.valkey_files) in command_of(pid):
            end_process(pid, signal.SIGTERM, ORPHAN_STOPS_WITHIN)

    def _socket(self) -> Path:
        return self.home.sockets / "valkey.sock"

    def _pid_file(self) -> Path:
        return self.home.valkey_files / "valkey.pid"

    def _options(self) -> list[str]:
        settings = {
            "port": "0",
            "unixsocket": str(self._socket()),
            "unixsocketperm": "700",
            "dir": str(self.home.valkey_files),
            "pidfile": str(self._pid_file()),
            "daemonize": "no",
            "set-proc-title": "no",  # `end_orphan` looks for the folder in the command line
            "appendonly": "yes",
            "save": "",
            "maxmemory-policy": "noeviction",  # a broker must refuse, never drop
        }
        return [part for name, value in settings.items() for part in (f"--{name}", value)]

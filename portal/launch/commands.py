"""`./run manage` and `./run bench`: other programs with the embedded services around them."""

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from portal.embedded.errors import StartError, StopRequested
from portal.embedded.programs import installed_programs
from portal.embedded.stop_requests import StopRequests
from portal.launch.console import Console
from portal.launch.data_folder import DataFolder
from portal.launch.environment import ROOT
from portal.launch.services import as_owner, service_environment
from portal.launch.session import has_terminal, open_session, run_in_foreground

# These make, change or dump the schema, which the application's role may not.
OWNER_COMMANDS = {
    "createcachetable",
    "dbshell",
    "flush",
    "inspectdb",
    "makemigrations",
    "migrate",
    "optimizemigration",
    "pgtrigger",
    "sqlmigrate",
    "squashmigrations",
}
BUSY_FOR = 60.0


def run_manage(data_path: Path, arguments: Sequence[str]) -> int:
    """Run manage.py with a running demo's services, or with its own for that time.

    Returns its exit code. Raises StartError.
    """
    stops = StopRequests()
    with stops.installed(terminal_is_shared=has_terminal()):
        try:
            with DataFolder(data_path) as data:
                addresses = _claim_or_join(data, stops)
                if addresses is None:
                    return _manage_alone(data, stops, arguments)
        except StopRequested:
            return _stopped_by(stops)
    return _manage_beside(data, addresses, arguments)


def run_bench(data_path: Path, arguments: Sequence[str]) -> int:
    """Run a benchmark on an empty, migrated database that syncs to disk as a server's does.

    Returns its exit code. Raises StartError.
    """
    stops = StopRequests()
    with stops.installed(terminal_is_shared=has_terminal()):
        try:
            with DataFolder(data_path) as data:
                if not data.claim_patiently(stops.pause):
                    raise StartError(f"Another `./run bench` is using {data.root}: wait for it.")
                return _bench_alone(data, stops, arguments)
        except StopRequested:
            return _stopped_by(stops)


def _claim_or_join(data: DataFolder, stops: StopRequests) -> dict[str, str] | None:
    """Claim the folder and return None, or return the addresses of a demo's services.

    Waits for a demo that is starting and for another management command to end.
    """
    give_up_at = time.monotonic() + BUSY_FOR
    while not data.claim():
        holder = data.record()
        if holder.get("kind") == "demo" and "environment" in holder:
            return _addresses(holder)
        if time.monotonic() > give_up_at:
            raise StartError(
                f"Another `./run {holder.get('kind', '')}` (process {holder.get('pid', '?')}) "
                f"is using {data.root}: wait for its end and try again."
            )
        stops.pause(0.1)
    return None


def _addresses(holder: dict[str, Any]) -> dict[str, str]:
    addresses: dict[str, str] = dict(holder["environment"])
    return {**addresses, "BASE_URL": holder["url"]} if "url" in holder else addresses


def _manage_alone(data: DataFolder, stops: StopRequests, arguments: Sequence[str]) -> int:
    with open_session(data, stops, Console(), kind="manage") as session:
        session.services.start()
        environment = _for_command(session.services.environment(), arguments)
        return run_in_foreground(session, ["manage.py", *arguments], environment)


def _bench_alone(data: DataFolder, stops: StopRequests, arguments: Sequence[str]) -> int:
    with open_session(data, stops, Console(), kind="bench") as session:
        session.services.discard_data()
        session.prepare()
        environment = session.services.environment()
        return run_in_foreground(session, ["-m", "benchmarks", *arguments], environment)


def _manage_beside(data: DataFolder, addresses: dict[str, str], arguments: Sequence[str]) -> int:
    """Become manage.py: the running demo owns the services."""
    environment = _for_command(service_environment(data, addresses), arguments)
    os.chdir(ROOT)
    command = [sys.executable, "manage.py", *arguments]
    os.execve(command[0], command, environment)  # noqa: S606 - no shell is wanted


def _for_command(environment: dict[str, str], arguments: Sequence[str]) -> dict[str, str]:
    is_for_owner = bool(arguments) and arguments[0] in OWNER_COMMANDS
    chosen = as_owner(environment) if is_for_owner else environment
    programs = str(installed_programs().postgres_bin)  # `dbshell` looks for psql
    return {**chosen, "PATH": os.pathsep.join([programs, chosen.get("PATH", os.defpath)])}


def _stopped_by(stops: StopRequests) -> int:
    return 128 + stops.signals[0] if stops.signals else 1

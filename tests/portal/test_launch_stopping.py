"""Whatever ends the launcher, nothing it started stays behind, and the right things stop last."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from portal.embedded.watchdog import is_running
from portal.launch.environment import ROOT

PATIENCE = 20.0
# A launcher that starts the services and two programs, says so on stdout and waits. The
# programs note when they were asked to stop; the first of them also has a child of its own.
LAUNCHER = """
import json, os, sys, time
from pathlib import Path
from portal.embedded.errors import StopRequested
from portal.embedded.stop_requests import StopRequests
from portal.embedded.supervisor import Program, Stage
from portal.launch.console import Console
from portal.launch.data_folder import DataFolder
from portal.launch.session import open_session

folder = Path(sys.argv[1])
note = 'trap "echo {0} >> ' + str(folder) + '-order; exit" TERM; sleep 600 & wait'
stops, data = StopRequests(), DataFolder(folder)
assert data.claim()
with stops.installed(), open_session(data, stops, Console(), kind="demo", for_tests=True) as run:
    try:
        if "services" in sys.argv:
            run.services.start()
        for name, stage in (("work", Stage.WORK), ("web", Stage.WEB)):
            command = ["sh", "-c", note.format(name)]
            run.supervisor.start_service(Program(name, command, stage, log=data.logs / "x.log"))
        time.sleep(0.2)
        running = [*run.supervisor._services]
        pids = {r.program.name: r.process.pid for r in running}
        print(json.dumps({"pids": pids, "sockets": str(run.services._home.sockets)}), flush=True)
        while True:
            run.supervisor.tend()
            stops.pause(0.2)
    except StopRequested:
        pass
"""


class Launched:
    """A launcher in a process of its own."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", LAUNCHER, str(folder), *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        said = json.loads(self.process.stdout.readline())
        self.pids, self.sockets = said["pids"], Path(said["sockets"])

    def left_after(self, patience: float) -> list[str]:
        """Return the names of the processes that still run after some seconds at most."""
        give_up_at = time.monotonic() + patience
        while self.running() and time.monotonic() < give_up_at:
            time.sleep(0.02)
        return self.running()

    def running(self) -> list[str]:
        return [name for name, pid in self.pids.items() if is_running(pid)]

    def wait_for_restart_of(self, name: str) -> None:
        log = self.folder / "logs" / "launcher.log"
        give_up_at = time.monotonic() + PATIENCE
        while name not in log.read_text() and time.monotonic() < give_up_at:
            time.sleep(0.02)

    def stop_order(self) -> list[str]:
        return Path(f"{self.folder}-order").read_text().split()


@pytest.fixture
def launch():
    place = Path(tempfile.mkdtemp(prefix="cp-test-"))
    place.chmod(0o711)
    launched: list[Launched] = []

    def start(*options: str) -> Launched:
        launched.append(Launched(place / "data", *options))
        return launched[-1]

    yield start
    for one in launched:
        with contextlib.suppress(ProcessLookupError):
            one.process.terminate()
        one.process.stdout.close()
        one.process.wait(PATIENCE)
    shutil.rmtree(place)


def test_a_killed_launcher_leaves_no_process_and_clean_databases(launch):
    run = launch("services")
    assert set(run.running()) == {"valkey", "mail", "postgres", "work", "web"}
    run.process.kill()
    assert run.left_after(PATIENCE) == []
    logs = run.folder / "logs"
    assert "database system is shut down" in (logs / "postgres.log").read_text()
    assert "ready to exit" in (logs / "valkey.log").read_text()
    assert run.stop_order() == ["web", "work"]


def test_a_killed_launcher_does_not_stop_the_next_start(launch):
    launch("services").process.kill()
    again = launch_patiently(launch)
    assert "postgres" in again.running()


def launch_patiently(launch) -> Launched:
    """Start again as soon as the watchdog of the killed run has given the lock back."""
    from portal.launch.data_folder import DataFolder

    data = DataFolder(launch_folder(launch))
    assert data.claim_patiently(time.sleep)
    data.release()
    return launch("services")

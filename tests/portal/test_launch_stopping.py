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
# A launcher with two programs of its own beside the services. They note when they are asked
# to stop (a stubborn one does no more than that), and the web has a child.
LAUNCHER = """
import json, sys
from pathlib import Path
from portal.embedded.errors import StopRequested
from portal.embedded.stop_requests import StopRequests
from portal.embedded.supervisor import Program, Stage
from portal.launch.console import Console
from portal.launch.data_folder import DataFolder
from portal.launch.session import open_session

folder, options = Path(sys.argv[1]), sys.argv[2:]
sign_off = "echo {0} >> " + str(folder) + "-order" + ("" if "stubborn" in options else "; exit")
script = f"trap '{sign_off}' TERM; sleep 600 & echo $! > {folder}-child-of-{{0}}; "
script += "while :; do wait; done" if "stubborn" in options else "wait"
stops, data = StopRequests(), DataFolder(folder)
with stops.installed(), data:
    assert data.claim_patiently(stops.pause)
    with open_session(data, stops, Console(), kind="demo", for_tests=True) as run:
        try:
            if "services" in options:
                run.services.start()
            for name, stage in (("work", Stage.WORK), ("web", Stage.WEB)):
                command = ["sh", "-c", script.format(name)]
                program = Program(name, command, stage, log=data.logs / f"{name}.log", grace=60)
                run.supervisor.start_service(program)
            pids = {each.program.name: each.process.pid for each in run.supervisor._services}
            pids["watchdog"] = run.supervisor._watchdog.pid
            sockets = str(run.services._home.sockets)
            print(json.dumps({"pids": pids, "sockets": sockets}), flush=True)
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
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        said = json.loads(self.process.stdout.readline())
        self.pids, self.sockets = said["pids"], Path(said["sockets"])
        wait_until(self._child_file.exists)
        wait_until(self._child_file.read_text)
        self.pids["child of web"] = int(self._child_file.read_text())

    @property
    def _child_file(self) -> Path:
        return Path(f"{self.folder}-child-of-web")

    def running(self) -> list[str]:
        """Return the names of the processes that still run."""
        return [name for name, pid in self.pids.items() if is_running(pid)]

    def is_all_gone(self) -> bool:
        return self.running() == []

    def log(self, name: str) -> str:
        """Return a log so far, empty if nothing was logged yet."""
        path = self.folder / "logs" / f"{name}.log"
        return path.read_text() if path.exists() else ""

    def stop_order(self) -> list[str]:
        """Return who was asked to stop, in order."""
        return Path(f"{self.folder}-order").read_text().split()


def wait_until(is_so) -> bool:
    give_up_at = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > give_up_at:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture
def launch():
    """A function that starts a launcher on one data folder with these options."""
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
            one.process.terminate()
        one.process.communicate(timeout=PATIENCE)
        wait_until(one.is_all_gone)
    shutil.rmtree(place)


def test_a_killed_launcher_leaves_no_process_and_clean_databases(launch):
    run = launch("services")
    assert {"valkey", "mail", "postgres", "work", "web"} <= set(run.running())
    run.process.kill()
    assert wait_until(run.is_all_gone), run.running()
    assert "database system is shut down" in run.log("postgres")
    assert "ready to exit" in run.log("valkey")
    assert run.stop_order() == ["web", "work"]
    assert not run.sockets.exists()


def test_the_next_start_after_a_killed_launcher_waits_for_the_cleaning_up(launch):
    first = launch()
    first.process.kill()
    second = launch()
    assert first.is_all_gone()
    assert {"work", "web"} <= set(second.running())


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_the_web_first_and_ends_the_launcher_well(launch, signum):
    run = launch()
    run.process.send_signal(signum)
    assert run.process.wait(PATIENCE) == 0
    assert run.running() == []
    assert run.stop_order() == ["web", "work"]


def test_a_second_ctrl_c_does_not_wait_for_those_who_will_not_end(launch):
    run = launch("stubborn")
    run.process.send_signal(signal.SIGINT)
    assert wait_until(Path(f"{run.folder}-order").exists)
    assert "web" in run.running()
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(PATIENCE) == 0
    assert run.running() == []


def test_the_launcher_stops_when_nobody_reads_its_output_any_more(launch):
    run = launch()
    run.process.stdout.close()
    assert run.process.wait(PATIENCE) == 0
    assert run.running() == []
    run.process.stdout = None


def test_a_program_that_dies_is_started_again_and_the_log_says_so(launch):
    run = launch()
    os.kill(run.pids["work"], signal.SIGKILL)
    assert wait_until(lambda: "work was killed by signal 9" in run.log("launcher"))
    first_child = Path(f"{run.folder}-child-of-work").read_text()
    assert wait_until(
        lambda: Path(f"{run.folder}-child-of-work").read_text() not in ("", first_child)
    )


def test_everything_is_stopped_even_if_somebody_killed_the_watchdog(launch):
    run = launch()
    os.kill(run.pids["watchdog"], signal.SIGKILL)
    run.process.terminate()
    assert run.process.wait(PATIENCE) == 0
    assert run.running() == []

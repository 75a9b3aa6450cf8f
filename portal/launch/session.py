"""One run: a claimed data folder, its supervisor and its services, stopped at the end."""

import contextlib
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from portal.embedded.stop_requests import StopRequests
from portal.embedded.supervisor import Program, Running, Stage, Supervisor
from portal.launch.console import Console
from portal.launch.data_folder import DataFolder
from portal.launch.environment import ROOT
from portal.launch.services import Services, as_owner
from portal.launch.static_files import are_current

TEND_EVERY = 0.5


@dataclass(frozen=True)
class Session:
    """What a command of `./run` works with while the services run."""

    data: DataFolder
    supervisor: Supervisor
    services: Services

    def python(self, name: str, *arguments: str, env: Mapping[str, str], stage: Stage) -> Program:
        """Return a Python process in the checkout, writing to its own log file."""
        log = self.data.logs / f"{name}.log"
        command = [sys.executable, *arguments]
        return Program(name=name, command=command, stage=stage, log=log, env=env, cwd=ROOT)

    def step(self, name: str, *arguments: str, env: Mapping[str, str]) -> Program:
        """Return a Python process that ends by itself."""
        return self.python(name, *arguments, env=env, stage=Stage.WEB)

    def prepare(self) -> None:
        """Start the services, bring the schema up to date and have the static files ready.

        Raises StartError, StopRequested.
        """
        static = self._start_static_files()
        self.services.start()
        owner = as_owner(self.services.environment())
        migration = self.step("migrate", "manage.py", "migrate", "--noinput", env=owner)
        self.supervisor.require(self.supervisor.start_step(migration))
        if static is not None:
            self.supervisor.require(static)

    def _start_static_files(self) -> Running | None:
        """Start collecting static files beside the rest, unless they are current."""
        if are_current(self.data.static):
            return None
        environment = self.services.environment()
        step = self.step("static", "-m", "portal.launch.static_files", env=environment)
        return self.supervisor.start_step(step)


@contextlib.contextmanager
def open_session(
    data: DataFolder, stops: StopRequests, console: Console, *, kind: str, for_tests: bool = False
) -> Iterator[Session]:
    """Give a session on a claimed folder; on leaving, everything it started is stopped."""
    data.write_record(kind=kind)
    console.log = data.logs / "launcher.log"
    locks = [] if data.lock_descriptor is None else [data.lock_descriptor]
    supervisor = Supervisor(stops, console.say, keep_open=locks)
    supervisor.remove_at_end(data.record_path)
    try:
        with contextlib.closing(Services(data, supervisor, for_tests=for_tests)) as services:
            yield Session(data, supervisor, services)
    finally:
        supervisor.stop()


def run_in_foreground(session: Session, arguments: Sequence[str], env: Mapping[str, str]) -> int:
    """Run Python with our input and output while the services are kept alive.

    Returns its exit code. Raises StopRequested.
    """
    step = session.supervisor.start_step(_foreground_program(arguments, env))
    while not step.has_ended():
        session.supervisor.tend()
        session.supervisor.stops.pause(TEND_EVERY)
    return exit_code(session.supervisor.finish(step))


def _foreground_program(arguments: Sequence[str], env: Mapping[str, str]) -> Program:
    return Program(
        name=" ".join(arguments[:2]),
        command=[sys.executable, *arguments],
        stage=Stage.WEB,
        env=env,
        cwd=ROOT,
        stop_signal=signal.SIGINT,  # what these commands know how to end on
        own_session=not has_terminal(),
    )


def has_terminal() -> bool:
    """Tell whether a person types: then a child in the foreground gets Ctrl-C by itself."""
    return sys.stdin is not None and sys.stdin.isatty()


def exit_code(returncode: int) -> int:
    """Return what a shell would report for a process that a signal may have ended."""
    return 128 - returncode if returncode < 0 else returncode

"""Starts the processes of a run, keeps them running and has them stopped."""

import contextlib
import enum
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from portal.embedded.errors import StartError
from portal.embedded.stop_requests import StopRequests
from portal.embedded.watchdog import Entry, Watchdog, kill_hard

LOOK_EVERY = 0.02
FIRST_DELAY, LONGEST_DELAY, STABLE_AFTER = 0.5, 30.0, 60.0
LOG_LIMIT = 10_000_000


class Stage(enum.IntEnum):
    """The order of stopping: who takes work in stops first, who keeps it last."""

    WEB = 0
    WORK = 1
    MAIL = 2
    BROKER = 3
    DATABASE = 4


@dataclass(frozen=True)
class Program:
    """How to start one process and how to stop it. Without `log` it shares our output."""

    name: str
    command: Sequence[str]
    stage: Stage
    log: Path | None = None
    env: Mapping[str, str] | None = None
    cwd: Path | None = None
    stop_signal: int = signal.SIGTERM
    grace: float = 12.0
    hurried_grace: float = 0.0
    own_session: bool = True
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Running:
    """A started program and, once it has died, when to start it again."""

    program: Program
    process: "subprocess.Popen[bytes]"
    since: float
    delay: float = FIRST_DELAY
    restart_at: float | None = None

    def has_ended(self) -> bool:
        """Tell whether the process is gone."""
        return self.process.poll() is not None


class Supervisor:
    """Owns every process of one run. Leave it by `stop`, whatever happened."""

    def __init__(
        self, stops: StopRequests, say: Callable[[str], None], keep_open: Iterable[int] = ()
    ) -> None:
        self.stops = stops
        self._say = say
        self._services: list[Running] = []
        self._steps: list[Running] = []
        self._watchdog = Watchdog(keep_open)

    def start_service(self, program: Program) -> None:
        """Start a program that should run until the end."""
        self._services.append(self._start(program))

    def start_step(self, program: Program, output: IO[bytes] | None = None) -> Running:
        """Start a program that should end by itself; `output` takes its standard output."""
        step = self._start(program, output)
        self._steps.append(step)
        return step

    def finish(self, step: Running) -> int:
        """Wait until a step has ended; return its exit code. Raises StopRequested."""
        while not step.has_ended():
            self.stops.pause(LOOK_EVERY)
        self._steps.remove(step)
        self._watchdog.forget(step.process.pid)
        return step.process.returncode

    def require(self, step: Running) -> None:
        """Wait for a step that must succeed. Raises StartError with its last words."""
        if self.finish(step) != 0:
            raise StartError(_last_words(step))

    def wait_for(self, name: str, is_ready: Callable[[], bool], within: float) -> None:
        """Wait until something answers. Raises StartError when it dies or takes too long."""
        give_up_at = time.monotonic() + within
        while not is_ready():
            for service in self._services:
                if service.has_ended():
                    raise StartError(_last_words(service))
            if time.monotonic() > give_up_at:
                raise StartError(f"{name} did not answer within {within:.0f} seconds.")
            self.stops.pause(LOOK_EVERY)

    def tend(self) -> None:
        """Start again what has died, later and later if it keeps dying."""
        for service in self._services:
            if service.has_ended():
                self._revive(service)

    def remove_at_end(self, folder: Path) -> None:
        """Have a folder or file removed once everything has stopped."""
        self._watchdog.remove_at_end(str(folder))

    def stop(self) -> None:
        """Stop everything in order; a further request to stop hurries it."""
        asked_before = self.stops.count
        self._watchdog.stop_all(self._reap, lambda: self.stops.count > max(asked_before, 1))
        self._reap()

    def _start(self, program: Program, output: IO[bytes] | None = None) -> Running:
        with _open_log(program.log) as log:
            try:
                process = subprocess.Popen(  # noqa: S603 - our own fixed commands
                    program.command,
                    stdin=subprocess.DEVNULL if program.own_session else None,
                    stdout=output or log,
                    stderr=log,
                    env=program.env,
                    cwd=program.cwd,
                    start_new_session=program.own_session,
                    **program.options,
                )
            except OSError as problem:
                raise StartError(f"{program.name} could not be started: {problem}.") from problem
        self._watchdog.add(_entry(program, process.pid))
        return Running(program, process, time.monotonic())

    def _revive(self, service: Running) -> None:
        now = time.monotonic()
        if service.restart_at is None:
            self._watchdog.forget(service.process.pid)
            kill_hard(service.process.pid, service.program.own_session)
            service.delay = _next_delay(service, now)
            service.restart_at = now + service.delay
            self._say(_obituary(service))
        elif now >= service.restart_at:
            self._services[self._services.index(service)] = self._start_again(service)

    def _start_again(self, service: Running) -> Running:
        running = self._start(service.program)
        running.delay = service.delay
        return running

    def _reap(self) -> None:
        for running in [*self._services, *self._steps]:
            running.process.poll()


def _entry(program: Program, pid: int) -> Entry:
    return Entry(
        pid=pid,
        stage=int(program.stage),
        stop_signal=int(program.stop_signal),
        grace=program.grace,
        hurried_grace=program.hurried_grace,
        leads_group=program.own_session,
    )


def _next_delay(service: Running, now: float) -> float:
    if now - service.since > STABLE_AFTER:
        return FIRST_DELAY
    return min(service.delay * 2, LONGEST_DELAY)


def _obituary(service: Running) -> str:
    code = service.process.returncode
    how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
    return f"{service.program.name} {how}; starting it again in {service.delay:.0f} s."


def _open_log(path: Path | None) -> contextlib.AbstractContextManager[IO[bytes] | None]:
    if path is None:
        return contextlib.nullcontext()
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".old.log"))
    return open(path, "ab")


def _last_words(running: Running) -> str:
    """Say in one line that a program failed, why by its own account, and where to read on."""
    program = running.program
    said = f"{program.name} failed (exit code {running.process.returncode})"
    if program.log is None:
        return f"{said}."
    return f"{said}: {_last_line(program.log)} More in {program.log}"


def _last_line(log: Path) -> str:
    with contextlib.suppress(OSError):
        with open(log, "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - 4096))
            lines = [line.strip() for line in file.read().decode("utf-8", "replace").split("\n")]
        return next((line for line in reversed(lines) if line), "")
    return ""

"""gunicorn with two synchronous workers, the same way for every target."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping

from portal.embedded.listeners import listen, port_of
from portal.launch.environment import ROOT

WORKERS = 2
STOPS_WITHIN = 15.0
# Calls of the API are rationed for each person; here one officer makes them all.
UNRATIONED = {"API_RATE": "100000/sec"}
GUNICORN = (
    *(sys.executable, "-m", "gunicorn", "--no-control-socket", "--preload"),
    *("--worker-class", "sync", "--log-level", "warning"),
)


@contextlib.contextmanager
def serving(
    application: str, environment: Mapping[str, str], *, workers: int = WORKERS
) -> Iterator[int]:
    """Serve a WSGI application and give its port, at which requests wait until it is up."""
    with listen(0) as listener:
        place = ("--bind", f"fd://{listener.fileno()}")
        process = subprocess.Popen(  # noqa: S603 - our own fixed command
            [*GUNICORN, "--workers", str(workers), *place, application],
            env={**os.environ, **UNRATIONED, **environment},
            cwd=ROOT,
            pass_fds=[listener.fileno()],
        )
        try:
            yield port_of(listener)
        finally:
            _stop(process)


def _stop(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

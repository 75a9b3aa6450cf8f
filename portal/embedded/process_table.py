"""Finds and ends processes of an earlier run, which are not our children."""

import os
import subprocess
import time
from pathlib import Path

from portal.embedded.watchdog import is_running


def end_process(pid: int, stop_signal: int, within: float) -> bool:
    """Send the signal and wait; tell whether the process ended in time."""
    os.kill(pid, stop_signal)
    give_up_at = time.monotonic() + within
    while is_running(pid):
        if time.monotonic() > give_up_at:
            return False
        time.sleep(0.05)
    return True


def command_of(pid: int) -> str:
    """Return the command line of a process, empty when it cannot be read."""
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return _command_by_ps(pid)
    return raw.replace(b"\0", b" ").decode("utf-8", "replace")


def _command_by_ps(pid: int) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - fixed command, a number as its only variable
            ["ps", "-o", "command=", "-p", str(pid)],  # noqa: S607 - wherever ps is
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return done.stdout

"""Stops the launcher's processes in order, also when the launcher was killed.

The launcher starts this file as a small process of its own and keeps a pipe to it open, on
which it tells what it has started. When the pipe closes, for whatever reason, everything
still running is stopped stage by stage: the web first, PostgreSQL last. SIGUSR1 hurries.

Standard library only, and nothing of ours: it must start in milliseconds and keep working
whatever happens to the rest.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

KILL_WAIT = 5.0
TRIES = 3
LOOK_EVERY = 0.02


class Entry(NamedTuple):
    """A started process: when it is stopped (lowest stage first), how, and for how long."""

    pid: int
    stage: int
    stop_signal: int
    grace: float
    hurried_grace: float
    leads_group: bool


class Watchdog:
    """The launcher's end. Everything told to it is stopped or removed when we end."""

    def __init__(self, keep_open: Iterable[int] = ()) -> None:
        """Start the process. It also holds `keep_open`, such as a lock, until all is stopped."""
        self._keep_open = tuple(keep_open)
        self._entries: dict[int, Entry] = {}
        self._folders: list[str] = []
        self._process = self._start()

    @property
    def pid(self) -> int:
        """Return the number of the watching process."""
        return self._process.pid

    def add(self, entry: Entry) -> None:
        """Have the process stopped at the end."""
        self._entries[entry.pid] = entry
        self._send({"add": entry})

    def forget(self, pid: int) -> None:
        """Leave alone a process that has ended and was reaped: its number may be reused."""
        self._entries.pop(pid, None)
        self._send({"forget": pid})

    def remove_at_end(self, folder: str) -> None:
        """Have a folder (or file) removed after the last process has ended."""
        self._folders.append(folder)
        self._send({"remove": folder})

    def stop_all(self, reap: Callable[[], object], is_hurried: Callable[[], bool]) -> None:
        """Stop everything in order; calls `reap` meanwhile, as only a parent can."""
        for _ in range(TRIES):
            self._close_pipe()
            if self._end_of_watchdog(reap, is_hurried) == 0:
                return
            self._process = self._start()  # somebody killed it before it was done

    def _end_of_watchdog(self, reap: Callable[[], object], is_hurried: Callable[[], bool]) -> int:
        hurried = False
        while self._process.poll() is None:
            reap()
            if is_hurried() and not hurried:
                hurried = True
                self._process.send_signal(signal.SIGUSR1)
            time.sleep(LOOK_EVERY)
        return self._process.returncode

    def _start(self) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and file
            [sys.executable, "-I", "-S", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,  # out of reach of Ctrl-C and of a kill of our group
            pass_fds=self._keep_open,
        )
        with contextlib.suppress(OSError):  # killed at once: the next word will tell
            for message in self._all_we_told():
                _write(process, message)
        return process

    def _all_we_told(self) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = [{"add": entry} for entry in self._entries.values()]
        return told + [{"remove": folder} for folder in self._folders]

    def _send(self, message: dict[str, Any]) -> None:
        try:
            _write(self._process, message)
        except OSError:
            self._process = self._start()  # somebody killed it; it is told all again

    def _close_pipe(self) -> None:
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()


def _write(process: "subprocess.Popen[bytes]", message: dict[str, Any]) -> None:
    if process.stdin is not None:
        process.stdin.write(json.dumps(message).encode() + b"\n")
        process.stdin.flush()


def is_running(pid: int) -> bool:
    """Tell whether the process exists and is more than a zombie waiting for its parent."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", "rb") as status:
            return status.read().rpartition(b")")[2].split()[0] == b"Z"
    except OSError:  # macOS, or just gone: the next look will tell
        return False


def main() -> None:
    """Read what was started until the pipe closes, then stop it."""
    hurry = _Hurry()
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, signal.SIG_IGN)
    entries, folders = _listen(sys.stdin.buffer)
    for stage in sorted({entry.stage for entry in entries}):
        _stop_together([entry for entry in entries if entry.stage == stage], hurry)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            os.unlink(folder)


class _Hurry:
    """Whether somebody pressed Ctrl-C again."""

    def __init__(self) -> None:
        self.asked = False
        signal.signal(signal.SIGUSR1, self._ask)

    def _ask(self, signum: int, frame: object) -> None:
        self.asked = True


def _listen(pipe: Iterable[bytes]) -> tuple[list[Entry], list[str]]:
    """Follow the launcher's messages to their end; return what is left to do."""
    entries: dict[int, Entry] = {}
    folders: list[str] = []
    for line in pipe:
        message = json.loads(line)
        if "add" in message:
            entry = Entry(*message["add"])
            entries[entry.pid] = entry
        elif "forget" in message:
            entries.pop(message["forget"], None)
        else:
            folders.append(message["remove"])
    return list(entries.values()), folders


def _stop_together(entries: list[Entry], hurry: _Hurry) -> None:
    # The signal goes to the process alone: a pool's children are its own to end.
    for entry in entries:
        with contextlib.suppress(OSError):
            os.kill(entry.pid, entry.stop_signal)
    began = time.monotonic()
    for entry in entries:
        while is_running(entry.pid) and time.monotonic() < began + _grace(entry, hurry):
            time.sleep(LOOK_EVERY)
    for entry in entries:
        kill_hard(entry.pid, entry.leads_group)
    _wait_until_gone(entries)


def _grace(entry: Entry, hurry: _Hurry) -> float:
    return entry.hurried_grace if hurry.asked else entry.grace


def kill_hard(pid: int, leads_group: bool) -> None:
    """Kill what is left of a process and, where it leads one, of its group."""
    with contextlib.suppress(OSError):
        if leads_group:
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGKILL)


def _wait_until_gone(entries: list[Entry]) -> None:
    give_up_at = time.monotonic() + KILL_WAIT
    while any(is_running(entry.pid) for entry in entries) and time.monotonic() < give_up_at:
        time.sleep(LOOK_EVERY)


if __name__ == "__main__":
    main()

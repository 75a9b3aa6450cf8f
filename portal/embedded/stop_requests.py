"""Tells the launcher that it should stop, wherever it is waiting."""

import contextlib
import os
import select
import signal
import stat
from collections.abc import Iterator
from types import FrameType

from portal.embedded.errors import StopRequested

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STDOUT = 1


class StopRequests:
    """Counts requests to stop. The launcher waits nowhere but in `pause`, which raises them.

    A handler that raises would cut off work anywhere, such as between the start of a process
    and its entry in the watchdog's list.
    """

    def __init__(self) -> None:
        self.signals: list[int] = []
        self.reader_left = False

    @property
    def count(self) -> int:
        """Return how often we were asked to stop; the second time means hurry."""
        return len(self.signals) + int(self.reader_left)

    @contextlib.contextmanager
    def installed(self, *, terminal_is_shared: bool = False) -> Iterator["StopRequests"]:
        """Take the signals while inside, and give them back.

        `terminal_is_shared`: a child in the foreground gets Ctrl-C itself and decides.
        """
        self._wake_read, wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(wake_write, False)
        wanted = [s for s in STOP_SIGNALS if not _is_ignored_hangup(s)]
        before = {s: signal.getsignal(s) for s in [*wanted, signal.SIGCHLD]}
        for signum in wanted:
            signal.signal(signum, self._ask)
        if terminal_is_shared:
            signal.signal(signal.SIGINT, _do_nothing)
        signal.signal(signal.SIGCHLD, _do_nothing)
        old_wakeup = signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        try:
            yield self
        finally:
            signal.set_wakeup_fd(old_wakeup)
            for signum, handler in before.items():
                signal.signal(signum, handler)
            os.close(self._wake_read)
            os.close(wake_write)

    def pause(self, seconds: float) -> None:
        """Wait, at most this long: a signal or the end of a child cuts it short.

        Raises StopRequested when we were asked to stop, or nobody reads our output any more.
        """
        self._wait(seconds)
        self.check()

    def check(self) -> None:
        """Raise StopRequested if we were asked to stop."""
        if self.count:
            raise StopRequested

    def _wait(self, seconds: float) -> None:
        poll = select.poll()
        poll.register(self._wake_read, select.POLLIN)
        if _stdout_has_a_reader_to_lose():
            poll.register(STDOUT, 0)  # errors and hang-ups are reported without asking
        for descriptor, _ in poll.poll(0 if self.count else seconds * 1000):
            if descriptor == STDOUT:
                self.reader_left = True
        with contextlib.suppress(BlockingIOError):
            os.read(self._wake_read, 4096)

    def _ask(self, signum: int, frame: FrameType | None) -> None:
        self.signals.append(signum)


def _is_ignored_hangup(signum: int) -> bool:
    # `nohup ./run demo` means: go on after the terminal has gone.
    return signum == signal.SIGHUP and signal.getsignal(signum) is signal.SIG_IGN


def _do_nothing(signum: int, frame: FrameType | None) -> None:
    """Be a handler: the signal then wakes `pause`, and children start without it ignored."""


def _stdout_has_a_reader_to_lose() -> bool:
    try:
        mode = os.fstat(STDOUT).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)

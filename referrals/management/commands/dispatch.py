"""`manage.py dispatch`: the dispatcher, which needs PostgreSQL and nothing else."""

from __future__ import annotations

import logging
import signal
import threading
from time import monotonic

from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError, connection

from referrals import tasks
from referrals.notifications import outbox, watch

logger = logging.getLogger(__name__)

# Seconds.
ROUND_EVERY = 1.0
BEAT_EVERY = 1.0
SWEEP_EVERY = 30.0
# Celery, where it runs, has this long to be first.
HEAD_START = 2.0
RECONNECT_EVERY = 3.0


class Command(BaseCommand):
    help = (
        "Deliver due messages and run the sweeps for ever. Needs only the database; "
        "several may run. Stops between two messages on SIGTERM or Ctrl-C."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="Deliver all that is due now, sweep, and end."
        )

    def handle(self, *, once: bool, **options: object) -> None:
        """Raises DatabaseError with `--once`; without it, waits for the database to return."""
        dispatcher = Dispatcher()
        if once:
            dispatcher.sweep()
            outbox.deliver_due()
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_args: dispatcher.stop())
        dispatcher.run()


class Dispatcher:
    """Rounds of delivering, with a sweep now and then."""

    def __init__(self):
        self._stopping = threading.Event()
        self._next_beat = self._next_sweep = 0.0

    def stop(self) -> None:
        """End after the message that is being sent."""
        self._stopping.set()

    def run(self) -> None:
        """Until stopped: one round a second, and fewer while the database is away."""
        wait = ROUND_EVERY
        while not self._stopping.wait(wait):
            wait = ROUND_EVERY
            try:
                self.round()
            except (OperationalError, InterfaceError) as error:
                logger.warning("database not reached (%s), waiting", type(error).__name__)
                connection.close()
                wait = RECONNECT_EVERY

    def round(self) -> None:
        """Sweep if it is time, then deliver until nothing is due or the next sweep is."""
        self._beat()
        if monotonic() >= self._next_sweep:
            self._next_sweep = monotonic() + SWEEP_EVERY
            self.sweep()
        outbox.deliver_due(older_than=HEAD_START, keep_going=self._may_go_on)

    def sweep(self) -> None:
        """Run the timed work. A failure in it must not stop the mail."""
        try:
            tasks.sweep_reports()
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            # Only the kind of error: its text may repeat what an officer wrote.
            logger.error("sweep failed: %s", type(error).__name__)

    def _may_go_on(self) -> bool:
        self._beat()
        return not self._stopping.is_set() and monotonic() < self._next_sweep

    def _beat(self) -> None:
        if monotonic() >= self._next_beat:
            watch.beat()
            self._next_beat = monotonic() + BEAT_EVERY

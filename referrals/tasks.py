"""Celery tasks. They carry nothing: what is to be done stands in the database."""

from time import monotonic

from celery import shared_task

from referrals.notifications import outbox
from referrals.notifications.clock import database_now
from referrals.workflow import bulk, replaying
from referrals.workflow.answering import expire_links
from referrals.workflow.escalating import escalate_overdue
from referrals.workflow.routing import route_waiting_reports
from referrals.workflow.triage import forward_overdue

# Seconds. With one message of at most 15 more this stays below CELERY_TASK_SOFT_TIME_LIMIT.
TURN = 20
# Routing is slow when it fails, and the dispatcher delivers nothing meanwhile.
SWEEP_TURN = 5
BATCH = 10
# A replay hurries nobody: what else waits for a worker comes between two of its turns.
REPLAY_TURN = 2
SWEEP_REPLAY_TURN = 0.3
# One verb on many reports: somebody watches its progress.
BULK_TURN, SWEEP_BULK_TURN = 10, 2


@shared_task
def deliver_due() -> None:
    """Send what is due; after a turn, leave the rest to the next task."""
    end = monotonic() + TURN
    outbox.deliver_due(keep_going=lambda: monotonic() < end)
    if monotonic() >= end:
        outbox.poke()


@shared_task
def sweep_outbox() -> None:
    """The same by the clock: what nobody announced, and what is to be tried again."""
    deliver_due()


@shared_task
def sweep_reports() -> None:
    """Route stored reports whose routing failed; forward what no focal point has forwarded; tell
    others of what nobody has answered; go on with runs and replays whose worker is gone.
    """
    end = monotonic() + SWEEP_TURN
    try:
        while route_waiting_reports(limit=BATCH) == BATCH and monotonic() < end:
            pass
    finally:
        _see_to_deadlines()
    _run_bulk_for(SWEEP_BULK_TURN)
    _replay_for(SWEEP_REPLAY_TURN)


@shared_task
def work_bulk_runs() -> None:
    """Go on with one verb on many reports; after a turn, leave the rest to the next task."""
    _run_bulk_for(BULK_TURN)


@shared_task
def replay_policies() -> None:
    """Try policy versions on stored reports; after a turn, leave the rest to the next task."""
    _replay_for(REPLAY_TURN)


def _see_to_deadlines() -> None:
    """First what goes on by itself; what fails there must not keep the rest from being heard."""
    now, end = database_now(), monotonic() + SWEEP_TURN
    try:
        forward_overdue(now=now)
        expire_links(now=now)
    finally:
        escalate_overdue(now, keep_going=lambda: monotonic() < end)


def _run_bulk_for(seconds: float) -> None:
    end = monotonic() + seconds
    if bulk.work_runs(keep_going=lambda: monotonic() < end):
        bulk.announce()


def _replay_for(seconds: float) -> None:
    end = monotonic() + seconds
    if replaying.run_replays(keep_going=lambda: monotonic() < end):
        replaying.announce()

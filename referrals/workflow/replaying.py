"""Trying a policy version on the stored reports of the last months, in turns that end soon.

A replay goes on where it stood: every batch stores what it found, how far it came and how long
it may take in one transaction. Celery is fast, the dispatcher's sweep is certain; of two workers
the one with the newer claim goes on and the other stops.
"""

from __future__ import annotations

import calendar
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import yaml
from celery import current_app
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from actors.models import User
from referrals.models import PolicyReplay, PolicyReplayLine, PolicyVersion, Report
from referrals.models.inserting import insert_rows
from referrals.notifications.clock import database_now
from referrals.routing import Policy, PolicyError
from referrals.workflow.policies import active_policy, compiled_version
from referrals.workflow.replayed_report import CONFIDED, Finding, Tally, try_report

logger = logging.getLogger(__name__)

BATCH = 200
# Longer than any turn: a claim that ran out means that its worker died.
LEASE = timedelta(seconds=30)
# No longer than a sweep is away: without a worker these messages would pile up.
MESSAGE_EXPIRES = 30


@transaction.atomic
def start_replay(*, version: PolicyVersion, months: int, by: User) -> PolicyReplay:
    """Ask for a replay of the reports filed in the last `months`, against the version in force.

    The same one that is under way is returned instead of a second.

    Raises PolicyError: the policy in force does not compile.
    """
    asked = {"version": version, "against_id": active_policy().version_id, "months": months}
    under_way = PolicyReplay.objects.filter(finished_at=None, **asked).first()
    if under_way:
        return under_way
    replay = PolicyReplay.objects.create(requested_by=by, **asked)
    replay.total = _reports_of(replay).count()
    replay.save(update_fields=["total"])
    transaction.on_commit(announce, robust=True)
    return replay


def run_replays(*, keep_going: Callable[[], bool]) -> bool:
    """Take a turn at the replays that wait, one after another.

    Args:
        keep_going: asked after each report; the turn ends after it says no.

    Returns:
        Whether the turn ended before the replay did.

    Raises:
        DatabaseError: the database went away; the last batch is done again later.
    """
    while (replay := _claim()) is not None:
        if not _run(replay, keep_going):
            return True
    return False


def announce() -> None:
    """Ask a worker to take turns at replays. Never raises: the sweep finds them as well."""
    try:
        current_app.send_task(
            "referrals.tasks.replay_policies", retry=False, expires=MESSAGE_EXPIRES
        )
    except Exception as error:
        logger.warning("broker not reached (%s): left to the sweep", type(error).__name__)


@transaction.atomic(durable=True)
def _claim() -> PolicyReplay | None:
    """Make the next replay that nobody works on ours; by the database's clock."""
    now = database_now()
    free = PolicyReplay.objects.filter(finished_at=None).filter(
        Q(claimed_until=None) | Q(claimed_until__lte=now)
    )
    # One that failed keeps its last claim, so it comes after those that nobody has tried.
    fairly = free.order_by(F("claimed_until").asc(nulls_first=True), "requested_at", "pk")
    replay = fairly.select_for_update(skip_locked=True).first()
    if replay:
        replay.claimed_until = now + LEASE
        replay.save(update_fields=["claimed_until"])
    return replay


def _run(replay: PolicyReplay, keep_going: Callable[[], bool]) -> bool:
    """Replay batch after batch. False when the turn ended first; the claim is given back then."""
    try:
        against, version = _policies(replay)
    except (PolicyError, yaml.YAMLError):
        _finish(replay, refused=True)
        return True
    while (claimed := _replay_batch(replay, against, version, keep_going)) is not None:
        replay = claimed
        if not keep_going():
            _mine(replay).update(claimed_until=None)
            return False
    return True


def _policies(replay: PolicyReplay) -> tuple[Policy, Policy]:
    """The version it is compared with, and the version it is about. Raises PolicyError."""
    return (
        compiled_version(replay.against_id).policy,
        compiled_version(replay.version_id).policy,
    )


@transaction.atomic(durable=True)
def _replay_batch(
    claim: PolicyReplay, against: Policy, version: Policy, keep_going: Callable[[], bool]
) -> PolicyReplay | None:
    """Try the next reports. The replay as it stands then; None when it is finished, or when
    somebody else has claimed it.
    """
    replay = _mine(claim).select_for_update().first()
    if replay is None:
        return None
    reports = _left_of(replay)
    if not reports:
        _finish(replay)
        return None
    lines, tally = [], Tally(replay.tally)
    for report in reports:
        finding = try_report(report, against, version)
        tally.add(finding)
        lines += _lines(replay, report, finding)
        replay.last_report_id = report.pk
        replay.done += 1
        if not keep_going():
            break
    insert_rows(lines)
    replay.tally = tally.as_dict()
    replay.claimed_until = database_now() + LEASE
    replay.save(update_fields=["last_report_id", "done", "tally", "claimed_until"])
    return replay


def _mine(claim: PolicyReplay) -> QuerySet[PolicyReplay]:
    """The replay, if nobody has claimed it since."""
    return PolicyReplay.objects.filter(
        pk=claim.pk, finished_at=None, claimed_until=claim.claimed_until
    )


def _finish(replay: PolicyReplay, *, refused: bool = False) -> None:
    """`refused`: a version does not compile in this release, so nothing was tried."""
    tally = {"refused": True} if refused else Tally(replay.tally).as_dict()
    _mine(replay).update(finished_at=timezone.now(), total=replay.done, tally=tally)


def _lines(replay: PolicyReplay, report: Report, finding: Finding) -> list[PolicyReplayLine]:
    if not finding.has_news:
        return []
    marks = [CONFIDED] if finding.is_confided else []
    return [
        PolicyReplayLine(
            replay=replay,
            report=report,
            changes=[*marks, *finding.changes],
            damage=finding.damage[:200],
        )
    ]


def _left_of(replay: PolicyReplay) -> list[Report]:
    """The next reports to try, without the parts no rule looks at."""
    left = _reports_of(replay).filter(pk__gt=replay.last_report_id).order_by("pk")
    slim = left.defer("narrative", "decision", "content_hash")
    loaded = slim.select_related("mission", "area", "perpetrator_org")
    return list(loaded.prefetch_related("overrides")[:BATCH])


def _reports_of(replay: PolicyReplay) -> QuerySet[Report]:
    """Routed reports of the period, on any track. What is found is shown to nobody but
    through `visible_to`.
    """
    begin = _months_before(replay.requested_at, replay.months)
    return Report.objects.filter(
        routed_at__isnull=False, filed_at__gte=begin, filed_at__lte=replay.requested_at
    )


def _months_before(at: datetime, months: int) -> datetime:
    """The same day of an earlier month, or its last day where it has fewer."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    day = min(at.day, calendar.monthrange(year, month + 1)[1])
    return at.replace(year=year, month=month + 1, day=day)

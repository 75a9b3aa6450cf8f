"""One verb on many reports: each row by the same function as its button, once, and with an answer.

A row and its outcome are one transaction, so a run that was killed goes on with the row it had not
finished. Of two workers the one with the newer claim goes on and the other stops.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from celery import current_app
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actors.models import User
from referrals.models import BulkLine, BulkRun, Report, Verb
from referrals.notifications.clock import database_now
from referrals.permissions import can_acknowledge, can_lead
from referrals.statuses import OPEN, REPORT_MOVES, ReportStatus
from referrals.workflow.closing import begin_follow_up, close_report, set_phase
from referrals.workflow.errors import AlreadyDone, FieldRefused, NotAllowed
from referrals.workflow.open_ends import hindrance_of, open_ends_of
from referrals.workflow.triage import acknowledge_report

logger = logging.getLogger(__name__)

# So many are done while the page is asked for; more are left to a worker.
AT_ONCE = 200
MOST = 1000
# Longer than any row: a claim that ran out means that its worker died.
LEASE = timedelta(seconds=30)
MESSAGE_EXPIRES = 30
OK, ALREADY, REFUSED, GONE, FAILED = "ok", "already", "refused", "gone", "failed"

Given = Mapping[str, str]


@dataclass(frozen=True)
class BulkVerb:
    """A verb that may be used on many: what it does to one report, and what would hinder it."""

    label: Promise
    run: Callable[[Report, User, Given], object]
    hindrance: Callable[[Report, User], str]


def _acknowledge_hindrance(report: Report, by: User) -> str:
    if can_acknowledge(by, report):
        return ""
    return _("Nothing of it waits for you to acknowledge.")


def _close_hindrance(report: Report, by: User) -> str:
    refusal = _refusal(report, by, OPEN)
    if refusal:
        return refusal
    if hindrance := hindrance_of(report):
        return hindrance.message
    ends = open_ends_of(report)
    said = _("Still open: %(ends)s. Settle it, or close the report on its own page.")
    return said % {"ends": ends.words()} if ends else ""


def _follow_up_hindrance(report: Report, by: User) -> str:
    if can_lead(by, report) and report.status == ReportStatus.SUBMITTED:
        return _("Acknowledge it first.")
    return _refusal(report, by, REPORT_MOVES["follow_up"][0])


def _phase_hindrance(report: Report, by: User) -> str:
    return _refusal(report, by, OPEN)


def _refusal(report: Report, by: User, statuses: Collection[str]) -> str:
    """Why not, where this person may not or the report stands elsewhere."""
    if not can_lead(by, report):
        return _("Only who leads on it may do this.")
    if report.status not in statuses:
        return _("Where it stands: %(status)s.") % {"status": report.get_status_display()}
    return ""


def _acknowledge(report: Report, by: User, given: Given) -> object:
    return acknowledge_report(report=report, by=by)


def _close(report: Report, by: User, given: Given) -> object:
    return close_report(report=report, by=by, reason=given["reason"], words=given["words"])


def _follow_up(report: Report, by: User, given: Given) -> object:
    return begin_follow_up(report=report, by=by)


def _set_phase(report: Report, by: User, given: Given) -> object:
    """Only where nobody has set another one since this person looked."""
    seen_at = datetime.fromisoformat(given["seen_at"])
    since = report.history.filter(verb=Verb.PHASE_SET, at__gt=seen_at).first()
    was = since.details["old"] if since else report.poc_phase
    return set_phase(report=report, by=by, phase=given["phase"], was=was)


# By the name in the address of the single button.
VERBS = {
    "acknowledge": BulkVerb(gettext_lazy("Acknowledge"), _acknowledge, _acknowledge_hindrance),
    "follow-up": BulkVerb(gettext_lazy("Begin to follow up"), _follow_up, _follow_up_hindrance),
    "set-phase": BulkVerb(
        gettext_lazy("Set the phase of protection"), _set_phase, _phase_hindrance
    ),
    "close-report": BulkVerb(gettext_lazy("Close"), _close, _close_hindrance),
}


@transaction.atomic
def start_run(
    *, by: User, verb: str, given: Given, references: Collection[str], key: UUID
) -> BulkRun:
    """Ask for one verb on these reports, as far as this person may see them.

    Args:
        verb: a key of `VERBS`.
        given: what its function asks for besides; `seen_at` of a phase as ISO text.
        key: made by the page; the same one sent twice is one run.

    Raises:
        FieldRefused: at `references`; none of them, or more than `MOST`.
        NotAllowed: the key is somebody else's.
    """
    visible = Report.objects.visible_to(by).filter(reference__in=references)
    reports = list(visible.order_by("filed_at", "reference").values_list("pk", flat=True))
    if not reports:
        raise FieldRefused("references", "empty", _("There is nothing left to do."))
    if len(reports) > MOST:
        raise FieldRefused("references", "many", too_many())
    values = {
        "by": by,
        "verb": verb,
        "given": dict(given),
        "requested_at": timezone.now(),
        "total": len(reports),
    }
    run, is_new = BulkRun.objects.get_or_create(uuid=key, defaults=values)
    if run.by_id != by.pk:
        raise NotAllowed
    if is_new:
        BulkLine.objects.bulk_create(BulkLine(run=run, report_id=pk) for pk in reports)
    return run


def too_many() -> str:
    """What is said to who chose more than `MOST`."""
    return _("Choose at most %(n)s reports at a time: narrow the filter first.") % {"n": MOST}


def work_runs(*, keep_going: Callable[[], bool]) -> bool:
    """Take a turn at the runs that wait, one after another.

    Args:
        keep_going: asked after each row; the turn ends after it says no.

    Returns:
        Whether the turn ended before the runs did.

    Raises:
        OperationalError: the database went away; the row is done again later.
    """
    waiting = BulkRun.objects.filter(finished_at=None)
    while (run := _claim(waiting)) is not None:
        if not _work(run, keep_going):
            return True
    return False


def work_run(run: BulkRun, *, keep_going: Callable[[], bool]) -> None:
    """Take a turn at this run, unless somebody is at it; what is left is announced."""
    claimed = _claim(BulkRun.objects.filter(pk=run.pk, finished_at=None))
    if claimed and not _work(claimed, keep_going):
        announce()


def announce() -> None:
    """Ask a worker to take turns. Never raises: the sweep finds them as well."""
    try:
        current_app.send_task(
            "referrals.tasks.work_bulk_runs", retry=False, expires=MESSAGE_EXPIRES
        )
    except Exception as error:
        logger.warning("broker not reached (%s): left to the sweep", type(error).__name__)


@transaction.atomic(durable=True)
def _claim(waiting: QuerySet[BulkRun]) -> BulkRun | None:
    """Make the next of these that nobody works on ours; by the database's clock."""
    now = database_now()
    free = waiting.filter(Q(claimed_until=None) | Q(claimed_until__lte=now))
    # One that failed keeps its last claim, so it comes after those that nobody has tried.
    fairly = free.order_by(F("claimed_until").asc(nulls_first=True), "requested_at", "pk")
    run = fairly.select_for_update(skip_locked=True).first()
    if run:
        run.claimed_until = now + LEASE
        run.save(update_fields=["claimed_until"])
    return run


def _work(run: BulkRun, keep_going: Callable[[], bool]) -> bool:
    """Row after row. False when the turn ended first; the claim is given back then."""
    while (claimed := _next_row(run)) is not None:
        run = claimed
        if not keep_going():
            _mine(run).update(claimed_until=None)
            return False
    return True


@transaction.atomic(durable=True)
def _next_row(claim: BulkRun) -> BulkRun | None:
    """Do the next row. The run as it stands then; None when it is finished, or when somebody
    else has claimed it.
    """
    # Its person is read anew: somebody who rotated out meanwhile does nothing more.
    locked = _mine(claim).select_for_update(of=("self",), no_key=True)
    run = locked.select_related("by").first()
    if run is None:
        return None
    line = run.lines.filter(outcome="").first()
    if line is None:
        run.finished_at = timezone.now()
        run.save(update_fields=["finished_at"])
        return None
    line.outcome, line.said = _outcome(run, line)
    line.save(update_fields=["outcome", "said"])
    run.done += 1
    run.claimed_until = database_now() + LEASE
    run.save(update_fields=["done", "claimed_until"])
    return run


def _mine(claim: BulkRun) -> QuerySet[BulkRun]:
    """The run, if nobody has claimed it since."""
    return BulkRun.objects.filter(pk=claim.pk, finished_at=None, claimed_until=claim.claimed_until)


def _outcome(run: BulkRun, line: BulkLine) -> tuple[str, str]:
    """Do one row: `OK`, or the kind of refusal and its words in this person's language."""
    with translation.override(run.by.language):
        try:
            with transaction.atomic():
                return _do(run, line)
        except AlreadyDone as earlier:
            return ALREADY, str(earlier)[:300]
        except FieldRefused as refused:
            return REFUSED, str(refused.message)[:300]
        except NotAllowed:
            return REFUSED, _("You may not do this with this report any more.")
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            # Only the kind of error: its text may repeat what somebody wrote.
            logger.error("bulk row %s failed: %s", line.pk, type(error).__name__)
            return FAILED, _("The portal could not do this one. Open it and try again.")


def _do(run: BulkRun, line: BulkLine) -> tuple[str, str]:
    visible = Report.objects.visible_to(run.by).in_full()
    report = visible.filter(pk=line.report_id).first()
    if report is None:
        return GONE, ""
    VERBS[run.verb].run(report, run.by, run.given)
    return OK, ""

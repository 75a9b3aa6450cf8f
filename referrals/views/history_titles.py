"""Every step of a report's story in one line: each verb has words of its own."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from referrals.models import HistoryEntry, MessageKind, Task, Verb
from referrals.models.reasons import CloseReason, Interviewer, PocPhase, VerificationStatus
from referrals.policy_words import role_label
from referrals.workflow.task_kinds import task_label

TONES = {
    Verb.ACKNOWLEDGED: "good",
    Verb.RELEASED: "good",
    Verb.ACCEPTED: "good",
    Verb.FINISHED: "good",
    Verb.CLOSED: "good",
    Verb.HELD: "warn",
    Verb.REVOKED: "warn",
    Verb.ESCALATED: "bad",
    Verb.DECLINED: "bad",
    Verb.EXPIRED: "bad",
    Verb.UNDELIVERED: "bad",
    Verb.ROUTING_FAILED: "bad",
}


def title_of(entry: HistoryEntry) -> str:
    """What happened, in one line. Asks for `entry.referral` and `entry.report.mission` loaded."""
    title = TITLES[Verb(entry.verb)]
    if callable(title):
        return title(entry)
    return str(title) % {"role": _whom(entry)}


def _whom(entry: HistoryEntry) -> str:
    """The function an entry is about; of a notice without a referral, whom it was written to."""
    if entry.referral:
        return role_label(entry.referral.role)
    if entry.details.get("about") == MessageKind.QUESTION:
        return _("The officer")
    return role_label(entry.details.get("role") or entry.report.mission.lead_role)


def _routed(entry: HistoryEntry) -> str:
    told = [r for r in entry.details.get("recipients", ()) if r[2] in ("none", "post_review")]
    return ngettext("%(n)s recipient told at once", "%(n)s recipients told at once", len(told)) % {
        "n": len(told)
    }


def _opened(entry: HistoryEntry) -> str:
    """Without a recipient it was by oversight or a share; who it was stands below."""
    return _("%(role)s: opened it") % {"role": _whom(entry)} if entry.referral else _("Opened")


def _shared(entry: HistoryEntry) -> str:
    return _("Shared with %(name)s") % {"name": entry.details.get("organization", "")}


def _overridden(entry: HistoryEntry) -> str:
    return _("Guard set aside: %(guard)s") % {"guard": entry.details.get("guard", "")}


def _closed(entry: HistoryEntry) -> str:
    why = entry.details.get("reason")
    if why not in CloseReason:
        return _("Closed")
    return _("Closed: %(why)s") % {"why": CloseReason(why).label}


def _phase(entry: HistoryEntry) -> str:
    phase = entry.details.get("new", "")
    return _("Phase of protection: %(phase)s") % {"phase": PocPhase.words(phase)}


def _interview(entry: HistoryEntry) -> str:
    who = entry.details.get("interviewer")
    words = Interviewer(who).label if who in Interviewer else _("Somebody")
    return _("Noted: %(who)s: has spoken to the child") % {"who": words}


def _verification(entry: HistoryEntry) -> str:
    status = entry.details.get("status")
    words = VerificationStatus(status).label if status in VerificationStatus else ""
    return _("Verification: %(status)s") % {"status": words}


def _escalated(entry: HistoryEntry) -> str:
    step = entry.details.get("step")
    if entry.details.get("nobody"):
        return _("%(role)s: nobody there to be told that nobody answered") % {"role": _whom(entry)}
    if not step:
        return _("%(role)s: told that nobody answered") % {"role": _whom(entry)}
    return _("%(role)s: told that nobody answered, step %(n)s") % {"role": _whom(entry), "n": step}


def _task_opened(entry: HistoryEntry) -> str:
    return _("Task for %(role)s: %(task)s") % _task_words(entry)


def _task_ended(entry: HistoryEntry) -> str:
    words = _task_words(entry)
    if entry.details.get("status") == "done":
        return _("Task done by %(role)s: %(task)s") % words
    return _("Task of %(role)s cancelled: %(task)s") % words


def _task_words(entry: HistoryEntry) -> dict[str, str]:
    return {
        "role": role_label(entry.details.get("owner", "")),
        "task": task_label(Task(report=entry.report, code=entry.details.get("task", ""))),
    }


def _plan_submitted(entry: HistoryEntry) -> str:
    number = entry.details.get("version", "")
    return _("Plan of action, version %(n)s: submitted for decision") % {"n": number}


def _plan_decided(entry: HistoryEntry) -> str:
    words = {"n": entry.details.get("version", "")}
    if entry.details.get("is_approved"):
        return _("Plan of action, version %(n)s: approved") % words
    return _("Plan of action, version %(n)s: returned") % words


# Each verb has words of its own (a test holds it).
TITLES: dict[Verb, Promise | Callable[[HistoryEntry], str]] = {
    Verb.FILED: gettext_lazy("Report sent and stored"),
    Verb.ROUTED: _routed,
    Verb.ROUTING_FAILED: gettext_lazy("Recipients could not be worked out yet; it is tried again"),
    Verb.TOLD: gettext_lazy("%(role)s: to be told at once"),
    Verb.PROPOSED: gettext_lazy("%(role)s: waits for a decision again"),
    Verb.OPENED: _opened,
    Verb.ACKNOWLEDGED: gettext_lazy("%(role)s: has it"),
    Verb.FORWARDED: gettext_lazy("Forwarded to %(role)s"),
    Verb.RELEASED: gettext_lazy("Released to %(role)s"),
    Verb.WITHHELD: gettext_lazy("%(role)s: not told"),
    Verb.SENT: gettext_lazy("%(role)s: notice sent"),
    Verb.UNDELIVERED: gettext_lazy("%(role)s: notice could not be delivered"),
    Verb.SHARED: _shared,
    Verb.OVERRIDDEN: _overridden,
    Verb.REROUTED: gettext_lazy("Recipients worked out again"),
    Verb.HANDED_OVER: gettext_lazy("%(role)s: handed over to a new holder"),
    Verb.ASKED: gettext_lazy("The officer was asked to add something"),
    Verb.ADDED: gettext_lazy("The officer added something"),
    Verb.LINKED: gettext_lazy("Linked to an earlier report"),
    Verb.HELD: gettext_lazy("%(role)s: held"),
    Verb.REVOKED: gettext_lazy("%(role)s: taken back"),
    Verb.ACCEPTED: gettext_lazy("%(role)s: accepts"),
    Verb.DECLINED: gettext_lazy("%(role)s: declines"),
    Verb.STARTED: gettext_lazy("%(role)s: has begun"),
    Verb.FINISHED: gettext_lazy("%(role)s: is done"),
    Verb.EXPIRED: gettext_lazy("%(role)s: ended without an answer"),
    Verb.NOTED: gettext_lazy("%(role)s: wrote a note"),
    Verb.CORRECTED: gettext_lazy("Facts corrected"),
    Verb.PHASE_SET: _phase,
    Verb.INTERVIEW_NOTED: _interview,
    Verb.VERIFICATION_SET: _verification,
    Verb.FOLLOWED_UP: gettext_lazy("Follow-up begun"),
    Verb.CLOSED: _closed,
    Verb.REOPENED: gettext_lazy("Opened again after it was closed"),
    Verb.MERGED: gettext_lazy("Linked to another report of the same incident"),
    Verb.UNMERGED: gettext_lazy("No longer linked to the other report"),
    Verb.DIVERTED: gettext_lazy("Handed to the conduct channel"),
    Verb.ESCALATED: _escalated,
    Verb.TASK_OPENED: _task_opened,
    Verb.TASK_ENDED: _task_ended,
    Verb.PLAN_SUBMITTED: _plan_submitted,
    Verb.PLAN_DECIDED: _plan_decided,
    Verb.LINK_OPENED: gettext_lazy("%(role)s: opened by the partner's link"),
}

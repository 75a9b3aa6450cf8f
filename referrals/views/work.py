"""What the reader may do with a report now: follow up, link, close, note, verify."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actors.models import User
from referrals import redaction
from referrals.forms import work as forms
from referrals.models import HistoryEntry, Interview, Report, Verb
from referrals.models.reasons import CloseReason, PocPhase
from referrals.permissions import can_lead, can_note_interview, verifiable_stages
from referrals.statuses import OPEN, REPORT_MOVES, ReportStatus
from referrals.views import clock
from referrals.views.findings import findings_of, how_far_verified
from referrals.workflow import closing, open_ends, recording
from referrals.workflow.errors import FieldRefused

_UNLINKED = frozenset(ReportStatus) - {ReportStatus.MERGED}


@dataclass(frozen=True)
class Part:
    """One thing somebody may do on the page: who may, in which statuses, and in which words."""

    form: type[forms.WorkForm]
    verb: Callable[..., object]
    may: Callable[[User, Report], object]
    statuses: frozenset[str]
    title: Promise
    hint: Promise
    button: Promise
    said: Promise


# By the name of its address, in the order of the page.
PARTS = {
    "follow-up": Part(
        forms.FollowUpForm,
        closing.begin_follow_up,
        can_lead,
        REPORT_MOVES["follow_up"][0],
        gettext_lazy("Begin to follow up"),
        gettext_lazy("What could be decided is decided; you now look after what comes of it."),
        gettext_lazy("Follow up"),
        gettext_lazy("It is being followed up now. The officer can see it."),
    ),
    "set-phase": Part(
        forms.PhaseForm,
        closing.set_phase,
        can_lead,
        OPEN,
        gettext_lazy("Set the phase of protection"),
        gettext_lazy("The rules chose the first one. Nobody is told again by a new phase."),
        gettext_lazy("Set the phase"),
        gettext_lazy("The phase is set. The history keeps the one before."),
    ),
    "merge-report": Part(
        forms.MergeForm,
        closing.merge_report,
        can_lead,
        REPORT_MOVES["merge"][0],
        gettext_lazy("Link to another report of the same incident"),
        gettext_lazy(
            "The work goes on there. What nobody has decided on here is taken back, so that no "
            "partner is asked twice; who knows of it inside the mission is told that there is "
            "news. You can unlink it again."
        ),
        gettext_lazy("Link"),
        gettext_lazy(
            "Linked; the work goes on in the other report. Who knows of this one inside the "
            "mission is told that there is news."
        ),
    ),
    "unmerge-report": Part(
        forms.UnmergeForm,
        closing.unmerge_report,
        can_lead,
        REPORT_MOVES["unmerge"][0],
        gettext_lazy("Unlink"),
        gettext_lazy("It stands on its own again. What was taken back waits for your decision."),
        gettext_lazy("Unlink"),
        gettext_lazy("Unlinked. Its proposals wait for your decision again."),
    ),
    "close-report": Part(
        forms.CloseForm,
        closing.close_report,
        can_lead,
        OPEN,
        gettext_lazy("Close the report"),
        gettext_lazy("Nothing is deleted. The officer can see that it is closed, not why."),
        gettext_lazy("Close"),
        gettext_lazy("Closed. Your reason is kept; it can be opened again."),
    ),
    "reopen-report": Part(
        forms.ReopenForm,
        closing.reopen_report,
        can_lead,
        REPORT_MOVES["reopen"][0],
        gettext_lazy("Open it again"),
        gettext_lazy("It is followed up from then on. Nobody is told anew."),
        gettext_lazy("Open again"),
        gettext_lazy("Open again. Your reason is kept."),
    ),
    "note-interview": Part(
        forms.InterviewForm,
        recording.note_interview,
        can_note_interview,
        _UNLINKED,
        gettext_lazy("Note that somebody has spoken to the child"),
        gettext_lazy("Who and when, never what the child said. It keeps others from asking again."),
        gettext_lazy("Note"),
        gettext_lazy("Noted. Whoever reads the record sees that the child was asked already."),
    ),
    "set-verification": Part(
        forms.VerificationForm,
        recording.set_verification,
        verifiable_stages,
        _UNLINKED,
        gettext_lazy("Record a finding"),
        gettext_lazy("A newer finding of the same stage counts; the one before is kept."),
        gettext_lazy("Record"),
        gettext_lazy("Recorded."),
    ),
}
_RECORDED = ("note-interview", "set-verification")


def work_of(
    report: Report,
    user: User,
    level: str,
    *,
    now: datetime,
    refused: forms.WorkForm | None = None,
) -> dict[str, object]:
    """Context `work` for `_work.html`; empty where this reader sees none of it.

    Args:
        refused: a form shown again as typed, with its part of the page open.
    """
    is_record = level in redaction.RECORD
    stages = verifiable_stages(user, report)
    if level == redaction.OWN or report.track != "standard" or not (is_record or stages):
        return {}
    acts = findings_of(report, level)
    work: dict[str, object] = {
        "refused": refused,
        "is_record": is_record,
        "acts": acts,
        "verified": how_far_verified(report, acts),
        "verify": _part("set-verification", report, user, refused) if acts else None,
    }
    if is_record:
        interviews = list(report.interviews.select_related("noted_by"))
        work |= {
            "facts": _phase(report),
            "closed": _closed(report, level, now),
            "links": _links(report, user),
            "interviews": [_interview(each) for each in interviews],
            "is_asked_before": bool(interviews or report.current_facts.get("prior_interviews")),
            "note": _part("note-interview", report, user, refused),
            "parts": [
                part
                for name in PARTS
                if name not in _RECORDED and (part := _part(name, report, user, refused))
            ],
        }
    return {"work": work}


def _part(
    name: str, report: Report, user: User, refused: forms.WorkForm | None
) -> dict[str, object] | None:
    """One form with its words, where this reader may use it now."""
    part = PARTS[name]
    is_refused = isinstance(refused, part.form)
    if not is_refused and not (report.status in part.statuses and part.may(user, report)):
        return None
    return {
        "name": name,
        "url": reverse(name, args=[report.reference]),
        "form": refused if is_refused else part.form(report=report, user=user),
        "title": part.title,
        "hint": part.hint,
        "button": part.button,
        "is_open": is_refused,
        "hindrance": "" if is_refused else _hindrance(name, report),
    }


def _hindrance(name: str, report: Report) -> str:
    hindrance: FieldRefused | None = None
    if name == "close-report":
        hindrance = open_ends.hindrance_of(report)
    return hindrance.message if hindrance else ""


def _phase(report: Report) -> list[dict[str, object]]:
    if not report.poc_phase:
        return []
    return [{"label": _("Phase of protection"), "value": PocPhase.words(report.poc_phase)}]


def _closed(report: Report, level: str, now: datetime) -> dict[str, object]:
    """Why it was closed and by whom; the words only where everything is read."""
    if report.status != ReportStatus.CLOSED:
        return {}
    entry = report.history.filter(verb=Verb.CLOSED).select_related("actor").last()
    if entry is None:
        return {}
    return {
        "reason": CloseReason(entry.details["reason"]).label,
        "words": entry.details["words"] if level == "RD0" else "",
        "left_open": _left_open(entry, report) if level == "RD0" else "",
        "by": entry.actor,
        "clock": clock.past(entry.at, now),
    }


def _left_open(entry: HistoryEntry, report: Report) -> str:
    """What others still owed when it was closed all the same, in words."""
    ends = entry.details.get("open")
    return open_ends.read_ends(ends, report).words() if ends else ""


def _links(report: Report, user: User) -> list[dict[str, object]]:
    """The report it is linked to and those linked to it, as far as this reader may see them."""
    linked = Report.objects.visible_to(user).filter(Q(master=report) | Q(pk=report.master_id))
    found = linked.order_by("reference").values_list("pk", "reference")
    return [
        {
            "reference": reference,
            "url": reverse("report", args=[reference]),
            "is_master": pk == report.master_id,
        }
        for pk, reference in found
    ]


def _interview(interview: Interview) -> dict[str, object]:
    return {
        "who": interview.get_interviewer_display(),
        "day": interview.held_on,
        "by": interview.noted_by,
    }

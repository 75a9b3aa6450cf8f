"""The buttons of a report, as somebody presses them on a page or over the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from actors.roles import Role
from referrals.models.choices import Gate
from referrals.workflow.gates import DO_NO_HARM
from referrals.workflow.plans import mark_of
from referrals.workflow.release import TAKEN_BACK_BY_LEAD
from tests.referrals.workflow.doors import Button, Situation

WORDS = "A sentence that says why."
BASIS = {
    "reason": "They can help.",
    "given_by": "cp_lead",
    "do_no_harm": list(DO_NO_HARM),
    "entry_confirmed": True,
}


def on_report(name: str, by: str = Role.CPA, **sent: object) -> Button:
    return depending(name, lambda at: sent, by)


def depending(
    name: str, sent: Callable[[Situation], Mapping[str, object]], by: str = Role.CPA
) -> Button:
    """A button of the report whose values depend on the situation."""
    return Button(lambda at: _report(at, name), lambda at: _report(at, name), sent, by=by)


def said(name: str, text: str, by: str = Role.CPA) -> Button:
    """Words under an id that the client makes, so that sending twice is once."""
    return depending(name, lambda at: {"text": text, "uuid": str(at.uuid)}, by)


def corrected(**facts: object) -> Button:
    def path(at: Situation) -> str:
        return _report(at, "correct")

    return Button(path, path, lambda at: {"reason": WORDS, **facts}, is_correction=True)


def decided(name: str, page: str, page_only: Mapping[str, str], **sent: object) -> Button:
    return Button(
        lambda at: f"/referrals/{at.referral.uuid}/{page}/",
        lambda at: _report(at, f"recipients/{at.referral.role}/{name}"),
        lambda at: sent,
        page_only,
        gates=frozenset(TAKEN_BACK_BY_LEAD),
    )


def answered(name: str, **sent: object) -> Button:
    button = decided(name, "answer", {"answer": name}, **sent)
    return replace(button, by="", gates=button.gates | {Gate.NONE})


def noted(text: str) -> Button:
    return replace(answered("note"), sent=lambda at: {"text": text, "uuid": str(at.uuid)})


def asked(kind: str, *, hours: int = 4) -> Button:
    def sent(at: Situation) -> dict[str, object]:
        due = (timezone.now() + timedelta(hours=hours)).replace(microsecond=0)
        return {"asked": kind, "due_at": due.isoformat()}

    return Button(lambda at: _report(at, "tasks/new"), lambda at: _report(at, "tasks"), sent)


def ended(**sent: object) -> Button:
    return Button(lambda at: _task(at, "end"), lambda at: _task(at, "end"), lambda at: sent)


def decided_plan(**sent: object) -> Button:
    return Button(
        lambda at: _task(at, "decide"),
        lambda at: _task(at, "plan/decide"),
        lambda at: sent,
        by=Role.SRSG_OFFICE,
    )


def _report(at: Situation, name: str) -> str:
    return f"/reports/{at.report.reference}/{name}/"


def _task(at: Situation, name: str) -> str:
    return _report(at, f"tasks/{at.task.uuid}/{name}")


def _interview(held_on: str = "") -> dict[str, str]:
    seen_at = timezone.now().isoformat()
    return {"interviewer": "ngo", "held_on": held_on, "seen_at": seen_at}


def _finding(status: str) -> dict[str, str]:
    return {
        "violation": "attack_school_hospital",
        "stage": "co_chairs",
        "status": status,
        "decided_on": timezone.now().date().isoformat(),
        "seen_at": timezone.now().isoformat(),
    }


def _mark(at: Situation) -> str:
    return mark_of(at.task.sections.get("known", ""))


BUTTONS: dict[str, Button] = {
    "acknowledge": on_report("acknowledge"),
    "forward": on_report("forward", Role.UNPOL_CPFP_FIELD),
    "hold the forwarding": on_report("hold-forward", Role.UNPOL_CPFP_FIELD, reason=WORDS),
    "ask": said("ask", WORDS),
    "ask nothing": said("ask", " "),
    "add": said("add", WORDS, Role.UNPOL_OFFICER),
    "release": decided("release", "release", {}, **BASIS),
    "release without reason": decided("release", "release", {}, **BASIS | {"reason": ""}),
    "release on no ground": decided("release", "release", {}, reason=WORDS),
    "hold": decided("hold", "hold", {}, held_for="consent", reason=WORDS),
    "hold for nothing": decided("hold", "hold", {}),
    "withhold": decided("withhold", "release", {"decision": "withhold"}, reason=WORDS),
    "revoke": decided("revoke", "revoke", {}, reason=WORDS),
    "revoke without reason": decided("revoke", "revoke", {}, reason=" "),
    "accept": answered("accept"),
    "decline": answered("decline", reason="no_capacity"),
    "decline without reason": answered("decline"),
    "start": answered("start"),
    "finish": answered("finish"),
    "note": noted(WORDS),
    "follow up": on_report("follow-up"),
    "close": on_report("close-report", reason="served", words=WORDS, although=True),
    "close over open ends": on_report("close-report", reason="served", words=WORDS),
    "close without words": on_report("close-report", reason="served"),
    "reopen": on_report("reopen-report", words=WORDS),
    "reopen without words": on_report("reopen-report", words=" "),
    "link": depending("merge-report", lambda at: {"master": at.other.reference}),
    "link to nothing": on_report("merge-report", master=""),
    "unlink": on_report("unmerge-report"),
    "phase": depending("set-phase", lambda at: {"phase": "response", "was": at.report.poc_phase}),
    "interview": depending("note-interview", lambda at: _interview()),
    "interview to come": depending("note-interview", lambda at: _interview("2999-01-01")),
    "finding": depending("set-verification", lambda at: _finding("verified")),
    "finding of nothing": depending("set-verification", lambda at: _finding("")),
    "armed group": corrected(perpetrator="armed_group"),
    "not known": corrected(perpetrator="unknown"),
    "aid worker": corrected(perpetrator="aid_worker"),
    "martian": corrected(perpetrator="martian"),
    "a day to come": corrected(occurred_on="2999-01-01"),
    "escort": asked("escort_request:MILITARY_LIAISON"),
    "escort yesterday": asked("escort_request:MILITARY_LIAISON", hours=-24),
    "task for nobody": asked("escort_request:UNICEF_CP"),
    "task done": ended(outcome=WORDS),
    "task done without words": ended(),
    "task cancelled": ended(outcome=WORDS, **{"as": "cancelled"}),
    "write plan": Button(
        lambda at: _task(at, "plan"),
        lambda at: _task(at, "plan/sections"),
        lambda at: {"known": f"{WORDS} {at.uuid}", "seen-known": _mark(at)},
        {"do": "save"},
        lambda at: {"texts": {"known": f"{WORDS} {at.uuid}"}, "seen": {"known": _mark(at)}},
        keeps_text=True,
    ),
    "submit plan": Button(
        lambda at: _task(at, "plan"),
        lambda at: _task(at, "plan/submit"),
        page_only={"do": "submit"},
        by=Role.HOPC,
    ),
    "approve plan": decided_plan(version=1, **{"as": "approved"}),
    "return plan": decided_plan(version=1, **{"as": "returned"}),
}

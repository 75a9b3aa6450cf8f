"""What deciding a report anew would change, in words: one row for each recipient."""

from __future__ import annotations

from django.utils.translation import gettext as _

from actors.roles import Role
from referrals.models import Referral, Report
from referrals.models.choices import Gate, Redaction, ReferralKind
from referrals.policy_words.labels import role_label, value_label
from referrals.redaction import Difference
from referrals.routing.decision import Suppressed
from referrals.workflow.changing import Change
from referrals.workflow.planning import PlannedRecipient
from referrals.workflow.policies import said
from referrals.workflow.task_kinds import KINDS


def rows_of(report: Report, change: Change) -> list[dict[str, object]]:
    """One row for each recipient whose part becomes another; `mark` is now, later or never.

    A proposal of which only the wording or the minutes of the rule differ has none: it waits on.
    """
    before = {each["role"]: each for each in report.decision["recipients"]}
    rows = [
        *(_appearing(planned, report) for planned in change.appearing),
        *(_appearing(planned, report) for _referral, planned in change.returning),
        *(_changing(r, planned, before.get(r.role, {})) for r, planned in change.changing),
        *(_altering(r, planned) for r, planned in change.altering),
        *(_dropping(referral) for referral in change.dropping),
        *(_leaving(referral) for referral in change.leaving),
        *(_ending(referral) for referral in change.ending),
        *(_removed(each, report) for each in change.removed),
    ]
    return [row for row in rows if row["lines"]]


def decided_otherwise(report: Report, change: Change) -> list[Difference]:
    """What the rules say of the report as a whole, where it is another than before."""
    now, was = change.plan.decision, report.decision
    rows = [
        Difference(str(label), value_label(name, was[name]), value_label(name, getattr(now, name)))
        for name, label in (
            ("priority", _("Priority")),
            ("flash", _("Flash")),
            ("classification", _("Class")),
            ("track", _("Track")),
        )
        if was[name] != getattr(now, name)
    ]
    before = {(each["code"], each["owner"]) for each in was["tasks"]}
    asked = {(each.code, each.owner) for each in now.tasks}
    words = (_("Not asked for"), _("Asked for"))
    rows += [Difference(_task(*each), *words) for each in sorted(asked - before)]
    rows += [Difference(_task(*each), *words[::-1]) for each in sorted(before - asked)]
    return rows


def _appearing(planned: PlannedRecipient, report: Report) -> dict[str, object]:
    recipient = planned.recipient
    words = {
        "kind": ReferralKind(recipient.kind).label,
        "sees": Redaction(recipient.redaction).label,
        "gate": Gate(recipient.gate).label,
    }
    return {
        "mark": "now" if planned.is_told_at_once else "later",
        "name": Role(recipient.role).label,
        "where": _where(planned),
        "lines": [
            _("%(kind)s. Sees: %(sees)s. %(gate)s.") % words,
            said(recipient.reason, report.policy_id),
        ],
        "rule": recipient.rule,
        "source": recipient.source,
    }


def _changing(
    referral: Referral, planned: PlannedRecipient, before: dict[str, object]
) -> dict[str, object]:
    """Only what is different for a proposal that stays one."""
    recipient = planned.recipient
    waited, waits = set(before.get("waits_for", ())), set(recipient.waits_for)
    lines = [_("No longer waits for %(guard)s.") % {"guard": g} for g in sorted(waited - waits)]
    lines += [_("Waits for %(guard)s as well.") % {"guard": g} for g in sorted(waits - waited)]
    if recipient.redaction != referral.redaction:
        words = {
            "sees": Redaction(recipient.redaction).label,
            "before": Redaction(referral.redaction).label,
        }
        lines.append(_("Would see: %(sees)s. Now: %(before)s.") % words)
    if recipient.gate != referral.gate:
        lines.append(f"{Gate(recipient.gate).label}.")
    return {
        "mark": "now" if planned.is_told_at_once else "later",
        "name": Role(recipient.role).label,
        "where": _where(planned),
        "lines": lines,
        "rule": recipient.rule,
        "source": recipient.source,
    }


def _where(planned: PlannedRecipient) -> str:
    if planned.seat is None:
        return _("nobody in the directory yet")
    if planned.is_gap:
        return _("nobody in the directory: the adviser is told instead")
    return planned.seat.organization


def _altering(referral: Referral, planned: PlannedRecipient) -> dict[str, object]:
    """Somebody who was told: what is another for them, without a second notice."""
    recipient = planned.recipient
    lines = [_("Was told already and gets no second notice.")]
    if recipient.redaction != referral.redaction:
        words = {
            "sees": Redaction(recipient.redaction).label,
            "before": Redaction(referral.redaction).label,
        }
        lines.append(_("Would see: %(sees)s. Now: %(before)s.") % words)
    if recipient.kind != referral.kind:
        words = {"kind": ReferralKind(recipient.kind).label}
        lines.append(_("From then on: %(kind)s. Call them.") % words)
    return _told(referral, "now", lines) | {"rule": recipient.rule, "source": recipient.source}


def _dropping(referral: Referral) -> dict[str, object]:
    return _told(referral, "never", [_("No longer proposed.")])


def _leaving(referral: Referral) -> dict[str, object]:
    line = _("Was told already and would not be chosen any more. Keeps what they were told.")
    return _told(referral, "later", [line])


def _ending(referral: Referral) -> dict[str, object]:
    return _told(referral, "never", [_("Was told already and cannot open the report any more.")])


def _told(referral: Referral, mark: str, lines: list[str]) -> dict[str, object]:
    return {
        "mark": mark,
        "name": Role(referral.role).label,
        "lines": lines,
        "rule": referral.rule,
        "source": referral.source,
    }


def _removed(suppressed: Suppressed, report: Report) -> dict[str, object]:
    return {
        "mark": "never",
        "name": Role(suppressed.role).label,
        "lines": [
            _("Not told, because of another guard."),
            said(suppressed.reason, report.policy_id),
        ],
        "rule": suppressed.guard,
        "source": suppressed.source,
    }


def _task(code: str, owner: str) -> str:
    label = KINDS[code].label if code in KINDS else code
    return _("%(task)s: %(owner)s") % {"task": label, "owner": role_label(owner)}

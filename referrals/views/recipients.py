"""The recipients of a report, grouped as the desk reads them: told, waiting, held, not told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from actors.models import User
from actors.roles import Role
from referrals.models import Referral, Report
from referrals.models.choices import Redaction, ReferralKind
from referrals.statuses import LET_IN, REFERRAL_MOVES, ReferralStatus
from referrals.views import clock
from referrals.views.packets import held_words, is_undecided
from referrals.workflow.errors import moment
from referrals.workflow.policies import said
from referrals.workflow.release import DECIDED_BY_LEAD, TAKEN_BACK_BY_LEAD

_TONES = {
    ReferralStatus.RELEASED: "info",
    ReferralStatus.SENT: "info",
    ReferralStatus.ACKNOWLEDGED: "good",
    ReferralStatus.ACCEPTED: "good",
    ReferralStatus.IN_PROGRESS: "good",
    ReferralStatus.DONE: "good",
    ReferralStatus.PROPOSED: "warn",
    ReferralStatus.HELD: "warn",
    ReferralStatus.REJECTED: "bad",
    ReferralStatus.EXPIRED: "bad",
}


def recipient_groups(
    report: Report, *, now: datetime, can_lead: bool, with_removed: bool
) -> list[dict[str, object]]:
    """Groups for `_recipients.html`. Asks for `report.referrals` with organization prefetched.

    Args:
        can_lead: the reader decides on the proposals.
        with_removed: with whom the guards took out, and with the words of each decision.
    """
    referrals = list(report.referrals.all())
    rows = {r.pk: _item(r, now, can_lead) for r in referrals}
    if with_removed:
        deciders = _deciders(referrals)
        for referral in referrals:
            rows[referral.pk]["decided"] = _decided(referral, deciders)
    groups = [
        group | {"items": [rows[r.pk] for r in referrals if is_in(r)]} for group, is_in in _groups()
    ]
    if with_removed:
        groups += [
            {
                "key": "removed",
                "title": _("Removed by a guard"),
                "items": [
                    _removed(item, report.policy_id)
                    for item in report.decision.get("suppressed", ())
                ],
            },
            {
                "key": "removed",
                "title": _("Passed over"),
                "hint": _("The next organization in the directory answers, if there is one."),
                "items": _passed_over(report),
            },
        ]
    if can_lead:  # what waits for this reader comes first
        groups.sort(key=lambda group: group["key"] != "awaiting")
    for group in groups:
        if any("pick" in item for item in group["items"]):
            group["pick_url"] = reverse("release-many", args=[report.reference])
    return [group for group in groups if group["items"]]


def _groups() -> list[tuple[dict[str, object], Callable[[Referral], bool]]]:
    """Each group's heading, and which referrals stand in it; a referral stands in one."""
    return [
        ({"key": "told", "title": _("Told")}, lambda r: r.status in LET_IN),
        (
            {"key": "awaiting", "title": _("Awaiting release")},
            lambda r: r.status == ReferralStatus.PROPOSED,
        ),
        ({"key": "held", "title": _("Held")}, lambda r: r.status == ReferralStatus.HELD),
        (
            {
                "key": "held",
                "title": _("Declined"),
                "hint": _("They do not help. Find somebody else who can."),
            },
            lambda r: r.status == ReferralStatus.REJECTED,
        ),
        (
            {"key": "held", "title": _("Ended without an answer")},
            lambda r: r.status == ReferralStatus.EXPIRED,
        ),
        (
            {"key": "removed", "title": _("Taken back")},
            lambda r: r.status == ReferralStatus.REVOKED and r.released_at is not None,
        ),
        (
            {"key": "removed", "title": _("Not told by decision")},
            lambda r: r.status == ReferralStatus.REVOKED and r.released_at is None,
        ),
    ]


def _item(referral: Referral, now: datetime, can_lead: bool) -> dict[str, object]:
    item = {
        "name": Role(referral.role).label,
        "organization": _organization(referral),
        "kind": ReferralKind(referral.kind).label,
        "sees": Redaction(referral.redaction).label,
        "label": _label(referral),
        "tone": _TONES.get(referral.status, "quiet"),
        "reason": said(referral.reason, referral.report.policy_id),
        "source": referral.source,
        "rule": referral.rule,
    } | _clock(referral, now)
    return item | _what_the_lead_can_do(referral) if can_lead else item


def _label(referral: Referral) -> str:
    if referral.status == ReferralStatus.REVOKED and referral.released_at is not None:
        return _("Taken back")
    return referral.get_status_display()


def _what_the_lead_can_do(referral: Referral) -> dict[str, object]:
    """The next step beside the row, others inside it; `pick` to release it with others."""
    steps: dict[str, object] = {}
    if referral.gate in DECIDED_BY_LEAD and is_undecided(referral):
        steps["action"] = {"url": reverse("release", args=[referral.uuid]), "label": _("Release")}
        steps["pick"] = str(referral.uuid)
    if referral.gate in DECIDED_BY_LEAD and referral.status == ReferralStatus.PROPOSED:
        steps["more"] = {
            "url": reverse("hold", args=[referral.uuid]),
            "label": pgettext("button", "Hold"),
        }
    if referral.gate in TAKEN_BACK_BY_LEAD and referral.status in REFERRAL_MOVES["revoke"][0]:
        steps["more"] = {
            "url": reverse("revoke", args=[referral.uuid]),
            "label": pgettext("button", "Take back"),
        }
    return steps


def _deciders(referrals: list[Referral]) -> dict[int, User]:
    """Who released, held, declined or answered any of them; one statement."""
    known = {pk for r in referrals for pk in (r.released_by_id, r.answered_by_id) if pk}
    return User.objects.in_bulk(known)


def _decided(referral: Referral, deciders: dict[int, User]) -> list[str]:
    """Who decided what and why, and what the recipient answered; a line each."""
    lines = []
    by = deciders.get(referral.released_by_id)
    if by and referral.released_at:
        released = _("Released by %(name)s, %(at)s.")
        lines.append(released % {"name": by, "at": moment(referral.released_at)})
    elif by:
        lines.append(_("Decided by %(name)s.") % {"name": by})
    if referral.status == ReferralStatus.HELD:
        lines.append(held_words(referral))
    elif referral.release_reason:
        lines.append(_("Reason: %(reason)s") % {"reason": referral.release_reason})
    if referral.declined_for:
        lines.append(_("Declined: %(why)s.") % {"why": referral.get_declined_for_display()})
    if referral.answered_at:
        lines.append(_answered(referral, deciders))
    return lines


def _answered(referral: Referral, deciders: dict[int, User]) -> str:
    name = deciders.get(referral.answered_by_id) or _("a partner's link")
    return _("Answered by %(name)s, %(at)s.") % {"name": name, "at": moment(referral.answered_at)}


def _organization(referral: Referral) -> str:
    if referral.is_gap and referral.post_id is None:
        return _("Nobody in the directory answers for this role here")
    if referral.is_gap:
        return _("Nobody found in the directory: the adviser was told instead")
    return str(referral.organization)


def _clock(referral: Referral, now: datetime) -> dict[str, object]:
    if referral.status == ReferralStatus.REVOKED:
        shown = {}
    elif referral.answered_at or referral.acknowledged_at:
        shown = clock.past(referral.answered_at or referral.acknowledged_at, now)
    elif referral.due_at and (referral.status == "proposed" or referral.kind == "action"):
        shown = clock.due(referral.due_at, now)
    else:
        shown = clock.past(referral.sent_at, now)
    return {("clock_kind" if name == "kind" else name): shown[name] for name in shown}


def _passed_over(report: Report) -> list[dict[str, object]]:
    """Roles that the alleged party or a relative would have answered for (NO_SELF_ROUTE)."""
    guards = [g for g in report.decision.get("guards", ()) if g["id"] == "NO_SELF_ROUTE"]
    chosen = {each["role"] for each in report.decision.get("recipients", ())}
    roles = [role for role in report.routed_facts.get("implicated_roles", ()) if role in chosen]
    return [
        {
            # The seat is taken out, not the role: the next organization answers for it.
            "name": _("%(role)s tied to the alleged party") % {"role": Role(role).label},
            "label": _("Passed over"),
            "tone": "quiet",
            "reason": said(guard["reason"], report.policy_id),
            "source": guard["source"],
            "rule": guard["id"],
        }
        for guard in guards
        for role in roles
    ]


def _removed(item: dict[str, str], policy_id: int | None) -> dict[str, object]:
    return {
        "name": Role(item["role"]).label,
        "label": _("Removed"),
        "tone": "quiet",
        "reason": said(item["reason"], policy_id),
        "source": item["source"],
        "rule": item["guard"],
    }

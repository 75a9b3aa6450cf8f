"""The recipients of a report, grouped as the desk reads them: told, awaiting, held, removed."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from actors.roles import Role
from referrals.models import Referral, Report
from referrals.models.choices import Redaction, ReferralKind
from referrals.statuses import LET_IN, ReferralStatus
from referrals.views import clock
from referrals.workflow.policies import said

_TONES = {
    ReferralStatus.RELEASED: "info",
    ReferralStatus.SENT: "info",
    ReferralStatus.ACKNOWLEDGED: "good",
    ReferralStatus.PROPOSED: "warn",
    ReferralStatus.HELD: "warn",
}


def recipient_groups(
    report: Report, *, now: datetime, can_lead: bool, with_removed: bool
) -> list[dict[str, object]]:
    """Groups for `_recipients.html`. Asks for `report.referrals` with organization prefetched."""
    referrals = list(report.referrals.all())
    groups = [
        _group("told", _("Told"), [r for r in referrals if r.status in LET_IN], now, can_lead),
        _group(
            "awaiting",
            _("Awaiting release"),
            [r for r in referrals if r.status == ReferralStatus.PROPOSED],
            now,
            can_lead,
        ),
        _group(
            "held",
            _("Held"),
            [r for r in referrals if r.status == ReferralStatus.HELD],
            now,
            can_lead,
        ),
    ]
    declined = [r for r in referrals if r.status == ReferralStatus.REVOKED]
    groups.append(_group("removed", _("Not told by decision"), declined, now, can_lead))
    if with_removed:
        groups.append(
            {
                "key": "removed",
                "title": _("Removed by a guard"),
                "items": [
                    _removed(item, report.policy_id)
                    for item in report.decision.get("suppressed", ())
                ],
            }
        )
        groups.append(
            {
                "key": "removed",
                "title": _("Passed over"),
                "hint": _("The next organization in the directory answers, if there is one."),
                "items": _passed_over(report),
            }
        )
    return [group for group in groups if group["items"]]


def _group(
    key: str, title: str, referrals: list[Referral], now: datetime, can_lead: bool
) -> dict[str, object]:
    return {"key": key, "title": title, "items": [_item(r, now, can_lead) for r in referrals]}


def _item(referral: Referral, now: datetime, can_lead: bool) -> dict[str, object]:
    item = {
        "name": Role(referral.role).label,
        "organization": _organization(referral),
        "kind": ReferralKind(referral.kind).label,
        "sees": Redaction(referral.redaction).label,
        "label": referral.get_status_display(),
        "tone": _TONES.get(referral.status, "quiet"),
        "reason": said(referral.reason, referral.report.policy_id),
        "source": referral.source,
        "rule": referral.rule,
    } | _clock(referral, now)
    if can_lead and _is_releasable(referral):
        item["action"] = {"url": reverse("release", args=[referral.uuid]), "label": _("Release")}
    return item


def _organization(referral: Referral) -> str:
    if referral.is_gap and referral.post_id is None:
        return _("Nobody in the directory answers for this role here")
    if referral.is_gap:
        return _("Nobody found in the directory: the adviser was told instead")
    return str(referral.organization)


def _is_releasable(referral: Referral) -> bool:
    return referral.gate.startswith("cp_lead") and referral.status in ("proposed", "held")


def _clock(referral: Referral, now: datetime) -> dict[str, object]:
    if referral.acknowledged_at:
        shown = clock.past(referral.acknowledged_at, now)
    elif referral.status == ReferralStatus.REVOKED:
        shown = {}
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

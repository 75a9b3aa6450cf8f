"""Who may do what to a report. Seeing it is decided in `querysets`, before any of this."""

from __future__ import annotations

from actors.models import Mission, User
from actors.roles import Role
from actors.standing import standing_of
from referrals.models import Referral, Report
from referrals.statuses import LET_IN

FOCAL_POINTS = frozenset({Role.UNPOL_CPFP_FIELD, Role.UNPOL_CPFP_HQ})


def cp_lead_role(mission: Mission) -> str:
    """The role that leads on child protection: Human Rights where there is no adviser
    (policy 2.1; MRM factsheet, footnote 4).
    """
    return Role.CPA if mission.has_cpa else Role.HUMAN_RIGHTS


def my_referrals(user: User, report: Report) -> list[Referral]:
    """The referrals by which this person may open the report. No query after a prefetch."""
    posts = set(standing_of(user).post_ids)
    return [r for r in report.referrals.all() if r.post_id in posts and r.status in LET_IN]


def can_acknowledge(user: User, report: Report) -> bool:
    return any(_waits_for_acknowledgement(r) for r in my_referrals(user, report))


def can_forward(user: User, report: Report) -> bool:
    """The focal point who was told for action may forward what waits for it."""
    waiting = any(
        r.gate == "cpfp_forward" and r.status == "proposed" for r in report.referrals.all()
    )
    return waiting and any(
        r.role in FOCAL_POINTS and r.kind == "action" for r in my_referrals(user, report)
    )


def can_lead(user: User, report: Report) -> bool:
    """The CP lead of this report: may release and share."""
    lead = cp_lead_role(report.mission)
    return report.track == "standard" and any(
        r.role == lead and r.kind == "action" for r in my_referrals(user, report)
    )


def _waits_for_acknowledgement(referral: Referral) -> bool:
    return referral.kind == "action" and referral.status in ("released", "sent")

"""Who is told at once, who is proposed, and what the portal will not do: before sending, and
while the report is still being written.
"""

from __future__ import annotations

import logging

from django.utils.translation import gettext as _

from actors.models import User
from actors.roles import Role
from referrals.models import Annex, Report
from referrals.models.choices import ReferralKind
from referrals.redaction import OWN, facts_for
from referrals.workflow.filing import preview_routing
from referrals.workflow.filings import Filing
from referrals.workflow.routing import Plan, PlannedRecipient

logger = logging.getLogger(__name__)


def preview_context(user: User, filing: Filing) -> dict[str, object]:
    """What the check page shows: what was typed and who is told."""
    return {
        "facts": facts_for(_as_report(user, filing), OWN),
        "mission": filing.mission,
        "identities": filing.identities,
        "is_restricted": filing.is_restricted,
        **plan_context(user, filing),
    }


def plan_context(user: User, filing: Filing) -> dict[str, object]:
    """Who is told. A rule that fails does not stand in the way of sending: `plan` is None."""
    try:
        plan = preview_routing(reporter=user, filing=filing)
    except Exception as error:
        # Whatever fails here, the report can still be stored and is routed again by the sweep.
        logger.error("preview failed: %s", type(error).__name__)
        return {"plan": None}
    return {"plan": plan, **_lists_of(plan)}


def _lists_of(plan: Plan) -> dict[str, object]:
    """The plan as lists of rows for the page."""
    return {
        "told": [_row(planned) for planned in plan.told],
        "gated": [_row(planned) for planned in plan.gated],
        "wont": _what_it_will_not_do(plan),
        "refused": plan.decision.refused,
        "priority": plan.decision.priority,
        "is_misconduct": plan.decision.track == "misconduct",
    }


def _row(planned: PlannedRecipient) -> dict[str, object]:
    recipient, seat = planned.recipient, planned.seat
    return {
        "name": Role(recipient.role).label,
        "where": _where(planned),
        "kind": ReferralKind(recipient.kind).label,
        "reason": recipient.reason,
        "source": recipient.source,
        "is_gap": planned.is_gap,
        "is_deputy": bool(seat and seat.is_deputy),
        "waits_for_focal_point": recipient.gate == "cpfp_forward",
    }


def _where(planned: PlannedRecipient) -> str:
    if planned.is_gap and planned.seat is None:
        return _("nobody in the directory yet")
    if planned.is_gap:
        return _("nobody in the directory: the adviser is told instead")
    return planned.seat.organization if planned.seat else ""


def _what_it_will_not_do(plan: Plan) -> list[dict[str, str]]:
    """Roles a guard removed, then the guards with a word for the officer."""
    decision = plan.decision
    removed = [
        {"name": Role(item.role).label, "reason": item.reason, "source": item.source}
        for item in decision.suppressed
    ]
    return removed + [
        {"name": "", "reason": guard.officer_text, "source": guard.source}
        for guard in decision.guards
        if guard.officer_text
    ]


def _as_report(user: User, filing: Filing) -> Report:
    """An unsaved report, to show the facts with the words every other page uses."""
    report = Report(
        mission=filing.mission,
        area=filing.area,
        reporter=user,
        occurred_on=filing.occurred_on,
        occurred_until=filing.occurred_until,
        learned_on=filing.learned_on,
        latitude=filing.latitude,
        longitude=filing.longitude,
        boys=filing.boys,
        girls=filing.girls,
        children_unknown=filing.children_unknown,
        perpetrator_org=filing.perpetrator_org,
        adds_to=filing.adds_to,
        facts=filing.facts,
        details=filing.details,
        narrative=filing.narrative,
    )
    report.annex = Annex(safe_contact=filing.safe_contact)
    return report

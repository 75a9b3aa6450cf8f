"""What the API says of a report. The redaction table decides, as it does for the pages."""

from __future__ import annotations

from django.db.models import F

from actors.models import User
from actors.standing import standing_of
from referrals import redaction
from referrals.models import Report
from referrals.statuses import LET_IN

_OF_RECIPIENTS = (
    "role",
    "kind",
    "gate",
    "redaction",
    "via",
    "assigned",
    "status",
    "rule",
    "reason",
    "source",
    "due_at",
    "acknowledged_at",
)


def answer_for(report: Report, user: User) -> dict[str, object]:
    """A stored report as far as this reader may know it; one statement for its recipients."""
    recipients = list(
        report.referrals.order_by("position").values(
            *_OF_RECIPIENTS, "post_id", organization_name=F("organization__name")
        )
    )
    if not hasattr(report, "granted"):  # just filed, not read through `visible_to`
        report.granted = _granted(recipients, user)
    level = redaction.level_of(report, user)
    answer = {
        "reference": report.reference,
        "uuid": str(report.uuid),
        "status": report.status,
        "filed_at": report.filed_at,
        "routed_at": report.routed_at,
        "level": level,
        "facts": [
            {"name": fact.name, "label": fact.label, "value": fact.value, "note": fact.note}
            for fact in redaction.facts_for(report, level)
        ],
        "recipients": [],
        "guards": [],
        "suppressed": [],
        "tasks": [],
    }
    if level in redaction.SUMMARY:
        answer |= _routing(report)
    if level in redaction.RECORD:
        answer |= _who_knows(report, recipients, level)
    return answer


def _granted(recipients: list[dict[str, object]], user: User) -> list[str]:
    posts = set(standing_of(user).post_ids)
    return [r["redaction"] for r in recipients if r["post_id"] in posts and r["status"] in LET_IN]


def _routing(report: Report) -> dict[str, object]:
    return {
        "track": report.track,
        "priority": report.priority,
        "classification": report.classification,
        "flash": report.flash,
        "poc_phase": report.poc_phase,
    }


def _who_knows(
    report: Report, recipients: list[dict[str, object]], level: str
) -> dict[str, object]:
    decision = report.decision
    # Who was removed by a guard is shown to who leads, and to who was told so before sending.
    removed = decision.get("suppressed", ()) if level in ("RD0", redaction.OWN) else ()
    return {
        "recipients": [_recipient(row) for row in recipients],
        "guards": [_part(guard, "id", "reason", "source") for guard in decision.get("guards", ())],
        "suppressed": [_part(item, "role", "guard", "reason", "source") for item in removed],
        "tasks": [_part(task, "code", "due_minutes") for task in decision.get("tasks", ())],
    }


def _recipient(row: dict[str, object]) -> dict[str, object]:
    return _part(row, *_OF_RECIPIENTS) | {"organization": row["organization_name"]}


def _part(record: dict[str, object], *names: str) -> dict[str, object]:
    return {name: record[name] for name in names}

"""What was found of each violation of a report, stage by stage (policy 3.3)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from actors.harms import HARMS
from referrals import redaction
from referrals.models import Report, Verification
from referrals.models.reasons import VerificationStage, VerificationStatus
from referrals.workflow import recording

_TONES = {
    VerificationStatus.VERIFIED: "good",
    VerificationStatus.NOT_VERIFIED: "warn",
    VerificationStatus.PENDING: "quiet",
}
_NAMES = dict(HARMS)


def findings_of(report: Report, level: str) -> list[dict[str, object]]:
    """Each violation with what was found at the three stages, in their order."""
    found: dict[tuple[str, str], Verification] = {}
    entries = Verification.objects.filter(violation__report=report)
    for each in entries.select_related("violation", "by").order_by("at", "pk"):
        found[each.violation.code, each.stage] = each
    return [
        _act(report, code, [found.get((code, stage)) for stage in VerificationStage], level)
        for code in recording.verifiable_in(report)
    ]


def how_far_verified(report: Report, acts: list[dict[str, object]] | None) -> str:
    """How far it is verified, over all that was reported; where that is not said, only what it is.

    Args:
        acts: what was found of each (`findings_of`).
    """
    if acts is None:
        return _("Alert")
    verified = sum(act["is_verified"] for act in acts)
    if not verified:
        return _("Unverified alert")
    facts = report.current_facts
    reported = len(facts.get("violations", ())) + len(facts.get("concerns", ()))
    return _("Verified") if verified == reported else _("Verified in part")


def _act(
    report: Report, code: str, found: list[Verification | None], level: str
) -> dict[str, object]:
    last = next((each for each in reversed(found) if each), None)
    status = VerificationStatus(last.status if last else VerificationStatus.PENDING)
    return {
        "name": _NAMES[code],
        "label": status.label,
        "is_verified": status == VerificationStatus.VERIFIED,
        "tone": _TONES.get(status, ""),
        "stages": [
            _stage(report, stage, each, level)
            for stage, each in zip(VerificationStage, found, strict=True)
        ],
    }


def _stage(
    report: Report, stage: VerificationStage, found: Verification | None, level: str
) -> dict[str, object]:
    """What one stage found; who recorded it for the record's readers, the note for full access."""
    words = {"label": stage.label}
    if found is None:
        return words
    return words | {
        "finding": found.get_status_display(),
        "day": found.decided_on,
        "is_late": recording.is_late(report, found),
        "by": found.by if level in redaction.RECORD else "",
        "note": found.note if level == "RD0" else "",
    }

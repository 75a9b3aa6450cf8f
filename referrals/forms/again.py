"""What is known of a report, as it would be typed: to file it anew for the right place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from referrals.forms.filing import AGES, ReportForm
from referrals.forms.versions import Typed
from referrals.models import Report
from referrals.models.choices import Consent
from referrals.redaction.details import safe_contact

# The place is what is wrong. Support was asked for by whoever filed the first one.
_TYPED_ANEW = {"area", "latitude", "longitude", "precision", "officer_welfare_request"}
# What the form does not ask is worked out anew, such as the hours since the incident.
_TAKEN_OVER = {*ReportForm.base_fields, *(f"{sex}_{band}" for sex, band, _label in AGES)}
_TAKEN_OVER -= _TYPED_ANEW


def typed_of(report: Report) -> Typed:
    """Every answer of the report form but its place, with what was corrected since.

    For whoever leads on the report: the restricted text is among it. The way to a trusted adult
    is, as on the page of the report, only until triage ends. Loaded `with_places()`.
    """
    known = report.details | report.current_facts | dict(_columns(report))
    known |= {"briefed_at": _local(report), "consent": _consent(report)}
    for sex, bands in known.pop("ages", {}).items():
        known |= {f"{sex}_{band}": number for band, number in bands.items()}
    typed = {name: _texts(value) for name, value in known.items() if name in _TAKEN_OVER}
    return {name: values for name, values in typed.items() if any(values)}


def _columns(report: Report) -> Iterator[tuple[str, object]]:
    annex = report.restricted
    kept_apart = annex.narrative if annex else ""
    for name in ("occurred_on", "occurred_until", "learned_on"):
        yield name, getattr(report, name)
    for name in ("boys", "girls", "children_unknown"):
        yield name, getattr(report, name)
    yield "perpetrator_org", report.perpetrator_org.name if report.perpetrator_org else ""
    yield "narrative", report.narrative or kept_apart
    yield "contains_identity", bool(kept_apart)
    yield "safe_contact", safe_contact(report, "RD0")


def _consent(report: Report) -> str:
    """A best-interest decision is made on each report: what the child said is filed again."""
    known = report.current_facts["consent"]
    return report.facts["consent"] if known == Consent.BEST_INTEREST_OVERRIDE else known


def _local(report: Report) -> str:
    """When somebody was told by word of mouth, as the mission's clocks showed it."""
    if not (at := report.details.get("briefed_at")):
        return ""
    return f"{datetime.fromisoformat(at).astimezone(report.mission.zone):%Y-%m-%dT%H:%M}"


def _texts(value: object) -> list[str]:
    if isinstance(value, list):
        return [str(each) for each in value]
    if isinstance(value, bool):
        return ["on"] if value else []
    if isinstance(value, date):
        return [value.isoformat()]
    return [str(value)] if value else []

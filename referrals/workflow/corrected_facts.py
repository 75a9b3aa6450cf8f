"""What of a report can be corrected, what is known of it now, and one correction as a draft."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from actors.models import Organization
from referrals.models import Correction, Report
from referrals.models.choices import Consent
from referrals.workflow.checks import check_filing
from referrals.workflow.errors import CorrectionRefused
from referrals.workflow.filings import Filing

# Of the facts that the rules look at, in the policy's words.
FACTS = (
    "violations",
    "concerns",
    "facility",
    "harmful_practice",
    "conflict_nexus",
    "perpetrator",
    "displacement",
    "ongoing_threat",
    "child_still_missing",
    "life_saving_need",
    "imminent_harm",
    "hours_since_incident",
    "needs",
    "consent",
    "consent_scope",
    "source",
    "media_attention",
    "prior_interviews",
)
# Columns of the report. `perpetrator_org` is kept as {"id", "name"}, days as "2026-11-30".
DAYS = ("occurred_on", "occurred_until")
COUNTS = ("boys", "girls", "children_unknown")
CORRECTABLE = (*FACTS, *DAYS, *COUNTS, "perpetrator_org")
COLUMNS = ("perpetrator", "perpetrator_org", *DAYS, *COUNTS)


def known_now(report: Report) -> dict[str, object]:
    """What may be corrected, as it is known now, in the words of `Correction.facts`."""
    facts = report.current_facts
    party = report.perpetrator_org
    return {
        **{name: _plain(facts.get(name)) for name in FACTS},
        **{name: _plain(getattr(report, name)) for name in (*DAYS, *COUNTS)},
        "perpetrator_org": _plain(party),
    }


def draft_correction(report: Report, facts: Mapping[str, object]) -> Correction:
    """The unsaved correction, with what is really different; sets the columns on `report`.

    Raises:
        CorrectionRefused: a fact that nobody may correct, or nothing is corrected.
        FilingRefused: the values contradict each other, each named at its field.
    """
    known = known_now(report)
    for name in facts:
        if name not in known:
            message = _("This cannot be corrected here. Have a corrected report filed.")
            raise CorrectionRefused(name, "not_correctable", message)
    new = {name: _plain(value) for name, value in facts.items()}
    changed = {name: value for name, value in new.items() if not _is_same(value, known[name])}
    if not changed:
        raise CorrectionRefused("", "nothing", _("Nothing is different from what is known."))
    if changed.get("consent") == Consent.BEST_INTEREST_OVERRIDE:
        message = _("A best-interest decision is made where the guard is set aside, with a tick.")
        raise CorrectionRefused("consent", "best_interest", message)
    _set_columns(report, changed, facts)
    changed |= _hours_of_day(report, changed)
    check_filing(_as_filing(report, known | changed))
    _check_verified(report, changed)
    was = {name: known[name] for name in changed}
    return Correction(report=report, facts=changed, was=was)


def _plain(value: object) -> object:
    """As JSON knows it: a party by id and name, a day as text, several values in one order."""
    if isinstance(value, Organization):
        return {"id": value.pk, "name": value.name}
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, list | tuple | set | frozenset) else value


def _is_same(new: object, known: object) -> bool:
    if isinstance(known, list):
        return set(new) == set(known)
    if isinstance(known, dict) and isinstance(new, dict):
        return new["id"] == known["id"]
    return new == known


def _set_columns(
    report: Report, changed: Mapping[str, object], facts: Mapping[str, object]
) -> None:
    for name in COLUMNS:
        if name in changed:
            setattr(report, name, facts[name])


def _hours_of_day(report: Report, changed: Mapping[str, object]) -> dict[str, object]:
    """Another day is another number of hours until the report, as when it is filed."""
    if "occurred_on" not in changed or "hours_since_incident" in changed:
        return {}
    facts = {"hours_since_incident": None}
    filing = Filing(None, report.mission, report.area, report.occurred_on, facts=facts)
    hours = filing.facts_at(report.filed_at)["hours_since_incident"]
    known = report.current_facts.get("hours_since_incident")
    return {} if hours == known else {"hours_since_incident": hours}


def _as_filing(report: Report, known: Mapping[str, object]) -> Filing:
    """The report as corrected, to be checked like one that is handed in."""
    annex = report.restricted
    scope = "all" if known["consent_scope"] == ["all"] else known["consent_scope"]
    return Filing(
        uuid=None,
        mission=report.mission,
        area=report.area,
        occurred_on=report.occurred_on,
        occurred_until=report.occurred_until,
        boys=report.boys,
        girls=report.girls,
        children_unknown=report.children_unknown,
        narrative=report.narrative or (annex.narrative if annex else ""),
        perpetrator_org=report.perpetrator_org,
        facts=report.current_facts
        | {name: known[name] for name in FACTS}
        | {"consent_scope": scope},
    )


def _check_verified(report: Report, changed: Mapping[str, object]) -> None:
    """What somebody has recorded a finding on is not taken out of the report."""
    if not {"violations", "concerns"} & changed.keys():
        return
    kept = report.violations.filter(verifications__isnull=False)
    for violation in kept.exclude(code__in=kinds_of(report, changed)).distinct():
        message = _("A finding is recorded on “%(kind)s”. Record there that it was not so.")
        kind = violation.get_code_display()
        raise CorrectionRefused("violations", "verified", message % {"kind": kind})


def kinds_of(report: Report, changed: Mapping[str, object]) -> list[str]:
    facts = report.current_facts | changed
    return [*facts["violations"], *facts["concerns"]]

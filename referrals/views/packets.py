"""A packet before it leaves: exactly what its recipient will see, and the gates before it."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from actors.languages import listed
from actors.models import HrddpStatus, Organization
from actors.roles import Role
from referrals import redaction
from referrals.models import ConsentRecord, Referral, Report
from referrals.models.choices import Gate, Redaction
from referrals.models.reasons import ConsentGiver
from referrals.policy_words import value_label
from referrals.statuses import REFERRAL_MOVES, ReferralStatus
from referrals.workflow.errors import moment
from referrals.workflow.gates import SCOPE, Gates, consent_on_record


def packet_of(referral: Referral) -> dict[str, object]:
    """For `_packet.html`: read by the functions that the recipient's own page reads by."""
    report, level = referral.report, referral.redaction
    return {
        "name": Role(referral.role).label,
        "level": Redaction(level).label,
        "title": redaction.title_for(report, level),
        "place": redaction.place_for(report, level),
        "facts": redaction.facts_for(report, level),
        "withheld": redaction.withheld_from(report, level),
    }


def is_undecided(referral: Referral) -> bool:
    return referral.status in REFERRAL_MOVES["release"][0]


def gate_facts(gates: Gates) -> list[dict[str, str]]:
    """What stands between the proposal and its recipient, for `_facts.html`."""
    referral = gates.referral
    facts = [{"label": _("Gate"), "value": Gate(referral.gate).label, "wide": True}]
    if referral.status == ReferralStatus.HELD:
        facts.append({"label": _("Held"), "value": held_words(referral), "wide": True})
    if gates.needs_clearance:
        facts.append(_clearance(gates))
    if gates.is_packet:
        facts.append(_consent(gates))
    if gates.needs_checklist:
        due = _("To be thought through below, before anything is sent")
        facts.append({"label": _("Do no harm"), "value": due, "wide": True})
    return facts


def held_words(referral: Referral) -> str:
    """What a held proposal waits for: in the words of who held it, or as the rules did."""
    if referral.held_for:
        return f"{referral.get_held_for_display()}. {referral.release_reason}"
    if referral.gate == Gate.CPFP_FORWARD:
        return referral.release_reason
    if referral.gate == Gate.CP_LEAD_HRDDP:
        return _("Human rights due diligence is not finished")
    return referral.get_status_display()


def consent_facts(record: ConsentRecord, report: Report) -> list[dict[str, str]]:
    """On what a packet left: who agreed, to what, and what was shared, for `_facts.html`."""
    labels = {fact.name: fact.label for fact in redaction.facts_for(report, "RD0")}
    shared = [labels.get(name, name) for name in record.shared]
    return [
        {"label": _("Basis"), "value": value_label("consent", record.ground)},
        {"label": _("Given by"), "value": _giver(record)},
        {"label": _("Agreed to"), "value": _scope(record.scope)},
        {"label": _("What was shared"), "value": listed(shared), "wide": True},
    ]


def _giver(record: ConsentRecord) -> str:
    return str(ConsentGiver(record.given_by).label) if record.given_by else ""


def _clearance(gates: Gates) -> dict[str, str]:
    unit, today = gates.organization, gates.at.date()
    notes = [] if unit is None else [unit.name, *_assessed(unit, today)]
    return {
        "label": _("Human rights due diligence"),
        "value": str(HrddpStatus(gates.clearance).label),
        "note": ". ".join(notes),
        "wide": True,
    }


def _assessed(unit: Organization, today: date) -> list[str]:
    """Until when the assessment holds, on which conditions, and whose it is."""
    notes, ends = [], unit.hrddp_expires_on
    if ends is not None:
        words = _("Ended on %(day)s") if ends < today else _("Valid until %(day)s")
        notes.append(words % {"day": date_format(ends, "DATE_FORMAT")})
    if unit.hrddp_conditions:
        notes.append(_("Conditions: %(text)s") % {"text": unit.hrddp_conditions})
    if unit.hrddp_assessor:
        notes.append(_("Assessed by %(name)s") % {"name": unit.hrddp_assessor})
    return notes


def _consent(gates: Gates) -> dict[str, str]:
    """What is on record of the child's wish, and whether that is enough for this recipient."""
    fact = {"label": _("Agreement of the child"), "wide": True}
    if gates.decision:
        value = _("Best-interest decision of %(name)s, %(at)s") % {
            "name": gates.decision.by,
            "at": moment(gates.decision.at),
        }
        return fact | {"value": value}
    consent, scope = consent_on_record(gates.referral.report)
    value = value_label("consent", consent) if consent else ""
    if consent not in ("", "not_sought"):
        value = f"{value}: {_scope(scope)}"
    missing = _("Not enough for this recipient. Say below who agreed, and to what.")
    return fact | {"value": value, "note": missing if gates.needs_consent else ""}


def _scope(scope) -> str:
    return listed(value_label(SCOPE, value) for value in scope)

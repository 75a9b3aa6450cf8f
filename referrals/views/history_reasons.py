"""Below each step of a report's story: why, by which rule, from which source."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from actors.languages import listed
from referrals.models import HistoryEntry, Referral, Report, ReportedViolation, Verb
from referrals.models.choices import Redaction
from referrals.models.reasons import HoldReason, PocPhase, VerificationStage
from referrals.policy_words import fact_label, role_label
from referrals.workflow.policies import said

_WITH_WORDS = frozenset({Verb.CLOSED, Verb.REOPENED})


def explained(entry: HistoryEntry, *, is_full: bool) -> str:
    """Below the title, a line each: why, by which rule, from which source, what they see.

    Args:
        is_full: the reader sees everything (RD0); words that somebody wrote of a whole report
            are for them alone.
    """
    lines = _EXPLAINED.get(entry.verb, _nothing)(entry)
    if is_full and entry.verb in _WITH_WORDS and entry.details.get("words"):
        lines = [*lines, _reason(entry.details["words"])]
    return "\n".join(line for line in lines if line)


def _nothing(entry: HistoryEntry) -> list[str]:
    return []


def _by_policy(entry: HistoryEntry) -> list[str]:
    return [_("By policy version %(n)s.") % {"n": entry.details.get("policy")}]


def _by_rule(entry: HistoryEntry) -> list[str]:
    """A step by which somebody came to know names the rule."""
    if entry.referral is None:
        return []
    return [said(entry.referral.reason, entry.report.policy_id), _rule(entry.referral)]


def _by_lead(entry: HistoryEntry) -> list[str]:
    if entry.referral is None:
        return []
    details = entry.details
    held_for = details.get("held_for")
    waits = HoldReason(held_for).label if held_for in HoldReason else ""
    reason = _reason(details.get("reason", ""))
    if details.get("reason") == "linked":  # `workflow.closing`: its report was linked
        reason = _("The report was linked to another one.")
    return [str(waits), reason, _rule(entry.referral), *_confirmed(details)]


def _shared_because(entry: HistoryEntry) -> list[str]:
    return [entry.details.get("reason", "")]


def _declined_because(entry: HistoryEntry) -> list[str]:
    return [entry.referral.get_declined_for_display()] if entry.referral else []


def _corrected(entry: HistoryEntry) -> list[str]:
    """Which facts, not what they said: both versions stand beside each other on the page."""
    return [listed(_fact(name) for name in entry.details.get("facts", ()))]


def _fact(name: str) -> str:
    columns = {each.name for each in Report._meta.concrete_fields} - {"perpetrator"}
    if name in columns:
        return capfirst(str(Report._meta.get_field(name).verbose_name))
    return fact_label(name)


def _verified(entry: HistoryEntry) -> list[str]:
    code, stage = entry.details.get("violation", ""), entry.details.get("stage")
    by = str(VerificationStage(stage).label) if stage in VerificationStage else ""
    return [str(ReportedViolation(code=code)), by]


def _phase_before(entry: HistoryEntry) -> list[str]:
    old = entry.details.get("old")
    return [_("Before: %(phase)s") % {"phase": PocPhase.words(old)}] if old else []


def _rerouted(entry: HistoryEntry) -> list[str]:
    """Whom setting a guard aside, or a correction, brought in, changed or took out."""
    titles = {
        "appeared": _("New: %(roles)s."),
        "changed": _("Changed: %(roles)s."),
        "dropped": _("No longer proposed: %(roles)s."),
        "altered": _("Told before, with another part from now on: %(roles)s."),
        "left": _("Told before, not chosen any more: %(roles)s."),
        "ended": _("Cannot open it any more: %(roles)s."),
    }
    named = {key: _roles(entry.details.get(key, ())) for key in titles}
    lines = [titles[key] % {"roles": roles} for key, roles in named.items() if roles]
    return lines or [_("No recipient changed.")]


def _roles(codes: Iterable[str]) -> str:
    return listed(role_label(code) for code in codes)


def _confirmed(details: dict[str, object]) -> list[str]:
    """Who gave their word for a directory entry that nobody had confirmed for long."""
    given = details.get("entry_confirmed")
    if not given:
        return []
    words = _(
        "%(name)s confirmed that the recipient still exists and is safe; the entry had not been "
        "confirmed since %(day)s."
    )
    return [words % {"name": given["by"], "day": given["not_confirmed_since"]}]


def _reason(reason: object) -> str:
    return _("Reason: %(reason)s") % {"reason": reason} if reason else ""


def _rule(referral: Referral) -> str:
    return _("Sees: %(sees)s. Rule %(rule)s. Source: %(source)s.") % {
        "sees": Redaction(referral.redaction).label,
        "rule": referral.rule,
        "source": referral.source,
    }


_EXPLAINED: dict[str, Callable[[HistoryEntry], list[str]]] = {
    Verb.ROUTED: _by_policy,
    Verb.SENT: _by_rule,
    Verb.UNDELIVERED: _by_rule,
    Verb.FORWARDED: _by_rule,
    Verb.RELEASED: _by_lead,
    Verb.WITHHELD: _by_lead,
    Verb.HELD: _by_lead,
    Verb.REVOKED: _by_lead,
    Verb.SHARED: _shared_because,
    Verb.REROUTED: _rerouted,
    Verb.DECLINED: _declined_because,
    Verb.CORRECTED: _corrected,
    Verb.VERIFICATION_SET: _verified,
    Verb.PHASE_SET: _phase_before,
}

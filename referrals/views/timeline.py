"""The story of a report: who was told what, when, by which rule, and who has acknowledged."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actors.roles import Role
from referrals.models import HistoryEntry, Report, Verb
from referrals.views import clock

_TONES = {
    Verb.ACKNOWLEDGED: "good",
    Verb.RELEASED: "good",
    Verb.UNDELIVERED: "bad",
    Verb.ROUTING_FAILED: "bad",
}

# What the officer reads in plain words: others' steps, not the machinery.
PLAIN = frozenset({Verb.FILED, Verb.ROUTED, Verb.OPENED, Verb.ACKNOWLEDGED, Verb.FORWARDED})


def timeline(
    report: Report, history: list[HistoryEntry], *, now: datetime, plain: bool = False
) -> list[dict[str, object]]:
    """Entries for `_timeline.html`, newest first. `plain` leaves out reasons and machinery.

    Asks for history with actor and referral (and its organization) loaded.
    """
    entries = [e for e in history if not plain or e.verb in PLAIN]
    return [_entry(report, entry, now, plain) for entry in reversed(entries)]


def _entry(report: Report, entry: HistoryEntry, now: datetime, plain: bool) -> dict[str, object]:
    text, facts = ("", []) if plain else _explained(report, entry)
    return {
        **clock.past(entry.at, now),
        "title": _title(entry),
        "text": text,
        "facts": facts,
        "by": _by(entry, plain),
        "tone": _TONES.get(entry.verb, ""),
    }


def _by(entry: HistoryEntry, plain: bool) -> str:
    """Who did it; a plain story names functions, not colleagues."""
    if plain and entry.verb != Verb.FILED:
        return ""
    return str(entry.actor) if entry.actor else _("the portal")


def _title(entry: HistoryEntry) -> str:
    role = Role(entry.referral.role).label if entry.referral else ""
    titles = {
        Verb.FILED: _("Report sent and stored"),
        Verb.ROUTED: _routed(entry),
        Verb.ROUTING_FAILED: _("Recipients could not be worked out yet; it is tried again"),
        Verb.OPENED: _("Opened by a recipient"),
        Verb.ACKNOWLEDGED: _("%(role)s: has it") % {"role": role},
        Verb.FORWARDED: _("Forwarded to %(role)s") % {"role": role},
        Verb.RELEASED: _("Released to %(role)s") % {"role": role},
        Verb.SENT: _("%(role)s: notice sent") % {"role": role},
        Verb.UNDELIVERED: _("%(role)s: notice could not be delivered") % {"role": role},
        Verb.SHARED: _("Shared with %(name)s") % {"name": entry.details.get("organization", "")},
    }
    return titles.get(entry.verb, entry.get_verb_display())


def _routed(entry: HistoryEntry) -> str:
    told = [r for r in entry.details.get("recipients", ()) if r[2] in ("none", "post_review")]
    return ngettext("%(n)s recipient told at once", "%(n)s recipients told at once", len(told)) % {
        "n": len(told)
    }


def _explained(report: Report, entry: HistoryEntry) -> tuple[str, list[dict[str, str]]]:
    """The sentence below the title and the facts behind it: rule, reason, source."""
    if entry.verb == Verb.ROUTED:
        return _("By policy version %(n)s.") % {"n": entry.details.get("policy")}, []
    if entry.verb == Verb.RELEASED:
        return _("Reason: %(reason)s") % {"reason": entry.details.get("reason", "")}, []
    if entry.verb == Verb.SHARED:
        return entry.details.get("reason", ""), []
    if entry.verb in (Verb.SENT, Verb.UNDELIVERED, Verb.FORWARDED) and entry.referral:
        return entry.referral.reason, _why(entry)
    return "", []


def _why(entry: HistoryEntry) -> list[dict[str, str]]:
    referral = entry.referral
    return [
        {"label": _("Rule"), "value": referral.rule},
        {"label": _("Source"), "value": referral.source},
    ]

"""The story of a report: who was told what, when, by which rule, and who has acknowledged."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actors.languages import listed
from actors.roles import Role
from referrals.models import HistoryEntry, MessageKind, Referral, Report, Verb
from referrals.models.choices import Redaction
from referrals.views import clock
from referrals.workflow.policies import said

_TONES = {
    Verb.ACKNOWLEDGED: "good",
    Verb.RELEASED: "good",
    Verb.UNDELIVERED: "bad",
    Verb.ROUTING_FAILED: "bad",
}

# What the officer reads in plain words: others' steps, not the machinery.
PLAIN = frozenset(
    {
        Verb.FILED,
        Verb.ROUTED,
        Verb.OPENED,
        Verb.ACKNOWLEDGED,
        Verb.FORWARDED,
        Verb.ASKED,
        Verb.ADDED,
        Verb.LINKED,
    }
)


def timeline(
    report: Report, history: list[HistoryEntry], *, now: datetime, plain: bool = False
) -> list[dict[str, object]]:
    """Entries for `_timeline.html`, newest first. `plain` leaves out reasons and machinery.

    Asks for history with actor and referral (and its organization) loaded.
    """
    entries = [e for e in history if not plain or e.verb in PLAIN]
    return [_entry(report, entry, now, plain) for entry in reversed(entries)]


def _entry(report: Report, entry: HistoryEntry, now: datetime, plain: bool) -> dict[str, object]:
    return {
        **clock.past(entry.at, now),
        "title": _plain_title(entry) if plain else _title(entry),
        "text": "" if plain else _explained(entry),
        "by": _by(entry, plain),
        "tone": _TONES.get(entry.verb, ""),
    }


def _by(entry: HistoryEntry, plain: bool) -> str:
    """Who did it; a plain story names functions, not colleagues."""
    if plain and entry.verb != Verb.FILED:
        return ""
    return str(entry.actor) if entry.actor else _("the portal")


def _plain_title(entry: HistoryEntry) -> str:
    """To the officer, what was asked of them and what they did themselves."""
    titles = {
        Verb.ASKED: _("The adviser asked you something"),
        Verb.ADDED: _("You added something"),
    }
    return titles.get(entry.verb) or _title(entry)


def _title(entry: HistoryEntry) -> str:
    role = _whom(entry)
    titles = {
        Verb.FILED: _("Report sent and stored"),
        Verb.ROUTED: _routed(entry),
        Verb.ROUTING_FAILED: _("Recipients could not be worked out yet; it is tried again"),
        Verb.OPENED: _("Opened by a recipient"),
        Verb.ACKNOWLEDGED: _("%(role)s: has it") % {"role": role},
        Verb.FORWARDED: _("Forwarded to %(role)s") % {"role": role},
        Verb.RELEASED: _("Released to %(role)s") % {"role": role},
        Verb.HANDED_OVER: _("%(role)s: handed over to a new holder") % {"role": role},
        Verb.WITHHELD: _("%(role)s: not told") % {"role": role},
        Verb.SENT: _("%(role)s: notice sent") % {"role": role},
        Verb.UNDELIVERED: _("%(role)s: notice could not be delivered") % {"role": role},
        Verb.SHARED: _("Shared with %(name)s") % {"name": entry.details.get("organization", "")},
        Verb.OVERRIDDEN: _("Guard set aside: %(guard)s")
        % {"guard": entry.details.get("guard", "")},
    }
    return titles.get(entry.verb, entry.get_verb_display())


def _whom(entry: HistoryEntry) -> str:
    """The function an entry is about; of a notice without a referral, whom it was written to."""
    if entry.referral:
        return str(Role(entry.referral.role).label)
    if entry.details.get("about") == MessageKind.QUESTION:
        return _("The officer")
    return str(Role(entry.report.mission.lead_role).label)


def _routed(entry: HistoryEntry) -> str:
    told = [r for r in entry.details.get("recipients", ()) if r[2] in ("none", "post_review")]
    return ngettext("%(n)s recipient told at once", "%(n)s recipients told at once", len(told)) % {
        "n": len(told)
    }


def _explained(entry: HistoryEntry) -> str:
    """Below the title: why, by which rule, from which source text, and what they see."""
    details, referral = entry.details, entry.referral
    if entry.verb == Verb.ROUTED:
        return _("By policy version %(n)s.") % {"n": details.get("policy")}
    if entry.verb == Verb.SHARED:
        return details.get("reason", "")
    if entry.verb == Verb.REROUTED:
        return _rerouted(details)
    if referral is None:
        return ""
    lines = [said(referral.reason, entry.report.policy_id), _rule(referral)]
    if entry.verb in (Verb.RELEASED, Verb.WITHHELD):
        lines = [_("Reason: %(reason)s") % {"reason": details.get("reason", "")}, _rule(referral)]
        lines += _confirmed(details)
    return "\n".join(lines) if entry.verb in _WITH_RULE else ""


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


def _rerouted(details: dict[str, object]) -> str:
    """Whom setting a guard aside brought in, changed or took out."""
    titles = {
        "appeared": _("New: %(roles)s."),
        "changed": _("Changed: %(roles)s."),
        "dropped": _("No longer proposed: %(roles)s."),
    }
    named = {key: [str(Role(role).label) for role in details.get(key, ())] for key in titles}
    lines = [titles[key] % {"roles": listed(roles)} for key, roles in named.items() if roles]
    return "\n".join(lines) or _("No recipient changed.")


# Steps by which somebody came to know: these name the rule.
_WITH_RULE = frozenset({Verb.SENT, Verb.UNDELIVERED, Verb.FORWARDED, Verb.RELEASED, Verb.WITHHELD})


def _rule(referral: Referral) -> str:
    return _("Sees: %(sees)s. Rule %(rule)s. Source: %(source)s.") % {
        "sees": Redaction(referral.redaction).label,
        "rule": referral.rule,
        "source": referral.source,
    }

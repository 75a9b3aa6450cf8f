"""Who is told otherwise by another version, in words, each with the simplest situation."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actors.languages import listed
from referrals.models import PolicyVersion
from referrals.policy_words import (
    fact_sentence,
    gate_label,
    kind_label,
    redaction_label,
    role_label,
)
from referrals.routing.proof import Change
from referrals.workflow.comparing import changes_between

SORTS = {
    "gained": {"label": gettext_lazy("Told where they were not"), "tone": "good"},
    "lost": {"label": gettext_lazy("No longer told"), "tone": "bad"},
    "changed": {"label": gettext_lazy("Told otherwise"), "tone": "warn"},
}
NOBODY_TOLD = gettext_lazy("Not told")


def told_otherwise(old: PolicyVersion, new: PolicyVersion) -> list[dict[str, object]]:
    """Rows of `_otherwise.html`. Raises PolicyError for a version nobody can read any more."""
    return [_words(change) for change in changes_between(old.pk, new.pk)]


def _words(change: Change) -> dict[str, object]:
    facts = [fact_sentence(fact, value) for fact, value in change.example.items()]
    return {
        "role": role_label(change.role),
        "badge": SORTS[change.what],
        "before": _recipient(change.before),
        "after": _recipient(change.after),
        "facts": facts or [_("Nothing special: every fact as if it were not stated")],
        "set_aside": change.set_aside,
    }


def _recipient(told: Mapping[str, object] | None) -> dict[str, object]:
    """How they are told: the row, and what it says of them."""
    if told is None:
        return {"text": NOBODY_TOLD}
    said = [
        str(kind_label(told["kind"])),
        str(gate_label(told["gate"])),
        _("sees: %(redaction)s") % {"redaction": redaction_label(told["redaction"])},
    ]
    if told["due_minutes"] is not None:
        said.append(_("within %(n)s minutes") % {"n": told["due_minutes"]})
    if told["waits_for"]:
        said.append(_("waits for %(guards)s") % {"guards": listed(told["waits_for"])})
    return {"rule": told["rule"], "text": " · ".join(said)}

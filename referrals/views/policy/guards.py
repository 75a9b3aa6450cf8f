"""The guards of a policy file as entries: who must not be told, or must wait, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from referrals.policy_words import (
    Sentence,
    condition_sentence,
    fact_label,
    gate_label,
    listed,
    mark_label,
    role_label,
    stage_label,
)
from referrals.routing.effects import LEFT
from referrals.routing.terms import MARKS, Terms
from referrals.views.policy.entries import (
    BETWEEN,
    Entry,
    filled,
    level_words,
    sees_words,
    source_sentence,
    tracks_words,
)


def guard_entries(mapping: Mapping[str, Any], terms: Terms) -> tuple[Entry, ...]:
    """All guards, in the order of the file."""
    return tuple(_guard(guard, terms) for guard in mapping["guards"])


def _guard(guard: Mapping[str, Any], terms: Terms) -> Entry:
    may = _("The child protection lead may set this guard aside, with a written reason.")
    fields = filled(
        *_cases(guard, terms),
        (_("Officer reads"), [Sentence(guard["officer_text"])] if "officer_text" in guard else []),
        (_("Override"), [Sentence(may)] if guard.get("overridable") else []),
        (_("Stage"), [Sentence(BETWEEN.join((stage_label(guard["stage"]), tracks_words(guard))))]),
        (_("Source"), [source_sentence(guard, terms)]),
    )
    return Entry(guard["id"], guard["reason"], fields, data=guard)


def _cases(guard: Mapping[str, Any], terms: Terms) -> Iterator[tuple[str, list[Sentence]]]:
    """For each case when it fires, which recipients it looks for, and what it then does."""
    label = _("When")
    for case in guard.get("cases", [guard]):
        yield label, [condition_sentence(case["when"])]
        yield _("If left"), [Sentence(_selected(case[LEFT], terms))] if LEFT in case else []
        yield _("Then"), _effects(case, terms)
        label = _("Or when")


def _effects(case: Mapping[str, Any], terms: Terms) -> list[Sentence]:
    effects = case.get("effect")
    if not effects:
        return [Sentence(_("Shown with the report; takes nobody away by itself."))]
    return [_EFFECTS[verb](effect, terms) for verb, effect in effects.items()]


def _suppressed(roles: list[str], terms: Terms) -> Sentence:
    return Sentence(_listed(role_label, roles, terms), lead=_("Must not be told:"))


def _removed(who: Any, terms: Terms) -> Sentence:
    return Sentence(_chosen(who, terms), lead=_("Taken away:"))


def _held(who: Any, terms: Terms) -> Sentence:
    return Sentence(_chosen(who, terms), lead=_("Held back:"))


def _changed(effect: Mapping[str, Any], terms: Terms) -> Sentence:
    said = [mark_label(mark, effect[mark]) for mark in MARKS if mark in effect]
    if "gate" in effect:
        said.append(gate_label(effect["gate"], terms))
    if "redaction" in effect:
        said.append(sees_words(effect["redaction"], terms))
    lead = _("Changed for %(whom)s:") % {"whom": _chosen(effect["who"], terms)}
    return Sentence(BETWEEN.join(said), lead=lead)


def _refused(effect: Mapping[str, Any], terms: Terms) -> Sentence:
    said = listed(effect["fact"], effect["values"])
    return Sentence(said, lead=_("Refused to the officer:"))


_EFFECTS: dict[str, Callable[[Any, Terms], Sentence]] = {
    "suppress": _suppressed,
    "remove": _removed,
    "hold": _held,
    "change": _changed,
    "refuse": _refused,
}


def _chosen(who: Any, terms: Terms) -> str:
    return _("those recipients") if who == LEFT else _selected(who, terms)


def _selected(selector: Mapping[str, Any], terms: Terms) -> str:
    """Whom a selector picks: "recipients seeing …, not among …"."""
    whom = selector.get("roles")
    words = [_listed(role_label, whom, terms) if whom else _("recipients")]
    words += [_SELECTORS[key](said, terms) for key, said in selector.items() if key != "roles"]
    return " ".join(words)


def _listed(label: Callable[[str, Terms], str], codes: list[str], terms: Terms) -> str:
    return "; ".join(label(code, terms) for code in codes)


_SELECTORS: dict[str, Callable[[Any, Terms], str]] = {
    "gates": lambda codes, terms: _("behind the gate “%s”") % _listed(gate_label, codes, terms),
    "not_gates": lambda codes, terms: (
        _("not behind the gate “%s”") % _listed(gate_label, codes, terms)
    ),
    "redactions": lambda codes, terms: _("seeing “%s”") % _listed(level_words, codes, terms),
    "covered_by": lambda fact, terms: _("among “%s”") % fact_label(fact),
    "not_covered_by": lambda fact, terms: _("not among “%s”") % fact_label(fact),
}

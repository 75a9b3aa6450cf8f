"""Conditions of the policy as sentences: lines of text, some with lines indented under them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from referrals.policy_words.labels import fact_label, fact_words, value_label

JOINERS = {"all": gettext_lazy("All of these:"), "any": gettext_lazy("Any of these:")}
NEGATED = {"all": gettext_lazy("Not all of these:"), "any": gettext_lazy("None of these:")}
COMPARISONS = {
    "is": gettext_lazy("%(fact)s: %(value)s"),
    "in": gettext_lazy("%(fact)s, one of: %(value)s"),
    "includes": gettext_lazy("%(fact)s include: %(value)s"),
    "any_of": gettext_lazy("%(fact)s include one of: %(value)s"),
    "only": gettext_lazy("%(fact)s: nothing but %(value)s"),
    "at_least": gettext_lazy("%(fact)s: at least %(value)s"),
    "at_most": gettext_lazy("%(fact)s: at most %(value)s"),
}


@dataclass(frozen=True)
class Sentence:
    """One line of text, perhaps with a beginning that stands out (`lead`), and the lines
    indented under it.
    """

    text: str
    parts: tuple[Sentence, ...] = ()
    lead: str = ""


def condition_sentence(when: str | Mapping[str, Any]) -> Sentence:
    """A condition as the policy file writes it (docs/routing.md, "Writing a row")."""
    if _is_plain(when):
        return Sentence(capfirst(_plain(when)))
    ((joiner, inner),) = when.items()
    if joiner == "not":
        return _negated(inner)
    return Sentence(str(JOINERS[joiner]), tuple(map(condition_sentence, inner)))


def fact_sentence(fact: str, value: Any) -> str:
    """A fact with all it holds, as in an example: "Alleged perpetrator: Civilian"."""
    if isinstance(value, bool):
        return fact_label(fact) if value else _not(fact_words(fact))
    if isinstance(value, list | tuple):
        said = listed(fact, value) if value else _("none")
    else:
        said = value_label(fact, value)
    return COMPARISONS["is"] % {"fact": fact_label(fact), "value": said}


def listed(fact: str, values: Iterable[Any]) -> str:
    """Values in one line. Semicolons, since some labels have commas."""
    return "; ".join(value_label(fact, value) for value in values)


def _is_plain(when: str | Mapping[str, Any]) -> bool:
    return isinstance(when, str) or "fact" in when


def _negated(inner: str | Mapping[str, Any]) -> Sentence:
    if _is_plain(inner):
        return Sentence(_not(_plain(inner)))
    sentence = condition_sentence(inner)
    ((joiner, _inner),) = inner.items()
    if joiner == "not":
        return Sentence(_("Not:"), (sentence,))
    return Sentence(str(NEGATED[joiner]), sentence.parts)


def _plain(when: str | Mapping[str, Any]) -> str:
    """A condition of one line, beginning as in the middle of a sentence."""
    if when == "always":
        return _("always")
    if isinstance(when, str):
        return fact_words(when)
    name = when["fact"]
    ((comparison, value),) = ((key, value) for key, value in when.items() if key != "fact")
    if isinstance(value, bool):
        return _yes_or_no(name, comparison, value)
    said = _compared(name, comparison, value)
    return COMPARISONS[comparison] % {"fact": fact_words(name), "value": said}


def _compared(name: str, comparison: str, value: Any) -> str:
    """What a fact is compared with: values, a number, or another fact that holds one."""
    if comparison in ("at_least", "at_most") and isinstance(value, str):
        return fact_words(value)
    return listed(name, value if isinstance(value, list) else [value])


def _yes_or_no(name: str, comparison: str, value: bool) -> str:
    if comparison == "is":
        return fact_words(name) if value else _not(fact_words(name))
    said = _("%(fact)s: none") if value else _("%(fact)s: at least one")
    return said % {"fact": fact_words(name)}


def _not(text: str) -> str:
    return _("Not: %(text)s") % {"text": text}

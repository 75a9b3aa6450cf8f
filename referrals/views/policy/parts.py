"""A whole policy file as pages show it, part by part. The mapping is of a file that compiles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from referrals.policy_words import (
    Sentence,
    condition_sentence,
    deadline_label,
    fact_label,
    gate_label,
    group_label,
    kind_label,
    listed,
    redaction_label,
    role_label,
    stage_label,
    value_label,
)
from referrals.routing.terms import Terms
from referrals.views.policy.entries import Entry, Part, filled, source_sentence, tracks_words
from referrals.views.policy.guards import guard_entries
from referrals.views.policy.rows import minutes_words, row_entries


def section_parts(mapping: Mapping[str, Any], terms: Terms) -> list[Part]:
    """The rows under the headings of the file."""
    return [
        Part(f"section-{n}", section["title"], row_entries(section, terms), tracks_words(section))
        for n, section in enumerate(mapping["sections"], start=1)
    ]


def rows_part(mapping: Mapping[str, Any], terms: Terms) -> Part:
    """The rows of all sections together."""
    rows = [row for section in mapping["sections"] for row in row_entries(section, terms)]
    return Part("rows", _("Rows"), tuple(rows), is_ordered=True)


def headings_part(mapping: Mapping[str, Any]) -> Part:
    """The headings over the rows."""
    entries = (Entry(each["title"], tracks_words(each)) for each in mapping["sections"])
    return Part("sections", _("Headings"), tuple(entries))


def rule_parts(mapping: Mapping[str, Any], terms: Terms) -> list[Part]:
    """What works beside the rows."""
    derived = [_derived(name, fact, terms) for name, fact in mapping["derived"].items()]
    aliases = [_alias(name, choices, terms) for name, choices in mapping["aliases"].items()]
    return [
        Part("derived", _("What follows from the facts"), tuple(derived)),
        Part("guards", _("Guards"), guard_entries(mapping, terms), is_ordered=True),
        Part("deadlines", _("Deadlines"), tuple(_deadlines(mapping))),
        Part("aliases", _("One name for several roles"), tuple(aliases)),
    ]


def word_parts(mapping: Mapping[str, Any], terms: Terms) -> list[Part]:
    """The words the rules are written in."""
    roles = tuple(_roles(mapping, terms))
    return [
        Part("facts", _("What the rules may look at"), tuple(_facts(mapping))),
        Part("roles", _("Who can be told"), roles),
        Part("kinds", _("What they are asked for"), _words(mapping, "kinds", kind_label)),
        Part("gates", _("When they are told"), _words(mapping, "gates", gate_label), "", True),
        Part("redactions", _("What they see"), _words(mapping, "redactions", redaction_label)),
        Part("marks", _("How they are told"), _words(mapping, "marks")),
        Part("guard_stages", _("In which order guards work"), _stages(mapping), "", True),
        Part("sources", _("Sources"), _words(mapping, "sources")),
        Part("abbreviations", _("Abbreviations in sources"), _words(mapping, "abbreviations")),
        Part("name", _("Name of the policy"), (Entry(mapping["name"], ""),)),
        Part("translations", _("In other languages"), tuple(_translations(mapping))),
    ]


def _derived(name: str, fact: Mapping[str, Any], terms: Terms) -> Entry:
    fields = filled(*_cases(name, fact), (_("Source"), [source_sentence(fact, terms)]))
    return Entry(name, fact_label(name), fields, data=fact)


def _cases(name: str, fact: Mapping[str, Any]) -> Iterator[tuple[str, list[Sentence]]]:
    if "when" in fact:
        yield _("When"), [condition_sentence(fact["when"])]
        return
    for case in fact["cases"]:
        yield value_label(name, case["value"]), [condition_sentence(case["when"])]
    yield _("Otherwise"), [Sentence(value_label(name, fact["otherwise"]))]


def _deadlines(mapping: Mapping[str, Any]) -> Iterator[Entry]:
    """Each has a field for every priority that any of them names, for one table."""
    given = mapping["deadlines"]
    priorities = list(dict.fromkeys(priority for times in given.values() for priority in times))
    for code, times in given.items():
        fields = ((value_label("priority", each), [_time(times.get(each))]) for each in priorities)
        yield Entry(code, deadline_label(code), filled(*fields), data=times)


def _time(minutes: int | None) -> Sentence:
    return Sentence(_("none") if minutes is None else minutes_words(minutes))


def _alias(name: str, choices: list[Mapping[str, Any]], terms: Terms) -> Entry:
    fields = filled(
        *((role_label(c["role"], terms), [condition_sentence(c["when"])]) for c in choices)
    )
    return Entry(name, role_label(name, terms), fields, data=choices)


def _roles(mapping: Mapping[str, Any], terms: Terms) -> Iterator[Entry]:
    for name, group in mapping["roles"].items():
        fields = filled((_("Group"), [Sentence(group_label(name))]))
        by_hand = group.get("by_hand_only", False)
        for code, label in group["members"].items():
            yield Entry(code, role_label(code, terms), fields, data=[name, by_hand, label])


def _facts(mapping: Mapping[str, Any]) -> Iterator[Entry]:
    for group, facts in mapping["facts"].items():
        for name, fact in facts.items():
            values = [Sentence(listed(name, fact["values"]))] if "values" in fact else []
            default = [Sentence(_default(name, fact["default"]))] if "default" in fact else []
            fields = filled(
                (_("From"), [Sentence(group_label(group))]),
                (_("Values"), values),
                (_("If not stated"), default),
            )
            yield Entry(name, fact_label(name), fields, data={"group": group, **fact})


def _default(name: str, value: Any) -> str:
    return listed(name, value) if isinstance(value, list) else value_label(name, value)


def _words(mapping: Mapping[str, Any], key: str, label=None) -> tuple[Entry, ...]:
    """Codes and what the file says of each, for words that need no sentences."""
    return tuple(
        Entry(code, label(code) if label else "", filled(("", [Sentence(_said(said))])), data=said)
        for code, said in mapping[key].items()
    )


def _translations(mapping: Mapping[str, Any]) -> Iterator[Entry]:
    for language, texts in mapping.get("translations", {}).items():
        for text, translated in texts.items():
            fields = filled((language, [Sentence(translated)]))
            yield Entry(f"{language}: {text}", "", fields, data=translated)


def _stages(mapping: Mapping[str, Any]) -> tuple[Entry, ...]:
    return tuple(Entry(code, stage_label(code)) for code in mapping["guard_stages"])


def _said(value: Any) -> str:
    """Plain data in one line."""
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_said(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return "; ".join(map(_said, value))
    return value_label("", value)

"""What the forms of all pieces of the policy share: their lists, their sources, their refusals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from referrals import policy_words
from referrals.forms.policy_condition import ConditionForm
from referrals.forms.typed import Part, Typed, items, new_item, put, remove_item
from referrals.forms.typed_condition import add_condition, remove_condition
from referrals.routing import Fact, Policy, PolicyError, compile_policy

# The lists of a piece, and the fields that a new item begins with (the first takes the focus).
NEW_ITEM = {"recipients": "role", "tasks": "code", "source": "key"}
CHANGE = re.compile(r"(add|group|remove):([a-z]+(?:\.(?:[a-z]+|\d{1,3}))*)")


@dataclass(frozen=True)
class DraftPolicy:
    """A draft as its forms need it: its data, compiled, and what the lists offer."""

    mapping: dict
    policy: Policy

    @classmethod
    def compiled(cls, mapping: dict) -> DraftPolicy:
        """Raises PolicyError."""
        return cls(mapping, compile_policy(mapping))

    @property
    def facts(self) -> Mapping[str, Fact]:
        return self.policy.all_facts

    @cached_property
    def roles(self) -> list:
        """Whom a row may name, by group; those a person chooses by hand are not among them."""
        groups: dict[str, list] = {}
        for role in self.policy.terms.roles.values():
            if not role.by_hand_only:
                groups.setdefault(role.group, []).append((role.code, self.role_label(role.code)))
        aliases = [(name, self.role_label(name)) for name in self.mapping["aliases"]]
        lead = [(_("Whoever it is in the mission"), aliases)] if aliases else []
        return lead + [(policy_words.group_label(name), roles) for name, roles in groups.items()]

    @cached_property
    def kinds(self) -> list:
        terms = self.policy.terms
        return [(code, policy_words.kind_label(code, terms)) for code in terms.kinds]

    @cached_property
    def gates(self) -> list:
        terms = self.policy.terms
        return [(code, policy_words.gate_label(code, terms)) for code in terms.gates]

    @cached_property
    def redactions(self) -> list:
        terms = self.policy.terms
        labels = {code: policy_words.redaction_label(code, terms) for code in terms.redactions}
        return [(code, f"{code}: {label}") for code, label in labels.items()]

    @cached_property
    def deadlines(self) -> list:
        return [(code, policy_words.deadline_label(code)) for code in self.policy.terms.deadlines]

    @cached_property
    def sources(self) -> list:
        return [(key, f"{key}: {text}") for key, text in self.policy.terms.sources.items()]

    def marks(self, mark: str) -> list:
        values = self.policy.terms.marks[mark]
        return [(value, policy_words.mark_label(mark, value)) for value in values]

    def role_label(self, code: str) -> str:
        return policy_words.role_label(code, self.policy.terms)


class Sentence(forms.CharField):
    """A text of one paragraph: ends of lines are spaces."""

    widget = forms.Textarea(attrs={"rows": 2})

    def to_python(self, value: object) -> str:
        return " ".join(super().to_python(value).split())


class SourceForm(Part):
    """One source: a known key, and the place in it in free words."""

    key = forms.ChoiceField(
        label=gettext_lazy("Source"),
        error_messages={"required": gettext_lazy("Choose the source, or remove it.")},
    )
    place = forms.CharField(
        label=gettext_lazy("Place in it, such as a page or a slide"),
        max_length=200,
        required=False,
    )

    def __init__(self, typed: Typed, name: str, draft: DraftPolicy, *, check: bool):
        super().__init__(typed, name, check=check)
        self.choose_from("key", draft.sources)

    @property
    def citation(self) -> str:
        return " ".join(filter(None, [self.cleaned_data["key"], self.cleaned_data["place"]]))


def type_sources(typed: Typed, name: str, sources: Iterable[str]) -> None:
    """Type a list of citations such as "000 KM5.2" into the fields of the list `name`."""
    for position, citation in enumerate(sources):
        key, _space, place = citation.partition(" ")
        put(typed, f"{name}.{position}", key=key, place=place.strip())


def source_forms(typed: Typed, name: str, draft: DraftPolicy, *, check: bool) -> list[SourceForm]:
    return [SourceForm(typed, item, draft, check=check) for item in items(typed, name)]


class PieceForm:
    """A row, guard or derived fact as one form made of parts, shown and checked together.

    It has what `partials/_error_summary.html` asks of a form.
    """

    def __init__(self, typed: Typed, draft: DraftPolicy, *, check: bool):
        self.typed, self.draft, self.check = typed, draft, check
        self.refusals: list[str] = []

    def parts(self) -> Iterator[Part]:
        """Every part, in the order of the page."""
        raise NotImplementedError

    def piece(self) -> dict:
        """What was typed, as data for the policy. Ask when `is_valid()`."""
        raise NotImplementedError

    def is_valid(self) -> bool:
        valid = [part.is_valid() for part in self.parts()]
        return all(valid) and not self.refusals

    @property
    def errors(self) -> list[str]:
        of_fields = [error for field in self for error in field.errors]
        return self.refusals + of_fields

    def non_field_errors(self) -> list[str]:
        return self.refusals

    def __iter__(self) -> Iterator[forms.BoundField]:
        for part in self.parts():
            yield from part

    def condition(self, name: str, label: str, *, optional: bool = False) -> ConditionForm:
        return ConditionForm(
            self.typed, name, self.draft.facts, label=label, check=self.check, optional=optional
        )

    def refuse(self, error: PolicyError, at: tuple) -> None:
        """Say at its field why the policy cannot be stored; `at` is the path of this piece."""
        inside = error.path[: len(at)] == at
        found = self._field_at(error.path[len(at) :]) if inside else None
        if found:
            part, field = found
            part.add_error(field, error.problem)
        else:
            self.refusals.append(str(error))

    def _field_at(self, path: tuple) -> tuple[Part, str] | None:
        """The field nearest to a path such as ("recipients", 0, "role")."""
        fields = {
            part.add_prefix(field): (part, field) for part in self.parts() for field in part.fields
        }
        # A condition's fields are numbered through its groups: when.all.1.fact is when.1.fact.
        names = [str(key) for key in path if key not in ("all", "any", "not")]
        while names:
            name = ".".join(names)
            for known, place in fields.items():
                if known == name or known.startswith(f"{name}."):
                    return place
            names.pop()
        return None

    def put_focus(self, name: str) -> None:
        """Let the field of this name take the focus."""
        for part in self.parts():
            for field in part:
                if field.html_name == name:
                    field.field.widget.attrs["autofocus"] = True


def change_typed(typed: Typed, do: str) -> str:
    """Add or remove what a button says, such as "add:recipients" or "remove:when.0".

    Returns the field or button that should take the focus. A button nobody made does nothing.
    """
    asked = CHANGE.fullmatch(do)
    if asked is None:
        return ""
    act, name = asked.groups()
    base, _dot, last = name.rpartition(".")
    if "when" in name.split("."):
        return _change_condition(typed, act, name)
    if act == "add" and last in NEW_ITEM:
        item = new_item(typed, name)
        put(typed, item, **{NEW_ITEM[last]: ""})
        return f"{item}.{NEW_ITEM[last]}"
    if act == "remove" and last.isdigit():
        remove_item(typed, name)
        return f"add:{base}"
    return ""


def _change_condition(typed: Typed, act: str, name: str) -> str:
    if act == "remove":
        remove_condition(typed, name)
        base, _dot, last = name.rpartition(".")
        return f"add:{base if last.isdigit() else name}"
    return f"{add_condition(typed, name, together='any' if act == 'group' else None)}.fact"

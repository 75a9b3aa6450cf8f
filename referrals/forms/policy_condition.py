"""A condition of the policy as a form: groups of conditions, and comparisons chosen from lists.

`typed_condition` puts the data of a condition into the fields; checked, they are data again. Names
such as `when.0.1` say where in the tree a field stands.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from referrals.forms.typed import Part, Typed, has, items, put
from referrals.policy_words import (
    Sentence,
    condition_sentence,
    fact_label,
    group_label,
    value_label,
)
from referrals.routing import Fact

ALWAYS = "always"
DEEPEST = 5  # groups within groups; what is nested deeper is kept, and changed as text

TOGETHER = {
    "all": gettext_lazy("all of these"),
    "any": gettext_lazy("any of these"),
    "none": gettext_lazy("none of these (not)"),
}
HOW = {
    "bool": {"yes": gettext_lazy("is the case"), "no": gettext_lazy("is not the case")},
    "choice": {"is": gettext_lazy("is"), "in": gettext_lazy("is one of")},
    "text": {"is": gettext_lazy("is"), "in": gettext_lazy("is one of (one a line)")},
    "number": {
        "is": gettext_lazy("is"),
        "at_least": gettext_lazy("is at least"),
        "at_most": gettext_lazy("is at most"),
    },
    "list": {
        "includes": gettext_lazy("includes"),
        "any_of": gettext_lazy("includes at least one of"),
        "only": gettext_lazy("has nothing else than"),
        "nothing": gettext_lazy("is empty"),
        "something": gettext_lazy("is not empty"),
    },
}
UNKNOWN = {"unknown": gettext_lazy("is not known")}
SEVERAL = {"is": "in", "includes": "any_of"}  # what a comparison becomes with a second value


class Comparison(Part):
    """One comparison of one fact. `condition` is what it says, None while it is unfinished."""

    kind = "comparison"
    condition: Any = None

    # `shape`: the other fields of the comparison depend on it (templates, _condition.html).
    fact = forms.ChoiceField(
        label=gettext_lazy("What to look at"),
        widget=forms.Select(attrs={"class": "shape"}),
        error_messages={"required": gettext_lazy("Choose what to look at, or remove this.")},
    )
    how = forms.ChoiceField(
        label=gettext_lazy("How to compare"),
        widget=forms.Select(attrs={"class": "shape"}),
        error_messages={"required": gettext_lazy("Choose how to compare.")},
    )
    values = forms.MultipleChoiceField(
        label=gettext_lazy("With"), widget=forms.CheckboxSelectMultiple, required=False
    )
    order = forms.CharField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label=gettext_lazy("With"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    number = forms.IntegerField(label=gettext_lazy("With the number"), min_value=0, required=False)
    against = forms.ChoiceField(label=gettext_lazy("or with"), required=False)

    def __init__(self, typed: Typed, name: str, facts: Mapping[str, Fact], *, check: bool = False):
        super().__init__(typed, name, check=check)
        self.chosen = facts.get(typed.get(f"{name}.fact", ""))
        self.choose_from("fact", _fact_choices(facts))
        used = {"fact", "how", *self._used()} if self.chosen else {"fact"}
        for field in self.fields.keys() - used:
            del self.fields[field]
        if self.chosen:
            self._offer(self.chosen, facts)

    def compared_with(self) -> list[forms.BoundField]:
        """The fields after what to look at and how to compare it."""
        return [field for field in self if field.name not in ("fact", "how")]

    def _ways(self) -> list[tuple[str, str]]:
        """How this kind of fact can be compared."""
        can_miss = self.chosen.default is None and self.chosen.type in ("number", "text")
        return [*(HOW[self.chosen.type] | (UNKNOWN if can_miss else {})).items()]

    def _used(self) -> set[str]:
        """The fields for what it is compared with; the browser shows the first way unasked."""
        ways, how = dict(self._ways()), self.typed.get(f"{self.name}.how")
        how = how if how in ways else next(iter(ways))
        if self.chosen.type == "bool" or how in ("nothing", "something", "unknown"):
            return set()
        if self.chosen.type == "number":
            return {"number"} if how == "is" else {"number", "against"}
        return {"text"} if self.chosen.type == "text" else {"values", "order"}

    def _offer(self, fact: Fact, facts: Mapping[str, Fact]) -> None:
        self.fields["how"].choices = self._ways()
        if "values" in self.fields:
            nobody = [None] if fact.type == "choice" and fact.default is None else []
            words = [(v or "", value_label(fact.name, v)) for v in (*fact.values, *nobody)]
            self.fields["values"].choices = words
        if "against" in self.fields:
            numbers = [name for name, other in facts.items() if other.type == "number"]
            others = [(name, fact_label(name)) for name in numbers if name != fact.name]
            self.fields["against"].choices = [("", _("the number written here")), *others]

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("fact") == ALWAYS:
            self.condition = ALWAYS
        elif self.chosen and not self.errors:
            self.condition = self._compared(self.chosen.name, self.cleaned_data["how"])
        return self.cleaned_data

    def _compared(self, name: str, how: str) -> Any:
        if self.chosen.type == "bool":
            return name if how == "yes" else {"not": name}
        if how in ("nothing", "something"):
            return {"fact": name, "empty": how == "nothing"}
        if how == "unknown":
            return {"fact": name, "is": None}
        values = self._bound() if self.chosen.type == "number" else self._chosen_values()
        if not values:
            return None
        if how in SEVERAL and len(values) > 1:
            how = SEVERAL[how]
        return {"fact": name, how: values if how in ("in", "any_of", "only") else values[0]}

    def _bound(self) -> list[int | str]:
        """The number, or the fact that holds it, in a list of one."""
        number, against = self.cleaned_data["number"], self.cleaned_data.get("against")
        if number is None and not against:
            self.add_error("number", _("Write a number."))
        elif number is not None and against:
            self.add_error("against", _("Choose either this or a number."))
        else:
            return [against or number]
        return []

    def _chosen_values(self) -> list[str | None]:
        """The words chosen, in the order in which the policy had them before."""
        field = "text" if self.chosen.type == "text" else "values"
        if field == "text":
            lines = (line.strip() for line in self.cleaned_data["text"].splitlines())
            values = list(dict.fromkeys(line for line in lines if line))
        else:
            before = self.cleaned_data["order"].split()
            ticked = self.cleaned_data["values"]
            values = sorted(ticked, key=(before + ticked).index)
        if not values:
            self.add_error(field, _("Choose at least one."))
        return [value or None for value in values]


class Group(Part):
    """Several conditions together; `members` are comparisons and groups."""

    kind = "group"

    together = forms.ChoiceField(
        label=gettext_lazy("This holds with"), choices=list(TOGETHER.items())
    )

    def __init__(self, typed: Typed, name: str, members: list[Member], *, check: bool = False):
        super().__init__(typed, name, check=check)
        self.members = members

    def clean(self) -> dict[str, Any]:
        if not self.members:
            self.add_error("together", _("Add a condition to this group, or remove it."))
        return self.cleaned_data

    @property
    def condition(self) -> Any:
        """What the finished members say together, None while there is none."""
        finished = [m.condition for m in self.members if m.is_valid() and m.condition is not None]
        together = self.cleaned_data.get("together")
        if not finished or not together:
            return None
        if together != "none":
            return {together: finished}
        return {"not": finished[0] if len(finished) == 1 else {"any": finished}}


class Kept(Part):
    """A condition that the lists cannot show: it is kept as it is, and changed as text."""

    kind = "kept"
    condition: Any = None

    kept = forms.CharField(widget=forms.HiddenInput)

    def clean_kept(self) -> str:
        try:
            self.condition = json.loads(self.cleaned_data["kept"])
        except (ValueError, RecursionError):
            raise forms.ValidationError(_("This condition was damaged: remove it.")) from None
        return self.cleaned_data["kept"]


Member = Comparison | Group | Kept


class ConditionForm:
    """The condition called `name`: `root` is its tree, `label` what the page calls it.

    An `optional` condition that always holds is left out of the policy (`is_left_out`).
    """

    def __init__(
        self,
        typed: Typed,
        name: str,
        facts: Mapping[str, Fact],
        *,
        label: str,
        check: bool = False,
        optional: bool = False,
    ):
        self.name, self.label, self.optional = name, label, optional
        self.html_id = "condition-" + name.replace(".", "-")
        self._typed, self._facts = typed, facts
        if not has(typed, name):
            put(typed, name, fact=ALWAYS)
        self.is_left_out = optional and typed.get(f"{name}.fact") == ALWAYS
        self.root = _member(typed, name, facts, check=check)

    def parts(self) -> Iterator[Part]:
        """Every group and comparison, from top to bottom."""
        return _walk(self.root)

    @property
    def condition(self) -> Any:
        """What was chosen, as data; None while nothing is finished. Ask after checking."""
        return self.root.condition

    @cached_property
    def sentence(self) -> Sentence | None:
        """The condition as it stands, in words, without what is unfinished."""
        checked = _member(self._typed, self.name, self._facts, check=True)
        for part in _walk(checked):
            part.full_clean()
        try:
            return condition_sentence(checked.condition) if checked.condition is not None else None
        except (AttributeError, KeyError, TypeError, ValueError):  # what is kept was damaged
            return None


def _walk(member: Member) -> Iterator[Member]:
    yield member
    for below in getattr(member, "members", ()):
        yield from _walk(below)


def _member(
    typed: Typed, name: str, facts: Mapping[str, Fact], *, check: bool, depth: int = 0
) -> Member:
    if f"{name}.kept" in typed:
        return Kept(typed, name, check=check)
    if f"{name}.together" not in typed or depth > DEEPEST:
        return Comparison(typed, name, facts, check=check)
    members = [
        _member(typed, item, facts, check=check, depth=depth + 1) for item in items(typed, name)
    ]
    return Group(typed, name, members, check=check)


def _fact_choices(facts: Mapping[str, Fact]) -> list:
    """Facts to look at, by where they come from."""
    groups: dict[str, list] = {}
    for name, fact in facts.items():
        groups.setdefault(fact.group, []).append((name, fact_label(name)))
    titled = [(group_label(group), named) for group, named in groups.items()]
    return [(ALWAYS, _("Always, without a condition")), *titled]

"""Guards, derived facts and deadlines of the policy as forms, and the draft as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from referrals.forms.policy_condition import ConditionForm
from referrals.forms.policy_piece import (
    DraftPolicy,
    PieceForm,
    Sentence,
    source_forms,
    type_sources,
)
from referrals.forms.typed import Part, Typed, has, put
from referrals.forms.typed_condition import type_condition
from referrals.policy_words import deadline_label, value_label

MOST_BYTES = 4_000_000


@dataclass(frozen=True)
class CaseForm:
    """One condition of several; `stored` is the case as the draft has it."""

    stored: Mapping
    when: ConditionForm


class CasesForm(PieceForm):
    """A piece with a condition, or several `cases` of which only the conditions change.

    What was not typed is as the draft has it in `stored`.
    """

    def __init__(self, typed: Typed, draft: DraftPolicy, stored: Mapping, *, check: bool = False):
        super().__init__(typed, draft, check=check)
        self.stored = stored
        stored_cases = stored.get("cases", ())
        for name, condition in _conditions(stored):
            if not has(typed, name):
                type_condition(typed, name, condition, draft.facts)
        self.when = None if stored_cases else self.condition("when", _("When it holds"))
        self.cases = [
            CaseForm(case, self.condition(f"cases.{number}.when", _("Case %d") % (number + 1)))
            for number, case in enumerate(stored_cases)
        ]
        self.sources = source_forms(typed, "source", draft, check=check)

    def parts(self) -> Iterator[Part]:
        for when in filter(None, [self.when, *(case.when for case in self.cases)]):
            yield from when.parts()
        yield from self.sources

    def is_valid(self) -> bool:
        if not self.sources:
            self.refusals.append(_("Each rule says where it comes from: add a source."))
        return super().is_valid()

    def piece(self) -> dict:
        changed = {"source": [source.citation for source in self.sources]}
        if self.when:
            changed["when"] = self.when.condition
        else:
            changed["cases"] = [{**case.stored, "when": case.when.condition} for case in self.cases]
        return {**self.stored, **changed}


def _conditions(stored: Mapping) -> Iterator[tuple[str, object]]:
    if "when" in stored:
        yield "when", stored["when"]
    for number, case in enumerate(stored.get("cases", ())):
        yield f"cases.{number}.when", case["when"]


class GuardFields(Part):
    """What a guard says to people, and whether somebody may override it."""

    reason = Sentence(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The child protection lead reads it on the report."),
        error_messages={"required": gettext_lazy("Write why this guard is there.")},
    )
    officer_text = Sentence(
        label=gettext_lazy("What the officer reads"),
        help_text=gettext_lazy("What to do or not to do. May stay empty."),
        required=False,
    )
    overridable = forms.BooleanField(
        label=gettext_lazy("The child protection lead may override it, with a written reason"),
        required=False,
    )


class GuardForm(CasesForm):
    """A guard; `may_be_overridable` where the policy allows that it is overridden at all (2.6)."""

    def __init__(
        self,
        typed: Typed,
        draft: DraftPolicy,
        stored: Mapping,
        *,
        may_be_overridable: bool,
        check: bool = False,
    ):
        super().__init__(typed, draft, stored, check=check)
        self.guard = GuardFields(typed, check=check)
        self.may_be_overridable = may_be_overridable
        if not may_be_overridable:
            del self.guard.fields["overridable"]

    def parts(self) -> Iterator[Part]:
        yield from super().parts()
        yield self.guard

    def piece(self) -> dict:
        said = self.guard.cleaned_data
        guard = {**super().piece(), "reason": said["reason"]}
        for field in ("officer_text", "overridable"):
            if field not in self.guard.fields:
                continue
            guard.pop(field, None)
            if said[field]:
                guard[field] = said[field]
        return guard


def typed_guard(guard: Mapping, draft: DraftPolicy) -> Typed:
    """A stored guard as if it had been typed."""
    typed = _typed_cases(guard, draft)
    put(typed, "", reason=guard["reason"], officer_text=guard.get("officer_text"))
    if guard.get("overridable"):
        put(typed, "", overridable="on")
    return typed


def typed_derived(derived: Mapping, draft: DraftPolicy) -> Typed:
    """A stored derived fact as if it had been typed."""
    return _typed_cases(derived, draft)


def _typed_cases(stored: Mapping, draft: DraftPolicy) -> Typed:
    typed = Typed()
    for name, condition in _conditions(stored):
        type_condition(typed, name, condition, draft.facts)
    type_sources(typed, "source", stored["source"])
    return typed


class DeadlinesForm(PieceForm):
    """Minutes from filing, by deadline and priority; an empty field sets none."""

    def __init__(self, typed: Typed, draft: DraftPolicy, *, check: bool = False):
        super().__init__(typed, draft, check=check)
        self.priorities = draft.facts["priority"].values
        self._part = Part(typed, check=check)
        for deadline in draft.mapping["deadlines"]:
            for priority in self.priorities:
                label = f"{deadline_label(deadline)}, {value_label('priority', priority)}"
                self._part.fields[f"{deadline}.{priority}"] = forms.IntegerField(
                    label=label, min_value=0, required=False
                )

    def parts(self) -> Iterator[Part]:
        yield self._part

    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """(what must be done, its fields in the order of the priorities)."""
        return [
            (deadline_label(name), [self._part[f"{name}.{p}"] for p in self.priorities])
            for name in self.draft.mapping["deadlines"]
        ]

    def piece(self) -> dict:
        return {name: self._minutes(name) for name in self.draft.mapping["deadlines"]}

    def _minutes(self, deadline: str) -> dict[str, int]:
        typed = {p: self._part.cleaned_data[f"{deadline}.{p}"] for p in self.priorities}
        return {priority: minutes for priority, minutes in typed.items() if minutes is not None}


def typed_deadlines(deadlines: Mapping) -> Typed:
    """The stored deadlines as if they had been typed."""
    typed = Typed()
    for name, by_priority in deadlines.items():
        put(typed, name, **by_priority)
    return typed


class KeepForm(forms.Form):
    """What turns a draft into a version."""

    note = forms.CharField(
        label=gettext_lazy("What changed, and why"),
        help_text=gettext_lazy("Whoever confirms the version reads this first."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        error_messages={"required": gettext_lazy("Write what changed and why.")},
    )


class TextForm(forms.Form):
    """The whole policy file, typed or sent as a file."""

    body = forms.CharField(
        label=gettext_lazy("Policy file"),
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false", "wrap": "off"}),
        strip=False,
        required=False,
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file, instead of the text above"), required=False
    )

    def clean_file(self) -> object:
        """Put the text of the file in place of what was typed."""
        file = self.cleaned_data["file"]
        if file is None:
            return None
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is too long to be a policy."))
        try:
            text = file.read().decode("utf-8")
        except UnicodeDecodeError:
            raise forms.ValidationError(_("This file is not UTF-8 text.")) from None
        self.data = self.data.copy()
        self.data["body"] = self.cleaned_data["body"] = text
        return file

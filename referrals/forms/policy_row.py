"""A row of the policy as a form: when it applies, who is told, what must be done, and why."""

from __future__ import annotations

from collections.abc import Iterator

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
from referrals.forms.typed import Part, Typed, items, put
from referrals.forms.typed_condition import type_condition
from referrals.policy_editing import RowPlace, check_row_id
from referrals.routing import PolicyError

MARKS = ("via", "assigned", "state")
TOLD = ("role", "kind", "gate", "redaction", *MARKS, "deadline", "tie", "reason")
TIES = (
    ("", gettext_lazy("They must agree")),
    ("first_stands", gettext_lazy("The earlier rule stands")),
)
DONE = ("code", "label", "owner", "deadline", "due_minutes", "horizon_minutes")


class RowFields(Part):
    """What a row is called, and where it stands."""

    id = forms.CharField(
        label=gettext_lazy("Name of the rule"),
        help_text=gettext_lazy("Letters, digits and underscores. It stands beside each decision."),
        max_length=60,
        error_messages={"required": gettext_lazy("Give the rule a name.")},
    )
    section = forms.TypedChoiceField(label=gettext_lazy("Section"), coerce=int)

    def __init__(self, typed: Typed, draft: DraftPolicy, replaces: str | None, *, check: bool):
        super().__init__(typed, check=check)
        self._mapping, self._replaces = draft.mapping, replaces
        titles = [section["title"] for section in draft.mapping["sections"]]
        self.fields["section"].choices = list(enumerate(titles))

    def clean_id(self) -> str:
        row_id = self.cleaned_data["id"]
        try:
            check_row_id(self._mapping, row_id, replaces=self._replaces)
        except PolicyError as error:
            raise forms.ValidationError(error.problem) from error
        return row_id


class ReasonForm(Part):
    """Why there is such a row."""

    reason = Sentence(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Officers read it beside each recipient: one short, kind sentence."),
        error_messages={"required": gettext_lazy("Write the sentence that officers will read.")},
    )


class RecipientForm(Part):
    """Somebody who is told; `when` and `sources` are its own, where it has any."""

    role = forms.ChoiceField(
        label=gettext_lazy("Who"),
        error_messages={"required": gettext_lazy("Choose who is told.")},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("For what"),
        error_messages={"required": gettext_lazy("Choose for what they are told.")},
    )
    gate = forms.ChoiceField(
        label=gettext_lazy("When they are told"),
        error_messages={"required": gettext_lazy("Choose when they are told.")},
    )
    redaction = forms.ChoiceField(
        label=gettext_lazy("What they see"),
        error_messages={"required": gettext_lazy("Choose what they see.")},
    )
    via = forms.ChoiceField(label=gettext_lazy("By which way"), required=False)
    assigned = forms.ChoiceField(label=gettext_lazy("Who stands in"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("From the beginning"), required=False)
    deadline = forms.ChoiceField(
        label=gettext_lazy("Another deadline"),
        help_text=gettext_lazy("Otherwise that of what they are told for."),
        required=False,
    )
    tie = forms.ChoiceField(
        label=gettext_lazy("Where an earlier rule asks the same"),
        help_text=gettext_lazy(
            "Two rules that ask the same of one role and show it another amount do not pass the"
            " proof, unless the later one says that the earlier one stands."
        ),
        choices=TIES,
        required=False,
    )
    reason = Sentence(
        label=gettext_lazy("Another reason"),
        help_text=gettext_lazy("Officers read it instead of the reason of the rule."),
        required=False,
    )

    def __init__(self, form: PieceForm, name: str):
        super().__init__(form.typed, name, check=form.check)
        draft = form.draft
        self.choose_from("role", draft.roles)
        self.choose_from("kind", draft.kinds)
        self.choose_from("gate", draft.gates)
        self.choose_from("redaction", draft.redactions)
        self.choose_from("deadline", draft.deadlines)
        for mark in MARKS:
            self.choose_from(mark, draft.marks(mark))
        self.when = form.condition(f"{name}.when", _("Only when"), optional=True)
        self.sources = source_forms(form.typed, f"{name}.source", draft, check=form.check)

    @property
    def has_more(self) -> bool:
        """Whether it has more to it than who, for what, when and what they see."""
        more = (*MARKS, "deadline", "tie", "reason")
        return bool(self.sources) or any(self[field].value() for field in more)

    def recipient(self) -> dict:
        told = _given(self, TOLD) | _own_condition(self.when)
        return told | ({"source": [s.citation for s in self.sources]} if self.sources else {})


class TaskForm(Part):
    """Something that must be done, by whom and by when."""

    code = forms.CharField(
        label=gettext_lazy("Short name"),
        help_text=gettext_lazy("For programs, for instance plan_of_action."),
        max_length=60,
        error_messages={"required": gettext_lazy("Give the task a short name.")},
    )
    label = forms.CharField(
        label=gettext_lazy("What must be done"),
        max_length=200,
        error_messages={"required": gettext_lazy("Write what must be done.")},
    )
    owner = forms.ChoiceField(
        label=gettext_lazy("By whom"),
        error_messages={"required": gettext_lazy("Choose who does it.")},
    )
    deadline = forms.ChoiceField(label=gettext_lazy("Deadline"), required=False)
    due_minutes = forms.IntegerField(
        label=gettext_lazy("or minutes from filing"), min_value=0, required=False
    )
    horizon_minutes = forms.IntegerField(
        label=gettext_lazy("How many minutes it looks ahead"), min_value=0, required=False
    )

    def __init__(self, form: PieceForm, name: str):
        super().__init__(form.typed, name, check=form.check)
        self.choose_from("owner", form.draft.roles)
        self.choose_from("deadline", form.draft.deadlines)
        self.when = form.condition(f"{name}.when", _("Only when"), optional=True)

    def task(self) -> dict:
        return _given(self, DONE) | _own_condition(self.when)


class RowForm(PieceForm):
    """A row; `replaces` is the id under which it is stored, None for one that is new."""

    def __init__(
        self, typed: Typed, draft: DraftPolicy, *, replaces: str | None = None, check: bool = False
    ):
        super().__init__(typed, draft, check=check)
        self.row = RowFields(typed, draft, replaces, check=check)
        self.when = self.condition("when", _("When it applies"))
        self.recipients = [RecipientForm(self, name) for name in items(typed, "recipients")]
        self.tasks = [TaskForm(self, name) for name in items(typed, "tasks")]
        self.why = ReasonForm(typed, check=check)
        self.sources = source_forms(typed, "source", draft, check=check)

    def parts(self) -> Iterator[Part]:
        yield self.row
        yield from self.when.parts()
        for recipient in self.recipients:
            yield recipient
            yield from recipient.when.parts()
            yield from recipient.sources
        for task in self.tasks:
            yield task
            yield from task.when.parts()
        yield self.why
        yield from self.sources

    def is_valid(self) -> bool:
        if not (self.recipients or self.tasks):
            self.refusals.append(
                _("Nobody is told and nothing is done: add a recipient or a task.")
            )
        if not self.sources:
            self.refusals.append(_("Each rule says where it comes from: add a source."))
        return super().is_valid()

    @property
    def section(self) -> int:
        return self.row.cleaned_data["section"]

    def piece(self) -> dict:
        row = {"id": self.row.cleaned_data["id"], "when": self.when.condition}
        if self.recipients:
            row["recipients"] = [recipient.recipient() for recipient in self.recipients]
        if self.tasks:
            row["tasks"] = [task.task() for task in self.tasks]
        row["reason"] = self.why.cleaned_data["reason"]
        return row | {"source": [source.citation for source in self.sources]}


def _given(part: Part, fields: tuple[str, ...]) -> dict:
    values = {name: part.cleaned_data[name] for name in fields}
    return {name: value for name, value in values.items() if value not in ("", None)}


def _own_condition(when: ConditionForm) -> dict:
    return {} if when.is_left_out else {"when": when.condition}


def typed_row(place: RowPlace, draft: DraftPolicy) -> Typed:
    """A stored row as if it had been typed."""
    row, typed = place.row, Typed()
    put(typed, "", id=row["id"], section=place.section, reason=row["reason"])
    type_condition(typed, "when", row["when"], draft.facts)
    type_sources(typed, "source", row["source"])
    for position, recipient in enumerate(row.get("recipients", ())):
        name = f"recipients.{position}"
        _type_offer(typed, name, recipient, TOLD, draft)
        type_sources(typed, f"{name}.source", recipient.get("source", ()))
    for position, task in enumerate(row.get("tasks", ())):
        _type_offer(typed, f"tasks.{position}", task, DONE, draft)
    return typed


def _type_offer(
    typed: Typed, name: str, offer: dict, fields: tuple[str, ...], draft: DraftPolicy
) -> None:
    put(typed, name, **{field: offer.get(field) for field in fields})
    if "when" in offer:
        type_condition(typed, f"{name}.when", offer["when"], draft.facts)


def typed_new_row(section: str) -> Typed:
    """A row for the section of this number, with a recipient and a source to fill in.

    Its condition must be chosen, so that no row applies to every report by oversight.
    """
    typed = Typed()
    put(typed, "", section=section)
    for name, field in (("when", "fact"), ("recipients.0", "role"), ("source.0", "key")):
        put(typed, name, **{field: ""})
    return typed

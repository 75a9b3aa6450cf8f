"""Kinds of fields of the patrol report, each with its refusals in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from actors.models import Organization, User
from referrals.models import Report
from referrals.workflow.check_rules import as_lines, is_storable
from referrals.workflow.checks import MOST_CHILDREN
from referrals.workflow.similar import reports_to_add_to

PICK = _("Choose one of the answers listed.")


def radio(label, choices, *, initial, help_text="") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices.choices,
        initial=initial,
        required=False,
        help_text=help_text,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": PICK},
    )


def select(label, choices, *, initial, help_text="") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices.choices,
        initial=initial,
        required=False,
        help_text=help_text,
        error_messages={"invalid_choice": PICK},
    )


def day(label, help_text="") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        help_text=help_text,
        # One way only: 03/04 is another day in the next language.
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the day as 2026-11-30.")},
    )


def degrees(label, most: int) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=-most,
        max_value=most,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
        error_messages={
            "invalid": _("Write degrees with a point, such as 6.31822."),
            "min_value": format_lazy(_("Degrees lie between -{n} and {n}."), n=most),
            "max_value": format_lazy(_("Degrees lie between -{n} and {n}."), n=most),
        },
    )


def several(label, choices, help_text="") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices.choices,
        required=False,
        help_text=help_text,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": PICK},
    )


class HelpedChoices(forms.CheckboxSelectMultiple):
    """Checkboxes with a line of help beside each: {value: help}."""

    template_name = "referrals/_helped_choices.html"

    def __init__(self, helps: Mapping[str, str]):
        super().__init__()
        self.helps = helps

    def create_option(self, name, value, *args, **kwargs) -> dict[str, object]:
        option = super().create_option(name, value, *args, **kwargs)
        return option | {"help": self.helps.get(value, "")}


def helped(label, choices, helps: Mapping[str, str]) -> forms.MultipleChoiceField:
    """Several of `choices`, each with its help."""
    field = several(label, choices)
    field.widget = HelpedChoices(helps)
    field.widget.choices = field.choices
    return field


def tick(label, help_text="") -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, help_text=help_text)


def count(label) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=MOST_CHILDREN,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 0}),
        error_messages=whole_number(MOST_CHILDREN)
        | {"max_value": _("Check this number. The portal takes up to 9,999.")},
    )


def whole_number(most: int) -> dict[str, str]:
    """The refusals of a number from 0 to `most`."""
    return {
        "invalid": _("Write a whole number, such as 3."),
        "min_value": _("A number cannot be below 0."),
        "max_value": format_lazy(_("Check this number. It goes up to {n}."), n=most),
    }


class MomentField(forms.DateTimeField):
    """A day and time on the mission's clock. The form sets `zone`."""

    zone: ZoneInfo

    def to_python(self, value: str) -> datetime | None:
        with timezone.override(self.zone):
            return super().to_python(value)


class WordsField(forms.CharField):
    """Free text with one kind of line end. What it may hold and how much, the checks say: a
    length in the page would make the browser cut what is pasted, without a word.
    """

    def __init__(self, **kwargs):
        super().__init__(required=False, **kwargs)
        self.validators = []

    def to_python(self, value: str) -> str:
        return as_lines(super().to_python(value))


class PartySelect(forms.Select):
    """Says of each party of what kind it is, for the checks in the browser."""

    def create_option(self, name, value, *args, **kwargs) -> dict[str, object]:
        option = super().create_option(name, value, *args, **kwargs)
        if party := getattr(value, "instance", None):
            option["attrs"]["data-kind"] = party.kind
        return option


class PartyField(forms.ModelChoiceField):
    """Organizations that can be named as the alleged party, by name."""

    widget = PartySelect

    def __init__(self):
        super().__init__(
            queryset=Organization.objects.none(),
            to_field_name="name",
            label=_("Which one, if known"),
            required=False,
            empty_label=_("Not known"),
            error_messages={
                "invalid_choice": _("The directory has no such party. Choose one, or “Not known”.")
            },
        )


class EarlierReportField(forms.CharField):
    """Reference of a report that this one adds to. The form sets `reporter`, who must see it."""

    reporter: User
    widget = forms.HiddenInput

    def __init__(self):
        super().__init__(required=False, max_length=32)

    def clean(self, value: str) -> Report | None:
        reference = super().clean(value)
        if not reference:
            return None
        report = self._visible(reference) if is_storable(reference) else None
        if report is None:
            message = _("You cannot add to this report. Send yours as a new one.")
            raise forms.ValidationError(message, code="unknown")
        return report

    def _visible(self, reference: str) -> Report | None:
        return reports_to_add_to(self.reporter).filter(reference=reference).first()

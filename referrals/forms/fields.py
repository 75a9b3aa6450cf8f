"""Kinds of fields of the patrol report, each with its refusals in words."""

from __future__ import annotations

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from actors.models import Area, Mission, Organization, User
from referrals.models import Report
from referrals.workflow.checks import MOST_CHILDREN

_PICK = _("Choose one of the answers listed.")


def radio(label, choices, *, initial, help_text="") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices.choices,
        initial=initial,
        required=False,
        help_text=help_text,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _PICK},
    )


def select(label, choices, *, initial, help_text="") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices.choices,
        initial=initial,
        required=False,
        help_text=help_text,
        error_messages={"invalid_choice": _PICK},
    )


def day(label, help_text="") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        help_text=help_text,
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
        error_messages={"invalid_choice": _PICK},
    )


def tick(label, help_text="") -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, help_text=help_text)


def count(label) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=MOST_CHILDREN,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 0}),
        error_messages={
            "invalid": _("Write a whole number, such as 3."),
            "min_value": _("A number cannot be below 0."),
            "max_value": _("Check this number. The portal takes up to 9,999."),
        },
    )


HIGHEST_LEVEL = 2  # a district: a region says too little for whom to send


class AreaField(forms.ModelChoiceField):
    """Districts by their P-code, each with its region. The form sets `mission`."""

    mission: Mission

    def __init__(self):
        super().__init__(
            queryset=Area.objects.none(),
            to_field_name="code",
            label=_("District"),
            empty_label=_("Choose the district"),
            error_messages={
                "required": _("Choose the district where it happened."),
                "invalid_choice": _("This mission has no such area. Choose one from the list."),
            },
        )

    def to_python(self, value: str) -> Area | None:
        """The area with its parents, in one statement."""
        if value in self.empty_values:
            return None
        # PostgreSQL takes no text with a null character, so no area has such a code.
        area = Area.objects.of_mission(self.mission, value) if "\0" not in value else None
        if area is None or area.level < HIGHEST_LEVEL:
            raise forms.ValidationError(self.error_messages["invalid_choice"], "invalid_choice")
        return area

    def label_from_instance(self, area: Area) -> str:
        return f"{area.name}, {area.parent.name}" if area.parent else area.name


class PartyField(forms.ModelChoiceField):
    """Organizations that can be named as the alleged party, by name."""

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
        report = Report.objects.visible_to(self.reporter).filter(reference=reference).first()
        if report is None:
            message = _("You cannot add to this report. Send yours as a new one.")
            raise forms.ValidationError(message, code="unknown")
        return report

"""What a recipient types: the code that opens a link, why they decline, what they ask."""

from __future__ import annotations

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from referrals.models.reasons import DeclineReason
from referrals.workflow.reasons import LONGEST


class CodeForm(forms.Form):
    """The one-time code, as it was sent or read out."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"}
        ),
        error_messages={"required": _("Write the six digits of the code.")},
    )

    def clean_code(self) -> str:
        """Its digits; blanks and hyphens in between do no harm."""
        return "".join(each for each in self.cleaned_data["code"] if each not in " -")


class AnswerForm(forms.Form):
    """`cleaned_data` are the arguments of the verb. Ids begin with `begin`, since a page may have
    several of these forms.
    """

    def __init__(self, data: object = None, *, begin: str = "answer"):
        super().__init__(data, auto_id=f"{begin}_%s")


class DeclineForm(AnswerForm):
    reason = forms.ChoiceField(
        label=_("Why do you decline?"),
        choices=DeclineReason.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose why you decline."),
            "invalid_choice": _("Choose why you decline."),
        },
    )


class NoteForm(AnswerForm):
    """Words and the id under which they are sent, so that sending twice is one note."""

    text = forms.CharField(
        label=_("Ask or tell the child protection lead"),
        help_text=_("Write no name, telephone number or address of a child or family."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "autocomplete": "off"}),
        error_messages={"required": _("Write something first.")},
    )
    uuid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

"""What an administrator states when asking for a replay."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

MOST_MONTHS = 60
_RANGE = _("Enter a whole number of months from 1 to 60.")


class ReplayForm(forms.Form):
    """How far back the reports are taken from."""

    months = forms.IntegerField(
        label=_("Reports of the last months"),
        min_value=1,
        max_value=MOST_MONTHS,
        initial=12,
        error_messages=dict.fromkeys(["required", "invalid", "min_value", "max_value"], _RANGE),
    )

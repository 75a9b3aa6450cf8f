"""What an administrator states when switching the policy."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class SwitchForm(forms.Form):
    """Why a version should come into force. The workflow checks it again."""

    reason = forms.CharField(
        label=_("Why should this version be in force?"),
        help_text=_("Kept for good. Whoever decides about it reads this first."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": _("Write why this version should be in force.")},
    )

"""What is typed to hand a post over."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from actors.forms.rosters import DayField
from actors.models import User
from actors.workflow.weekly_rule import in_zone


class HandoverForm(forms.Form):
    """Who takes a post over, until when, and what they should know."""

    incoming = forms.EmailField(
        label=_("E-mail address of who takes it over"),
        help_text=_("The one they sign in with. An administrator adds people who have none."),
    )
    held_until = DayField(
        label=_("Last day"),
        help_text=_("The day they rotate out. Their access ends with it."),
    )
    note = forms.CharField(
        label=_("What to know"),
        help_text=_("Where things are, whom to greet. Never a case."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        required=False,
    )

    def clean_incoming(self) -> User:
        found = User.objects.filter(email__iexact=self.cleaned_data["incoming"]).first()
        if found is None:
            raise ValidationError(
                _("Nobody signs in with this address. Check it, or ask an administrator to add it.")
            )
        return found

    def handover(self, zone: ZoneInfo) -> dict[str, object]:
        """What was typed; the last day ends at midnight there. Call after `is_valid()`."""
        day = self.cleaned_data["held_until"] + timedelta(days=1)
        return self.cleaned_data | {"held_until": in_zone(datetime.combine(day, time()), zone)}


class ConfirmForm(forms.Form):
    """Confirming in place of an outgoing holder who has left."""

    reason = forms.CharField(
        label=_("Why do you confirm in their place?"),
        help_text=_("Such as: left the mission on 3 May. Kept with your name."),
        max_length=300,
        required=False,
    )

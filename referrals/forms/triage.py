"""What the CP lead states when releasing or sharing."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actors.models import Organization
from referrals.models import Referral, Report
from referrals.workflow.errors import moment
from referrals.workflow.release import (
    CONSENT_GROUNDS,
    DO_NO_HARM,
    Freshness,
    ReleaseBasis,
    best_interest_decision,
    needs_checklist,
    needs_consent,
)

_CHECKLIST_WORDS = {
    "retaliation": _("Could somebody take revenge on the child, the family or the source?"),
    "stigma": _("Could the child be shamed or shunned?"),
    "family": _("Is the family itself safe for the child?"),
    "visible_visit": _("Would a visible visit put the child in danger?"),
    "source": _("Could it become known who told us?"),
    "perception": _("Could peacekeepers be taken for a party to the conflict?"),
}
_CONSENT_WORDS = {
    "given": _("The child or caregiver agreed to this recipient"),
    "best_interest_override": _("Best-interest decision by the CP lead"),
}


class ReleaseForm(forms.Form):
    """Asks only what this proposal's gates need; the workflow checks it again."""

    reason = forms.CharField(
        label=_("Why does this recipient need to know, or why not?"),
        help_text=_("Kept in the history. One sentence is enough."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": _("Write why this recipient needs to know, or why not.")},
    )
    consent = forms.ChoiceField(
        label=_("What does the release rest on?"),
        choices=[(ground, _CONSENT_WORDS[ground]) for ground in CONSENT_GROUNDS],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose the consent or the best-interest decision this rests on.")
        },
    )
    do_no_harm = forms.MultipleChoiceField(
        label=_("Do no harm: tick each point once you have thought it through"),
        choices=[(point, _CHECKLIST_WORDS[point]) for point in DO_NO_HARM],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Think through each point and tick it.")},
    )
    entry_confirmed = forms.BooleanField(
        label=_("I have confirmed that it still exists and is safe"),
        help_text=_("Kept in the history with your name. The directory entry itself stays old."),
        error_messages={
            "required": _("Confirm first that this recipient still exists and is safe.")
        },
    )

    def __init__(
        self,
        *args,
        referral: Referral,
        freshness: Freshness | None = None,
        is_no: bool = False,
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        # Not to tell somebody needs a reason only.
        if is_no or not needs_consent(referral):
            del self.fields["consent"]
        if is_no or not needs_checklist(referral):
            del self.fields["do_no_harm"]
        if is_no or freshness is None or not freshness.is_unusable:
            del self.fields["entry_confirmed"]
        decision = None if is_no else best_interest_decision(referral)
        if decision:
            self.fields["reason"].help_text = _(
                "The release rests on the best-interest decision of %(name)s, %(at)s. "
                "Your reason is kept in the history."
            ) % {"name": decision.by, "at": moment(decision.at)}

    def basis(self) -> ReleaseBasis:
        """What was stated. Call after `is_valid()`."""
        return ReleaseBasis(
            reason=self.cleaned_data["reason"],
            consent=self.cleaned_data.get("consent", ""),
            do_no_harm=frozenset(self.cleaned_data.get("do_no_harm", ())),
            entry_confirmed=self.cleaned_data.get("entry_confirmed", False),
        )


class ShareForm(forms.Form):
    """An explicit share: with whom, why, until when."""

    organization = forms.ModelChoiceField(
        queryset=Organization.objects.none(),
        to_field_name="name",
        label=_("Organization"),
        empty_label=_("Choose the organization"),
        error_messages={"required": _("Choose the organization.")},
    )
    reason = forms.CharField(
        label=_("Why do they need to read it?"),
        max_length=2000,
        error_messages={"required": _("Write why they need to read it.")},
    )
    days = forms.IntegerField(
        label=_("For how many days?"),
        min_value=1,
        max_value=90,
        initial=14,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": _("Say for how many days, 1 to 90.")},
    )

    def __init__(self, *args, report: Report, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = (
            Organization.objects.active().filter(mission=report.mission).exclude(kind="armed_group")
        )

    def terms(self) -> dict[str, object]:
        """Keyword arguments for `share_report`. Call after `is_valid()`."""
        return {
            "organization": self.cleaned_data["organization"],
            "reason": self.cleaned_data["reason"],
            "expires_at": timezone.now() + timedelta(days=self.cleaned_data["days"]),
        }

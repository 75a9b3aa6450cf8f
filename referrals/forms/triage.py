"""What the CP lead states when releasing or sharing."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from actors.models import Organization
from referrals.models import Report
from referrals.models.reasons import ConsentGiver, HoldReason
from referrals.policy_words import value_label
from referrals.workflow.errors import ReleaseRefused, moment
from referrals.workflow.gates import BEST_INTEREST, DO_NO_HARM, GIVEN, Gates, ReleaseBasis, scopes

_CHECKLIST_WORDS = {
    "retaliation": _("Could somebody take revenge on the child, the family or the source?"),
    "stigma": _("Could the child be shamed or shunned?"),
    "family": _("Is the family itself safe for the child?"),
    "visible_visit": _("Would a visible visit put the child in danger?"),
    "source": _("Could it become known who told us?"),
    "perception": _("Could peacekeepers be taken for a party to the conflict?"),
}


def _words(label, help_text, missing) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": missing},
    )


class DecisionForm(forms.Form):
    """A decision with a reason. What the workflow refuses is said at its field."""

    # Where the workflow names a field otherwise than this form does.
    also_called: dict[str, str] = {}

    def refuse(self, refused: ReleaseRefused) -> None:
        """Show what the workflow found missing, at its field if this form has it."""
        name = self.also_called.get(refused.field, refused.field)
        self.add_error(name if name in self.fields else None, refused.message)


class ReleaseForm(DecisionForm):
    """Asks only what this proposal's gates need; the workflow checks it again."""

    also_called = {"consent": "given_by"}

    reason = _words(
        _("Why does this recipient need to know, or why not?"),
        _("Kept in the history. One sentence is enough."),
        _("Write why this recipient needs to know, or why not."),
    )
    given_by = forms.ChoiceField(
        label=_("Who agreed that this recipient may know?"),
        help_text=_("Ask again for each recipient. Say first what will be shared, and with whom."),
        choices=ConsentGiver.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose who agreed, or the best-interest decision this rests on.")
        },
    )
    scope = forms.MultipleChoiceField(
        label=_("To what did they agree?"),
        help_text=_("Not needed for a best-interest decision."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
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

    def __init__(self, *args, gates: Gates, is_no: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        asked = {
            "given_by": gates.needs_consent,
            "scope": gates.needs_consent,
            "do_no_harm": gates.needs_checklist,
            "entry_confirmed": gates.needs_confirmation,
        }
        for name, is_asked in asked.items():
            if is_no or not is_asked:  # not to tell somebody needs a reason only
                del self.fields[name]
        if "scope" in self.fields:
            self.fields["scope"].choices = [
                (value, value_label("consent_scope", value)) for value in scopes(gates.referral)
            ]
        if gates.decision and not is_no:
            self.fields["reason"].help_text = _(
                "The release rests on the best-interest decision of %(name)s, %(at)s. "
                "Your reason is kept in the history."
            ) % {"name": escape(gates.decision.by), "at": moment(gates.decision.at)}

    def clean(self) -> dict[str, object]:
        """Somebody else's agreement says to what; the lead's own decision does not."""
        stated = super().clean()
        agreed = stated.get("given_by") not in (None, ConsentGiver.CP_LEAD)
        if agreed and not stated.get("scope") and "scope" not in self.errors:
            self.add_error("scope", _("Say to which services they agreed."))
        return stated

    def basis(self) -> ReleaseBasis:
        """What was stated. Call after `is_valid()`."""
        stated = self.cleaned_data
        given_by = stated.get("given_by", "")
        ground = BEST_INTEREST if given_by == ConsentGiver.CP_LEAD else GIVEN
        return ReleaseBasis(
            reason=stated["reason"],
            consent=ground if given_by else "",
            given_by=given_by,
            scope=tuple(stated.get("scope", ())),
            do_no_harm=frozenset(stated.get("do_no_harm", ())),
            entry_confirmed=stated.get("entry_confirmed", False),
        )


class HoldForm(DecisionForm):
    """What a proposal waits for."""

    held_for = forms.ChoiceField(
        label=_("What does it wait for?"),
        choices=HoldReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it waits for.")},
    )
    reason = _words(
        _("What is missing, and who sees to it?"),
        _("Kept in the history. One sentence is enough."),
        _("Write what is missing and who sees to it."),
    )


class HoldForwardForm(DecisionForm):
    """Why the focal point does not forward yet."""

    reason = _words(
        _("What does it wait for?"),
        _("Kept in the history; the adviser reads it. One sentence is enough."),
        _("Write what it waits for."),
    )


class RevokeForm(DecisionForm):
    """Why a recipient may no longer open the report."""

    reason = _words(
        _("Why is it taken back?"),
        _("Kept in the history. The recipient is not shown it."),
        _("Write why this is taken back."),
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

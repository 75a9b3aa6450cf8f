"""What somebody states for one verb on many reports."""

from __future__ import annotations

from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from referrals.forms import work
from referrals.workflow.bulk import VERBS


class ScopeForm(forms.Form):
    """From the desk: what its address says, and the words that were searched for."""

    match = forms.CharField(required=False, max_length=2000)
    q = forms.CharField(required=False, max_length=400)


class PickForm(ScopeForm):
    """A verb as well, and the rows it is for; `all` stands for all that `match`."""

    verb = forms.ChoiceField(
        choices=[(name, verb.label) for name, verb in VERBS.items()],
        error_messages=dict.fromkeys(
            ["required", "invalid_choice"], _("Choose what to do with them.")
        ),
    )
    all = forms.BooleanField(required=False)


class BulkForm(forms.Form):
    """The preview, sent back: its rows stay those that were shown. `given` is for the verb."""

    references = forms.CharField(widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    seen_at = work.SeenField(initial=timezone.now)

    def given(self) -> dict[str, str]:
        values = {name: value for name, value in self.cleaned_data.items() if name not in _OWN}
        return values | {"seen_at": self.cleaned_data["seen_at"].isoformat()}


_OWN = frozenset({"references", "key", "seen_at"})


class CloseForm(BulkForm):
    reason = work.CloseForm.base_fields["reason"]
    words = work.CloseForm.base_fields["words"]


class PhaseForm(BulkForm):
    phase = work.PhaseForm.base_fields["phase"]


FORMS = dict.fromkeys(VERBS, BulkForm) | {"close-report": CloseForm, "set-phase": PhaseForm}

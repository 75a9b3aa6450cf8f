"""What the CP lead states when setting a guard aside."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from referrals.workflow import overriding
from referrals.workflow.overriding import ASKS, CATEGORIES, SHORTEST_REASON, OverrideBasis


class OverrideForm(forms.Form):
    """Asks only what this guard needs; the workflow checks it again."""

    perpetrator = forms.ChoiceField(
        label=_("Who may be responsible, as far as you can tell now?"),
        help_text=_("Kept beside what was filed, which stays as it is. Always alleged."),
        choices=[(category.value, category.label) for category in CATEGORIES],
        widget=forms.RadioSelect,
        error_messages={
            "required": overriding.CATEGORY_MISSING,
            "invalid_choice": overriding.CATEGORY_REFUSED,
        },
    )
    best_interest = forms.BooleanField(
        label=_("This is in the child's best interest"),
        help_text=_(
            "Services, and police if proposed, may then be told without the child's consent."
        ),
        error_messages={"required": overriding.BEST_INTEREST_MISSING},
    )
    reason = forms.CharField(
        label=_("Why is this right and safe for the child?"),
        help_text=_("At least one sentence. It is kept with your name, for those who lead."),
        widget=forms.Textarea(attrs={"rows": 3}),
        min_length=SHORTEST_REASON,
        max_length=2000,
        error_messages={
            "required": overriding.REASON_MISSING,
            "min_length": overriding.REASON_MISSING,
        },
    )

    def __init__(self, *args, guard: str, **kwargs):
        super().__init__(*args, **kwargs)
        for name in {"perpetrator", "best_interest"} - {ASKS[guard]}:
            del self.fields[name]

    def basis(self) -> OverrideBasis:
        """What was stated. Call after `is_valid()`."""
        return OverrideBasis(
            reason=self.cleaned_data["reason"],
            perpetrator=self.cleaned_data.get("perpetrator", ""),
            is_best_interest=self.cleaned_data.get("best_interest", False),
        )

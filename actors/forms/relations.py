"""Which part of the relation map to show. It stands in the address."""

from django import forms
from django.utils.translation import gettext_lazy as _

from actors.models import Area, Mission, OrganizationKind, RelationKind

REGION = 1


class RelationFilterForm(forms.Form):
    """A region, a kind of actor, relations; each may be left out."""

    region = forms.ModelChoiceField(
        queryset=Area.objects.none(),
        to_field_name="code",
        label=_("At work in"),
        required=False,
        empty_label=_("The whole mission"),
        error_messages={"invalid_choice": _("This mission has no such region.")},
    )
    kind = forms.ChoiceField(
        label=_("Kind of actor"),
        required=False,
        choices=[("", _("All")), *OrganizationKind.choices],
        help_text=_("With those they are related to."),
        error_messages={"invalid_choice": _("Choose one of the kinds listed.")},
    )
    relation = forms.MultipleChoiceField(
        label=_("Relations"),
        required=False,
        choices=RelationKind.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all."),
        error_messages={"invalid_choice": _("Choose from the relations listed.")},
    )

    def __init__(self, *args, mission: Mission, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = (
            Area.objects.active().filter(mission=mission, level=REGION).order_by("name")
        )

    def choice(self) -> dict[str, object]:
        """Keyword arguments for `Network.only`. Call after `is_valid()`."""
        region = self.cleaned_data["region"]
        return {
            "region": region.pk if region else None,
            "kind": self.cleaned_data["kind"],
            "relations": self.cleaned_data["relation"],
        }

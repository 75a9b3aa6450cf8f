"""The search box and its filters."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from actors.languages import LANGUAGES
from actors.models import ServiceKind
from actors.roles import Role
from actors.search.places import Places

ANY = ("", _("Any"))
MOST_LETTERS = 200


class SearchForm(forms.Form):
    """Everything may be left empty; what is typed is looked for and kept nowhere."""

    q = forms.CharField(label=_("Who or what do you look for?"), required=False)
    place = forms.ChoiceField(label=_("Place"), required=False)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[ANY, *Role.choices])
    service = forms.ChoiceField(
        label=_("Kind of help"), required=False, choices=[ANY, *ServiceKind.choices]
    )
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[ANY, *LANGUAGES])
    duty = forms.BooleanField(label=_("On duty now"), required=False)

    def __init__(self, data, places: Places):
        super().__init__(data)
        self._places = places
        areas = [(area.code, f"{area.name} ({area.code})") for area in places.listed()]
        self.fields["place"].choices = [("", _("Whole mission")), *areas]

    def clean_q(self) -> str:
        typed = self.cleaned_data["q"]
        if len(typed) > MOST_LETTERS:
            raise forms.ValidationError(
                _("This is too long to look for. Use a few words, %(most)s letters at most."),
                params={"most": MOST_LETTERS},
            )
        return typed

    def clean_place(self):
        """The area, or None for the whole mission."""
        return self._places.coded(self.cleaned_data["place"])

"""The search box and its filters."""

from __future__ import annotations

from html import escape

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from actors.languages import LANGUAGES
from actors.models import ServiceKind
from actors.roles import Role
from actors.search.finding import Wanted
from actors.search.places import Place, Places

ANY = ("", _("Any"))
SELECTED = " selected"
MOST_LETTERS = 200


class LongSelect(forms.Select):
    """A list of hundreds of areas: Django's own renders a template for each of them."""

    def render(self, name, value, attrs=None, renderer=None) -> str:
        chosen = "" if value is None else str(value)
        options = mark_safe(  # noqa: S308 - each part is escaped
            "".join(
                f'<option value="{escape(code)}"{SELECTED if code == chosen else ""}>'
                f"{escape(label)}</option>"
                for code, label in self.choices
            )
        )
        built = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        return format_html("<select{}>{}</select>", flatatt(built), options)


def _choice(label, choices) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, required=False, choices=[ANY, *choices], widget=LongSelect
    )


class SearchForm(forms.Form):
    """Everything may be left empty; what is typed is looked for and kept nowhere."""

    q = forms.CharField(label=_("Who or what do you look for?"), required=False)
    place = _choice(_("Place"), [])
    role = _choice(_("Role"), Role.choices)
    service = _choice(_("Kind of help"), ServiceKind.choices)
    language = _choice(_("Language"), LANGUAGES)
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

    def clean_place(self) -> Place | None:
        """The area, or None for the whole mission."""
        return self._places.coded(self.cleaned_data["place"])

    def wanted(self, *, kind: str = "", page: int = 1) -> Wanted:
        """What a valid form asks for."""
        cleaned = self.cleaned_data
        return Wanted(
            typed=cleaned["q"],
            place=cleaned["place"],
            role=cleaned["role"],
            service=cleaned["service"],
            language=cleaned["language"],
            on_duty=cleaned["duty"],
            kind=kind,
            page=page,
        )

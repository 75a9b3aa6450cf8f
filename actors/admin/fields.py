"""Form fields of the directory's pages: lists of codes, days with a time, and a PDF."""

from datetime import datetime, time

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from actors.languages import LANGUAGES
from actors.models import Weekday
from actors.models.documents import LARGEST_FILE

PDF = b"%PDF-"


class MomentField(forms.SplitDateTimeField):
    """A day and, where it matters, a time; without one the day begins at midnight."""

    def __init__(self, **options):
        super().__init__(require_all_fields=False, **options)
        self.fields[1].required = False

    def compress(self, data_list: list) -> datetime | None:
        if data_list and data_list[0] and not data_list[1]:
            data_list = [data_list[0], time()]
        return super().compress(data_list)


MOMENTS = {models.DateTimeField: {"form_class": MomentField}}


def languages_field(label: str) -> forms.MultipleChoiceField:
    """Any number of languages, as boxes to tick; gives their codes."""
    widget = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(label=label, choices=LANGUAGES, widget=widget, required=False)


def weekdays_field() -> forms.MultipleChoiceField:
    """Some days of the week, as boxes to tick; gives their codes."""
    return forms.MultipleChoiceField(
        label=_("On"), choices=Weekday, widget=forms.CheckboxSelectMultiple
    )


class PdfField(forms.FileField):
    """A PDF of at most 5 MB. A name ending in .pdf proves nothing, so its beginning is read."""

    def __init__(self, **options):
        super().__init__(widget=forms.FileInput(attrs={"accept": "application/pdf"}), **options)

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        if not file:
            return file
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 5 MB."), code="large")
        if file.read(len(PDF)) != PDF:
            raise forms.ValidationError(_("This file is not a PDF."), code="not_pdf")
        file.seek(0)
        return file

"""Choosing a file to bring into the directory."""

from django import forms
from django.utils.translation import gettext_lazy as _

from actors.exchange.files import MAX_BYTES
from actors.models import ImportKind


class ImportForm(forms.Form):
    kind = forms.ChoiceField(label=_("What it holds"), choices=ImportKind.choices)
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV (UTF-8), XLSX or, for HSDS, JSON; up to 10 MB and 50,000 lines."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.json"}),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty."),
        },
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 10 MB. Split it."))
        return file

"""Documents and procedures: a link, or a PDF kept here."""

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.functions import Length
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from actors.admin.fields import PdfField
from actors.admin.filters import InUseFilter
from actors.admin.keeping import RetirableAdmin
from actors.models import Document

NAME_LENGTH = Document._meta.get_field("file_name").max_length


class DocumentForm(forms.ModelForm):
    file = PdfField(
        label=_("File"),
        required=False,
        help_text=_("A PDF of at most 5 MB. It opens on a bad link too."),
    )

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        links = cleaned.get("link") or self.errors.keys() & {"link", "file"}
        if not (links or cleaned.get("file") or self.instance.file_name):
            self.add_error("link", _("Give a link or a file."))
        return cleaned


@admin.register(Document)
class DocumentAdmin(RetirableAdmin):
    form = DocumentForm
    identity = ("mission",)
    readonly_fields = ("kept", "retired_at")
    list_display = ("title", "kind", "level", "area", "organization", "review_on", "in_use")
    list_filter = (InUseFilter, "level", "kind", "mission")
    list_select_related = ("area", "organization")
    date_hierarchy = "review_on"
    search_fields = ("title", "summary", "area__name", "area__code", "organization__name")
    autocomplete_fields = ("mission", "area", "organization")
    fieldsets = (
        (
            None,
            {"fields": ("mission", "title", "kind", "level", "area", "organization", "summary")},
        ),
        (_("Where it is"), {"fields": ("link", "file", "kept")}),
        (_("Dates"), {"fields": (("issued_on", "review_on"), "retired_at")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Without the files themselves: no page here shows one."""
        return super().get_queryset(request).defer("content").annotate(size=Length("content"))

    @admin.display(description=_("kept here"), empty_value=_("No file"))
    def kept(self, document: Document) -> str | None:
        if not document.file_name:
            return None
        return f"{document.file_name} ({filesizeformat(document.size)})"

    def save_model(self, request: HttpRequest, obj, form: forms.ModelForm, change: bool) -> None:
        file = form.cleaned_data["file"]
        if file:
            obj.content, obj.file_name = file.read(), file.name[-NAME_LENGTH:]
        super().save_model(request, obj, form, change)

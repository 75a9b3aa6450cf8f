"""What a list shows, as a file."""

from django.contrib import admin
from django.http import HttpRequest
from import_export.admin import ExportMixin
from import_export.formats.base_formats import CSV, XLSX
from import_export.forms import ExportForm

from actors.exchange.resources import EXPORTABLE


class ExportedAdmin(ExportMixin, admin.ModelAdmin):
    """Adds “Export” to a list: exactly the rows that its filters and its search leave."""

    export_template_name = "admin/export.html"
    export_form_class = ExportForm
    export_formats = (CSV, XLSX)
    # With the mark by which spreadsheets know UTF-8; without it they garble accents and scripts.
    to_encoding = "utf-8-sig"

    def get_export_resource_classes(self, request: HttpRequest) -> list[type]:
        return [EXPORTABLE[self.model]]

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

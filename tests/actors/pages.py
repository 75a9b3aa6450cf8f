"""How tests go through the directory's pages."""

from django.test import Client
from django.urls import reverse

NO_ROWS = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0}


def address(entry, page: str = "change") -> str:
    """The address of an entry's page, or of its kind's list and add page for a model."""
    kind = f"admin:actors_{entry._meta.model_name}_{page}"
    return reverse(kind, args=[entry.pk] if page in ("change", "delete") else None)


def filled(page: Client, url: str) -> dict[str, object]:
    """What a browser would send if nothing were changed on a page."""
    context = page.get(url).context
    forms = [context["adminform"].form]
    forms += [form for inline in context["inline_admin_formsets"] for form in _parts(inline)]
    return {
        bound.html_name + suffix: value
        for form in forms
        for bound in form
        for suffix, value in _values(bound)
    }


def _parts(inline) -> list:
    return [inline.formset.management_form, *inline.formset.forms]


def _values(bound) -> list[tuple[str, object]]:
    value = bound.value()
    if hasattr(bound.field.widget, "decompress"):
        parts = bound.field.widget.decompress(value)
        return [(f"_{n}", "" if part is None else part) for n, part in enumerate(parts)]
    if value is None or value is False:
        return []
    return [("", [getattr(v, "pk", v) for v in value] if isinstance(value, list) else value)]


def errors_on(response) -> dict[str, list[str]]:
    """The messages of the page's main form by field."""
    return response.context["adminform"].form.errors

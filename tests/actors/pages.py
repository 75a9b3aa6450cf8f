"""How tests go through the directory's pages."""

from django.test import Client
from django.urls import reverse

ENTRY_PAGES = ("change", "delete", "history")


def address(entry, page: str = "change") -> str:
    """The address of an entry's page, or of its kind's list and add page for a model."""
    kind = f"admin:actors_{entry._meta.model_name}_{page}"
    return reverse(kind, args=[entry.pk] if page in ENTRY_PAGES else None)


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


def row_errors(response) -> list[dict[str, list[str]]]:
    """The messages of the rows below the page's main form, for those rows that have any."""
    inlines = response.context["inline_admin_formsets"]
    return [errors for inline in inlines for errors in inline.formset.errors if errors]


def store(page: Client, url: str, **changes):
    """Send a page with some changes, as a browser would."""
    return page.post(url, filled(page, url) | changes)


def new_row(prefix: str, number: int = 0, **values) -> dict[str, object]:
    """A row added below a page, after `number` others that were added."""
    rows = {f"{prefix}-{number}-{name}": value for name, value in values.items()}
    return {f"{prefix}-TOTAL_FORMS": number + 1} | rows


def act(page: Client, action: str, *entries):
    """Tick entries in their list and choose an action; gives the page that follows."""
    chosen = {"action": action, "_selected_action": [entry.pk for entry in entries]}
    return page.post(address(entries[0], "changelist"), chosen, follow=True)

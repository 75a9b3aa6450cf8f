"""A table of minutes: a mission's own deadlines by name and priority, all of them optional."""

from __future__ import annotations

from itertools import product

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from actors.models.deadlines import DEADLINES, MOST, PRIORITIES, check_deadlines, least_minutes

CELLS = tuple(product(DEADLINES, PRIORITIES))


class DeadlinesWidget(forms.MultiWidget):
    """One number for each deadline and priority."""

    template_name = "actors/_deadlines.html"

    def __init__(self, attrs: dict | None = None):
        cells = {f"{name}-{priority}": _cell(name, priority) for name, priority in CELLS}
        super().__init__(cells, attrs)

    def decompress(self, value: dict | None) -> list[int | None]:
        value = value or {}
        return [value.get(name, {}).get(priority) for name, priority in CELLS]

    def get_context(self, name: str, value: object, attrs: dict | None) -> dict[str, object]:
        context = super().get_context(name, value, attrs)
        cells, width = context["widget"]["subwidgets"], len(PRIORITIES)
        rows = [cells[n : n + width] for n in range(0, len(cells), width)]
        context["rows"] = list(zip(DEADLINES.values(), rows, strict=True))
        context["priorities"] = list(PRIORITIES.values())
        return context


class DeadlinesField(forms.MultiValueField):
    """Gives {deadline: {priority: minutes}} of what was typed; an empty cell is left out."""

    widget = DeadlinesWidget
    default_error_messages = {"invalid": _("Write whole numbers of minutes.")}

    def __init__(self, **options):
        fields = [forms.IntegerField(required=False) for _cell in CELLS]
        super().__init__(fields=fields, require_all_fields=False, required=False, **options)

    def compress(self, data_list: list[int | None]) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for (name, priority), minutes in zip(CELLS, data_list, strict=False):
            if minutes is not None:
                found.setdefault(name, {})[priority] = minutes
        check_deadlines(found)
        return found

    def has_changed(self, initial: dict | None, data: object) -> bool:
        try:
            return (initial or {}) != self.clean(data)
        except forms.ValidationError:
            return True


def _cell(name: str, priority: str) -> forms.NumberInput:
    label = format_lazy("{}, {}", DEADLINES[name], PRIORITIES[priority])
    least = least_minutes(name, priority)
    return forms.NumberInput({"aria-label": label, "min": least, "max": MOST, "step": 1})

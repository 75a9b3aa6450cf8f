"""What was typed into a form of lists within lists, by dotted names such as `recipients.0.role`.

The lists grow and shrink while the form is filled in, without JavaScript: a button says what to
do, and the form is shown again with what was typed.
"""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

Typed = MultiValueDict


class Part(forms.Form):
    """One piece of a larger form, its fields named `{name}.{field}`.

    What was typed is shown as it is; it is checked, and refused at its field, only with `check`.
    """

    use_required_attribute = False

    def __init__(self, typed: Typed, name: str = "", *, check: bool = False):
        super().__init__(typed if check else None, prefix=name or None)
        self.typed, self.name = typed, name

    def add_prefix(self, field_name: str) -> str:
        return f"{self.prefix}.{field_name}" if self.prefix else field_name

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> object:
        return field.widget.value_from_datadict(self.typed, {}, self.add_prefix(field_name))

    def choose_from(self, field_name: str, choices: Iterable) -> None:
        """Offer these choices, after an empty one."""
        field = self.fields[field_name]
        field.choices = [("", _("Choose") if field.required else _("As usual")), *choices]


def has(typed: Typed, name: str) -> bool:
    """Whether anything was typed at `name` or below it."""
    below = f"{name}."
    return any(key == name or key.startswith(below) for key in typed)


def items(typed: Typed, name: str) -> list[str]:
    """The names of the items of the list `name`: `name.0`, `name.1`, ..."""
    found = []
    while has(typed, f"{name}.{len(found)}"):
        found.append(f"{name}.{len(found)}")
    return found


def new_item(typed: Typed, name: str) -> str:
    """The name of the item that would follow the last of the list `name`."""
    return f"{name}.{len(items(typed, name))}"


def put(typed: Typed, name: str, **values: object) -> None:
    """Type `values` into the fields of `name`; a list fills a field of many, None leaves it out."""
    for field, value in values.items():
        if value is not None:
            typed.setlist(f"{name}.{field}" if name else field, _texts(value))


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]


def drop(typed: Typed, name: str) -> None:
    """Forget what was typed at `name` and below it."""
    for key in list(typed):
        if key == name or key.startswith(f"{name}."):
            del typed[key]


def rename(typed: Typed, old: str, new: str) -> None:
    """Move what was typed below `old` to `new`."""
    moving = {key: typed.getlist(key) for key in typed if key.startswith(f"{old}.")}
    drop(typed, old)
    for key, values in moving.items():
        typed.setlist(new + key.removeprefix(old), values)


def remove_item(typed: Typed, name: str) -> None:
    """Take the item `name` out of its list; those after it move up."""
    base, _, number = name.rpartition(".")
    after = items(typed, base)[int(number) + 1 :]
    drop(typed, name)
    for position, item in enumerate(after, start=int(number)):
        rename(typed, item, f"{base}.{position}")

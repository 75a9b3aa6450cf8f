"""A plan of action as it is typed: its texts, its actions, and the decision on it."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from actors.roles import Role
from referrals.forms.tasks import moment_field
from referrals.models import PlanAction
from referrals.permissions import PLANNERS
from referrals.workflow.check_rules import as_lines
from referrals.workflow.plan_sections import SECTIONS
from referrals.workflow.plans import ActionLine, line_mark, mark_of
from referrals.workflow.tasking import LONGEST


class SectionsForm(forms.Form):
    """The texts of a plan; the workflow checks them."""

    def __init__(self, texts: Mapping[str, str]):
        super().__init__(dict(texts))
        for section in SECTIONS:
            self.fields[section.key] = forms.CharField(
                label=section.label,
                help_text=section.hint,
                required=False,
                widget=forms.Textarea(attrs={"rows": 4, "dir": "auto", "autocomplete": "off"}),
            )


class ActionForm(forms.Form):
    """One action: what, by which component, by whom, until when."""

    # It stands in the form of the whole plan, whose other buttons do not need it.
    use_required_attribute = False

    what = forms.CharField(
        label=_("Action"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto", "autocomplete": "off"}),
        error_messages={"required": _("Say what is to be done.")},
    )
    component = forms.ChoiceField(
        label=_("Component"), error_messages={"required": _("Choose who does it.")}
    )
    owner = forms.CharField(
        label=_("Who, by function"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    due_at = moment_field(_("Until when"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        planners = [(role.value, role.label) for role in Role if role in PLANNERS]
        self.fields["component"].choices = [("", _("Choose")), *planners]

    def line(self) -> ActionLine:
        """What was typed. Call after `is_valid()`."""
        return ActionLine(**self.cleaned_data | {"what": as_lines(self.cleaned_data["what"])})


class RowForm(ActionForm):
    """An action of the plan as somebody changes it; `seen` is the mark of how they saw it."""

    def __init__(self, data: Mapping[str, str] | None, position: int, action: PlanAction | None):
        self.position, self.action = position, action
        prefix = f"a{position}"
        self.seen = (data or {}).get(f"{prefix}-seen", "")
        names = ("what", "component", "owner", "due_at") if action else ()
        initial = {name: getattr(action, name) for name in names}
        super().__init__(data if self.seen else None, prefix=prefix, initial=initial)

    @property
    def mark(self) -> str:
        """How the action stands now."""
        return line_mark(self.action) if self.action else ""

    def is_changed(self) -> bool:
        """Whether this person typed something else than they saw. Call after `is_valid()`."""
        return line_mark(PlanAction(**vars(self.line()))) != self.seen


class DecisionForm(forms.Form):
    """What leadership decides on the version that waits."""

    note = forms.CharField(
        label=_("Note"),
        help_text=_("Needed when you return the plan: what is missing."),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "autocomplete": "off"}),
    )


def texts_shown(sections: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, str]:
    """What stands in each field: what this person changed as typed, everything else as it is now.

    Args:
        sections: the plan as stored.
        typed: the request's data; each text under its section, its mark under `seen-section`.
    """
    shown = {}
    for section in SECTIONS:
        key = section.key
        text = as_lines(typed.get(key, "")).strip()
        is_mine = key in typed and mark_of(text) != typed.get(f"seen-{key}")
        shown[key] = typed[key] if is_mine else sections.get(key, "")
    return shown

"""What is tried on "Who would be told?". It stands in the address, so it asks for no free text."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actors.models import Mission, Organization
from actors.models.places import ReportingLine
from actors.roles import Role
from referrals.forms.filing import ReportForm
from referrals.workflow.filings import FACT_DEFAULTS
from referrals.workflow.trying import Trial

SETTING = "set_"
FARTHEST = timedelta(days=3660)
_FILERS = (Role.UNPOL_OFFICER, Role.UNPOL_SUPERVISOR)
_YES_NO = {"yes": gettext_lazy("Yes"), "no": gettext_lazy("No")}


class TrialForm(ReportForm):
    """The facts of a report that routing looks at, when, by whom, and the mission's settings.

    What the address leaves out has the policy's default, and the form shows it.
    """

    uuid = boys = girls = narrative = adds_to = latitude = longitude = safe_contact = None
    occurred_until = learned_on = briefed_at = None

    at = forms.DateTimeField(
        label=gettext_lazy("Date and time"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": gettext_lazy("Write the moment as 2026-11-30T14:00.")},
    )
    filer = forms.ModelChoiceField(
        queryset=Organization.objects.none(),
        to_field_name="name",
        label=gettext_lazy("Who files"),
        required=False,
        empty_label=gettext_lazy("The officers who answer for the district"),
        help_text=gettext_lazy("Decides whose supervisor is told."),
        error_messages={"invalid_choice": gettext_lazy("Choose one of the units listed.")},
    )

    def __init__(self, data: QueryDict | None = None, *, mission: Mission):
        super().__init__(_with_defaults(data), mission=mission)
        self.fields["children_unknown"].label = _("Children affected")
        self.fields["filer"].queryset = (
            Organization.objects.active()
            .filter(mission=mission, posts__role__in=_FILERS, posts__retired_at=None)
            .distinct()
        )
        zone = {"zone": mission.time_zone}
        self.fields["at"].help_text = _("In %(zone)s. Empty: now.") % zone
        for name in Mission.POLICY_SETTINGS:
            self.fields[SETTING + name] = _setting_field(mission, name)

    @classmethod
    def is_asked_by(cls, query: QueryDict) -> bool:
        """Whether an address tries anything, or is that of the empty page."""
        return any(name in cls.base_fields or name.startswith(SETTING) for name in query)

    def clean_at(self) -> datetime | None:
        """Refuse a moment no roster can say anything about."""
        at = self.cleaned_data["at"]
        if at and abs(at - timezone.now()) > FARTHEST:
            raise forms.ValidationError(_("Choose a moment within ten years from now."))
        return at

    def settings_fields(self) -> list[forms.BoundField]:
        return [self[SETTING + name] for name in Mission.POLICY_SETTINGS]

    def changed_settings(self) -> list[str]:
        """The settings that were changed, in words."""
        changed = [(field, field.value()) for field in self.settings_fields() if field.value()]
        return [
            f"{field.label}: {dict(getattr(field.field, 'choices', ())).get(value, value)}"
            for field, value in changed
        ]

    def trial(self) -> Trial:
        """What to try. Call after `is_valid()`."""
        return Trial(
            filing=self.filing(),
            at=self.cleaned_data["at"] or timezone.now(),
            filer_organization=self.cleaned_data["filer"],
            settings=self._settings(),
        )

    def _settings(self) -> dict[str, object]:
        """The settings that were changed for the trial."""
        chosen = {name: self.cleaned_data[SETTING + name] for name in Mission.POLICY_SETTINGS}
        return {
            name: value == "yes" if value in _YES_NO else value
            for name, value in chosen.items()
            if value not in ("", None)
        }


def _with_defaults(data: QueryDict | None) -> QueryDict | None:
    if data is None:
        return None
    data = data.copy()
    for name, default in FACT_DEFAULTS.items():
        if isinstance(default, str):
            data.setdefault(name, default)
    return data


def _setting_field(mission: Mission, name: str) -> forms.Field:
    """One setting: the mission's own unless another is chosen."""
    stored = mission._meta.get_field(name)
    label, own = capfirst(stored.verbose_name), getattr(mission, name)
    if name == "mass_threshold":
        return forms.IntegerField(
            label=label,
            required=False,
            min_value=2,
            max_value=1000,
            help_text=_("Empty: as the mission has it (%(value)s).") % {"value": own},
            widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        )
    words = dict(ReportingLine.choices) if name == "reporting_line" else _YES_NO
    said = words[own] if name == "reporting_line" else _YES_NO["yes" if own else "no"]
    as_it_is = _("As the mission has it: %(value)s") % {"value": said}
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=[("", as_it_is), *words.items()],
        error_messages={"invalid_choice": _("Choose one of the answers listed.")},
    )

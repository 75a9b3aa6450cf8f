"""What the gap board is asked: when, and how much of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from actors.models import Area, Mission

# Days ahead that have a link of their own.
AHEAD = (7, 30)
FURTHEST = timedelta(days=731)


class GapsForm(forms.Form):
    """The filters in the address of the gap board; all of them may be left out."""

    at = forms.DateTimeField(
        label=_("On"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Give a day and an hour, such as 2027-03-01T08:00.")},
    )
    ahead = forms.TypedChoiceField(
        choices=[("", "")] + [(str(days), days) for days in AHEAD],
        coerce=int,
        empty_value=0,
        required=False,
        widget=forms.HiddenInput,
    )
    region = forms.ChoiceField(label=_("Region"), required=False)
    what = forms.ChoiceField(
        label=_("Show"),
        choices=[
            ("", _("Roles and services")),
            ("roles", _("Roles")),
            ("services", _("Services")),
        ],
        required=False,
    )
    only = forms.BooleanField(label=_("Only areas with gaps"), required=False)

    def __init__(self, data, *, mission: Mission, now: datetime):
        super().__init__(data)
        self._mission, self._now = mission, now
        self.fields["region"].choices = [("", pgettext_lazy("regions", "All")), *_regions(mission)]

    def full_clean(self) -> None:
        """Times are typed, and read, in the mission's zone."""
        with timezone.override(self._mission.zone):
            super().full_clean()

    def clean_at(self) -> datetime | None:
        at = self.cleaned_data["at"]
        if at is not None and abs(at - self._now) > FURTHEST:
            raise ValidationError(_("Choose a day within two years from now."))
        return at

    @property
    def moment(self) -> datetime:
        """The moment asked for; now if none was, or none that can be."""
        self.is_valid()
        at, days = self.cleaned_data.get("at"), self.cleaned_data.get("ahead")
        return at or self._now + timedelta(days=days or 0)


def _regions(mission: Mission) -> list[tuple[str, str]]:
    regions = Area.objects.active().filter(mission=mission, parent=None)
    return list(regions.order_by("name").values_list("code", "name"))

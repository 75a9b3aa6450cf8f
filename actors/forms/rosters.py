"""What is typed to keep a roster: one shift, a weekly rule, leave. Times are the mission's."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from actors.models import Post, ShiftRank, User
from actors.workflow.weekly_rule import WeeklyRule, in_zone

# Further ahead nobody's holding goes, and a mistyped year is seen.
FURTHEST = timedelta(days=5 * 366)


def check_near(day: date) -> None:
    """Refuse a day that is years away: a year mistyped."""
    if abs(day - timezone.now().date()) > FURTHEST:
        raise ValidationError(_("This is years away. Check the year."), code="far")


class WallClockField(forms.Field):
    """A day and an hour as the clocks of some place show it; cleaned without a time zone."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: object) -> datetime | None:
        if value in self.empty_values:
            return None
        try:
            moment = parse_datetime(str(value).strip())
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is not None:
            raise ValidationError(_("Write the day and the hour, such as 2026-11-24 08:00."))
        check_near(moment.date())
        return moment


class DayField(forms.DateField):
    """A day by the browser's own calendar, not years away."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_validators = [check_near]


class ClockField(forms.TimeField):
    """An hour of the day."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class PersonChoice(forms.ModelChoiceField):
    """Somebody of a short list, chosen by their public id."""

    def __init__(self, **options):
        options.setdefault("label", _("Who"))
        super().__init__(queryset=User.objects.none(), to_field_name="public_id", **options)


class SpanForm(forms.Form):
    """From a moment up to another, in the time of the mission. Who extends it sets `zone`."""

    begins_at = WallClockField(label=pgettext_lazy("time", "From"))
    ends_at = WallClockField(label=pgettext_lazy("time", "To"))

    def span(self) -> dict[str, datetime]:
        """What was typed, in UTC. Call after `is_valid()`."""
        names = ("begins_at", "ends_at")
        return {name: in_zone(self.cleaned_data[name], self.zone) for name in names}


class OnDutyForm(forms.Form):
    """Whom to put on duty, and as what."""

    user = PersonChoice(empty_label=_("Choose a holder of this post"))
    rank = forms.ChoiceField(label=_("As"), choices=ShiftRank, initial=ShiftRank.PRIMARY)

    def __init__(self, *args, post: Post, **kwargs):
        super().__init__(*args, **kwargs)
        self.zone: ZoneInfo = post.organization.mission.zone
        self.fields["user"].queryset = holders_of(post)


class ShiftForm(SpanForm, OnDutyForm):
    """One shift, however long."""

    field_order = ("user", "rank", "begins_at", "ends_at")


class WeeklyRuleForm(OnDutyForm):
    """The same hours every week."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("On"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one day of the week.")},
    )
    begins = ClockField(label=pgettext_lazy("time", "From"))
    ends = ClockField(
        label=pgettext_lazy("time", "To"),
        help_text=_("At or before the beginning: on the next day."),
    )
    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"), help_text=_("At most 366 days in all."))

    def rule(self) -> WeeklyRule:
        """What was typed. Call after `is_valid()`."""
        names = ("weekdays", "begins", "ends", "first_day", "last_day")
        return WeeklyRule(**{name: self.cleaned_data[name] for name in names})


class LeaveForm(SpanForm):
    """When somebody is away. Why is not asked."""

    user = PersonChoice(empty_label=_("Choose who is away"))
    field_order = ("user", "begins_at", "ends_at")

    def __init__(self, *args, post: Post, by: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.zone: ZoneInfo = post.organization.mission.zone
        holders = holders_of(post)
        self.fields["user"].queryset = holders if by.is_staff else holders.filter(pk=by.pk)
        if not by.is_staff:
            self.initial["user"] = by.public_id


def holders_of(post: Post):
    """Who holds a post now or is to, by name."""
    holdings = post.holdings.unfinished(timezone.now())
    return User.objects.filter(is_active=True, pk__in=holdings.values("user")).order_by("name")

"""What the desk may be narrowed to. Every field is one word of the desk's address."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from actors.harms import Concern, Violation
from actors.models import DISTRICT, Area, PostHolding
from actors.standing import Standing
from referrals.models import SavedFilter
from referrals.models.choices import Perpetrator, Priority, Track
from referrals.statuses import ReportStatus

ME, NOBODY = "me", "nobody"
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class _Checkboxes(forms.CheckboxSelectMultiple):
    """Drawn by one template, which for sixty choices takes a fifth of Django's time."""

    template_name = "partials/_checkboxes.html"


class FilterForm(forms.Form):
    """The filter of the desk. What it does not understand is refused, never left out: who acts on
    all that is shown must not act on more than they asked for.
    """

    kind = forms.MultipleChoiceField(
        label=_("What"),
        choices=[*Violation.choices, *Concern.choices],
        required=False,
        widget=_Checkboxes,
    )
    priority = forms.MultipleChoiceField(
        label=_("Priority"),
        choices=Priority,
        required=False,
        widget=_Checkboxes,
    )
    status = forms.MultipleChoiceField(
        label=_("Status"),
        choices=ReportStatus,
        required=False,
        widget=_Checkboxes,
    )
    perpetrator = forms.MultipleChoiceField(
        label=_("Alleged perpetrator"),
        choices=Perpetrator,
        required=False,
        widget=_Checkboxes,
    )
    area = forms.CharField(label=_("Where"), required=False, max_length=20, widget=forms.Select)
    lead = forms.CharField(
        label=_("Read by the lead"), required=False, max_length=36, widget=forms.Select
    )
    since = forms.DateField(label=_("Filed since"), required=False, widget=_DAY)
    until = forms.DateField(label=_("Filed until"), required=False, widget=_DAY)
    track = forms.ChoiceField(
        label=_("Track"), choices=[("", _("Both")), *Track.choices], required=False
    )

    def __init__(self, data, standing: Standing, *, with_track: bool = False) -> None:
        super().__init__(data)
        self.standing = standing
        self.fields["area"].widget.choices = self._area_choices
        self.fields["lead"].widget.choices = self._lead_choices
        if not with_track:
            del self.fields["track"]

    @cached_property
    def areas(self) -> list[Area]:
        """Regions and districts of this person's missions, each district below its region."""
        found = Area.objects.active().filter(
            mission__in=self.standing.missions(), level__lte=DISTRICT
        )
        tree = {area.pk: area for area in found}
        return sorted(
            tree.values(),
            key=lambda area: (tree.get(area.parent_id, area).code, area.level, area.name),
        )

    @cached_property
    def leads(self) -> list[tuple[str, str]]:
        """Who may lead in this person's missions: public id and name."""
        roles = [mission.lead_role for mission in self.standing.missions()]
        held = PostHolding.objects.filter(
            post__role__in=roles, post__organization__mission__in=self.standing.missions()
        )
        people = held.order_by().values_list("user__public_id", "user__name").distinct()
        return sorted(((str(key), name) for key, name in people), key=lambda one: one[1])

    def clean_area(self) -> str:
        code = self.cleaned_data["area"]
        if code and not any(area.code == code for area in self.areas):
            raise ValidationError(_("No such area in your mission."), code="area")
        return code

    def clean_lead(self) -> str:
        lead = self.cleaned_data["lead"]
        if lead and lead not in (ME, NOBODY) and lead not in dict(self.leads):
            raise ValidationError(_("Nobody of your mission's leads."), code="lead")
        return lead

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day lies before the first."))
        return cleaned

    def _area_choices(self) -> list[tuple[str, str]]:
        indented = [
            (area.code, area.name if area.level < DISTRICT else f"\N{EN DASH} {area.name}")
            for area in self.areas
        ]
        return [("", _("Everywhere")), *indented]

    def _lead_choices(self) -> list[tuple[str, str]]:
        return [("", _("Anybody")), (ME, _("Me")), (NOBODY, _("Nobody yet")), *self.leads]


class SaveFilterForm(forms.Form):
    """A name for the filter that is open, and whether the mission may use it."""

    name = forms.CharField(
        label=_("Name of the filter"),
        max_length=60,
        help_text=_("Never the name of a person: those it is shared with read it."),
    )
    is_shared = forms.BooleanField(label=_("Share with the mission"), required=False)

    def __init__(self, data, owner) -> None:
        super().__init__(data)
        self.owner = owner

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if SavedFilter.objects.filter(owner=self.owner, name=name).exists():
            raise ValidationError(_("You have a filter of this name already."), code="twice")
        return name


class SearchForm(forms.Form):
    """Words to look for. They are sent in a POST, so that no address and no log keeps them."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

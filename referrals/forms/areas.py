"""Where it happened: a list of districts, with those of the officer's own post first."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from actors.models import DISTRICT, Area, Mission, User
from actors.standing import standing_of
from referrals.workflow.check_rules import is_storable


def districts_of(mission: Mission):
    """The areas a report can be about, each with its region; one statement."""
    return (
        Area.objects.active()
        .filter(mission=mission, level__gte=DISTRICT)
        .with_path()
        .order_by("code")
    )


def own_areas(user: User, mission: Mission) -> frozenset[int]:
    """Keys of the areas for which the user's post is there; one statement, none without a post."""
    post = standing_of(user).filing_post(mission)
    return frozenset(post.areas.values_list("pk", flat=True)) if post else frozenset()


class DistrictSelect(forms.Select):
    """Says of each district where its centre is, for a phone that knows where it stands."""

    def create_option(self, name, value, *args, **kwargs) -> dict[str, object]:
        option = super().create_option(name, value, *args, **kwargs)
        area = getattr(value, "instance", None)
        if area and area.latitude is not None and area.longitude is not None:
            option["attrs"]["data-at"] = f"{area.latitude},{area.longitude}"
        return option


class DistrictChoices(ModelChoiceIterator):
    """All districts; those of the officer's post come first, under a heading of their own."""

    def __iter__(self) -> Iterator[tuple[object, object]]:
        yield ("", self.field.empty_label)
        own, others = self.field.districts
        groups = ((_("My area"), own), (_("Other districts"), others))
        for heading, areas in groups if own else ():
            yield (heading, [self.choice(area) for area in areas])
        if not own:
            yield from (self.choice(area) for area in others)


class AreaField(forms.ModelChoiceField):
    """Districts by their P-code, each with its region. The form calls `choose_for`."""

    iterator = DistrictChoices
    widget = DistrictSelect

    mission: Mission
    reporter: User | None = None

    def __init__(self):
        super().__init__(
            queryset=Area.objects.none(),
            to_field_name="code",
            label=_("District"),
            empty_label=_("Choose the district"),
            error_messages={
                "required": _("Choose the district where it happened."),
                "invalid_choice": _("This mission has no such area. Choose one from the list."),
            },
        )

    def choose_for(self, mission: Mission, reporter: User | None) -> None:
        """List the districts of this mission, those of the reporter's post first."""
        self.mission, self.reporter = mission, reporter
        self.queryset = districts_of(mission)
        self.initial = self.my_area

    @cached_property
    def districts(self) -> tuple[list[Area], list[Area]]:
        """The districts of the reporter's own post, and the others. Two statements."""
        keys = own_areas(self.reporter, self.mission) if self.reporter else frozenset()
        own, others = [], []
        for area in self.queryset:
            is_own = not keys.isdisjoint(above.pk for above in area.path())
            (own if is_own else others).append(area)
        return own, others

    def my_area(self) -> str | None:
        """The code of the one district of the reporter's post; None if it has none or several."""
        own, _others = self.districts
        return own[0].code if len(own) == 1 else None

    def to_python(self, value: str) -> Area | None:
        """The area with its parents, in one statement."""
        if value in self.empty_values:
            return None
        area = Area.objects.of_mission(self.mission, value) if is_storable(value) else None
        if area is None or area.level < DISTRICT:
            raise forms.ValidationError(self.error_messages["invalid_choice"], "invalid_choice")
        return area

    def label_from_instance(self, area: Area) -> str:
        return f"{area.name}, {area.parent.name}" if area.parent else area.name

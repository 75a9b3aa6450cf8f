"""The patrol incident report in a browser. It asks what policy 3.5 lists, and has no field for
what a patrol must not collect.
"""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from actors.models import Area, Mission, Organization
from referrals.models import choices as words
from referrals.workflow.checks import (
    LONGEST_NARRATIVE,
    MOST_CHILDREN,
    FilingRefused,
    check_filing,
)
from referrals.workflow.filings import FACT_DEFAULTS, Filing

_PICK = _("Choose one of the answers listed.")


def _radio(label, choices, *, initial, help_text="") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices.choices,
        initial=initial,
        required=False,
        help_text=help_text,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _PICK},
    )


def _select(label, choices, *, initial, help_text="") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices.choices,
        initial=initial,
        required=False,
        help_text=help_text,
        error_messages={"invalid_choice": _PICK},
    )


def _several(label, choices, help_text="") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices.choices,
        required=False,
        help_text=help_text,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _PICK},
    )


def _tick(label, help_text="") -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, help_text=help_text)


def _count(label) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=MOST_CHILDREN,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 0}),
        error_messages={
            "invalid": _("Write a whole number, such as 3."),
            "min_value": _("A number cannot be below 0."),
            "max_value": _("Check this number. The portal takes up to 9,999."),
        },
    )


HIGHEST_LEVEL = 2  # a district: a region says too little for whom to send


class AreaField(forms.ModelChoiceField):
    """Districts by their P-code, each with its region. The form sets `mission`."""

    mission: Mission

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

    def to_python(self, value: str) -> Area | None:
        """The area with its parents, in one statement."""
        if value in self.empty_values:
            return None
        # PostgreSQL takes no text with a null character, so no area has such a code.
        area = Area.objects.of_mission(self.mission, value) if "\0" not in value else None
        if area is None or area.level < HIGHEST_LEVEL:
            raise forms.ValidationError(self.error_messages["invalid_choice"], "invalid_choice")
        return area

    def label_from_instance(self, area: Area) -> str:
        return f"{area.name}, {area.parent.name}" if area.parent else area.name


class PartyField(forms.ModelChoiceField):
    """Organizations that can be named as the alleged party, by name."""

    def __init__(self):
        super().__init__(
            queryset=Organization.objects.none(),
            to_field_name="name",
            label=_("Which one, if known"),
            required=False,
            empty_label=_("Not known"),
            error_messages={
                "invalid_choice": _("The directory has no such party. Choose one, or “Not known”.")
            },
        )


class ReportForm(forms.Form):
    """Cleans into a `Filing` (`filing()`); cross-field checks are those of `check_filing`."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)

    violations = _several(_("Grave violations against children"), words.Violation)
    facility = _radio(_("What was attacked or used?"), words.Facility, initial="none")
    concerns = _several(_("Other concerns"), words.Concern)
    harmful_practice = _select(_("Which harmful practice?"), words.HarmfulPractice, initial="none")
    conflict_nexus = _radio(
        _("Is it linked to the conflict?"), words.ConflictNexus, initial="unknown"
    )

    area = AreaField()
    occurred_on = forms.DateField(
        label=_("Day it happened"),
        required=False,
        help_text=_("Leave it empty if you do not know."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the day as 2026-11-30.")},
    )

    boys = _count(_("Boys"))
    girls = _count(_("Girls"))
    children_unknown = _count(_("Sex not known"))
    displacement = _select(_("Are the children displaced?"), words.Displacement, initial="none")

    ongoing_threat = _tick(_("The danger continues"))
    child_still_missing = _tick(_("A child is still missing"))
    life_saving_need = _tick(_("Life-saving care is needed now"))
    imminent_harm = _tick(_("Harm is about to happen"))
    needs = _several(_("What do the children need?"), words.Need)

    perpetrator = _select(
        _("Alleged perpetrator"),
        words.Perpetrator,
        initial="unknown",
        help_text=_("What you were told or saw. You do not have to find out."),
    )
    perpetrator_org = PartyField()

    source = _select(
        _("How do you know?"),
        words.Source,
        initial="direct_observation",
        help_text=_("A category only. Never write who told you."),
    )
    patrol = _select(_("Your patrol"), words.Patrol, initial="unpol_only")
    child_contact = _tick(_("A child is with the patrol"))
    interlocutor_preference = _select(
        _("Whom does the child want to speak to?"),
        words.Interlocutor,
        initial="na",
        help_text=_("Ask only this: a woman or a man?"),
    )
    consent = forms.ChoiceField(
        label=_("Does the child or caregiver want to be contacted?"),
        choices=[
            choice for choice in words.Consent.choices if choice[0] != "best_interest_override"
        ],
        initial="not_sought",
        required=False,
        widget=forms.RadioSelect,
    )
    prior_interviews = forms.IntegerField(
        label=_("How many people have already interviewed the child?"),
        required=False,
        min_value=0,
        max_value=99,
        help_text=_("Each further interview can harm. Leave it empty if you do not know."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 0}),
    )
    risk_flags = _several(_("Risks for the child or the source"), words.RiskFlag)
    community_leader_involved = _tick(_("A community leader is involved"))
    media_attention = _tick(_("The media know of it"))
    srsg_request = _tick(_("The head of mission asked about it"))
    requested_actions = _several(
        _("Is anybody asking you to do one of these?"),
        words.RequestedAction,
        _("Tick it even if you think you may not. The portal says what you can do instead."),
    )
    narrative = forms.CharField(
        label=_("What happened, in your words"),
        required=False,
        max_length=LONGEST_NARRATIVE,
        help_text=_("No names, no addresses, no telephone numbers of children or families."),
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"max_length": _("Shorten this to 10,000 characters.")},
    )
    contains_identity = _tick(
        _("The text says who somebody is"),
        _("Then only the Child Protection Adviser reads it."),
    )
    officer_welfare_request = _tick(
        _("This was hard on me; I would like to talk to somebody"),
        _("Staff welfare calls you. They learn nothing about the report."),
    )

    def __init__(self, *args, mission: Mission, **kwargs):
        super().__init__(*args, **kwargs)
        self.mission = mission
        self.fields["area"].mission = mission
        self.fields["area"].queryset = (
            Area.objects.active()
            .filter(mission=mission, level__gte=HIGHEST_LEVEL)
            .with_path()
            .order_by("code")
        )
        self.fields["perpetrator_org"].queryset = (
            Organization.objects.active().filter(mission=mission).order_by("kind", "name")
        )

    def clean(self) -> dict[str, object]:
        """Run the checks that page and API share, and put each refusal at its field."""
        cleaned = super().clean()
        try:
            check_filing(self.filing())
        except FilingRefused as refused:
            for problem in refused.problems:
                if problem.field not in self.errors:
                    self.add_error(
                        problem.field, forms.ValidationError(problem.message, code=problem.code)
                    )
        return cleaned

    def filing(self) -> Filing:
        """The report as handed in, without the values that are wrong or missing."""
        cleaned = self.cleaned_data
        return Filing(
            uuid=cleaned.get("uuid"),
            mission=self.mission,
            area=cleaned.get("area"),
            occurred_on=cleaned.get("occurred_on"),
            boys=cleaned.get("boys") or 0,
            girls=cleaned.get("girls") or 0,
            children_unknown=cleaned.get("children_unknown") or 0,
            narrative=cleaned.get("narrative", "").strip(),
            perpetrator_org=cleaned.get("perpetrator_org"),
            facts={name: self._fact(name) for name in FACT_DEFAULTS if name in self.fields},
        )

    def _fact(self, name: str) -> object:
        """A field left empty means what the policy says an unasked question means."""
        value = self.cleaned_data.get(name)
        return FACT_DEFAULTS[name] if value in (None, "") else value


class UnfinishedReportForm(ReportForm):
    """The report while it is being written: anything may be missing, a wrong value is left out."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("uuid", "area"):
            self.fields[name].required = False

    def left_out(self) -> list[dict[str, str]]:
        """Label and message of each wrong value. What is only missing yet is not among them."""
        return [
            {"label": self[name].label, "message": messages[0]}
            for name, messages in self.errors.items()
            if not (self[name].is_hidden or self.has_error(name, "required"))
        ]

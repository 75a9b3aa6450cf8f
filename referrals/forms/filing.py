"""The patrol incident report in a browser. It asks what policy 3.5 lists, and has no field for
what a patrol must not collect.
"""

from __future__ import annotations

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from actors.harms import HELP
from actors.models import Mission, Organization, User
from referrals.forms import fields
from referrals.forms.areas import AreaField
from referrals.forms.fields import EarlierReportField, MomentField, PartyField, WordsField
from referrals.models import choices as words
from referrals.models import details
from referrals.workflow.checks import FilingRefused, check_filing
from referrals.workflow.filings import DETAIL_DEFAULTS, FACT_DEFAULTS, Filing

SEXES = (("boys", _("Boys")), ("girls", _("Girls")), ("children_unknown", _("Sex not known")))
# One number for each sex and age band, such as "boys_6_10".
AGES = [
    (sex, band.value, format_lazy("{}, {}", label, band.label))
    for sex, label in SEXES
    for band in details.AgeBand
]


class ReportForm(forms.Form):
    """Cleans into a `Filing` (`filing()`); cross-field checks are those of `check_filing`."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)

    violations = fields.helped(_("Grave violations against children"), words.Violation, HELP)
    facility = fields.radio(_("What was attacked or used?"), words.Facility, initial="none")
    concerns = fields.helped(_("Other concerns"), words.Concern, HELP)
    harmful_practice = fields.select(
        _("Which harmful practice?"), words.HarmfulPractice, initial="none"
    )
    conflict_nexus = fields.radio(
        _("Is it linked to the conflict?"), words.ConflictNexus, initial="unknown"
    )

    area = AreaField()
    latitude = fields.degrees(_("Latitude"), 90)
    longitude = fields.degrees(_("Longitude"), 180)
    precision = fields.radio(_("How near is this point?"), details.Precision, initial="kilometre")
    place_kind = fields.select(_("What kind of place?"), details.PlaceKind, initial="unknown")
    occurred_on = fields.day(_("Day it happened"), _("Leave it empty if you do not know."))
    occurred_until = fields.day(_("Last day, if it went on for days"))
    occurred_about = fields.tick(_("About then, not exactly"))
    part_of_day = fields.select(_("Part of the day"), details.PartOfDay, initial="unknown")
    learned_on = fields.day(_("Day you learned of it"))

    boys = fields.count(_("Boys"))
    girls = fields.count(_("Girls"))
    children_unknown = fields.count(_("Sex not known"))
    children_estimated = fields.tick(_("These numbers are estimated"))
    displacement = fields.select(
        _("Are the children displaced?"), words.Displacement, initial="none"
    )

    ongoing_threat = fields.tick(_("The danger continues"))
    child_still_missing = fields.tick(_("A child is still missing"))
    life_saving_need = fields.tick(_("Life-saving care is needed now"))
    imminent_harm = fields.tick(_("Harm is about to happen"))
    needs = fields.several(_("What do the children need?"), words.Need)

    perpetrator = fields.select(
        _("Alleged perpetrator"),
        words.Perpetrator,
        initial="unknown",
        help_text=_("What you were told or saw. You do not have to find out."),
    )
    perpetrator_org = PartyField()

    source = fields.select(
        _("How do you know?"),
        words.Source,
        initial="direct_observation",
        help_text=_("A category only. Never write who told you."),
    )
    source_type = fields.select(_("In which form?"), details.SourceType, initial="unknown")
    patrol = fields.select(_("Your patrol"), words.Patrol, initial="unpol_only")
    present = fields.several(_("Who was with the patrol?"), details.Present)
    child_contact = fields.tick(_("A child is with the patrol"))
    interlocutor_preference = fields.select(
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
        error_messages={"invalid_choice": fields.PICK},
    )
    prior_interviews = forms.IntegerField(
        label=_("How many people have already interviewed the child?"),
        required=False,
        min_value=0,
        max_value=99,
        help_text=_("Each further interview can harm. Leave it empty if you do not know."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 0}),
        error_messages=fields.whole_number(99),
    )
    spoke_with = fields.several(
        _("Who has spoken with the child about it already?"),
        details.SpokeWith,
        _("As far as you know. Do not ask the child."),
    )
    safe_contact = WordsField(
        label=_("How can the adviser reach an adult the child trusts?"),
        help_text=_(
            "Only if it is safe. Only the adviser reads it; it is shown until triage ends."
        ),
        widget=forms.Textarea(attrs={"rows": 2, "data-identity": True}),
    )
    actions = fields.several(_("What has the patrol done already?"), details.Action)
    briefed = fields.several(_("Whom have you told by word of mouth?"), details.Briefed)
    briefed_at = MomentField(
        label=_("When?"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Write day and time as 2026-11-30 14:05.")},
    )
    risk_flags = fields.several(_("Risks for the child or the source"), words.RiskFlag)
    community_leader_involved = fields.tick(_("A community leader is involved"))
    media_attention = fields.tick(_("The media know of it"))
    srsg_request = fields.tick(_("The head of mission asked about it"))
    requested_actions = fields.several(
        _("Is anybody asking you to do one of these?"),
        words.RequestedAction,
        _("Tick it even if you think you may not. The portal says what you can do instead."),
    )
    narrative = WordsField(
        label=_("What happened, in your words"),
        help_text=_("No names, no addresses, no telephone numbers of children or families."),
        widget=forms.Textarea(attrs={"rows": 5, "data-identity": True}),
    )
    contains_identity = fields.tick(
        _("The text says who somebody is"),
        _("Then only the Child Protection Adviser reads it."),
    )
    adds_to = EarlierReportField()
    officer_welfare_request = fields.tick(
        _("This was hard on me; I would like to talk to somebody"),
        _("Staff welfare calls you. They learn nothing about the report."),
    )

    def __init__(self, *args, mission: Mission, reporter: User | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.mission = mission
        for sex, band, label in AGES:
            self.fields[f"{sex}_{band}"] = fields.count(label)
        if "adds_to" in self.fields:
            self.fields["adds_to"].reporter = reporter
        self.fields["area"].choose_for(mission, reporter)
        if "briefed_at" in self.fields:
            self.fields["briefed_at"].zone = mission.zone
        self.fields["perpetrator_org"].queryset = (
            Organization.objects.active().filter(mission=mission).order_by("kind", "name")
        )

    def ages(self) -> list[dict[str, object]]:
        """For each sex its name, label and, by the label of the age band, its fields."""
        return [
            {
                "sex": sex,
                "label": label,
                "bands": [(band.label, self[f"{sex}_{band}"]) for band in details.AgeBand],
            }
            for sex, label in SEXES
        ]

    def has_wrong_age(self) -> bool:
        """Some number of an age band was refused."""
        return any(f"{sex}_{band}" in self.errors for sex, band, _label in AGES)

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
            occurred_until=cleaned.get("occurred_until"),
            learned_on=cleaned.get("learned_on"),
            latitude=cleaned.get("latitude"),
            longitude=cleaned.get("longitude"),
            boys=cleaned.get("boys") or 0,
            girls=cleaned.get("girls") or 0,
            children_unknown=cleaned.get("children_unknown") or 0,
            narrative=cleaned.get("narrative", ""),
            safe_contact=cleaned.get("safe_contact", ""),
            perpetrator_org=cleaned.get("perpetrator_org"),
            adds_to=cleaned.get("adds_to"),
            facts={name: self._fact(name) for name in FACT_DEFAULTS if name in self.fields},
            details=self._details(),
        )

    def _details(self) -> dict[str, object]:
        cleaned = self.cleaned_data
        briefed_at = cleaned.get("briefed_at")
        stated = {name: cleaned.get(name) for name in DETAIL_DEFAULTS if name in self.fields}
        stated |= {
            "ages": self._ages(),
            "briefed_at": briefed_at.isoformat() if briefed_at else None,
            "precision": stated.get("precision") if cleaned.get("latitude") is not None else None,
        }
        return {
            name: default if stated.get(name) in (None, "") else stated[name]
            for name, default in DETAIL_DEFAULTS.items()
        }

    def _ages(self) -> dict[str, dict[str, int]]:
        """Only what was stated: {sex: {age band: number above 0}}."""
        ages: dict[str, dict[str, int]] = {}
        for sex, band, _label in AGES:
            if number := self.cleaned_data.get(f"{sex}_{band}"):
                ages.setdefault(sex, {})[band] = number
        return ages

    def _fact(self, name: str) -> object:
        """A field left empty means what the policy says an unasked question means."""
        value = self.cleaned_data.get(name)
        return FACT_DEFAULTS[name] if value in (None, "") else value


SEVERAL = frozenset(
    name
    for name, field in ReportForm.base_fields.items()
    if isinstance(field, forms.MultipleChoiceField)
)


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

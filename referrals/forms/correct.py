"""The facts of a report as known now, to be corrected."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from actors.harms import HELP
from actors.models import Organization
from referrals.forms import fields
from referrals.forms.fields import PartyField
from referrals.models import Report
from referrals.models import choices as words
from referrals.workflow import correcting
from referrals.workflow.corrected_facts import CORRECTABLE, COUNTS, DAYS, known_now
from referrals.workflow.overriding import SHORTEST_REASON

_SECTIONS = (
    (
        _("What happened"),
        ("violations", "facility", "concerns", "harmful_practice", "conflict_nexus"),
    ),
    (_("When"), ("occurred_on", "occurred_until", "hours_since_incident")),
    (_("The children"), ("boys", "girls", "children_unknown", "displacement")),
    (
        _("Danger now"),
        ("ongoing_threat", "child_still_missing", "life_saving_need", "imminent_harm"),
    ),
    (_("Who may be responsible"), ("perpetrator", "perpetrator_org")),
    (_("Help and agreement"), ("needs", "consent", "consent_scope", "prior_interviews")),
    (_("How it is known"), ("source", "media_attention")),
)

_ALWAYS_ONE = (
    "facility",
    "harmful_practice",
    "conflict_nexus",
    "perpetrator",
    "displacement",
    "consent",
    "consent_scope",
    "source",
)


class CorrectionForm(forms.Form):
    """Begins with what is known now (`Report.current_facts`); the workflow checks it again."""

    violations = fields.helped(_("Grave violations against children"), words.Violation, HELP)
    facility = fields.radio(_("What was attacked or used?"), words.Facility, initial="none")
    concerns = fields.helped(_("Other concerns"), words.Concern, HELP)
    harmful_practice = fields.select(
        _("Which harmful practice?"), words.HarmfulPractice, initial="none"
    )
    conflict_nexus = fields.radio(
        _("Is it linked to the conflict?"), words.ConflictNexus, initial="unknown"
    )
    occurred_on = fields.day(_("Day it happened"))
    occurred_until = fields.day(_("Last day, if it went on for days"))
    hours_since_incident = forms.IntegerField(
        label=_("Hours from the incident to the report"),
        help_text=_("Worked out from the day where you leave it as it is."),
        required=False,
        min_value=0,
        max_value=999_999,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 0}),
        error_messages=fields.whole_number(999_999),
    )
    boys = fields.count(_("Boys"))
    girls = fields.count(_("Girls"))
    children_unknown = fields.count(_("Sex not known"))
    displacement = fields.select(
        _("Are the children displaced?"), words.Displacement, initial="none"
    )
    ongoing_threat = fields.tick(_("The danger continues"))
    child_still_missing = fields.tick(_("A child is still missing"))
    life_saving_need = fields.tick(_("Life-saving care is needed now"))
    imminent_harm = fields.tick(_("Harm is about to happen"))
    perpetrator = fields.select(
        _("Alleged perpetrator"),
        words.Perpetrator,
        initial="unknown",
        help_text=_(
            "UN personnel or an aid worker hands the report to the conduct channel: you and all "
            "others lose it, and there is no way back."
        ),
    )
    perpetrator_org = PartyField()
    needs = fields.several(_("What do the children need?"), words.Need)
    consent = forms.ChoiceField(
        label=_("Does the child or caregiver want to be contacted?"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": fields.PICK},
    )
    consent_scope = forms.MultipleChoiceField(
        label=_("What was agreed to?"),
        choices=[("all", _("Everything")), *words.Need.choices],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": fields.PICK},
    )
    prior_interviews = forms.IntegerField(
        label=_("How many people have already interviewed the child?"),
        required=False,
        min_value=0,
        max_value=99,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 0}),
        error_messages=fields.whole_number(99),
    )
    source = fields.select(_("How is it known?"), words.Source, initial="witness")
    media_attention = fields.tick(_("The media know of it"))
    reason = forms.CharField(
        label=_("How do you know that it was otherwise?"),
        help_text=_(
            "At least one sentence, without names. It is kept with your name beside the record."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        min_length=SHORTEST_REASON,
        max_length=2000,
        error_messages={
            "required": correcting.REASON_MISSING,
            "min_length": correcting.REASON_MISSING,
        },
    )
    # What this person was shown; another one is shown again and not applied.
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args, report: Report, **kwargs):
        self.report = report
        initial = known_now(report) | {name: getattr(report, name) for name in DAYS}
        initial["perpetrator_org"] = report.perpetrator_org and report.perpetrator_org.name
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["perpetrator_org"].queryset = (
            Organization.objects.active().filter(mission=report.mission).order_by("kind", "name")
        )
        # What would change may be looked at before there is a reason.
        self.fields["reason"].required = "apply" in self.data
        stated = initial["consent"]
        # A best-interest decision is made where the guard is set aside.
        self.fields["consent"].choices = [
            choice
            for choice in words.Consent.choices
            if choice[0] in (stated, *words.Consent.values[:3])
        ]

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Headings and their fields, in the order of the page."""
        return [(title, [self[name] for name in names]) for title, names in _SECTIONS]

    def facts(self) -> dict[str, object]:
        """The facts as typed; a choice that was not sent stays as known. After `is_valid()`."""
        typed = {name: self.cleaned_data[name] for name in CORRECTABLE}
        numbers = {name: typed[name] or 0 for name in (*COUNTS, "prior_interviews")}
        chosen = {name: typed[name] or self.initial[name] for name in _ALWAYS_ONE}
        return typed | numbers | chosen

    def refuse(self, field: str, message: str) -> None:
        """Put a refusal at its field; what is not asked here goes to the top."""
        self.add_error(field if field in self.fields else None, message)

"""The short form for misconduct (policy 2.7): what the conduct channel needs to begin, no more."""

from __future__ import annotations

from dataclasses import replace

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from actors.harms import HARMS
from actors.models import OrganizationKind
from referrals.forms import fields
from referrals.forms.filing import ReportForm
from referrals.models.choices import CONFIDED, Concern, Violation
from referrals.workflow.filings import Filing

OTHER = "other"
# In few words what is told of most; another kind is taken over from the long form.
KINDS = [
    (Violation.SEXUAL_VIOLENCE.value, _("Sexual exploitation or abuse")),
    (Violation.KILLING_MAIMING.value, _("A child was killed or badly hurt")),
    (Concern.TRAFFICKING.value, _("A child was sold or taken away")),
    (Concern.CHILD_LABOUR.value, _("A child is made to work")),
    (Concern.CHILD_DETAINED.value, _("A child is locked up")),
    (Violation.DENIAL_HUMANITARIAN_ACCESS.value, _("Aid is kept from children")),
    (OTHER, _("Something else")),
]
# Whose people it can be about.
EMPLOYERS = (
    OrganizationKind.CONTINGENT,
    OrganizationKind.MISSION_COMPONENT,
    OrganizationKind.UN_ENTITY,
    OrganizationKind.NGO_INTERNATIONAL,
    OrganizationKind.NGO_NATIONAL,
    OrganizationKind.RED_CROSS,
)
ASKED = (
    "uuid",
    "perpetrator",
    "perpetrator_org",
    "kinds",
    "area",
    "occurred_on",
    "boys",
    "girls",
    "children_unknown",
    "life_saving_need",
    "imminent_harm",
    "needs",
    "consent",
    "narrative",
)


class ConfidenceForm(ReportForm):
    """Asks `ASKED`. What else was typed in the long form is taken along and not asked again."""

    violations = concerns = adds_to = None  # `kinds` asks for both

    perpetrator = forms.ChoiceField(
        label=_("Whom is it about?"),
        choices=[(code.value, code.label) for code in CONFIDED],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one: it decides who may read this.")},
    )
    kinds = forms.MultipleChoiceField(
        label=_("What is it about?"),
        choices=KINDS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one, or “Something else”."),
            "invalid_choice": _("Choose one of the answers listed."),
        },
    )
    occurred_on = fields.day(_("When?"), _("Leave it empty if you do not know."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        party = self.fields["perpetrator_org"]
        party.label = _("Of which organization, if you know")
        party.queryset = party.queryset.filter(kind__in=EMPLOYERS)
        self.fields["kinds"].choices = KINDS + self._kinds_taken_over()
        self.fields["narrative"].label = _("In your own words")
        self.fields["narrative"].help_text = _(
            "What you saw or were told. You need no proof, and you need not find out more. "
            "No names of children or families."
        )

    def asked(self) -> list[forms.BoundField]:
        """The questions in their order, without the id."""
        return [self[name] for name in ASKED[1:]]

    def taken_along(self, typed: QueryDict) -> list[tuple[str, str]]:
        """What was typed elsewhere and is handed in with the rest: (name, value).

        A value that was refused is left out: nobody could mend it here.
        """
        return [
            (name, value)
            for name in typed
            if name in self.fields and name not in ASKED and name not in self.errors
            for value in typed.getlist(name)
            if value
        ]

    def add_error(self, field: str | None, error) -> None:
        """Put a refusal where it is asked here; what is not asked goes to the top."""
        if field in ("violations", "concerns"):
            field = "kinds"
        elif field is not None and field not in self.fields:
            field = None
        super().add_error(field, error)

    def clean(self) -> dict[str, object]:
        """As the long form; “something else” needs a word of what."""
        if self.cleaned_data.get("kinds") == [OTHER] and not self.cleaned_data.get("narrative"):
            self.add_error("narrative", _("Say in a few words what it is."))
        return super().clean()

    def filing(self) -> Filing:
        """As the long form's, with the kinds as violations and concerns."""
        filing, kinds = super().filing(), self.cleaned_data.get("kinds", ())
        said = {
            "violations": [code for code in kinds if code in Violation.values],
            "concerns": [code for code in kinds if code in Concern.values],
        }
        return replace(filing, facts=filing.facts | said)

    def _kinds_taken_over(self) -> list[tuple[str, str]]:
        here = {code for code, _label in KINDS}
        chosen = self["kinds"].value() or ()
        return [(code, label) for code, label in HARMS if code in chosen and code not in here]


def kinds_of(typed: QueryDict) -> list[str]:
    """The kinds as chosen in either form."""
    return [code for name in ("kinds", "violations", "concerns") for code in typed.getlist(name)]

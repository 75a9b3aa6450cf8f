"""What somebody states when working on a report; each form has what its verb asks for."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from actors.harms import HARMS
from actors.models import User
from referrals.models import Report
from referrals.models.reasons import (
    CloseReason,
    Interviewer,
    PocPhase,
    VerificationStage,
    VerificationStatus,
)
from referrals.permissions import verifiable_stages
from referrals.workflow.open_ends import open_ends_of
from referrals.workflow.reasons import LONGEST
from referrals.workflow.recording import verifiable_in


class SeenField(forms.DateTimeField):
    """When the page was shown, whatever zone it is read in."""

    widget = forms.HiddenInput

    def prepare_value(self, value: object) -> object:
        return value.isoformat() if isinstance(value, datetime) else value


class WorkForm(forms.Form):
    """`cleaned_data` are the arguments of the verb. Ids begin with `prefix_of_ids`, since a page
    has several of these forms.
    """

    prefix_of_ids = "work"

    def __init__(self, data: object = None, *, report: Report, user: User):
        super().__init__(data, auto_id=f"{self.prefix_of_ids}_%s")
        self.report, self.user = report, user
        self.prepare()

    def prepare(self) -> None:
        """Set what depends on the report and on who works on it."""


def _words(label: object, missing: object, **more: object) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "autocomplete": "off"}),
        error_messages={"required": missing},
        **more,
    )


def _choice(label: object, choices: object, missing: object) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": missing, "invalid_choice": missing},
    )


def _day(label: object, **more: object) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    invalid = _("Write the day as year-month-day, such as 2026-05-03.")
    return forms.DateField(
        label=label,
        widget=widget,
        error_messages={"invalid": invalid, **more.pop("said", {})},
        **more,
    )


class FollowUpForm(WorkForm):
    prefix_of_ids = "follow"


class UnmergeForm(WorkForm):
    prefix_of_ids = "unmerge"


class CloseForm(WorkForm):
    prefix_of_ids = "close"

    reason = _choice(_("Why is it closed?"), CloseReason.choices, _("Choose why it is closed."))
    words = _words(
        _("How did it end?"),
        _("Write in one sentence how it ended."),
        help_text=_("One sentence. Kept with your name. No name of a child or source."),
    )
    although = forms.BooleanField(label=_("Close it although this is open"), required=False)

    def prepare(self) -> None:
        """Ask only where something is open, and say what."""
        field, ends = self.fields["although"], open_ends_of(self.report)
        if ends:
            said = _("Still open: %(ends)s. Nobody is reminded of it once the report is closed.")
            field.help_text = said % {"ends": escape(ends.words())}
        else:
            field.widget = forms.HiddenInput()


class ReopenForm(WorkForm):
    prefix_of_ids = "reopen"

    words = _words(
        _("Why is it opened again?"),
        _("Write why it is opened again."),
        help_text=_("One sentence. Kept with your name. No name of a child or source."),
    )


class PhaseForm(WorkForm):
    prefix_of_ids = "phase"

    phase = _choice(_("Phase now"), PocPhase.choices, _("Choose the phase."))
    was = forms.CharField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        self.fields["was"].initial = self.report.poc_phase


class MergeForm(WorkForm):
    prefix_of_ids = "merge"

    master = forms.CharField(
        label=_("Reference of the other report"),
        help_text=_("The one on which the work goes on."),
        max_length=32,
        required=False,  # the workflow says what is missing, with an example
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class InterviewForm(WorkForm):
    prefix_of_ids = "interview"

    interviewer = _choice(
        _("Who has spoken to the child?"), Interviewer.choices, _("Choose who spoke to the child.")
    )
    held_on = _day(_("Day, if known"), required=False)
    seen_at = SeenField(initial=timezone.now)

    def prepare(self) -> None:
        _not_after_today(self.fields["held_on"], self.report)


class VerificationForm(WorkForm):
    prefix_of_ids = "verification"

    violation = forms.ChoiceField(
        label=_("Violation"),
        error_messages={
            "required": _("Choose the violation."),
            "invalid_choice": _("Choose the violation."),
        },
    )
    stage = _choice(_("Who decided?"), (), _("Choose one of the stages you may record."))
    status = _choice(_("What was found?"), VerificationStatus.choices, _("Choose what was found."))
    decided_on = _day(
        _("Day of the decision"), said={"required": _("Write the day of the decision.")}
    )
    note = _words(_("Note"), "", required=False, help_text=_("Read only with full access."))
    seen_at = SeenField(initial=timezone.now)

    def prepare(self) -> None:
        stages = verifiable_stages(self.user, self.report)
        codes = verifiable_in(self.report)
        # Of several none is chosen beforehand, so that nobody records on the wrong one.
        nothing = [("", _("Choose the violation"))] if len(codes) > 1 else []
        self.fields["violation"].choices = [
            *nothing,
            *((code, words) for code, words in HARMS if code in codes),
        ]
        self.fields["stage"].choices = [
            (value, label) for value, label in VerificationStage.choices if value in stages
        ]
        _not_after_today(self.fields["decided_on"], self.report)


def _not_after_today(field: forms.DateField, report: Report) -> None:
    today = timezone.now().astimezone(report.mission.zone).date()
    field.widget.attrs["max"] = today.isoformat()

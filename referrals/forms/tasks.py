"""What the CP lead asks of somebody, and what came of it."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from referrals.models import Report
from referrals.policy_words import role_label
from referrals.workflow.task_kinds import KINDS
from referrals.workflow.tasking import LONGEST, may_own


def moment_field(label, *, required: bool = False) -> forms.DateTimeField:
    """A moment in the current time zone, as the page's own picker writes it."""
    return forms.DateTimeField(
        label=label,
        required=required,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={
            "required": _("Say until when."),
            "invalid": _("Write the moment as 2026-11-30 14:00."),
        },
    )


class TaskForm(forms.Form):
    """What, of whom, until when. On offer is only what those who were told may be asked."""

    asked = forms.ChoiceField(
        label=_("What is to be done, and by whom?"),
        help_text=_(
            "Only who was told of this report can be asked. The military may only alert, "
            "secure, escort and facilitate."
        ),
        error_messages={
            "required": _("Choose what is to be done."),
            "invalid_choice": _("They cannot be asked for this. Choose from the list."),
        },
    )
    due_at = moment_field(_("Until when?"), required=True)

    def __init__(self, *args, report: Report, **kwargs):
        kwargs.setdefault("initial", {"due_at": _later(timezone.now())})
        super().__init__(*args, **kwargs)
        groups = [(kind.label, _owners(report, kind.code)) for kind in KINDS.values()]
        self.fields["asked"].choices = [("", _("Choose")), *(g for g in groups if g[1])]

    def asked_of(self) -> dict[str, object]:
        """Arguments of `open_task`. Call after `is_valid()`."""
        code, owner = self.cleaned_data["asked"].split(":")
        return {"code": code, "owner": owner, "due_at": self.cleaned_data["due_at"]}


class EndForm(forms.Form):
    """What came of a task, or why it is not needed any more."""

    outcome = forms.CharField(
        label=_("What was done, or why is it not needed any more?"),
        help_text=_("No names: everybody in the planning cell reads it."),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "autocomplete": "off"}),
    )


def _owners(report: Report, code: str) -> list[tuple[str, str]]:
    found = {referral.role: None for referral in may_own(report, code) if referral.post_id}
    return [(f"{code}:{role}", role_label(role)) for role in found]


def _later(now):
    """Four hours from now, to the minute."""
    return (now + timedelta(hours=4)).replace(second=0, microsecond=0)

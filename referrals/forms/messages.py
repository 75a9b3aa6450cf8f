"""One sentence more about a report: asked by the CP lead, or added by its reporter."""

from __future__ import annotations

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from referrals.workflow.asking import LONGEST


class MessageForm(forms.Form):
    """Words and the id under which they are sent, so that sending twice is one message."""

    text = forms.CharField(
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto", "autocomplete": "off"}),
        error_messages={"required": _("Write something first.")},
    )
    uuid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class QuestionForm(MessageForm):
    """What the CP lead asks the officer."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Ask the officer who reported")
        self.fields["text"].help_text = _(
            "Ask for what is missing only. Never ask an officer to interview a child. "
            "Write no name: it is read on a phone."
        )


class AdditionForm(MessageForm):
    """What the reporter answers or adds unasked."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Add information")
        self.fields["text"].help_text = _(
            "What you saw or were told since, or your answer. Do not go back to ask anybody. "
            "No names, telephone numbers or addresses."
        )

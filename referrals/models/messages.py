"""What officers and the CP lead say to each other about a report, and an officer's own call."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from actors.models import Mission, Post
from referrals.models.reports import Report


class MessageKind(models.TextChoices):
    QUESTION = "question", _("Question of the adviser")
    ADDITION = "addition", _("Added by the officer")
    NOTE = "note", _("Note of a recipient")


class ReportMessage(models.Model):
    """One sentence more about a report. A report never changes; this stands beside it.

    `uuid` is made by the client, so that sending it twice is one message. An addition in which
    somebody can be recognised is `is_restricted`: the CP lead and its author alone read it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=12, choices=MessageKind)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(_("text"))
    is_restricted = models.BooleanField(default=False)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("message about a report")
        verbose_name_plural = _("messages about reports")
        constraints = [
            models.UniqueConstraint(fields=["author", "uuid"], name="report_message_sent_once")
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class WelfareRequest(models.Model):
    """An officer wishes to talk to Staff Welfare. It names no report (UNPOL module 5, CS3)."""

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    mission = models.ForeignKey(Mission, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("wish to talk to Staff Welfare")
        verbose_name_plural = _("wishes to talk to Staff Welfare")
        constraints = [
            models.UniqueConstraint(fields=["officer", "uuid"], name="welfare_asked_once")
        ]

    def __str__(self) -> str:
        return str(self.uuid)

"""Mails about the directory itself: the weekly count of gaps, a handover that waits.

They carry no case and no name, so they have a queue of their own beside the outbox of reports.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DirectoryMailKind(models.TextChoices):
    GAPS = "gaps", _("Weekly gaps")
    HANDOVER = "handover", _("Handover to confirm")


class DirectoryMail(models.Model):
    """One mail to one person; the row is the mail until it is sent."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=DirectoryMailKind)
    # What makes it one: the week, or the handover.
    key = models.CharField(max_length=40)
    number = models.PositiveIntegerField(default=0)
    path = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    next_at = models.DateTimeField(auto_now_add=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["next_at"]
        verbose_name = _("mail about the directory")
        verbose_name_plural = _("mails about the directory")
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "key"], name="directory_mail_once")
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(sent_at=None), name="directory_mail_due")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.key}"

"""A guard set aside for one report by the child protection lead (policy 2.6)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from referrals.models.reports import Report


class GuardOverride(models.Model):
    """Who set which guard aside, and why. Kept for ever: the database refuses to change it.

    `facts` are what the lead stated with it, in the policy's words: the category of the alleged
    perpetrator for UNKNOWN_PERP_HOLD. The report as filed stays as it is.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="overrides")
    guard = models.CharField(max_length=40)
    reason = models.TextField(_("reason"))
    facts = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("guard set aside")
        verbose_name_plural = _("guards set aside")
        constraints = [
            models.UniqueConstraint(fields=["report", "guard"], name="guard_set_aside_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="keep_override", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.report}: {self.guard}"

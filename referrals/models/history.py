"""The append-only story of a report, and explicit shares of it."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase

from referrals.models.choices import Redaction
from referrals.models.referrals import Referral
from referrals.models.reports import Report


class Verb(models.TextChoices):
    """What can happen to a report."""

    FILED = "filed", _("Report filed")
    ROUTED = "routed", _("Recipients worked out")
    ROUTING_FAILED = "routing_failed", _("Recipients could not be worked out")
    TOLD = "told", _("To be told at once")
    PROPOSED = "proposed", _("Proposed")
    OPENED = "opened", _("Opened")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    FORWARDED = "forwarded", _("Forwarded")
    RELEASED = "released", _("Released")
    WITHHELD = "withheld", _("Not released")
    SENT = "sent", _("Notice handed to the mail server")
    UNDELIVERED = "undelivered", _("Notice could not be delivered")
    SHARED = "shared", _("Shared")
    OVERRIDDEN = "overridden", _("Guard set aside")
    REROUTED = "rerouted", _("Recipients worked out again")
    HANDED_OVER = "handed_over", _("Handed over")
    ASKED = "asked", _("The officer was asked to add something")
    ADDED = "added", _("The officer added something")
    LINKED = "linked", _("Linked to an earlier report")
    # From the desk (policy 2.8, 2.9).
    HELD = "held", _("Held")
    REVOKED = "revoked", _("Taken back")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    STARTED = "started", _("Begun")
    FINISHED = "finished", _("Done")
    EXPIRED = "expired", _("Ended without an answer")
    NOTED = "noted", _("Noted")
    CORRECTED = "corrected", _("Facts corrected")
    PHASE_SET = "phase_set", _("Phase of protection set")
    INTERVIEW_NOTED = "interview_noted", _("An earlier interview was noted")
    VERIFICATION_SET = "verification_set", _("Verification recorded")
    FOLLOWED_UP = "followed_up", _("Follow-up begun")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Opened again")
    MERGED = "merged", _("Linked as the same incident")
    UNMERGED = "unmerged", _("No longer linked")
    DIVERTED = "diverted", _("Handed to the conduct channel")
    ESCALATED = "escalated", _("Escalated")
    TASK_OPENED = "task_opened", _("Task opened")
    TASK_ENDED = "task_ended", _("Task ended")
    PLAN_SUBMITTED = "plan_submitted", _("Plan submitted for decision")
    PLAN_DECIDED = "plan_decided", _("Plan decided")
    LINK_OPENED = "link_opened", _("Opened by a partner's link")


class HistoryEntry(models.Model):
    """One thing that happened. The database itself refuses to change or delete it."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="history")
    referral = models.ForeignKey(Referral, models.PROTECT, null=True, related_name="history")
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=16, choices=Verb)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("history entry")
        verbose_name_plural = _("history")
        indexes = [models.Index(fields=["report", "at", "id"], name="history_of_report")]
        constraints = [
            # The first time somebody opens a report is part of its story; one row each.
            models.UniqueConstraint(
                fields=["report", "actor"],
                condition=models.Q(verb="opened"),
                name="history_opened_once_each",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.report}: {self.verb}"


class ReportShare(GroupObjectPermissionBase):
    """An explicit share of one report to one organization's group (django-guardian).

    For exceptions only: what follows from posts is derived in `ReportQuerySet.visible_to`.
    Never honoured on the misconduct track or for an implicated organization.
    """

    content_object = models.ForeignKey(Report, models.CASCADE, related_name="shares")
    redaction = models.CharField(max_length=4, choices=Redaction, default=Redaction.RD2)
    reason = models.TextField(_("reason"))
    shared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    shared_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("ends"))

    class Meta(GroupObjectPermissionBase.Meta):
        verbose_name = _("share")
        verbose_name_plural = _("shares")

"""One recipient of one report, and what each is told."""

import secrets
import uuid
from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.utils.translation import gettext_lazy as _

from actors.models import Channel, Contact, Organization, Post
from actors.roles import Role
from referrals.models.choices import Gate, Priority, Redaction, ReferralKind
from referrals.models.messages import ReportMessage, WelfareRequest
from referrals.models.reasons import DeclineReason, HoldReason
from referrals.models.reports import Report
from referrals.querysets import NotificationQuerySet, ReferralQuerySet
from referrals.statuses import NotificationStatus, ReferralStatus

# No letters or digits that are misread over the radio (0/O, 1/I/L, 5/S, 8/B).
NOTICE_ALPHABET = "ACDEFGHJKMNPQRTUVWXYZ234679"


# What may wait behind a notice: exactly one of these is set.
BEHIND = ("referral", "message", "welfare", "task", "escalation")


def _exactly_one(names: tuple[str, ...]) -> Q:
    only = [{f"{each}__isnull": each != name for each in names} for name in names]
    return reduce(or_, (Q(**each) for each in only))


def new_notice_code() -> str:
    """An opaque code of 39 random bits that says nothing of the report, such as K7QF-29XM."""
    code = "".join(secrets.choice(NOTICE_ALPHABET) for _step in range(8))
    return f"{code[:4]}-{code[4:]}"


class Referral(models.Model):
    """One recipient: why they are one (rule, reason, source), and how far it has come."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    report = models.ForeignKey(Report, models.PROTECT, related_name="referrals")
    position = models.PositiveSmallIntegerField(default=0)
    role = models.CharField(_("role"), max_length=32, choices=Role)
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="referrals"
    )
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="referrals")
    is_gap = models.BooleanField(_("nobody found, so the CP lead was told instead"), default=False)
    kind = models.CharField(max_length=12, choices=ReferralKind)
    gate = models.CharField(max_length=16, choices=Gate, default=Gate.NONE)
    redaction = models.CharField(max_length=4, choices=Redaction)
    via = models.CharField(max_length=16, blank=True)
    assigned = models.CharField(max_length=16, blank=True)
    rule = models.CharField(max_length=40)
    reason = models.TextField()
    source = models.CharField(max_length=200)

    status = models.CharField(
        _("status"), max_length=16, choices=ReferralStatus, default=ReferralStatus.PROPOSED
    )
    due_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    release_reason = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    held_for = models.CharField(_("held for"), max_length=16, choices=HoldReason, blank=True)
    # What the recipient answered; without `answered_by` it came by a partner's link.
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    declined_for = models.CharField(
        _("declined for"), max_length=20, choices=DeclineReason, blank=True
    )

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ["report", "position"]
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        constraints = [
            # By role, not by kind: two roles of one organization (the adviser and the senior
            # adviser) are two recipients with two levels of redaction.
            models.UniqueConstraint(fields=["report", "role"], name="referral_once_per_role"),
        ]
        indexes = [
            models.Index(fields=["post", "status", "report"], name="referral_of_post"),
            models.Index(
                fields=["due_at"],
                condition=Q(gate=Gate.CPFP_FORWARD, status__in=["proposed", "held"]),
                name="referral_to_forward",
            ),
            models.Index(
                fields=["post", "due_at"],
                condition=Q(kind="action", status__in=["released", "sent"]),
                name="referral_unanswered",
            ),
            models.Index(
                fields=["report", "due_at"],
                condition=Q(status__in=["proposed", "held"]),
                name="referral_undecided",
            ),
            models.Index(
                fields=["report"],
                condition=Q(
                    kind="referral",
                    status__in=["released", "sent", "acknowledged"],
                    answered_at=None,
                ),
                name="referral_with_partner",
            ),
            # Who may open a report, from the report's side: every list asks it of every row.
            models.Index(
                fields=["report", "post"], include=["status", "redaction"], name="referral_opens"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report}: {self.get_role_display()}"


class Notification(models.Model):
    """The outbox: one message to one contact. The row is the message; Celery carries its id.

    Times are the database's. A worker owns the row while its `lease_token` stands.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # What waits behind the notice, exactly one of them (`BEHIND`).
    referral = models.ForeignKey(Referral, models.PROTECT, null=True, related_name="notifications")
    message = models.ForeignKey(
        ReportMessage, models.PROTECT, null=True, related_name="notifications"
    )
    welfare = models.ForeignKey(
        WelfareRequest, models.PROTECT, null=True, related_name="notifications"
    )
    task = models.ForeignKey(
        "referrals.Task", models.PROTECT, null=True, related_name="notifications"
    )
    escalation = models.ForeignKey(
        "referrals.Escalation", models.PROTECT, null=True, related_name="notifications"
    )
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="notifications")
    step = models.CharField(max_length=16, default="told")
    channel = models.CharField(max_length=8, choices=Channel)
    address = models.CharField(max_length=254)
    language = models.CharField(max_length=8, default="en")
    code = models.CharField(
        _("notice code"), max_length=12, unique=True, default=new_notice_code, editable=False
    )
    priority = models.CharField(max_length=12, choices=Priority)

    status = models.CharField(
        _("status"), max_length=8, choices=NotificationStatus, default=NotificationStatus.PENDING
    )
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    crashes = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    failure = models.CharField(_("why it failed"), max_length=24, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "step", "channel", "address"], name="notification_once"
            ),
            models.UniqueConstraint(
                fields=["message", "channel", "address"], name="notification_once_per_message"
            ),
            models.UniqueConstraint(
                fields=["welfare", "channel", "address"], name="notification_once_per_welfare"
            ),
            models.UniqueConstraint(
                fields=["task", "step", "channel", "address"], name="notification_once_per_task"
            ),
            models.UniqueConstraint(
                fields=["escalation", "channel", "address"],
                name="notification_once_per_escalation",
            ),
            models.CheckConstraint(
                condition=_exactly_one(BEHIND),
                name="notification_of_one_thing",
            ),
        ]
        indexes = [
            models.Index(
                ExpressionWrapper(
                    Q(priority="emergency"), output_field=models.BooleanField()
                ).desc(),
                F("next_at"),
                condition=Q(status__in=["pending", "leased"]),
                name="notification_due",
            ),
            models.Index(F("id"), condition=Q(status="dead"), name="notification_dead"),
        ]

    def __str__(self) -> str:
        return self.code

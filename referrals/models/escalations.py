"""Who was told that somebody did not answer in time (policy 2.8)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from actors.models import Post
from actors.roles import Role
from actors.standing import Standing
from referrals.models.referrals import Referral
from referrals.models.reports import Report
from referrals.models.tasks import Task, TaskStatus
from referrals.statuses import ReferralStatus

# What somebody still has to answer, or to decide.
UNANSWERED = (ReferralStatus.RELEASED, ReferralStatus.SENT, ReferralStatus.PROPOSED)


class EscalationQuerySet(models.QuerySet):
    def unanswered(self) -> EscalationQuerySet:
        """Of what still nobody has answered, decided or done."""
        return self.filter(STILL_OPEN)

    def told_to(self, standing: Standing) -> EscalationQuerySet:
        """Those that a post of this reader was told."""
        return self.filter(post__in=standing.post_ids)

    def found_nobody(self) -> EscalationQuerySet:
        """Those that no post could be told, nor anybody outside."""
        return self.filter(post=None, notifications=None)


STILL_OPEN = Q(referral__status__in=UNANSWERED) | Q(task__status=TaskStatus.OPEN)


class Escalation(models.Model):
    """At `step` times the deadline this post was told of a referral or task nobody answered.

    Step 1 goes to the deputies of the same post. Later steps let another post in, by a referral
    of its own. Step 0 reminds of a plan before its time is over. Without a post nobody was found.
    The database refuses the same step to the same role twice.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="escalations")
    referral = models.ForeignKey(Referral, models.PROTECT, null=True, related_name="escalations")
    task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="escalations")
    step = models.PositiveSmallIntegerField(_("step"))
    role = models.CharField(_("role"), max_length=32, choices=Role)
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="escalations")
    at = models.DateTimeField()

    objects = EscalationQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "step", "role"], name="escalation_once_per_referral"
            ),
            models.UniqueConstraint(
                fields=["task", "step", "role"], name="escalation_once_per_task"
            ),
            models.CheckConstraint(
                condition=Q(referral__isnull=False, task__isnull=True)
                | Q(referral__isnull=True, task__isnull=False),
                name="escalation_of_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["post", "report"], name="escalation_of_post")]

    def __str__(self) -> str:
        return f"{self.report}: {self.role} {self.step}"

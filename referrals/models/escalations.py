"""Who was told that somebody did not answer in time (policy 2.8)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from actors.models import Post
from actors.roles import Role
from referrals.models.referrals import Referral
from referrals.models.reports import Report
from referrals.models.tasks import Task


class Escalation(models.Model):
    """At `step` times the deadline this post was told of a referral or task nobody answered.

    Step 1 goes to the deputies of the same post. Later steps let another post in, by a referral
    of its own. The database refuses the same step to the same role twice.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="escalations")
    referral = models.ForeignKey(Referral, models.PROTECT, null=True, related_name="escalations")
    task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="escalations")
    step = models.PositiveSmallIntegerField(_("step"))
    role = models.CharField(_("role"), max_length=32, choices=Role)
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="escalations")
    at = models.DateTimeField()

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

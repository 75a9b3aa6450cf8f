"""Trying a policy version on stored reports, before it is switched on."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from referrals.models.policies import PolicyVersion
from referrals.models.reports import Report


class PolicyReplay(models.Model):
    """A version tried on stored reports. `done` of `total` is its progress; a worker fills it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="replays")
    against = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="+")
    months = models.PositiveSmallIntegerField(_("months"), default=12)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    claimed_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    last_report_id = models.BigIntegerField(default=0)
    # Numbers (`reports`, `changed`, `damaged`, `confided`...), and [gained, lost, changed] of each
    # role, task, handling and damage: see referrals.workflow.replaying.
    tally = models.JSONField(default=dict)

    class Meta:
        ordering = ["-requested_at", "-pk"]
        verbose_name = _("replay of a policy")
        verbose_name_plural = _("replays of policies")

    def __str__(self) -> str:
        return str(self.uuid)


class PolicyReplayLine(models.Model):
    """One report that the version would route differently, or could not route at all.

    `changes` is a list of [what, role, rule, before, after]: `gained`, `lost` or `changed`, the
    row or guard that did it. `damage` is the kind of error, never a fact of the case.
    """

    replay = models.ForeignKey(PolicyReplay, models.CASCADE, related_name="lines")
    report = models.ForeignKey(Report, models.CASCADE, related_name="+")
    changes = models.JSONField(default=list)
    damage = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("report in a replay")
        verbose_name_plural = _("reports in a replay")
        constraints = [
            models.UniqueConstraint(fields=["replay", "report"], name="replayed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.replay}: {self.report}"

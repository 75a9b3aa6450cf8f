"""What must be done about a report: tasks, and the plan of action that leadership decides on."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from actors.models import Post
from actors.roles import Role
from referrals.models.reports import Report


class TaskStatus(models.TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class Task(models.Model):
    """One thing to be done, by the holders of one post, until a moment.

    `code` is the policy's (`plan_of_action`), or one of those the CP lead opens by hand. The
    owner has a referral of the same report, so a task opens no door.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    report = models.ForeignKey(Report, models.PROTECT, related_name="tasks")
    code = models.CharField(_("kind"), max_length=48)
    owner = models.CharField(_("owner"), max_length=32, choices=Role)
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="tasks")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    due_at = models.DateTimeField(_("due"), null=True)
    horizon_at = models.DateTimeField(_("plans until"), null=True)
    status = models.CharField(
        _("status"), max_length=12, choices=TaskStatus, default=TaskStatus.OPEN
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    outcome = models.TextField(_("outcome"), blank=True)
    # The sections of a plan of action while it is written; `edited` rises with each change.
    sections = models.JSONField(_("sections"), default=dict)
    edited = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["due_at", "pk"]
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "code", "owner"],
                condition=Q(status="open"),
                name="task_open_once",
            )
        ]
        indexes = [
            models.Index(fields=["post", "due_at"], condition=Q(status="open"), name="task_of_post")
        ]

    def __str__(self) -> str:
        return f"{self.report}: {self.code}"


class PlanAction(models.Model):
    """One line of a plan of action: which component does what until when."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="actions")
    position = models.PositiveSmallIntegerField(default=0)
    component = models.CharField(_("component"), max_length=32, choices=Role)
    what = models.CharField(_("action"), max_length=400)
    owner = models.CharField(_("who"), max_length=120, blank=True)
    due_at = models.DateTimeField(_("due"), null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("action of a plan")
        verbose_name_plural = _("actions of plans")

    def __str__(self) -> str:
        return f"{self.task}: {self.position}"


class PlanVersion(models.Model):
    """A plan as it was submitted for decision, whole; kept for ever (policy, section 5.2)."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField(default=dict)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        verbose_name = _("version of a plan")
        verbose_name_plural = _("versions of plans")
        constraints = [models.UniqueConstraint(fields=["task", "number"], name="plan_version_once")]
        triggers = [
            pgtrigger.Protect(name="keep_plan", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.task}: {self.number}"


class PlanDecision(models.Model):
    """What the mission's leadership decided on one version of a plan."""

    version = models.OneToOneField(PlanVersion, models.PROTECT, related_name="decision")
    is_approved = models.BooleanField(_("approved"))
    note = models.TextField(_("note"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("decision on a plan")
        verbose_name_plural = _("decisions on plans")
        triggers = [
            pgtrigger.Protect(name="keep_decision", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return str(self.version)

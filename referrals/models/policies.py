"""Versions of the routing policy. A decision names the version that made it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PolicyVersion(models.Model):
    """One immutable text of the policy file; `activated_at` of the newest one makes it current."""

    number = models.PositiveIntegerField(_("number"), unique=True)
    body = models.TextField(_("policy file"))
    sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("stored at"), auto_now_add=True)
    activated_at = models.DateTimeField(_("in force since"), null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        verbose_name = _("policy version")
        verbose_name_plural = _("policy versions")

    def __str__(self) -> str:
        return f"{self.number}"

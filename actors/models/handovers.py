"""Handing a post over: one act in which both confirm (field policy, section 4)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from actors.models.identity import Identified
from actors.models.people import User
from actors.models.posts import Post, PostHolding


class Handover(Identified):
    """From the outgoing holder to the incoming; done at the moment the second confirms."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="handovers")
    outgoing = models.ForeignKey(
        PostHolding, models.PROTECT, related_name="handovers", verbose_name=_("hands over")
    )
    incoming = models.ForeignKey(
        User, models.PROTECT, related_name="handovers", verbose_name=_("takes over")
    )
    held_until = models.DateTimeField(
        _("takes it until"), help_text=_("The day the incoming holder rotates out.")
    )
    note = models.TextField(
        _("what to know"), max_length=2000, blank=True, help_text=_("Never a case.")
    )

    started_at = models.DateTimeField(auto_now_add=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    outgoing_confirmed_at = models.DateTimeField(null=True)
    # The outgoing holder, or an administrator where they have left already.
    outgoing_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    stand_in_reason = models.CharField(_("why in their place"), max_length=300, blank=True)
    incoming_confirmed_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    # How many open items moved with the post.
    open_items = models.PositiveIntegerField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-started_at"]
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        constraints = [
            models.UniqueConstraint(
                fields=["outgoing"],
                condition=Q(completed_at__isnull=True, cancelled_at__isnull=True),
                name="handover_one_open_per_holding",
                violation_error_message=_("A handover of this post is under way already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post}: {self.outgoing.user} - {self.incoming}"

    @property
    def is_open(self) -> bool:
        return self.completed_at is None and self.cancelled_at is None

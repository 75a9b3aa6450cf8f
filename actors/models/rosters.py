"""Duty shifts and leave: who of a post's holders answers at this hour."""

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from actors.models.identity import Identified
from actors.models.people import User
from actors.models.posts import Post, PostHolding
from actors.models.ranges import moments_overlap, same
from actors.querysets import LeaveQuerySet, ShiftQuerySet


class ShiftRank(models.TextChoices):
    PRIMARY = "primary", _("On duty")
    DEPUTY = "deputy", _("Deputy on duty")
    SECOND_DEPUTY = "second", _("Second deputy on duty")


class DutyShift(Identified):
    """One shift of one holder of a post. Shifts made by a weekly rule share its `series`."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="shifts", verbose_name=_("post"))
    user = models.ForeignKey(User, models.PROTECT, related_name="shifts", verbose_name=_("who"))
    rank = models.CharField(_("as"), max_length=8, choices=ShiftRank, default=ShiftRank.PRIMARY)
    begins_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    series = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        ordering = ["post", "begins_at", "rank"]
        verbose_name = _("duty shift")
        verbose_name_plural = _("duty shifts")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("begins_at")),
                name="shift_ends_after_it_begins",
                violation_error_message=_("The end must come after the beginning."),
            ),
            *(
                ExclusionConstraint(
                    name=f"shift_one_{rank.value}_at_a_time",
                    expressions=[same("post"), moments_overlap("begins_at", "ends_at")],
                    condition=Q(rank=rank),
                    violation_error_message=_("Somebody else has this duty at that time."),
                )
                for rank in ShiftRank
            ),
            ExclusionConstraint(
                name="shift_each_once_at_a_time",
                expressions=[
                    same("post"),
                    same("user"),
                    moments_overlap("begins_at", "ends_at"),
                ],
                violation_error_message=_("This person is on duty at that time already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.begins_at:%Y-%m-%d %H:%M}"

    def clean(self) -> None:
        """Refuse an end before the beginning, and somebody who does not hold the post then."""
        if self.begins_at is None or self.ends_at is None:
            return
        if self.ends_at <= self.begins_at:
            raise ValidationError({"ends_at": _("The end must come after the beginning.")})
        if self.user_id and self.post_id and not self._is_held():
            raise ValidationError(
                {"user": _("This person does not hold the post during the whole shift.")}
            )

    def _is_held(self) -> bool:
        return PostHolding.objects.filter(
            post=self.post_id,
            user=self.user_id,
            held_from__lte=self.begins_at,
            held_until__gte=self.ends_at,
        ).exists()


class Leave(Identified):
    """Somebody is away. Why is not asked."""

    user = models.ForeignKey(User, models.PROTECT, related_name="leave", verbose_name=_("who"))
    begins_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))

    objects = LeaveQuerySet.as_manager()

    class Meta:
        ordering = ["user", "begins_at"]
        verbose_name = _("leave")
        verbose_name_plural = _("leave")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("begins_at")),
                name="leave_ends_after_it_begins",
                violation_error_message=_("The end must come after the beginning."),
            ),
            ExclusionConstraint(
                name="leave_once_at_a_time",
                expressions=[same("user"), moments_overlap("begins_at", "ends_at")],
                violation_error_message=_("This overlaps with other leave of this person."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.begins_at:%Y-%m-%d}"

    def clean(self) -> None:
        """Refuse an end before the beginning."""
        if self.begins_at and self.ends_at and self.ends_at <= self.begins_at:
            raise ValidationError({"ends_at": _("The end must come after the beginning.")})

"""Posts, and who holds them from when to when."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from actors.languages import listed
from actors.models.assurance import Assured
from actors.models.identity import Identified
from actors.models.organizations import Organization
from actors.models.people import NOT_BOTH, User
from actors.models.places import Area
from actors.models.ranges import moments_overlap, same
from actors.querysets import HoldingQuerySet, PostQuerySet
from actors.roles import Role


class Post(Identified, Assured):
    """A function at an organization, for the areas it covers. People come and go; posts stay."""

    role = models.CharField(_("role"), max_length=32, choices=Role)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="posts", verbose_name=_("organization")
    )
    title = models.CharField(_("title"), max_length=150, blank=True)
    areas = models.ManyToManyField(
        Area,
        blank=True,
        related_name="posts",
        verbose_name=_("covers"),
        help_text=_("An area includes all below it. None chosen: the whole mission."),
    )
    has_roster = models.BooleanField(
        _("has a duty roster"),
        default=False,
        help_text=_("Every hour without a shift is shown as a gap."),
    )
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["role", "organization__name", "pk"]
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        indexes = [models.Index(fields=["role", "organization"], name="post_by_role")]

    def __str__(self) -> str:
        return self.title or listed((self.get_role_display(), self.organization))


class Rank(models.TextChoices):
    """How somebody holds a post. Who answers is asked in this order."""

    PRIMARY = "primary", _("Holder")
    MEMBER = "member", _("One of several")
    DEPUTY = "deputy", _("Deputy")
    SECOND_DEPUTY = "second", _("Second deputy")


DEPUTIES = (Rank.DEPUTY, Rank.SECOND_DEPUTY)


class PostHolding(Identified):
    """Who holds a post from when to when. Access begins and ends with it."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="holdings", verbose_name=_("post"))
    user = models.ForeignKey(
        User, models.PROTECT, related_name="holdings", verbose_name=_("held by")
    )
    rank = models.CharField(
        _("as"),
        max_length=8,
        choices=Rank,
        default=Rank.PRIMARY,
        help_text=_(
            "A post has one holder at a time. “One of several” is for posts held together, such "
            "as those of the patrol officers of a site."
        ),
    )
    held_from = models.DateTimeField(_("from"), default=timezone.now)
    held_until = models.DateTimeField(
        _("until"), help_text=_("The day this person rotates out. Access ends then.")
    )

    objects = HoldingQuerySet.as_manager()

    class Meta:
        ordering = ["post", "rank", "held_from"]
        verbose_name = _("focal point or other holder of a post")
        verbose_name_plural = _("focal points and other holders of posts")
        constraints = [
            models.CheckConstraint(
                condition=Q(held_until__gt=F("held_from")),
                name="holding_ends_after_it_begins",
                violation_error_message=_("The end must come after the beginning."),
            ),
            ExclusionConstraint(
                name="holding_one_primary_at_a_time",
                expressions=[same("post"), moments_overlap("held_from", "held_until")],
                condition=Q(rank=Rank.PRIMARY),
                violation_error_message=_("Somebody else holds this post at that time."),
            ),
            ExclusionConstraint(
                name="holding_each_once_at_a_time",
                expressions=[
                    same("post"),
                    same("user"),
                    moments_overlap("held_from", "held_until"),
                ],
                violation_error_message=_("This person holds this post at that time already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.post}"

    @property
    def is_deputy(self) -> bool:
        return self.rank in DEPUTIES

    def clean(self) -> None:
        """Refuse an end before the beginning, a second holder, and a directory administrator."""
        if self.held_until is None or self.held_from is None:
            return
        if self.held_until <= self.held_from:
            raise ValidationError({"held_until": _("The end must come after the beginning.")})
        if self.user_id and self.user.is_staff and self.held_until > timezone.now():
            raise ValidationError(NOT_BOTH)
        if self.post_id and self.rank == Rank.PRIMARY:
            self._check_alone()

    def _check_alone(self) -> None:
        """The constraint says that somebody is in the way; this says who, and until when."""
        others = PostHolding.objects.filter(post=self.post_id, rank=Rank.PRIMARY)
        between = others.filter(held_from__lt=self.held_until, held_until__gt=self.held_from)
        other = between.exclude(pk=self.pk).select_related("user").first()
        if other is None:
            return
        message = _(
            "%(name)s holds this post from %(begin)s until %(end)s. End that first, hand the post "
            "over, or choose another rank."
        )
        days = {"begin": date_format(other.held_from), "end": date_format(other.held_until)}
        error = ValidationError(message, code="overlap", params={"name": other.user.name, **days})
        raise ValidationError({"held_from": error})

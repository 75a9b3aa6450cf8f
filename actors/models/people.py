"""People: users, the posts they hold, and how to reach them."""

import uuid

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actors.models.organizations import Organization
from actors.models.places import Area
from actors.querysets import HoldingQuerySet, PostQuerySet
from actors.roles import Role

# No role has both rights; access to cases comes from posts.
NOT_BOTH = _("Nobody may both maintain the directory and hold a post, which opens cases.")


class User(AbstractUser):
    """Somebody who signs in. What they may do comes from the posts they hold, not from here."""

    first_name = last_name = None
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("full name"), max_length=150)
    language = models.CharField(
        _("language"), max_length=8, default="en", choices=settings.LANGUAGES
    )

    REQUIRED_FIELDS = ("email", "name")

    class Meta:
        ordering = ["name"]
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse an e-mail address of somebody else, and a directory administrator with a post."""
        super().clean()
        others = User.objects.exclude(pk=self.pk)
        if self.email and others.filter(email__iexact=self.email).exists():
            raise ValidationError({"email": _("Somebody else has this e-mail address.")})
        if self.is_staff and self.pk and self.holdings.unfinished(timezone.now()).exists():
            raise ValidationError({"is_staff": NOT_BOTH})


class Post(models.Model):
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
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["role", "organization__name", "pk"]
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        indexes = [models.Index(fields=["role", "organization"], name="post_by_role")]

    def __str__(self) -> str:
        return self.title or f"{self.get_role_display()}, {self.organization}"


class PostHolding(models.Model):
    """Who holds a post from when to when. Access begins and ends with it."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="holdings", verbose_name=_("post"))
    user = models.ForeignKey(
        User, models.PROTECT, related_name="holdings", verbose_name=_("held by")
    )
    is_deputy = models.BooleanField(_("as deputy"), default=False)
    held_from = models.DateTimeField(_("from"), default=timezone.now)
    held_until = models.DateTimeField(
        _("until"), help_text=_("The day this person rotates out. Access ends then.")
    )

    objects = HoldingQuerySet.as_manager()

    class Meta:
        ordering = ["post", "is_deputy", "held_from"]
        verbose_name = _("focal point or other holder of a post")
        verbose_name_plural = _("focal points and other holders of posts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(held_until__gt=models.F("held_from")),
                name="holding_ends_after_it_begins",
                violation_error_message=_("The end must come after the beginning."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.post}"

    def clean(self) -> None:
        """Refuse an end before the beginning, and a post for a directory administrator."""
        if self.held_until is None or self.held_from is None:
            return
        if self.held_until <= self.held_from:
            raise ValidationError({"held_until": _("The end must come after the beginning.")})
        if self.user_id and self.user.is_staff and self.held_until > timezone.now():
            raise ValidationError(NOT_BOTH)


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")


class Contact(models.Model):
    """One way to reach a person or a post's duty desk. Belongs to exactly one of the two."""

    user = models.ForeignKey(
        User,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="contacts",
        verbose_name=_("person"),
    )
    post = models.ForeignKey(
        Post,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="contacts",
        verbose_name=_("duty desk of the post"),
    )
    channel = models.CharField(_("channel"), max_length=8, choices=Channel, default=Channel.EMAIL)
    address = models.CharField(_("address"), max_length=254)
    language = models.CharField(
        _("language"), max_length=8, default="en", choices=settings.LANGUAGES
    )
    failed_at = models.DateTimeField(_("did not work since"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=True, post__isnull=False)
                | models.Q(user__isnull=False, post__isnull=True),
                name="contact_of_one_person_or_post",
                violation_error_message=_("Choose either a person or a post, not both."),
            ),
            models.UniqueConstraint(
                fields=["user", "post", "channel", "address"],
                nulls_distinct=False,
                name="contact_listed_once",
                violation_error_message=_("This address is already listed."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.address}"

    def clean(self) -> None:
        """Refuse an address the channel cannot carry; a changed address counts as working."""
        if self.channel == Channel.EMAIL:
            try:
                validate_email(self.address)
            except ValidationError as error:
                raise ValidationError({"address": error.messages}) from error
        if self.failed_at and self._is_readdressed():
            self.failed_at = None

    def _is_readdressed(self) -> bool:
        stored = Contact.objects.filter(pk=self.pk, channel=self.channel, address=self.address)
        return not stored.exists()

"""People who sign in."""

import uuid

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actors.languages import check_languages

# No role has both rights; access to cases comes from posts.
NOT_BOTH = _("Nobody may both maintain the directory and hold a post, which opens cases.")


class Sex(models.TextChoices):
    FEMALE = "female", _("Woman")
    MALE = "male", _("Man")


class User(AbstractUser):
    """Somebody who signs in. What they may do comes from the posts they hold, not from here."""

    first_name = last_name = None
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("full name"), max_length=150)
    language = models.CharField(
        _("language"), max_length=8, default="en", choices=settings.LANGUAGES
    )
    sex = models.CharField(
        _("sex"),
        max_length=8,
        choices=Sex,
        blank=True,
        help_text=_("A child may wish to speak with a woman or with a man."),
    )
    spoken_languages = ArrayField(
        models.CharField(max_length=8),
        verbose_name=_("speaks"),
        default=list,
        blank=True,
        validators=[check_languages],
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

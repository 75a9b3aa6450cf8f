"""How people, duty desks, organizations and services are reached."""

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.db.models import F, Func, IntegerField
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from actors.models.identity import Identified
from actors.models.organizations import Organization
from actors.models.people import User
from actors.models.posts import Post
from actors.models.services import Service
from actors.querysets import ContactQuerySet

OWNERS = ("user", "post", "organization", "service")


class Channel(models.TextChoices):
    """The portal itself writes only by e-mail; the others are for people to use."""

    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Telephone")
    RADIO = "radio", _("Radio call sign")


class Contact(Identified):
    """One way to reach a person, a post's duty desk, an organization or a service."""

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
    organization = models.ForeignKey(
        Organization,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="contacts",
        verbose_name=_("organization"),
    )
    service = models.ForeignKey(
        Service,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="contacts",
        verbose_name=_("service"),
    )
    label = models.CharField(
        _("which one"), max_length=80, blank=True, help_text=_("Such as: night duty.")
    )
    channel = models.CharField(_("channel"), max_length=8, choices=Channel, default=Channel.EMAIL)
    address = models.CharField(
        _("address"),
        max_length=254,
        help_text=_("A telephone number begins with + and the code of the country."),
    )
    language = models.CharField(
        _("language"), max_length=8, default="en", choices=settings.LANGUAGES
    )
    failed_at = models.DateTimeField(_("did not work since"), null=True, blank=True, editable=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.CheckConstraint(
                condition=Exact(
                    Func(
                        *(F(owner) for owner in OWNERS),
                        function="num_nonnulls",
                        output_field=IntegerField(),
                    ),
                    1,
                ),
                name="contact_of_exactly_one",
                violation_error_message=_(
                    "Choose exactly one: a person, a post, an organization or a service."
                ),
            ),
            models.UniqueConstraint(
                fields=[*OWNERS, "channel", "address"],
                nulls_distinct=False,
                name="contact_listed_once",
                violation_error_message=_("This address is already listed."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.address}"

    @property
    def owner(self) -> User | Post | Organization | Service | None:
        return self.user or self.post or self.organization or self.service

    @property
    def readable(self) -> str:
        """The address; a telephone number in groups, as one reads it out or dials it by hand."""
        if self.channel != Channel.PHONE:
            return self.address
        try:
            number = phonenumbers.parse(self.address, None)
        except phonenumbers.NumberParseException:  # stored past the checks: better odd than unseen
            return self.address
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)

    def clean(self) -> None:
        """Refuse an address the channel cannot carry; a changed address counts as working."""
        self.address = _checked(self.channel, self.address or "")
        if self.failed_at and self._is_readdressed():
            self.failed_at = None

    def _is_readdressed(self) -> bool:
        stored = Contact.objects.filter(pk=self.pk, channel=self.channel, address=self.address)
        return not stored.exists()


def _checked(channel: str, address: str) -> str:
    """The address as it is stored: telephone numbers in E.164.

    Raises:
        ValidationError: on `address`, when nobody can be reached so.
    """
    try:
        if channel == Channel.EMAIL:
            validate_email(address)
        if channel == Channel.PHONE:
            return e164(address)
    except ValidationError as error:
        raise ValidationError({"address": error.messages}) from error
    return address


def e164(number: str) -> str:
    """A telephone number as ITU-T E.164 writes it, such as +442079460123.

    Raises:
        ValidationError: no country code, or a number that cannot exist in that country.
    """
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException as error:
        message = _("Write it with + and the code of the country, such as +44 20 7946 0123.")
        raise ValidationError(message, code="phone") from error
    if not phonenumbers.is_valid_number(parsed):
        raise ValidationError(_("No such telephone number can exist."), code="phone")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)

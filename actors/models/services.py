"""What is offered to children, where and when (Open Referral HSDS 3.0: service, location,
service_at_location, schedule, service_area, language; the field policy, section 4).
"""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from actors.languages import check_languages, listed
from actors.models.assurance import Assured
from actors.models.identity import Identified
from actors.models.organizations import Organization
from actors.models.places import Area, Mission
from actors.querysets import ServiceQuerySet

ADULT = 18


class ServiceKind(models.TextChoices):
    """The list of Primero's referral services, which the field uses."""

    HEALTH = "health", _("Health and medical care")
    PSYCHOSOCIAL = "psychosocial", _("Psychosocial support")
    CASE_MANAGEMENT = "case_management", _("Child protection and case management")
    SAFE_SHELTER = "safe_shelter", _("Safe shelter")
    LEGAL = "legal", _("Legal help")
    POLICE = "police", _("Police")
    LIVELIHOODS = "livelihoods", _("Livelihoods")
    FAMILY_MEDIATION = "family_mediation", _("Family mediation")
    FAMILY_TRACING = "family_tracing", _("Family tracing and reunification")
    EDUCATION = "education", _("Education")
    RELIEF_ITEMS = "relief_items", _("Relief items")
    WATER_SANITATION = "water_sanitation", _("Water, sanitation and hygiene")
    REGISTRATION = "registration", _("Registration and documents")
    FOOD = "food", _("Food")
    OTHER = "other", _("Other")


class ServiceStatus(models.TextChoices):
    """The four of HSDS."""

    ACTIVE = "active", _("Open")
    INACTIVE = "inactive", _("Not offered at present")
    TEMPORARILY_CLOSED = "temporarily closed", _("Closed for a time")
    DEFUNCT = "defunct", _("Ended")


class Location(Identified):
    """A place where services are given. That of a shelter is shown to few (docs/access.md)."""

    mission = models.ForeignKey(
        Mission, models.PROTECT, related_name="locations", verbose_name=_("mission")
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="locations", verbose_name=_("area"))
    name = models.CharField(_("name"), max_length=200)
    address = models.TextField(_("how to find it"), max_length=500, blank=True)
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    is_accessible = models.BooleanField(_("without steps"), default=False)
    has_safe_entrance = models.BooleanField(
        _("survivor-safe entrance"),
        default=False,
        help_text=_("Somebody who goes in is not seen to ask for this kind of help."),
    )
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        constraints = [
            models.UniqueConstraint(
                fields=["mission", "name"],
                name="location_name_once_per_mission",
                violation_error_message=_("This mission already has a location of this name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a place in another mission, and half a point."""
        if self.area_id and self.area.mission_id != self.mission_id:
            raise ValidationError({"area": _("The area belongs to another mission.")})
        if (self.latitude is None) != (self.longitude is None):
            missing = "latitude" if self.latitude is None else "longitude"
            raise ValidationError({missing: _("Give both latitude and longitude, or neither.")})


class Service(Identified, Assured):
    """One kind of help by one organization. Ended or retired, never deleted."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="services", verbose_name=_("organization")
    )
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=24, choices=ServiceKind)
    description = models.TextField(_("what is done"), max_length=2000, blank=True)
    status = models.CharField(
        _("status"), max_length=24, choices=ServiceStatus, default=ServiceStatus.ACTIVE
    )
    alert = models.CharField(
        _("notice"), max_length=200, blank=True, help_text=_("Such as: closed until 3 May.")
    )

    serves_girls = models.BooleanField(_("for girls"), default=True)
    serves_boys = models.BooleanField(_("for boys"), default=True)
    minimum_age = models.PositiveSmallIntegerField(
        _("from age"), null=True, blank=True, validators=[MaxValueValidator(120)]
    )
    maximum_age = models.PositiveSmallIntegerField(
        _("to age"), null=True, blank=True, validators=[MaxValueValidator(120)]
    )
    eligibility = models.TextField(_("who is taken"), max_length=1000, blank=True)
    how_to_apply = models.TextField(_("how to refer"), max_length=1000, blank=True)
    required_documents = models.CharField(_("papers asked for"), max_length=300, blank=True)
    is_free = models.BooleanField(_("free of charge"), default=True)
    fees = models.CharField(_("fees"), max_length=300, blank=True)
    languages = ArrayField(
        models.CharField(max_length=8),
        verbose_name=_("languages"),
        default=list,
        blank=True,
        validators=[check_languages],
    )
    has_interpreter = models.BooleanField(_("interpreter"), default=False)
    trained_on_sexual_violence = models.BooleanField(
        _("staff trained on sexual violence"), default=False
    )

    capacity_maximum = models.PositiveIntegerField(_("places"), null=True, blank=True)
    capacity_available = models.PositiveIntegerField(_("free places"), null=True, blank=True)
    capacity_updated_at = models.DateTimeField(_("counted at"), null=True, blank=True)

    areas = models.ManyToManyField(
        Area,
        blank=True,
        related_name="services",
        verbose_name=_("serves"),
        help_text=_("An area includes all below it. None chosen: the whole mission."),
    )
    locations = models.ManyToManyField(
        Location, blank=True, related_name="services", verbose_name=_("given at")
    )
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("service")
        verbose_name_plural = _("services")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "name"],
                name="service_name_once_per_organization",
                violation_error_message=_("This organization has a service of this name."),
            ),
            models.CheckConstraint(
                condition=Q(serves_girls=True) | Q(serves_boys=True),
                name="service_serves_girls_or_boys",
                violation_error_message=_("It must serve girls, boys or both."),
            ),
            models.CheckConstraint(
                condition=Q(minimum_age__isnull=True) | Q(minimum_age__lt=ADULT),
                name="service_serves_children",
                violation_error_message=_("It serves no child: the lowest age is 18 or more."),
            ),
            models.CheckConstraint(
                condition=Q(minimum_age__isnull=True)
                | Q(maximum_age__isnull=True)
                | Q(maximum_age__gte=F("minimum_age")),
                name="service_ages_in_order",
                violation_error_message=_("The highest age is below the lowest."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a service that serves nobody or has more free places than places."""
        problems = {}
        if not (self.serves_girls or self.serves_boys):
            problems["serves_girls"] = _("It must serve girls, boys or both.")
        if self.minimum_age is not None and self.minimum_age >= ADULT:
            problems["minimum_age"] = _("It serves no child: the lowest age is 18 or more.")
        elif self._ages_are_crossed():
            problems["maximum_age"] = _("The highest age is below the lowest.")
        if self._is_overfull():
            problems["capacity_available"] = _("More free places than places.")
        if problems:
            raise ValidationError(problems)

    def _ages_are_crossed(self) -> bool:
        lowest, highest = self.minimum_age, self.maximum_age
        return None not in (lowest, highest) and highest < lowest

    def _is_overfull(self) -> bool:
        free, places = self.capacity_available, self.capacity_maximum
        return None not in (free, places) and free > places


class Weekday(models.TextChoices):
    """The day codes of iCalendar (RFC 5545), which HSDS schedules use."""

    MONDAY = "MO", _("Monday")
    TUESDAY = "TU", _("Tuesday")
    WEDNESDAY = "WE", _("Wednesday")
    THURSDAY = "TH", _("Thursday")
    FRIDAY = "FR", _("Friday")
    SATURDAY = "SA", _("Saturday")
    SUNDAY = "SU", _("Sunday")


class OpeningHours(Identified):
    """When a service is open on some days of the week, in the mission's time."""

    service = models.ForeignKey(
        Service, models.CASCADE, related_name="opening_hours", verbose_name=_("service")
    )
    weekdays = ArrayField(
        models.CharField(max_length=2, choices=Weekday), verbose_name=_("on"), size=7
    )
    opens_at = models.TimeField(_("from"))
    closes_at = models.TimeField(_("to"))
    valid_from = models.DateField(_("first day"), null=True, blank=True)
    valid_until = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        ordering = ["service", "opens_at"]
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")

    def __str__(self) -> str:
        days = listed(Weekday(day).label for day in self.weekdays)
        return f"{days} {self.opens_at:%H:%M}-{self.closes_at:%H:%M}"

    def clean(self) -> None:
        """Refuse a closing hour before the opening one, and an end before the beginning."""
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            raise ValidationError({"closes_at": _("It must close after it opens.")})
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": _("The end must come after the beginning.")})

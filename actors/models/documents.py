"""Documents and standard operating procedures, by level."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from actors.models.identity import Identified
from actors.models.organizations import WEB, Organization
from actors.models.places import Area, Mission

LARGEST_FILE = 5 * 1024 * 1024


class DocumentKind(models.TextChoices):
    SOP = "sop", _("Standard operating procedure")
    POLICY = "policy", _("Policy or directive")
    PROTOCOL = "protocol", _("Protocol or agreement")
    GUIDANCE = "guidance", _("Guidance or training")
    FORM = "form", _("Form")


class DocumentLevel(models.TextChoices):
    UNITED_NATIONS = "un", _("United Nations")
    MISSION = "mission", _("Mission")
    FIELD = "field", _("Field office or area")


class Document(Identified):
    """Something to read: a link, or a PDF kept here so that it opens on a bad link too."""

    mission = models.ForeignKey(
        Mission, models.PROTECT, related_name="documents", verbose_name=_("mission")
    )
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=DocumentKind)
    level = models.CharField(_("level"), max_length=8, choices=DocumentLevel)
    area = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("area"),
        help_text=_("For the level “Field office or area”."),
    )
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("with"),
        help_text=_("Whose protocol it is, such as a host-State unit's."),
    )
    summary = models.TextField(_("what it says"), max_length=1000, blank=True)
    link = models.CharField(_("link"), max_length=300, blank=True, validators=[WEB])
    file_name = models.CharField(max_length=150, blank=True, editable=False)
    content = models.BinaryField(null=True, blank=True, editable=False)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    review_on = models.DateField(_("to be reviewed on"), null=True, blank=True)
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)

    class Meta:
        ordering = ["level", "title"]
        verbose_name = _("document")
        verbose_name_plural = _("documents and procedures")
        constraints = [
            models.CheckConstraint(
                condition=~Q(link="") | Q(content__isnull=False),
                name="document_has_link_or_file",
                violation_error_message=_("Give a link or a file."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse a level without its area, and a review before the issue."""
        problems = {}
        if self.level == DocumentLevel.FIELD and self.area is None:
            problems["area"] = _("Say for which area.")
        if self.area and self.area.mission_id != self.mission_id:
            problems["area"] = _("The area belongs to another mission.")
        if self.issued_on and self.review_on and self.review_on < self.issued_on:
            problems["review_on"] = _("The review must come after the issue.")
        if problems:
            raise ValidationError(problems)

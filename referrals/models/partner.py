"""The way in for a partner who has no account: one link to one referral, and what came of it."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from actors.models import Contact
from referrals.models.referrals import Referral


class PartnerLink(models.Model):
    """A link to one referral for one contact. What the link says is never stored.

    The words of the link and the one-time codes are worked out from `uuid` and the portal's key
    (RFC 4226 with `codes_sent` as the counter), so that a stolen database opens nothing.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="links")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="links")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("ends"))
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    codes_sent = models.PositiveIntegerField(default=0)
    code_sent_at = models.DateTimeField(null=True)
    # Wrong codes since the last one was sent; a code dies of too many.
    misses = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("link for a partner")
        verbose_name_plural = _("links for partners")
        constraints = [
            models.UniqueConstraint(fields=["referral", "contact"], name="link_once_per_contact")
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class VisitOutcome(models.TextChoices):
    ASKED_CODE = "asked_code", _("Asked for a code")
    WRONG_CODE = "wrong_code", _("Wrong code")
    OPENED = "opened", _("Opened")
    ANSWERED = "answered", _("Answered")
    REFUSED = "refused", _("Refused: ended, revoked or used up")


class PartnerVisit(models.Model):
    """One use of a link, also one that was refused. A guessed link has none, so no `link`."""

    link = models.ForeignKey(PartnerLink, models.PROTECT, null=True, related_name="visits")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=VisitOutcome)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("use of a link")
        verbose_name_plural = _("uses of links")
        triggers = [
            pgtrigger.Protect(name="keep_visit", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.link}: {self.outcome}"

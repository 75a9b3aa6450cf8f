"""How far an actor is trusted, in the words of those who assess it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HrddpStatus(models.TextChoices):
    """Human rights due diligence on a host-State unit (POC by UN Police, slides 7 and 30)."""

    CLEARED = "cleared", _("Cleared")
    CONDITIONAL = "conditional", _("Cleared with conditions")
    PENDING = "pending", _("Pending")
    NOT_CLEARED = "not_cleared", _("Not cleared")


class SecurityRating(models.IntegerChoices):
    """How much an actor can keep safe: the levels of the sharing protocol (policy, section 3.7)."""

    NUMBERS = 1, _("1: numbers only")
    SUMMARY = 2, _("2: a de-identified summary")
    CASE = 3, _("3: a case without a name")
    IDENTITY = 4, _("4: identity")

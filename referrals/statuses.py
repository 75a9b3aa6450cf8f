"""The words of the lifecycles (field policy, section 2.9) and the moves between them.

One table for pages, API and tasks; `referrals.workflow` is the only door.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportStatus(models.TextChoices):
    SUBMITTED = "submitted", _("Submitted")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    IN_TRIAGE = "in_triage", _("In triage")
    ROUTED = "routed", _("Routed")
    FOLLOW_UP = "follow_up", _("Follow-up")
    CLOSED = "closed", _("Closed")
    MERGED = "merged", _("Linked to another report")
    DIVERTED_MISCONDUCT = "diverted_misconduct", _("Handed to the conduct channel")
    RETURNED_FOR_INFO = "returned_for_info", _("More information asked for")


class ReferralStatus(models.TextChoices):
    PROPOSED = "proposed", _("Awaiting release")
    HELD = "held", _("Held")
    RELEASED = "released", _("Being told")
    SENT = "sent", _("Told")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Declined")
    IN_PROGRESS = "in_progress", _("In progress")
    DONE = "done", _("Done")
    REVOKED = "revoked", _("Not released")
    EXPIRED = "expired", _("Expired")


class NotificationStatus(models.TextChoices):
    PENDING = "pending", _("Waiting to be sent")
    LEASED = "leased", _("Being sent")
    SENT = "sent", _("Sent")
    DEAD = "dead", _("Could not be delivered")


# Statuses in which the recipient has been let in: they may open the report.
LET_IN = frozenset(
    {
        ReferralStatus.RELEASED,
        ReferralStatus.SENT,
        ReferralStatus.ACKNOWLEDGED,
        ReferralStatus.ACCEPTED,
        ReferralStatus.IN_PROGRESS,
        ReferralStatus.DONE,
    }
)

# verb -> (statuses it may start from, status it leads to)
REFERRAL_MOVES = {
    "release": ({ReferralStatus.PROPOSED, ReferralStatus.HELD}, ReferralStatus.RELEASED),
    "withhold": ({ReferralStatus.PROPOSED, ReferralStatus.HELD}, ReferralStatus.REVOKED),
    "forward": ({ReferralStatus.PROPOSED}, ReferralStatus.RELEASED),
    "send": ({ReferralStatus.RELEASED}, ReferralStatus.SENT),
    "acknowledge": ({ReferralStatus.RELEASED, ReferralStatus.SENT}, ReferralStatus.ACKNOWLEDGED),
}

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

# Statuses of a report on which people still work.
OPEN = frozenset(
    {
        ReportStatus.SUBMITTED,
        ReportStatus.ACKNOWLEDGED,
        ReportStatus.IN_TRIAGE,
        ReportStatus.ROUTED,
        ReportStatus.FOLLOW_UP,
        ReportStatus.RETURNED_FOR_INFO,
    }
)
# Back to the status it had before it was set aside (the history says which).
BEFORE = ""

# verb -> (statuses it may start from, status it leads to). Pages show this table to a CPA.
REPORT_MOVES = {
    "acknowledge": (frozenset({ReportStatus.SUBMITTED}), ReportStatus.ACKNOWLEDGED),
    "triage": (
        frozenset({ReportStatus.SUBMITTED, ReportStatus.ACKNOWLEDGED}),
        ReportStatus.IN_TRIAGE,
    ),
    "finish_triage": (
        frozenset({ReportStatus.SUBMITTED, ReportStatus.ACKNOWLEDGED, ReportStatus.IN_TRIAGE}),
        ReportStatus.ROUTED,
    ),
    "follow_up": (
        frozenset({ReportStatus.ACKNOWLEDGED, ReportStatus.IN_TRIAGE, ReportStatus.ROUTED}),
        ReportStatus.FOLLOW_UP,
    ),
    "ask": (OPEN - {ReportStatus.RETURNED_FOR_INFO}, ReportStatus.RETURNED_FOR_INFO),
    "answer": (frozenset({ReportStatus.RETURNED_FOR_INFO}), BEFORE),
    "merge": (OPEN, ReportStatus.MERGED),
    "unmerge": (frozenset({ReportStatus.MERGED}), BEFORE),
    "divert": (OPEN, ReportStatus.DIVERTED_MISCONDUCT),
    "close": (OPEN - {ReportStatus.SUBMITTED}, ReportStatus.CLOSED),
    "reopen": (frozenset({ReportStatus.CLOSED}), ReportStatus.FOLLOW_UP),
}
REPORT_MOVE_WORDS = {
    "acknowledge": _("The adviser says: I have it"),
    "triage": _("The adviser decides on one of its proposals"),
    "finish_triage": _("The last proposal is decided"),
    "follow_up": _("The adviser begins to follow up"),
    "ask": _("The adviser asks the officer for more"),
    "answer": _("The officer answers"),
    "merge": _("The adviser links it to another report of the same incident"),
    "unmerge": _("The adviser unlinks it"),
    "divert": _("It is handed to the conduct channel"),
    "close": _("The adviser closes it"),
    "reopen": _("The adviser opens it again"),
}

_UNDECIDED = frozenset({ReferralStatus.PROPOSED, ReferralStatus.HELD})
_TOLD = frozenset({ReferralStatus.RELEASED, ReferralStatus.SENT})
_UNANSWERED = _TOLD | {ReferralStatus.ACKNOWLEDGED}
_AT_WORK = frozenset({ReferralStatus.ACCEPTED, ReferralStatus.IN_PROGRESS})

REFERRAL_MOVES = {
    "release": (_UNDECIDED, ReferralStatus.RELEASED),
    "hold": (frozenset({ReferralStatus.PROPOSED}), ReferralStatus.HELD),
    "withhold": (_UNDECIDED, ReferralStatus.REVOKED),
    "forward": (_UNDECIDED, ReferralStatus.RELEASED),
    "send": (frozenset({ReferralStatus.RELEASED}), ReferralStatus.SENT),
    "acknowledge": (_TOLD, ReferralStatus.ACKNOWLEDGED),
    "accept": (_UNANSWERED, ReferralStatus.ACCEPTED),
    "decline": (_UNANSWERED, ReferralStatus.REJECTED),
    "start": (frozenset({ReferralStatus.ACCEPTED}), ReferralStatus.IN_PROGRESS),
    "finish": (_AT_WORK | {ReferralStatus.ACKNOWLEDGED}, ReferralStatus.DONE),
    "expire": (_UNANSWERED, ReferralStatus.EXPIRED),
    "revoke": (_UNANSWERED | _AT_WORK, ReferralStatus.REVOKED),
    "restore": (frozenset({ReferralStatus.REVOKED}), BEFORE),
    "divert": (_UNDECIDED | LET_IN, ReferralStatus.REVOKED),
}
REFERRAL_MOVE_WORDS = {
    "release": _("The adviser releases it"),
    "hold": _("The adviser holds it; or the focal point, what they would forward"),
    "withhold": _("The adviser decides against it, or links the report to another"),
    "forward": _("The focal point forwards it, or the deadline does"),
    "send": _("The notice leaves the portal"),
    "acknowledge": _("The recipient says: I have it"),
    "accept": _("The recipient accepts"),
    "decline": _("The recipient declines"),
    "start": _("The recipient begins"),
    "finish": _("The recipient is done"),
    "expire": _("Nobody answered until the end"),
    "revoke": _("The adviser takes it back"),
    "restore": _("The adviser unlinks the report from the other"),
    "divert": _(
        "The report now names whom the recipient is tied to, or went to the conduct channel"
    ),
}

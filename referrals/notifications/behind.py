"""What waits behind a notice: a referral, a message about a report, a task, an escalation, or a
wish for support.
"""

from __future__ import annotations

from referrals.models import (
    BEHIND,
    Escalation,
    MessageKind,
    Notification,
    Referral,
    Report,
    ReportMessage,
    Task,
    WelfareRequest,
)

Behind = Referral | ReportMessage | WelfareRequest | Task | Escalation


def behind(notice: Notification) -> Behind:
    """The one thing this notice is about; one statement, unless it is loaded."""
    return next(getattr(notice, name) for name in BEHIND if getattr(notice, f"{name}_id"))


def keys_behind(notice: Notification) -> dict[str, int | None]:
    """The same as columns, for another notice about the same thing."""
    return {f"{name}_id": getattr(notice, f"{name}_id") for name in BEHIND}


def report_behind(thing: Behind) -> Report | None:
    """Its report; None for a wish for support, which has none."""
    return None if isinstance(thing, WelfareRequest) else thing.report


def is_to_the_officer(thing: Behind) -> bool:
    """A question goes to one person, the reporter; everything else to the holders of a post."""
    return isinstance(thing, ReportMessage) and thing.kind == MessageKind.QUESTION


def post_behind(thing: Behind) -> int | None:
    """Primary key of the post whose holders are told; None where no post is."""
    if is_to_the_officer(thing):
        return None
    if isinstance(thing, ReportMessage):
        return Referral.objects.leading(thing.report).values_list("post", flat=True).first()
    return thing.post_id

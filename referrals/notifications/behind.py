"""What waits behind a notice: a referral, a message about a report, or a wish for support."""

from __future__ import annotations

from referrals.models import (
    MessageKind,
    Notification,
    Referral,
    Report,
    ReportMessage,
    WelfareRequest,
)

Behind = Referral | ReportMessage | WelfareRequest


def behind(notice: Notification) -> Behind:
    """The one thing this notice is about; one statement, unless it is loaded."""
    return notice.referral or notice.message or notice.welfare


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

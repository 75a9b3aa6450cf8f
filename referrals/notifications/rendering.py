"""What a recipient reads outside the portal: a code, a priority and a link, nothing else.

Mail is read by carriers, on lost phones and over shoulders. Whatever is added here goes past
the leak test (tests/referrals/notifications/test_mail.py) first.
"""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from referrals.models import Notification
from referrals.notifications.channels import Message
from referrals.notifications.links import code_in, link_behind, token_of


def render(notice: Notification) -> Message:
    """The message for this row, in its language."""
    with translation.override(notice.language):
        subject, body = _one_time_code(notice) or _notice(notice)
    return Message(key=notice.uuid, to=notice.address, subject=subject, body=body)


def _notice(notice: Notification) -> tuple[str, str]:
    link = link_behind(notice)
    path = f"p/{token_of(link)}" if link else f"notice/{notice.code}"
    context = {
        "code": notice.code,
        "priority": notice.get_priority_display(),
        "link": f"{settings.BASE_URL}/{path}/",
        "is_partner": link is not None,
    }
    # The same for every notice: a subject is read on a locked screen.
    subject = _("A notice waits for you in the portal")
    return subject, render_to_string("notifications/notice.txt", context)


def _one_time_code(notice: Notification) -> tuple[str, str] | None:
    """What opens a partner's link; None for every other message."""
    code = code_in(notice)
    if not code:
        return None
    return _("A code for you"), render_to_string("notifications/code.txt", {"code": code})

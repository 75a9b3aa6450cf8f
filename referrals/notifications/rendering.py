"""What a recipient reads outside the portal: a code, a priority and a link, nothing else.

Mail is read by carriers, on lost phones and over shoulders. Whatever is added here goes past
the leak test (tests/referrals/notifications/test_mail.py) first.
"""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from referrals.models import Notification
from referrals.notifications.channels import Message


def render(notice: Notification) -> Message:
    """The message for this row, in its language."""
    with translation.override(notice.language):
        body = render_to_string(
            "notifications/notice.txt",
            {
                "code": notice.code,
                "priority": notice.get_priority_display(),
                "link": f"{settings.BASE_URL}/notice/{notice.code}/",
            },
        )
        # The same for every notice: a subject is read on a locked screen.
        subject = _("A notice waits for you in the portal")
    return Message(key=notice.uuid, to=notice.address, subject=subject, body=body)

"""Mails about the directory: a small queue in the database, at least once.

They say a count at most and where to look, never a name or a case: mail is read by carriers,
on lost phones and over shoulders. Notices of reports have their own, faster outbox.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from email.utils import parseaddr
from time import monotonic

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import DatabaseError, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from actors.models import DirectoryMail, User

logger = logging.getLogger(__name__)

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
# About three days. Tries are counted instead of reading a clock: a mail server that was away
# gives up nothing the portal did not try to send.
MOST_ATTEMPTS = 20
NO_ADDRESS = "no_address"
# Seconds. With one mail of at most 15 more this stays below the time limit of a task.
TURN = 20


def queue_mail(*, user: User, kind: str, key: str, number: int = 0, path: str) -> bool:
    """Have a mail sent to somebody, in the caller's transaction.

    Args:
        key: what makes it one of its kind, such as the week; said again, nothing is queued.
        number: the count it says.
        path: where it leads, such as `/directory/gaps/`.

    Returns:
        False where the same mail is queued or was sent already.
    """
    _mail, is_new = DirectoryMail.objects.get_or_create(
        user=user, kind=kind, key=key, defaults={"number": number, "path": path}
    )
    return is_new


def send_due_mails(*, now: datetime) -> int:
    """Send what is due, one after another; how many a server has taken. Never raises.

    What is left after a turn waits for the next call. Several may run: a mail that is being sent
    is passed over. One whose sending is cut off is sent again.
    """
    sent, end = 0, monotonic() + TURN
    try:
        while monotonic() < end and (taken := _send_next(now)) is not None:
            sent += taken
    except DatabaseError as error:
        logger.error("mails about the directory stopped: %s", type(error).__name__)
    return sent


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many tries: a minute, twice as long each time, then six hours."""
    return min(FIRST_PAUSE * 2 ** min(attempts - 1, 16), LONGEST_PAUSE)


@transaction.atomic
def _send_next(now: datetime) -> bool | None:
    """Whether the next due mail was sent; None when none is due."""
    due = DirectoryMail.objects.filter(
        sent_at=None, next_at__lte=now, attempts__lt=MOST_ATTEMPTS, user__is_active=True
    )
    mail = due.select_related("user").select_for_update(of=("self",), skip_locked=True).first()
    if mail is None:
        return None
    mail.failure = _failure_to_send(mail)
    mail.attempts += 1
    if mail.failure:
        mail.next_at = now + pause_after(mail.attempts)
    else:
        mail.sent_at = now
    mail.save(update_fields=["failure", "attempts", "next_at", "sent_at"])
    return not mail.failure


def _failure_to_send(mail: DirectoryMail) -> str:
    """Empty once the server has it, else the class of failure: never its text, which may repeat
    an address.
    """
    contact = mail.user.contacts.notifiable().order_by("pk").first()
    address = contact.address if contact else mail.user.email
    if not address:
        return NO_ADDRESS
    try:
        _message(mail, address, contact.language if contact else mail.user.language).send()
    except Exception as error:
        logger.warning("mail %s not sent: %s", mail.pk, type(error).__name__)
        return type(error).__name__[:60]
    return ""


def _message(mail: DirectoryMail, address: str, language: str) -> EmailMessage:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    with translation.override(language):
        told = {"number": mail.number, "link": settings.BASE_URL + mail.path}
        return EmailMessage(
            # The same for every kind: a subject is read on a locked screen.
            subject=_("The directory of the portal waits for you"),
            body=render_to_string(f"actors/mail/{mail.kind}.txt", told),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[address],
            headers={
                # Stays the same each time it is sent, so that a double is recognised.
                "Message-ID": f"<directory-{mail.pk}@{domain}>",
                "Auto-Submitted": "auto-generated",
            },
        )

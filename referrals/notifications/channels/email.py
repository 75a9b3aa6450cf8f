"""E-mail by Django's mail settings. One session carries the messages of a batch."""

from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import parseaddr
from time import monotonic

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from referrals.notifications.channels.errors import ChannelError, Failure
from referrals.notifications.channels.message import Message


class EmailChannel:
    """Hands messages to the mail server. Use one per batch and `close` it."""

    def __init__(self):
        self._backend: BaseEmailBackend | None = None

    def send(self, message: Message) -> None:
        """Return once the server has confirmed the message; `EMAIL_TIMEOUT` seconds at most.

        Raises:
            ChannelError: the server did not confirm it.
        """
        deadline = monotonic() + settings.EMAIL_TIMEOUT
        backend = self._open_backend()
        with _cut_at(deadline, backend):
            try:
                backend.send_messages([_as_mail(message)])
            except OSError as error:
                raise ChannelError(_reason(error)) from None

    def close(self) -> None:
        """End the session politely; a broken one is simply left."""
        if self._backend is not None:
            with suppress(OSError):
                self._backend.close()

    def _open_backend(self) -> BaseEmailBackend:
        """The session of the last message if it still stands, else a new one."""
        if self._backend is None or not _is_standing(self._backend):
            self._backend = None
            self._backend = _opened()
        return self._backend


def _opened() -> BaseEmailBackend:
    # Half of the time for one step of opening, so that a dead server does not cost all of it.
    backend = get_connection(timeout=settings.EMAIL_TIMEOUT / 2)
    try:
        backend.open()
    except OSError:
        raise ChannelError(Failure.UNREACHABLE) from None
    return backend


def _session(backend: BaseEmailBackend) -> smtplib.SMTP | None:
    """None for a backend that has no session, such as the one that prints."""
    return getattr(backend, "connection", None)


def _is_standing(backend: BaseEmailBackend) -> bool:
    session = _session(backend)
    try:
        return session is not None and session.noop()[0] == 250
    except OSError:
        return False


@contextmanager
def _cut_at(deadline: float, backend: BaseEmailBackend) -> Iterator[None]:
    """Cut the session at the deadline: a socket's own timeout bounds one step, not the whole.

    Raises:
        ChannelError: opening the session has already taken all the time.
    """
    session = _session(backend)
    if session is None:
        yield
        return
    left = deadline - monotonic()
    if left <= 0:
        raise ChannelError(Failure.UNREACHABLE)
    session.sock.settimeout(left)
    timer = threading.Timer(left, _cut, [session.sock])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _as_mail(message: Message) -> EmailMessage:
    """Plain text, with nothing that tells one notice from another but its own key and code."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return EmailMessage(
        subject=message.subject,
        body=message.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.to],
        headers={
            "Message-ID": f"<{message.key}@{domain}>",
            "Auto-Submitted": "auto-generated",
        },
    )


def _reason(error: OSError) -> Failure:
    """The class of failure that an error of `smtplib` or of the socket stands for."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            ((code, text),) = error.recipients.values()
            if code < 500:
                return Failure.DEFERRED
            # 5.7.x: the server does not relay for us; the address may be right (RFC 3463).
            return Failure.DENIED if text.startswith(b"5.7.") else Failure.REJECTED
        case smtplib.SMTPSenderRefused():
            return Failure.UNREACHABLE
        case smtplib.SMTPDataError():
            return Failure.DEFERRED if error.smtp_code < 500 else Failure.REFUSED
        case _:
            return Failure.INTERRUPTED

"""Why a channel did not take a message: a class word, never the server's own text, which may
repeat an address."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Failure(models.TextChoices):
    """The words stored in `Notification.failure` and shown on the dashboard."""

    UNREACHABLE = "unreachable", _("The server could not be reached or does not accept us")
    INTERRUPTED = "interrupted", _("The connection broke before the server confirmed")
    DEFERRED = "deferred", _("The server asked to try again later")
    REFUSED = "refused", _("The server refused the message")
    DENIED = "denied", _("The server may not deliver to this address for us")
    REJECTED = "rejected", _("The server says that this address does not work")
    CRASHED = "crashed", _("Sending stopped without an answer several times")


class ChannelError(Exception):
    """The message was not confirmed as taken; `reason` says of what class the failure is."""

    def __init__(self, reason: Failure):
        self.reason = reason
        super().__init__(reason.value)

    @property
    def permanent(self) -> bool:
        """Trying this recipient again is of no use."""
        return self.reason in {Failure.REJECTED, Failure.DENIED}

    @property
    def channel_is_down(self) -> bool:
        """Nothing was offered to the server: not this message's fault, and all others wait too."""
        return self.reason == Failure.UNREACHABLE

    @property
    def address_is_wrong(self) -> bool:
        """The contact itself does not work, whoever writes to it."""
        return self.reason == Failure.REJECTED

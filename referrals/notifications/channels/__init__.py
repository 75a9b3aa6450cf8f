"""Ways out of the portal, one file each. A channel class takes no arguments and has `send`,
which raises `ChannelError`, and `close`. Nothing here knows a model."""

from referrals.notifications.channels.email import EmailChannel
from referrals.notifications.channels.errors import ChannelError, Failure
from referrals.notifications.channels.message import Message

CHANNELS = {"email": EmailChannel}

__all__ = ["CHANNELS", "ChannelError", "EmailChannel", "Failure", "Message"]

"""What a channel is given to carry."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Message:
    """One message. `key` stays the same each time it is sent, so that a double is recognised."""

    key: UUID
    to: str
    subject: str
    body: str

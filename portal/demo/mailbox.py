"""The mail that the demo's SMTP sink caught: one .eml file per message, named by arrival."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from itertools import islice
from pathlib import Path

_LINK = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True)
class Message:
    """One caught message; `name` is its file's."""

    name: str
    to: str
    subject: str
    date: datetime | None
    body: str

    @property
    def link(self) -> str:
        """The first address in the text: what somebody who got the notice would open."""
        found = _LINK.search(self.body)
        return found.group() if found else ""


@dataclass(frozen=True)
class Mailbox:
    """A folder of messages. A folder that is not there is an empty one."""

    folder: Path

    def newest(self, limit: int, to: str = "") -> list[Message]:
        """The latest messages, newest first; only those to one address, if it is given."""
        return list(islice(self._messages(to.strip().lower()), limit))

    def named(self, name: str) -> Message | None:
        """One message. The name is only compared with what lies in the folder, never opened."""
        path = next((path for path in self._paths() if path.name == name), None)
        content = _content(path) if path else None
        return None if content is None else _message(name, content)

    def _messages(self, to: str) -> Iterator[Message]:
        for path in self._paths():
            content = _content(path)
            # Parsing is slow: first see whether the address is anywhere in the text.
            if content is None or to.encode() not in content.lower():
                continue
            message = _message(path.name, content)
            if to in ("", *(address.lower() for _name, address in getaddresses([message.to]))):
                yield message

    def _paths(self) -> list[Path]:
        found = self.folder.glob("[!.]*.eml") if self.folder.is_dir() else ()
        files = (path for path in found if path.is_file() and not path.is_symlink())
        return sorted(files, key=lambda path: path.name, reverse=True)


def _content(path: Path) -> bytes | None:
    """The file's bytes, or None when it was cleared away meanwhile."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _message(name: str, content: bytes) -> Message:
    parsed = message_from_bytes(content, policy=policy.default)
    return Message(
        name=name,
        to=_header(parsed, "To"),
        subject=_header(parsed, "Subject"),
        date=_date(parsed),
        body=_text(parsed),
    )


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, ""))
    except Exception:  # on a broken line the parser fails in more ways than it names
        return ""


def _date(message: EmailMessage) -> datetime | None:
    try:
        return parsedate_to_datetime(_header(message, "Date"))
    except ValueError:
        return None


def _text(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain", "html"))
    try:
        return body.get_content() if body else ""
    except LookupError:  # a character set that Python does not know
        return ""
